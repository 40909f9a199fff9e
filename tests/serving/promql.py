"""As much of PromQL as is needed to say which metrics and labels an expression asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless"}
METRIC = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\(|\{([^}]*)\})?")
GROUPS = re.compile(r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Asked:
    """What an expression asks for. metrics: by name, the labels that are matched."""

    metrics: dict[str, frozenset[str]]
    groups: frozenset[str]


def asked(expression: str) -> Asked:
    """Read an expression.

    >>> found = asked('sum by (a) (rate(x_total{b=~"c{d}"}[5m])) / on (a) y > 3 * 2')
    >>> sorted(found.metrics.items()), sorted(found.groups)
    ([('x_total', frozenset({'b'})), ('y', frozenset())], ['a'])
    """
    plain = STRING.sub('""', expression)
    groups = {
        label.strip() for inside in GROUPS.findall(plain) for label in inside.split(",") if label
    }
    plain = re.sub(r"\[[^\]]*\]", "", GROUPS.sub(" ", plain))
    metrics: dict[str, frozenset[str]] = {}
    for name, follows, matchers in METRIC.findall(plain):
        if follows == "(" or name in WORDS or name in {"sum", "count", "max", "min", "avg"}:
            continue
        labels = frozenset(re.findall(r"([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)", matchers))
        metrics[name] = metrics.get(name, frozenset()) | labels
    return Asked(metrics, frozenset(groups))
