"""Who may be on a list, and who has been on it lately: scope and rotation on a real model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.domain.ids import Row
from recommender.v1 import event_service_pb2 as events
from recommender.v1 import recommendation_pb2 as lists
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.steering_pb2 import Context, Rotation, Scope
from tests.serving.fakes import refused
from tests.serving.stored import serving


@pytest.fixture
def known(pipeline):
    """Everybody's ids, by row."""
    table = pipeline.model.person_ids
    return [table[row] for row in range(len(table))]


def listed(community, asker, scope=None, **fields):
    """The whole list of new people."""
    found, token = [], ""
    while True:
        request = pb.RecommendPeopleRequest(
            person_id=asker, page_size=100, page_token=token, scope=scope, **fields
        )
        page = community.lists.RecommendPeople(request)
        found += page.recommendations
        token = page.next_page_token
        if not token:
            return found


def ids(found):
    return [item.person_id for item in found]


# -- scope ----------------------------------------------------------------------------------------


def attributes(pipeline, person_id):
    """Organisation, level and languages, as the model has them."""
    model, row = pipeline.model, pipeline.row(person_id)
    code = model.organisation[row]
    speaks = model.speaks.indices[model.speaks.indptr[row] : model.speaks.indptr[row + 1]]
    return (
        model.organisations[code] if code >= 0 else "",
        model.level[row],
        {model.languages[each] for each in speaks},
    )


def test_a_filter_holds_for_everybody_on_the_list(community, pipeline, known):
    """And those it holds for are all there, further down than before at no time."""
    asker = known[70]
    text = 'organisation != "Mavikent University" AND languages:"en" AND level >= 2'
    whole, found = listed(community, asker), listed(community, asker, Scope(filter=text))
    assert found
    for item in found:
        organisation, level, languages = attributes(pipeline, item.person_id)
        assert organisation != "Mavikent University"
        assert "en" in languages
        assert level >= 2
    fits = [
        one
        for one in ids(whole)
        for organisation, level, languages in [attributes(pipeline, one)]
        if organisation not in ("", "Mavikent University") and "en" in languages and level >= 2
    ]
    assert set(fits) <= set(ids(found))
    assert len(fits) < len(whole)


def test_a_filter_that_cannot_be_read_names_the_place(community, known):
    """The field, and what was found where."""
    scope = Scope(filter="level >= 2 AND nonsense = 1")
    request = pb.RecommendPeopleRequest(person_id=known[70], scope=scope)
    found = refused(community.lists.RecommendPeople, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["scope.filter"])
    assert "nonsense" in found.message


def participants(pipeline, thing):
    model = pipeline.model
    row = model.object_ids.row(thing)
    there = model.participants.indices[
        model.participants.indptr[row] : model.participants.indptr[row + 1]
    ]
    return {model.person_ids[Row(each)] for each in there}


def test_a_context_is_who_was_there(community, pipeline, known):
    """At the event, in the course, of the organisation; and of several, who was in all."""
    model = pipeline.model
    sizes = {
        row: model.participants.indptr[row + 1] - model.participants.indptr[row]
        for row in range(len(model.object_ids))
    }
    one, other = sorted(sizes, key=lambda row: -sizes[row])[:2]
    event, course = model.object_ids[one], model.object_ids[other]
    asker = known[71]
    at_event = set(ids(listed(community, asker, Scope(context=Context(event_object_id=event)))))
    in_course = set(ids(listed(community, asker, Scope(context=Context(course_object_id=course)))))
    assert at_event
    assert at_event <= participants(pipeline, event)
    assert in_course <= participants(pipeline, course)
    both = Scope(context=Context(event_object_id=event, course_object_id=course))
    assert set(ids(listed(community, asker, both))) == at_event & in_course
    home = Scope(context=Context(organisation="Bandele Archives"))
    found = listed(community, asker, home)
    assert {item.organisation for item in found} == {"Bandele Archives"}
    assert not listed(community, asker, Scope(context=Context(event_object_id="no such event")))


def test_who_takes_part_since_is_there(community, pipeline, known):
    """An activity in the event is enough."""
    asker, thing = known[72], "event of today"
    scope = Scope(context=Context(event_object_id=thing))
    guest = ids(listed(community, asker))[0]
    assert not listed(community, asker, scope)
    activity = events.Activity(
        person_id=guest, topic_id=pipeline.model.topic_ids[0], verb="attend", object_id=thing
    )
    event = events.Event(event_id="guest came", occur_time=now(), activity=activity)
    community.events.WriteEvents(events.WriteEventsRequest(events=[event]))
    community.settle()
    assert ids(listed(community, asker, scope)) == [guest]


def test_the_lowest_score_cuts_the_list(community, known):
    """Nobody below it is shown; those above keep their scores."""
    asker = known[73]
    whole = {item.person_id: item.score for item in listed(community, asker)}
    middle = sorted(whole.values())[len(whole) // 2]
    found = {
        item.person_id: item.score for item in listed(community, asker, Scope(minimum_score=middle))
    }
    assert found == {person: score for person, score in whole.items() if score >= middle}
    assert not listed(community, asker, Scope(minimum_score=1e9))
    lowest = listed(community, asker, Scope(minimum_score=-1e9))
    assert ids(lowest) == list(whole)


# -- rotation -------------------------------------------------------------------------------------


def now(ago=timedelta()):
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC) - ago)
    return stamp


