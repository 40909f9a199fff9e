"""docs/model.md states the weights that the code has."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.domain.config import Stage
from recommender.ranking.goals import PEOPLE
from recommender.ranking.relevance import FACTOR_SHARE, SIGNAL_WEIGHTS
from recommender.ranking.stages import PRESETS
from recommender.ranking.steering import GOAL_STRENGTH, STRENGTH
from recommender.telling import MIN_CONFIDENCE, MIN_SHARE

PAGE = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SIGNAL_WEIGHTS)
def test_every_signal_is_there_with_its_weight(name):
    """A row of the table for each."""
    assert f"| `{name}` | {SIGNAL_WEIGHTS[name]} |" in PAGE


def test_the_share_of_factors_and_the_bars_for_reasons_are_those_of_the_code():
    """The numbers in the prose."""
    assert f"+ {FACTOR_SHARE:.0f} · Σ weight · confidence" in PAGE
    assert f"by {MIN_SHARE:.0%} of all".replace("%", " %") in PAGE
    assert f"(confidence {MIN_CONFIDENCE:g}".replace("0.", ".") in PAGE


def test_what_dials_and_goals_are_worth_is_what_the_code_says():
    """The formula, and how many people lead a topic."""
    terms = f"{STRENGTH:.0f} · Σ (dial - default) · z(headline) + {GOAL_STRENGTH:.0f} · match"
    assert f"score = z(relevance) + {terms}" in PAGE
    assert f"`1 - place / {PEOPLE}`" in PAGE


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_there_with_its_preset(stage):
    """A row of the table for each."""
    preset = PRESETS[stage]
    dials = " · ".join(f"{share:.2f}".removeprefix("0") for share in preset.dials.shares())
    names, kinds = preset.length or "as usual", ", ".join(preset.kinds)
    assert f"| `{stage}` | {dials} | {names} | {kinds} |" in PAGE
