"""The metrics by name: what they belong to, and which way is better."""

from __future__ import annotations

OURS = "ours"
"""The name of our system."""

NDCG, COVERAGE = "ndcg@10", "coverage@10"

DIVERSITY = {
    "intra-list diversity@10": "higher",
    "community recall@10": "higher",
    "weak-tie share@10": "higher",
    "novelty@10": "higher",
    "unexpectedness@10": "higher",
    "serendipity@10": "higher",
    COVERAGE: "higher",
    "exposure gini@10": "lower",
    "visibility gap@10": "lower",
}
"""What the diversity dial buys, and which way is better."""

TRUTH = "reason truth"

REASONS = (
    TRUTH,
    "aside truth",
    "reason coverage",
    "comprehensiveness",
    "comprehensiveness, random control",
    "sufficiency",
    "sufficiency, random control",
    "distinctness",
)
"""What reasons are judged by (science §8.11)."""

_OF = " · "


def better(metric: str) -> str:
    """Which way is better, "higher" or "lower".

    >>> better("ndcg@10"), better("exposure gini@10")
    ('higher', 'lower')
    """
    return DIVERSITY.get(metric, "higher")


def of_answers(metric: str, stratum: str) -> str:
    """The name of a metric over answers of one stratum alone.

    >>> of_answers("ndcg@10", "two hops")
    'ndcg@10 · two hops'
    """
    return f"{metric}{_OF}{stratum}"


def is_plain(metric: str) -> bool:
    """Whether a metric is of whole lists: neither of a stratum nor of reasons.

    >>> is_plain("ndcg@10"), is_plain("ndcg@10 · two hops"), is_plain("distinctness")
    (True, False, False)
    """
    return _OF not in metric and metric not in REASONS
