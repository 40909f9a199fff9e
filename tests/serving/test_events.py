"""EventService over a real socket, on every kind of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import select

from recommender.domain.errors import StoreUnavailableError
from recommender.domain.learner import BlockKind
from recommender.domain.slate import Kind
from recommender.store.tables import REQUESTS
from recommender.v1 import event_service_pb2 as pb
from recommender.v1 import learner_service_pb2
from tests.serving.fakes import MODEL, refused
from tests.serving.stored import serving, token

ACCEPTED, DUPLICATE, REJECTED = 1, 2, 3
T0 = Timestamp(seconds=1_700_000_000, nanos=123_456_789)


def soon(**ahead):
    found = Timestamp()
    found.FromDatetime(datetime.now(UTC) + timedelta(**ahead))
    return found


def activity(event_id, person="ada", **fields):
    done = pb.Activity(**{"person_id": person, "topic_id": "t", "verb": "posted", **fields})
    return pb.Event(event_id=event_id, occur_time=T0, activity=done)


def interaction(event_id, person="ada", contact="bea", **fields):
    said = pb.Interaction(
        **{"person_id": person, "contact_id": contact, "verb": "replied", **fields}
    )
    return pb.Event(event_id=event_id, occur_time=T0, interaction=said)


def connection(event_id, person="ada", contact="bea", ended=False):
    tie = pb.ConnectionChange(person_id=person, contact_id=contact, ended=ended)
    return pb.Event(event_id=event_id, occur_time=T0, connection_change=tie)


def feedback(event_id, person="ada", contact="bea", **fields):
    usual = {"attribution_token": token(person), "action": 1, "occur_time": T0}
    names = {"event_id": event_id, "person_id": person, "contact_id": contact}
    return pb.Feedback(**{**names, **usual, **fields})


def write(client, *events, **fields):
    return client.events.WriteEvents(pb.WriteEventsRequest(events=events, **fields))


def tell(client, *items, **fields):
    return client.events.WriteFeedback(pb.WriteFeedbackRequest(feedback=items, **fields))


def statuses(answer):
    return [outcome.status for outcome in answer.outcomes]


def kept(client):
    with client.store.contents("default") as contents:
        events = {event.event_id: event for event in contents.events()}
        return events, {each.event_id: each for each in contents.feedback()}


def test_events_are_taken_and_kept(anywhere):
    """Every kind, with every field; times to the microsecond, weights 1 where nothing is said."""
    answer = write(
        anywhere,
        activity("k1", object_id="o", weight=0.5),
        interaction("k2", topic_id="t", object_id="o"),
        connection("k3", ended=True),
    )
    assert statuses(answer) == [ACCEPTED] * 3
    assert [outcome.event_id for outcome in answer.outcomes] == ["k1", "k2", "k3"]
    assert answer.durable
    events, _ = kept(anywhere)
    one, two, three = (events[name] for name in ("k1", "k2", "k3"))
    assert (one.topic_id, one.verb, one.object_id, one.weight) == ("t", "posted", "o", 0.5)
    assert (two.contact_id, two.topic_id, two.object_id, two.weight) == ("bea", "t", "o", 1.0)
    assert (three.contact_id, three.ended) == ("bea", True)
    assert one.occurred_at == datetime(2023, 11, 14, 22, 13, 20, 123_456)


def test_an_event_is_taken_once(anywhere):
    """Within a request, and in the next."""
    answer = write(anywhere, activity("d1"), activity("d2"), activity("d1", verb="other"))
    assert statuses(answer) == [ACCEPTED, ACCEPTED, DUPLICATE]
    assert statuses(write(anywhere, activity("d1"))) == [DUPLICATE]
    assert kept(anywhere)[0]["d1"].verb == "posted"


def test_what_can_be_taken_is_taken(anywhere):
    """Each item has its outcome, in the order of the request; what is wrong is said."""
    answer = write(anywhere, activity("w1"), activity("w2", verb=""), interaction("w3", "a", "a"))
    assert statuses(answer) == [ACCEPTED, REJECTED, REJECTED]
    assert [outcome.field for outcome in answer.outcomes] == [
        "",
        "events[1].activity.verb",
        "events[2].interaction.contact_id",
    ]
    assert all(answer.outcomes[place].message for place in (1, 2))
    assert answer.durable
    events, _ = kept(anywhere)
    assert {"w1", "w2", "w3"} & events.keys() == {"w1"}


def test_what_is_remembered_of_a_write_names_no_event(writer):
    """Hosts put people into their events' ids, and an erasure could not find them there."""
    event, item = "ada@example.org said", "ada@example.org declined"
    first = (
        write(writer, activity(event), request_id="named event"),
        tell(writer, feedback(item), feedback(item, person=""), request_id="named item"),
    )
    with writer.store._database.reading() as connection:
        remembered = connection.execute(select(REQUESTS.c.answer)).scalars().all()
    assert len(remembered) >= 2
    assert not any(b"ada@example.org" in bytes(answer) for answer in remembered)
    again = (
        write(writer, activity(event), request_id="named event"),
        tell(writer, feedback(item), feedback(item, person=""), request_id="named item"),
    )
    assert again == first
    assert [each.event_id for answer in first for each in answer.outcomes] == [event, item, item]


