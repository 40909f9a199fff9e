"""The contract says what the service does: words that were once false stay mended."""

from __future__ import annotations

from pathlib import Path

from recommender.domain.slate import LONGEST_SILENCE_DAYS, SHORTEST_SILENCE_DAYS, SILENCE_DAYS
from recommender.ties.foresight import MUTUAL_STEPS, RETURN_STEPS, STEP_DAYS
from recommender.ties.states import FADING_RATIO, LEAST_SESSIONS, LEAST_SILENCE_DAYS

PROTO = Path(__file__).parents[2] / "proto" / "recommender" / "v1"


def comments_above(field):
    """The comment above every field of this name in the contract, on one line each."""
    found = []
    for path in sorted(PROTO.glob("*.proto")):
        lines = path.read_text(encoding="utf-8").splitlines()
        for place, line in enumerate(lines):
            if f" {field} = " in line:
                start = place
                while lines[start - 1].strip().startswith("//"):
                    start -= 1
                found.append(" ".join(text.strip(" /") for text in lines[start:place]))
    return found


def test_the_bounds_of_a_silence_are_those_that_are_checked():
    """Wherever a silence can be asked for, with the one in force where it is not."""
    said = comments_above("min_silence_duration")
    assert len(said) == 3
    for text in said:
        assert f"at least {SHORTEST_SILENCE_DAYS:g} days" in text
        assert f"at most {LONGEST_SILENCE_DAYS:,.0f} days" in text
        assert f"Absent: {SILENCE_DAYS:g} days." in text


def test_fading_and_dormant_ties_are_those_that_are_computed():
    """By the days, the gaps and the conversations that decide it."""
    (text,) = comments_above("TIE_STATE_DORMANT")
    assert f"silent for {SILENCE_DAYS:g} days" in text
    assert f"at least {LEAST_SILENCE_DAYS:g} days on which both were around" in text
    assert LEAST_SESSIONS == 2
    assert "at least two conversations" in text
    (text,) = comments_above("TIE_STATE_FADING")
    assert FADING_RATIO == 3
    assert "three times its usual gap" in text


def test_probabilities_name_the_days_that_they_look_ahead():
    """Those of training."""
    (strength,), (returns,) = comments_above("strength"), comments_above("return_probability")
    assert f"the next {MUTUAL_STEPS * STEP_DAYS:g} days" in strength
    assert f"the next {RETURN_STEPS * STEP_DAYS:g} days" in returns
