"""Stages and goals on the command line: what they set, and what wins over them."""

from __future__ import annotations

import json

import pytest

from recommender.commands.options import staged_kinds
from recommender.commands.people import ListKind
from recommender.domain.config import Dials, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import Kind
from recommender.ranking.stages import PRESETS
from tests.cli.conftest import run_here

MADE = {Kind(kind) for kind in ListKind}
PERSON = "p00002"


def listed(demo, *words, **options):
    """What `pln recommend --json` says."""
    done = run_here("recommend", PERSON, "--model", demo[0] / "models", *words, "--json", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def dials(facts):
    return Dials(**facts["dials"])


@pytest.mark.parametrize("stage", [s for s in Stage if MADE & set(PRESETS[s].kinds)])
def test_a_stage_sets_dials_length_and_list(demo, stage):
    """Each that is about a list which is made."""
    facts, preset = listed(demo, "--stage", stage), PRESETS[stage]
    assert dials(facts) == preset.dials
    assert facts["kind"] == next(kind for kind in preset.kinds if kind in MADE)
    assert len(facts["recommendations"]) <= (preset.length or 10)


def test_flags_win_over_the_stage_and_the_stage_over_settings(demo):
    """One dial by flag, one by variable: the stage's holds where there is no flag."""
    environ = {"PLN_DIALS_DIVERSITY": "7", "PLN_DIALS_COLLABORATION": "7"}
    words = ("--stage", "explore", "--diversity", 1, "--top", 3, "--kind", "reactivation")
    facts = listed(demo, *words, environ=environ)
    assert dials(facts) == Dials(like_mindedness=0.2, collaboration=0.3, diversity=1)
    assert facts["kind"] == "reactivation"
    assert len(listed(demo, "--stage", "immersion", "--top", 8)["recommendations"]) == 8


def test_a_stage_about_lists_that_are_not_made_says_so():
    """Which they are; of two the one that is made will do."""
    with pytest.raises(InvalidArgumentError, match="maintenance, which is not made"):
        staged_kinds(Stage.MAINTAIN, [Kind.PEOPLE])
    assert staged_kinds(Stage.EVALUATION, [Kind.REACTIVATION]) == (Kind.REACTIVATION,)


def test_an_unknown_stage_is_told_which_there_are(demo):
    """By name, with the exit code of misuse."""
    done = run_here("recommend", PERSON, "--model", demo[0] / "models", "--stage", "hermit")
    assert done.returncode == 2
    assert all(stage in done.stderr for stage in Stage)


def test_goals_move_a_list_and_are_named_as_reasons(demo):
    """A topic of another person's: the first are said to work on it."""
    known = {t["id"] for one in demo[1]["people"] for t in one["network"]["topics_covered"]}
    topic = sorted(known)[0]
    texts = [
        [reason["text"] for reason in one["reasons"]]
        for one in listed(demo, "--goal", topic)["recommendations"]
    ]
    assert sum(any("a goal of yours" in text for text in each) for each in texts) >= len(texts) / 2


def test_a_topic_that_nobody_knows_counts_for_nothing(demo):
    """It is said on standard error, and the list is as it was."""
    words = ("recommend", PERSON, "--model", demo[0] / "models", "--json")
    plain, aimed = run_here(*words), run_here(*words, "--goal", "alchemy", "--offer", "phlogiston")
    assert aimed.stdout == plain.stdout
    warnings = aimed.stderr.splitlines()
    assert all(line.startswith("pln: warning: topic ") for line in warnings)
    assert "'alchemy'" in warnings[0]
    assert "'phlogiston'" in warnings[1]


def test_an_export_takes_its_lists_from_the_stage(demo, tmp_path):
    """Its kinds, length and dials; a flag wins."""
    for words, kinds, top in [
        (("--stage", "immersion"), {"people"}, 5),
        (("--stage", "balance", "--top", 2), {"reactivation"}, 2),
    ]:
        done = run_here(
            "export", "--model", demo[0] / "models", "--out", tmp_path / words[1], *words, "--json"
        )
        assert done.returncode == 0, done.stderr
        assert set(json.loads(done.stdout)["rows"]) == kinds
        manifest = json.loads((tmp_path / words[1] / "manifest.json").read_text())
        assert manifest["settings"]["top"] == top
        shares = PRESETS[Stage(words[1])].dials.shares()
        assert manifest["settings"]["dials"] == pytest.approx(shares)
