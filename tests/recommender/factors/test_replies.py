"""How soon people answer, counted on a few messages."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.times import DAY_MICROSECONDS
from recommender.factors.replies import reply_delays
from recommender.matrices import Events


def told(*messages):
    """Delays and answers of three people. messages: who, to whom, which day; in order."""
    who, whom, day = zip(*messages, strict=True)
    nothing = np.full(len(who), -1, np.int32)
    events = Events(
        persons=np.array(who, np.int32),
        contacts=np.array(whom, np.int32),
        topics=nothing,
        objects=nothing,
        at=(np.array(day) * DAY_MICROSECONDS).astype(np.int64),
        weights=np.ones(len(who)),
    )
    return reply_delays(events, 3)


def test_an_answer_takes_from_the_last_message_before_it():
    """0 writes twice, 1 answers three days after the second; 0 has answered nobody."""
    days, count = told((0, 1, 1), (0, 1, 4), (1, 0, 7))
    assert days[1] == pytest.approx(3)
    assert count.tolist() == [0, 1, 0]
    assert np.isinf(days[[0, 2]]).all()


def test_of_several_answers_the_median_counts():
    """1 answers after 1, 2 and 9 days; what she adds to an answer is none."""
    days, count = told(
        *[(0, 1, 1), (1, 0, 2), (1, 0, 8), (2, 1, 10), (1, 2, 12), (2, 1, 20), (1, 2, 29)]
    )
    assert days[1] == pytest.approx(2)
    assert count[1] == 3


def test_what_happens_at_one_moment_or_with_oneself_is_no_answer():
    """Two who edit one document at once; one who talks to herself."""
    days, count = told((0, 1, 1), (1, 0, 1), (2, 2, 3), (2, 2, 4))
    assert np.isinf(days).all()
    assert count.sum() == 0
