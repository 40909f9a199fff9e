"""Two models side by side: what is said of it."""

from __future__ import annotations

import json

from rich.console import Console

from evaluation.against import against_view, compare_models, lines
from recommender.commands.console import plain
from tests.evaluation.compared import CONFIG, later


def test_a_comparison_can_be_written_as_json_and_read_by_people(cliques, met):
    """No NaN, every kind of list, and both models by name."""
    against = compare_models(cliques, met, later(("a1", "b1")), CONFIG)
    told = json.loads(json.dumps(plain(against), allow_nan=False))
    assert [one["kind"] for one in told["lists"]] == ["people", "reactivation"]
    said = printed(against)
    for word in (cliques.info.name, met.info.name, "RBO", "only B", "zoe", "ndcg@10"):
        assert word in said
    for line in lines(against):
        assert " ".join(line.split()) in " ".join(said.split())


def test_a_comparison_of_equals_says_so_and_no_more(crowd):
    """All see the same list; where nothing came later, nobody is called better."""
    said = " ".join(lines(compare_models(crowd, crowd, None, CONFIG)))
    assert "100.0 % see the same list" in said
    assert "cannot be told" in said
    assert "better" not in said


def test_a_name_that_could_steer_a_terminal_does_not(cliques, met):
    """Names come from the host's data."""
    said = printed(compare_models(cliques, met, None, CONFIG))
    assert "\x1b" not in said
    assert "A[31mda" in said


def printed(against):
    console = Console(width=200, color_system=None)
    with console.capture() as capture:
        for view in against_view(against):
            console.print(view)
    return capture.get()
