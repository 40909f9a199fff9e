"""Cutoffs: chosen from the data, or given and checked against it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from evaluation.cutoffs import check, choose, fewer, parse
from recommender.domain.errors import InputDataError, InvalidArgumentError
from tests.evaluation.looking_back import told

FIRST = datetime(2024, 1, 1, 6)
DAY = timedelta(days=1)


@pytest.fixture
def history(tmp_path):
    """An interaction a day at six in the morning, for 100 days."""
    return told(tmp_path, [("a", "b", FIRST + n * DAY) for n in range(100)], rows_at_once=30)


def midnight(day):
    """The midnight before the interaction of that day, counted from 0."""
    return datetime(2024, 1, 1) + day * DAY


def test_the_last_cutoff_is_the_latest_midnight_with_its_horizon_before_the_end(history):
    """The data ends on day 99 at six: 10 days before that is the midnight of day 89."""
    assert choose(history, 1, 10) == [midnight(89)]
    assert choose(history, 1, 10.25) == [midnight(89)]
    assert choose(history, 1, 10.26) == [midnight(88)]


def test_cutoffs_are_a_horizon_apart_and_ascend(history):
    """Whole days, at least as many as the horizon has."""
    assert choose(history, 3, 10) == [midnight(69), midnight(79), midnight(89)]
    assert choose(history, 3, 9.5) == [midnight(69), midnight(79), midnight(89)]


def test_three_in_ten_interactions_lie_before_the_first_cutoff(history):
    """Those of days 0 to 29 are thirty; a day earlier would leave 29."""
    assert choose(history, 99, 1)[0] == midnight(30)
    assert len(choose(history, 99, 1)) == 69


def test_fewer_cutoffs_come_with_the_reason(history):
    """And as many as were asked for with none."""
    found = choose(history, 20, 10)
    assert found == [midnight(day) for day in range(39, 90, 10)]
    (reason,) = fewer(found, 20)
    assert "6 of 20" in reason
    assert "30%" in reason
    assert "2024-02-09" in reason
    assert fewer(found, 6) == []


@pytest.mark.parametrize("horizon", [71, 99, 100, 5000])
def test_data_without_room_for_a_cutoff_is_refused(history, horizon):
    """On one line that says from when to when the data goes."""
    with pytest.raises(InputDataError, match="from 2024-01-01 06:00 to 2024-04-09 06:00") as caught:
        choose(history, 3, horizon)
    assert "\n" not in str(caught.value)


def test_data_without_interactions_is_refused(tmp_path):
    """There is nothing to judge by."""
    with pytest.raises(InputDataError, match="no interactions"):
        choose(told(tmp_path, []), 3, 90)


def test_a_single_interaction_leaves_no_room(tmp_path):
    """Nothing lies before it."""
    with pytest.raises(InputDataError, match="no room"):
        choose(told(tmp_path, [("a", "b", FIRST)]), 1, 0.01)


def test_times_before_1970_are_cut_at_midnight_too(tmp_path):
    """Days are whole on that side as well."""
    history = told(tmp_path, [("a", "b", datetime(1960, 3, n, 18)) for n in range(1, 31)])
    assert choose(history, 1, 5) == [datetime(1960, 3, 25)]


def test_chosen_cutoffs_need_no_warning(history):
    """They hold what is asked of given ones."""
    assert check(history, choose(history, 5, 10), 10) == []


def test_a_horizon_that_is_cut_short_is_warned_of(history):
    """One sentence for each such cutoff, and none for the others."""
    (warning,) = check(history, [midnight(50), midnight(95)], 10)
    assert "2024-04-05" in warning
    assert "4.2 days" in warning


@pytest.mark.parametrize(
    ("cutoff", "said"),
    [
        (FIRST, "learn from before"),
        (FIRST - 900 * DAY, "learn from before"),
        (FIRST + 99 * DAY + timedelta(microseconds=1), "judge lists by after"),
        (datetime(9999, 1, 1), "judge lists by after"),
    ],
)
def test_a_cutoff_with_nothing_before_or_after_it_is_refused(history, cutoff, said):
    """Even where another is good."""
    with pytest.raises(InputDataError, match=said):
        check(history, [midnight(50), cutoff], 10)


def test_a_cutoff_at_the_last_interaction_has_that_to_judge_by(history):
    """What happens at the cutoff comes after it."""
    assert len(check(history, [FIRST + 99 * DAY], 10)) == 1


def test_given_times_are_read_in_any_order_and_zone():
    """UTC, ascending, without a zone."""
    assert parse("2024-07-01T02:00:00+02:00, 2024-01-01T12:30,2023-12-31") == [
        datetime(2023, 12, 31), datetime(2024, 1, 1, 12, 30), datetime(2024, 7, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2024-13-01", "2024-01-01,", "2024-01-01 2024-02-01", "0001-01-01T00:00:00+09:00"],
)
def test_what_is_no_time_is_refused_by_the_name_of_the_flag(text):
    """With an example to follow."""
    with pytest.raises(InvalidArgumentError, match=r"--cutoffs: .* is not a time; write 2024"):
        parse(text)


def test_the_same_time_twice_is_refused():
    """Also where it is written in two ways."""
    with pytest.raises(InvalidArgumentError, match=r"--cutoffs: .* twice"):
        parse("2024-01-01,2024-01-01T01:00:00+01:00")
