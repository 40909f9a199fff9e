"""Dials and ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.domain.config import Dials, ExportConfig, IngestConfig, ServeConfig, TrainConfig
from recommender.domain.errors import InvalidArgumentError

weights = st.floats(0, 1e6)


@given(weights, weights, weights.filter(lambda w: w > 0))
def test_shares_of_dials_sum_to_one(first, second, third):
    """Whatever the dials, their shares are proportions."""
    shares = Dials(like_mindedness=first, collaboration=second, diversity=third).shares()
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0


@pytest.mark.parametrize("bad", [-0.1, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["like_mindedness", "collaboration", "diversity"])
def test_a_dial_that_is_no_weight_is_refused_by_name(name, bad):
    """Negative, infinite and undefined dials are errors that name the dial."""
    with pytest.raises(InvalidArgumentError) as caught:
        Dials(**{name: bad})
    assert caught.value.field == f"dials.{name}"


@pytest.mark.parametrize(
    ("config", "field", "bad"),
    [
        (IngestConfig, "memory_limit_mb", 255),
        (IngestConfig, "threads", -1),
        (TrainConfig, "embedding_size", 7),
        (TrainConfig, "embedding_iterations", 0),
        (TrainConfig, "candidates", 1001),
        (TrainConfig, "per_source", 9),
        (TrainConfig, "seed", -1),
        (ServeConfig, "workers", 0),
        (ServeConfig, "threads", 257),
        (ServeConfig, "lame_duck_seconds", -1),
        (ServeConfig, "grace_seconds", float("nan")),
        (ExportConfig, "top", 0),
        (ExportConfig, "people_per_part", 0),
        (ExportConfig, "format", "xml"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name(config, field, bad):
    """The error names the setting as callers write it."""
    with pytest.raises(InvalidArgumentError) as caught:
        config(**{field: bad})
    assert caught.value.field.endswith(f".{field}")