def show(community, page, people, ago=timedelta()):
    """Tell that people were shown on the list of a page, so long ago."""
    told = [
        events.Feedback(
            event_id=f"{person} {ago} {page.answer.attribution_token[:9]}",
            attribution_token=page.answer.attribution_token,
            person_id=page.person_id,
            contact_id=person,
            action=events.FEEDBACK_ACTION_SHOWN,
            occur_time=now(ago),
        )
        for person in people
    ]
    reply = community.events.WriteFeedback(events.WriteFeedbackRequest(feedback=told))
    assert {one.status for one in reply.outcomes} == {events.WRITE_STATUS_ACCEPTED}


@pytest.fixture
def first_page(community):
    """The first message of a stream: a list, its token, and whose it is."""

    def ask(asker, **fields):
        request = pb.StreamRecommendationsRequest(person_ids=[asker], result_limit=100, **fields)
        [message] = community.lists.StreamRecommendations(request)
        return message

    return ask


def scores(page):
    return {item.person_id: item.score for item in page.recommendations}


WEEK = timedelta(days=7)


def test_a_name_just_shown_makes_room(community, known, first_page):
    """At rate 1 it falls to the end; without rotation nothing has happened."""
    asker = known[80]
    before = first_page(asker)
    shown = ids(before.recommendations)[:3]
    show(community, before, shown)
    assert first_page(asker) == before
    after = first_page(asker, rotation=Rotation(rate=1))
    assert not set(shown) & set(ids(after.recommendations)[:20])
    asked = pb.RecommendPeopleRequest(person_id=asker, rotation=Rotation(rate=1))
    page = community.lists.RecommendPeople(asked)
    assert ids(page.recommendations) == ids(after.recommendations)[:20]


def test_a_name_loses_its_share_and_nobody_else_does(community, known, first_page):
    """Of how far it stands above the last; others keep their scores."""
    asker = known[81]
    before = first_page(asker)
    whole = {item.person_id: item.score for item in listed(community, asker)}
    first = ids(before.recommendations)[0]
    show(community, before, [first])
    after = scores(first_page(asker, rotation=Rotation(rate=0.5)))
    same = {one: score for one, score in after.items() if one != first}
    assert same == {one: whole.get(one, same[one]) for one in same}
    mine, lower = whole[first], after[first]
    assert lower < mine
    gentle = scores(first_page(asker, rotation=Rotation(rate=0.25)))[first]
    assert mine - gentle == pytest.approx((mine - lower) / 2, rel=0.01)


def test_a_name_recovers_evenly_over_the_window(community, known, first_page):
    """Half way through it has lost half as much, and at its end nothing."""
    lost = []
    for place, ago in enumerate([timedelta(), WEEK / 2, WEEK + timedelta(hours=1)]):
        asker = known[82]
        before = first_page(asker)
        names = ids(before.recommendations)
        show(community, before, [names[place]], ago)
        after = scores(first_page(asker, rotation=Rotation(rate=0.4)))
        lost.append((scores(before)[names[place]] - after[names[place]], names[place]))
    # How much each could lose at most: the same call for one who was shown just now.
    full = []
    for _, name in lost:
        show(community, before, [name], timedelta(seconds=1))
        after = scores(first_page(asker, rotation=Rotation(rate=0.4)))
        full.append(scores(before)[name] - after[name])
    kept = [loss / most for (loss, _), most in zip(lost, full, strict=True)]
    assert kept == pytest.approx([1, 0.5, 0], abs=0.01)


def test_the_window_may_be_longer_or_shorter(community, known, first_page):
    """Who was shown three days ago counts in ten days, not in two."""
    asker = known[83]
    before = first_page(asker)
    first = ids(before.recommendations)[0]
    show(community, before, [first], timedelta(days=3))
    days = {n: Rotation(rate=1, window=Duration(seconds=86_400 * n)) for n in (2, 10)}
    assert first_page(asker, rotation=days[2]).recommendations == before.recommendations
    assert scores(first_page(asker, rotation=days[10]))[first] < scores(before)[first]


def test_each_list_and_each_asker_has_showings_of_her_own(community, known, first_page):
    """Who was shown among new people, to one, is not thereby shown to another."""
    asker, other = known[84], known[85]
    before = first_page(asker)
    show(community, before, ids(before.recommendations)[:5])
    rotation = Rotation(rate=1)
    assert first_page(other, rotation=rotation) == first_page(other)
    kinds = [lists.LIST_KIND_REACTIVATION]
    assert first_page(asker, kinds=kinds, rotation=rotation) == first_page(asker, kinds=kinds)
    assert first_page(asker, rotation=rotation) != before


def test_without_a_store_nobody_can_be_moved_and_the_answer_says_so(models):
    """Recommendations go on; the list is marked."""
    with serving(models, None) as found:
        request = pb.RecommendPeopleRequest(person_id="p000")
        plain = found.lists.RecommendPeople(request)
        assert not plain.answer.degraded
        request.rotation.rate = 0.5
        rotated = found.lists.RecommendPeople(request)
        assert list(rotated.answer.degraded_reasons) == [lists.DEGRADED_REASON_STORE_UNAVAILABLE]
        assert list(rotated.recommendations) == list(plain.recommendations)