def test_a_named_write_gets_its_first_answer_again(anywhere):
    """Where its items would be duplicates by themselves."""
    first = write(anywhere, activity("n1"), activity("n2", verb=""), request_id="named")
    assert write(anywhere, activity("n1"), activity("n2", verb=""), request_id="named") == first
    assert statuses(write(anywhere, activity("n1"))) == [DUPLICATE]
    request = pb.WriteEventsRequest(events=[activity("n3")], request_id="named")
    assert refused(anywhere.events.WriteEvents, request).reason == "REQUEST_ID_REUSED"


def test_what_is_only_checked_is_not_kept(anywhere):
    """And is not called durable."""
    answer = write(anywhere, activity("v1"), activity("v2", verb=""), validate_only=True)
    assert statuses(answer) == [ACCEPTED, REJECTED]
    assert not answer.durable
    told = tell(anywhere, feedback("v1"), feedback("v2", action=9), validate_only=True)
    assert statuses(told) == [ACCEPTED, REJECTED]
    assert not told.durable
    events, fed = kept(anywhere)
    assert not {"v1", "v2"} & (events.keys() | fed.keys())


def test_feedback_is_kept_with_all_that_its_token_says(anywhere):
    """Model, list and dials of the answer."""
    items = [
        feedback("f1", action=2, rank=7, propensity=0.125, surface="home"),
        feedback("f2", attribution_token=token("ada", "maintenance")),
        feedback("f1"),
    ]
    answer = tell(anywhere, *items)
    assert statuses(answer) == [ACCEPTED, ACCEPTED, DUPLICATE]
    assert answer.durable
    _, fed = kept(anywhere)
    one, two = fed["f1"], fed["f2"]
    assert (one.model, one.list_kind, one.dials) == (MODEL, Kind.PEOPLE, (0.5, 0.25, 0.25))
    assert (one.action, one.rank, one.propensity, one.surface) == ("opened", 7, 0.125, "home")
    assert (two.list_kind, two.rank, two.propensity) == (Kind.MAINTENANCE, 0, None)
    assert one.token == token("ada")


def test_who_is_declined_is_dismissed(anywhere):
    """From the list that she was on."""
    tell(anywhere, feedback("x1", "dan", "eve", action=4))
    ((_, block),) = anywhere.store.blocks("default", "dan", None, None, 9)
    assert (block.contact_id, block.kind, block.list_kind) == (
        "eve",
        BlockKind.DISMISS,
        Kind.PEOPLE,
    )


def test_nothing_is_taken_about_the_erased(anywhere):
    """By whom or about whom it is; the rest of the write is taken."""
    anywhere.learners.ErasePerson(learner_service_pb2.ErasePersonRequest(person_id="gone2"))
    answer = write(
        anywhere,
        activity("g1", "gone2"),
        interaction("g2", "ada", "gone2"),
        connection("g3", "gone2", "ada"),
        activity("g4"),
    )
    assert statuses(answer) == [REJECTED, REJECTED, REJECTED, ACCEPTED]
    assert [outcome.field for outcome in answer.outcomes] == [
        "events[0].activity.person_id",
        "events[1].interaction.contact_id",
        "events[2].connection_change.person_id",
        "",
    ]
    told = tell(anywhere, feedback("g5", "gone2"), feedback("g6", "ada", "gone2"), feedback("g7"))
    assert statuses(told) == [REJECTED, REJECTED, ACCEPTED]
    assert [outcome.field for outcome in told.outcomes][:2] == [
        "feedback[0].person_id",
        "feedback[1].contact_id",
    ]


