"""A model as the ranking that is judged."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.offpolicy import Log, Verdict, judge, lines, model_target
from evaluation.offpolicy.log import NOBODY, UNSEEN
from recommender.domain.config import Dials
from recommender.domain.times import DAY_MICROSECONDS, microseconds
from tests.world_builder import AS_OF, Built, build
from tests.worlds import WORLDS


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    return build(WORLDS["workplaces"](), tmp_path_factory.mktemp("workplaces"))


def log_of(*places: tuple[str, str, int], copies: int = 1, **columns) -> Log:
    """Drawn places (person, contact, position), each with propensity ½ and reward 1."""
    people, contacts = sorted({p for p, _, _ in places}), sorted({c for _, c, _ in places})
    count = len(places) * copies
    log = Log(
        people=people,
        contacts=contacts,
        person=np.tile([people.index(p) for p, _, _ in places], copies).astype(np.int32),
        contact=np.tile([contacts.index(c) for _, c, _ in places], copies).astype(np.int32),
        position=np.tile([at for _, _, at in places], copies).astype(np.int32),
        propensity=np.full(count, 0.5),
        reward=np.ones(count),
    )
    return replace(log, **columns)


def test_a_model_agrees_where_its_list_has_the_contact_at_that_place(built):
    """And nowhere else: not at another place, nor for another contact."""
    first, second = built.recommended("w0", limit=2)
    log = log_of(("w0", first, 1), ("w0", second, 1), ("w0", first, 2), ("w0", second, 2))
    target = model_target(built.pipeline, log)
    assert target.name == built.pipeline.info.name
    assert target.propensity.tolist() == [1, 0, 0, 1]
    assert target.contact is not None
    shown = [log.contacts[code] for code in target.contact]
    assert shown == [first, first, second, second]
    assert target.filled.all()
    assert target.notes == ()


def test_every_person_is_matched_with_her_own_list(built):
    """The lists of everybody, place by place, agree throughout."""
    places = [
        (person, contact, place)
        for person in built.people
        for place, contact in enumerate(built.recommended(person, limit=3), start=1)
        if len(built.recommended(person, limit=3)) == 3
    ]
    assert len({person for person, _, _ in places}) > 1
    target = model_target(built.pipeline, log_of(*places))
    assert target.propensity.all()


def test_dials_turn_the_list_that_is_judged(built):
    """They are part of the ranking."""
    dials = Dials(like_mindedness=0, collaboration=0, diversity=1)
    turned = {
        person: offered
        for person in built.people
        if (offered := built.recommended(person, limit=1, dials=dials))
        and offered != built.recommended(person, limit=1)
    }
    assert turned
    log = log_of(*((person, offered[0], 1) for person, offered in turned.items()))
    assert model_target(built.pipeline, log, dials).propensity.all()
    assert not model_target(built.pipeline, log).propensity.any()


def test_places_past_the_end_of_a_list_are_empty(built):
    """Nothing is shown there, and nothing is claimed of it."""
    length = len(built.recommended("w0", limit=1000))
    contact = built.recommended("w0")[0]
    target = model_target(built.pipeline, log_of(("w0", contact, 1), ("w0", contact, length + 1)))
    assert target.filled.tolist() == [True, False]


def test_people_and_contacts_whom_the_model_does_not_know_are_counted(built):
    """A stranger's place is left out; a strange contact is one whom the model does not show."""
    first = built.recommended("w0", limit=1)[0]
    log = log_of(("stranger", first, 1), ("w0", "newcomer", 1))
    target = model_target(built.pipeline, log)
    assert target.propensity.tolist() == [0, 0]
    assert target.contact is not None
    assert target.contact.tolist() == [NOBODY, log.contacts.index(first)]
    stranger, newcomer = target.notes
    assert "does not know 1 of 2 people" in stranger
    assert "does not know 1 of 2 contacts" in newcomer


def test_whom_the_log_never_shows_is_not_taken_for_somebody_else(built):
    """The model's first choice is not among the contacts of the log."""
    first, second = built.recommended("w0", limit=2)
    target = model_target(built.pipeline, log_of(("w0", second, 1)))
    assert first != second
    assert target.contact is not None
    assert target.contact.tolist() == [UNSEEN]
    assert target.propensity.tolist() == [0]


@pytest.mark.parametrize(("days", "noted"), [(-1, True), (0, False), (1, False)])
def test_a_model_that_has_seen_what_the_log_tells_is_doubted(built, days, noted):
    """It may know the answers, unless it was trained as of the first of them."""
    since = np.array([microseconds(AS_OF) + days * DAY_MICROSECONDS])
    log = log_of(("w0", built.recommended("w0")[0], 1), occurred_at=since)
    notes = model_target(built.pipeline, log).notes
    assert any("may know the answers" in note for note in notes) == noted


def test_a_model_is_judged_by_every_estimator(built):
    """Whom it shows is known, so the doubly robust one is there too."""
    offered = built.recommended("w0", limit=1)[0], built.recommended("w1", limit=1)[0]
    places = [("w0", offered[0], 1), ("w0", "x", 1), ("w1", offered[1], 1), ("w1", "x", 1)]
    reward = np.tile([1.0, 0.0, 1.0, 0.0], 200)
    log = log_of(*places, copies=200, reward=reward)
    verdict = judge(log, model_target(built.pipeline, log))
    assert isinstance(verdict, Verdict)
    assert list(verdict.estimates) == ["snips", "doubly_robust", "ips"]
    assert verdict.left_out == {}
    assert {one.value.value for one in verdict.estimates.values()} == {1.0}
    assert lines(verdict)[0].startswith(f"{built.pipeline.info.name}, judged on 800 drawn places")


def test_a_log_is_not_changed_by_being_judged(built):
    """Nor by asking a model about it."""
    log = log_of(("w0", built.recommended("w0")[0], 1), ("w1", "x", 2), copies=300)
    columns = ("person", "contact", "position", "propensity", "reward")
    before = {name: getattr(log, name).copy() for name in columns}
    judge(log, model_target(built.pipeline, log), resamples=10)
    assert all(np.array_equal(getattr(log, name), before[name]) for name in columns)
