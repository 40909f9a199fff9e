"""Stages are presets that say something."""

from __future__ import annotations

import pytest

from recommender.domain.config import Dials, Stage
from recommender.domain.slate import Kind
from recommender.ranking.stages import PRESETS


def test_every_stage_has_a_preset():
    """In the order in which stages are told of."""
    assert list(PRESETS) == list(Stage)


@pytest.mark.parametrize("stage", Stage)
def test_a_preset_can_be_used_as_it_stands(stage):
    """Its dials sum to 1, its list is not empty, and it is about some list."""
    preset = PRESETS[stage]
    shares = (preset.dials.like_mindedness, preset.dials.collaboration, preset.dials.diversity)
    assert sum(shares) == pytest.approx(1)
    assert preset.length is None or preset.length >= 1
    assert preset.kinds
    assert len(set(preset.kinds)) == len(preset.kinds)


def test_the_modes_have_the_dials_of_their_source():
    """Science §8.8: build, explore, activate; to build is the default."""
    assert PRESETS[Stage.BUILD].dials == Dials()
    assert PRESETS[Stage.EXPLORE].dials.shares() == pytest.approx((0.2, 0.3, 0.5))
    assert PRESETS[Stage.ACTIVATE].dials.shares() == pytest.approx((0.2, 0.6, 0.2))


def test_phases_are_led_back_to_modes():
    """Immersion explores, balance activates, evaluation looks at ties, the others look farther."""
    assert PRESETS[Stage.IMMERSION].dials == PRESETS[Stage.EXPLORE].dials
    assert PRESETS[Stage.BALANCE] == PRESETS[Stage.ACTIVATE]
    assert Kind.PEOPLE not in PRESETS[Stage.EVALUATION].kinds
    for stage in (Stage.KNOW_IT_ALL, Stage.PERSPECTIVE):
        assert PRESETS[stage].dials.diversity > PRESETS[Stage.EXPLORE].dials.diversity
        assert PRESETS[stage].length is not None