LONG = "x" * 257
BAD_EVENTS = [
    (activity(""), "event_id"),
    (activity(LONG), "event_id"),
    (activity("e", person=""), "activity.person_id"),
    (activity("e", person="a\0"), "activity.person_id"),
    (activity("e", topic_id=""), "activity.topic_id"),
    (activity("e", verb=""), "activity.verb"),
    (activity("e", verb="x" * 65), "activity.verb"),
    (activity("e", object_id=LONG), "activity.object_id"),
    (activity("e", weight=0), "activity.weight"),
    (activity("e", weight=-1), "activity.weight"),
    (activity("e", weight=float("nan")), "activity.weight"),
    (activity("e", weight=float("inf")), "activity.weight"),
    (interaction("e", contact=""), "interaction.contact_id"),
    (interaction("e", contact="ada"), "interaction.contact_id"),
    (interaction("e", topic_id=LONG), "interaction.topic_id"),
    (connection("e", contact="ada"), "connection_change.contact_id"),
    (pb.Event(event_id="e", occur_time=T0), "body"),
    (pb.Event(event_id="e", activity=activity("e").activity), "occur_time"),
]
BAD_TIMES = [None, Timestamp(seconds=2**62), Timestamp(nanos=-1), Timestamp(nanos=10**9)]
BAD_FEEDBACK = [
    ({"event_id": ""}, "event_id"),
    ({"person_id": ""}, "person_id"),
    ({"contact_id": ""}, "contact_id"),
    ({"contact_id": "ada"}, "contact_id"),
    ({"attribution_token": ""}, "attribution_token"),
    ({"attribution_token": "nonsense"}, "attribution_token"),
    ({"attribution_token": "x" * 100_000}, "attribution_token"),
    ({"attribution_token": token("bea")}, "attribution_token"),
    ({"attribution_token": token("ada", "network")}, "attribution_token"),
    ({"attribution_token": token("ada")[:-1] + "é"}, "attribution_token"),
    ({"action": 0}, "action"),
    ({"action": 99}, "action"),
    ({"occur_time": None}, "occur_time"),
    ({"rank": -1}, "rank"),
    ({"propensity": 0}, "propensity"),
    ({"propensity": 1.5}, "propensity"),
    ({"propensity": float("nan")}, "propensity"),
    ({"surface": "x" * 65}, "surface"),
]


@pytest.mark.parametrize(("event", "field"), BAD_EVENTS, ids=lambda value: str(value)[:30])
def test_a_bad_field_of_an_event_is_named(writer, event, field):
    """Beside a good one, which is taken or was."""
    answer = write(writer, activity("good"), event)
    assert answer.outcomes[0].status != REJECTED
    assert (answer.outcomes[1].status, answer.outcomes[1].field) == (REJECTED, f"events[1].{field}")
    assert answer.outcomes[1].event_id == event.event_id


@pytest.mark.parametrize("time", BAD_TIMES, ids=range(len(BAD_TIMES)))
def test_an_event_of_the_future_or_of_no_time_is_not_taken(writer, time):
    """Clocks may differ by five minutes. None: six minutes from now."""
    time = time or soon(minutes=6)
    event = activity("when")
    event.occur_time.CopyFrom(time)
    assert write(writer, event).outcomes[0].field == "events[0].occur_time"
    told = tell(writer, feedback("when", occur_time=time))
    assert told.outcomes[0].field == "feedback[0].occur_time"


def test_clocks_may_differ_a_little(writer):
    """A minute ahead is now."""
    event = activity("ahead")
    event.occur_time.CopyFrom(soon(minutes=1))
    assert statuses(write(writer, event)) == [ACCEPTED]


@pytest.mark.parametrize(("fields", "field"), BAD_FEEDBACK, ids=lambda value: str(value)[:40])
def test_a_bad_field_of_feedback_is_named(writer, fields, field):
    """A token must be ours, of a list, and of an answer to that very person."""
    answer = tell(writer, feedback(**{"event_id": "bad", **fields}))
    outcome = answer.outcomes[0]
    assert (outcome.status, outcome.field) == (REJECTED, f"feedback[0].{field}")
    assert outcome.message
    assert "bad" not in kept(writer)[1]


@pytest.mark.parametrize("count", [0, 1001])
def test_a_write_has_one_to_a_thousand_items(writer, count):
    """None and too many are refused as a whole."""
    many = pb.WriteEventsRequest(events=[activity("same")] * count)
    found = refused(writer.events.WriteEvents, many)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["events"])
    told = pb.WriteFeedbackRequest(feedback=[feedback("same")] * count)
    found = refused(writer.events.WriteFeedback, told)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["feedback"])


def test_a_thousand_items_are_taken(writer):
    """The largest write there is."""
    answer = write(writer, *(activity(f"many{n}") for n in range(1000)))
    assert statuses(answer) == [ACCEPTED] * 1000


class Broken:
    """A store that cannot be used, with a secret in its error."""

    def __getattr__(self, name):
        def fail(*_arguments, **_keywords):
            raise StoreUnavailableError("postgresql://secret-host/learners")

        return fail


def test_while_the_store_cannot_be_used_reads_and_writes_are_unavailable(models):
    """Callers are told to come back, and nothing of the place."""
    person = learner_service_pb2.GetLearnerRequest(person_id="ada")
    change = learner_service_pb2.UpdateLearnerRequest(
        learner=learner_service_pb2.Learner(person_id="ada", stage=1), request_id="r"
    )
    with serving(models, Broken()) as client:
        for call, request in (
            (client.learners.GetLearner, person),
            (client.learners.UpdateLearner, change),
            (client.events.WriteEvents, pb.WriteEventsRequest(events=[activity("e")])),
            (client.events.WriteFeedback, pb.WriteFeedbackRequest(feedback=[feedback("e")])),
        ):
            found = refused(call, request)
            assert (found.code.name, found.reason) == ("UNAVAILABLE", "STORE_UNAVAILABLE")
            assert "secret" not in found.raw
