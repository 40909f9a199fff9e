"""Places drawn by lot, on the lists of a server: told with their chance, and the same all day."""

from __future__ import annotations

import numpy as np
import pytest

from recommender.domain.slate import Drawing, Query
from recommender.v1 import event_service_pb2 as events
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.steering_pb2 import Dials, Steering
from tests.databases import database
from tests.serving.real import real
from tests.serving.test_scope import now


@pytest.fixture(scope="module")
def drawing(trained, tmp_path_factory):
    """A server that draws half of all places."""
    folder = tmp_path_factory.mktemp("store")
    with database("sqlite", folder) as url, real(trained, url, drawn_share=0.5) as found:
        yield found


def listed(server, asker, size, **fields):
    """The whole list, in pages of a size."""
    found, token = [], ""
    while True:
        page = server.lists.RecommendPeople(
            pb.RecommendPeopleRequest(person_id=asker, page_size=size, page_token=token, **fields)
        )
        found += page.recommendations
        token = page.next_page_token
        if not token:
            return found


def test_about_as_many_places_are_drawn_as_is_set(drawing, people):
    """Each told with a chance above 0 and at most 1; the others with none."""
    flags = []
    for person in people:
        first = listed(drawing, person, 100)[:100]
        flags += [item.HasField("propensity") for item in first]
        for item in first:
            assert not item.HasField("propensity") or 0 < item.propensity <= 1
    assert abs(np.mean(flags) - 0.5) < 4 * np.sqrt(0.25 / len(flags))


def test_a_drawn_list_is_the_same_however_it_is_read(drawing, people):
    """In pages of any size, or once more: names, ranks and chances."""
    for person in people:
        wholes = [listed(drawing, person, size) for size in (100, 100, 33, 20)]
        assert wholes[0] == wholes[1] == wholes[2] == wholes[3]
        assert [item.rank for item in wholes[0]] == list(range(1, len(wholes[0]) + 1))
        assert len({item.person_id for item in wholes[0]}) == len(wholes[0])


def test_nobody_is_lost_by_the_lot_and_nobody_comes(drawing, community, people):
    """The same people as without, in another order."""
    for person in people:
        plain, drawn = listed(community, person, 100), listed(drawing, person, 100)
        assert {i.person_id for i in plain[:100]} == {i.person_id for i in drawn[:100]}
        assert [i.person_id for i in plain] != [i.person_id for i in drawn]
        assert not any(item.HasField("propensity") for item in plain)


def test_each_asker_and_each_dial_has_places_of_its_own(drawing, people):
    """Two askers do not have the same places drawn."""
    places = {
        tuple(item.HasField("propensity") for item in listed(drawing, person, 100)[:40])
        for person in people
    }
    assert len(places) == len(people)
    dials = Steering(dials=Dials(diversity=1))
    one, other = (listed(drawing, people[0], size, steering=dials) for size in (100, 15))
    assert one == other


def test_other_lists_are_drawn_too(drawing, people):
    """Ranked people and streams say the same chances as the single call."""
    single = listed(drawing, people[0], 20)[:20]
    stream = pb.StreamRecommendationsRequest(person_ids=[people[0]])
    [message] = drawing.lists.StreamRecommendations(stream)
    assert list(message.recommendations) == single
    ranked = drawing.lists.RankPeople(
        pb.RankPeopleRequest(
            person_id=people[0], candidate_person_ids=[item.person_id for item in single]
        )
    )
    assert any(item.HasField("propensity") for item in ranked.recommendations)
    asked = pb.ExplainPairRequest(person_id=people[0], contact_id=single[4].person_id)
    pair = drawing.lists.ExplainPair(asked).recommendation
    assert (pair.rank, pair.propensity) == (5, single[4].propensity)


def test_a_chance_goes_back_with_what_became_of_it(drawing, people):
    """As it was told: that is what judging other rankings needs."""
    stream = pb.StreamRecommendationsRequest(person_ids=[people[1]])
    [message] = drawing.lists.StreamRecommendations(stream)
    drawn = next(item for item in message.recommendations if item.HasField("propensity"))
    feedback = events.Feedback(
        event_id="drawn",
        attribution_token=message.answer.attribution_token,
        person_id=people[1],
        contact_id=drawn.person_id,
        action=events.FEEDBACK_ACTION_SHOWN,
        occur_time=now(),
        rank=drawn.rank,
        propensity=drawn.propensity,
    )
    reply = drawing.events.WriteFeedback(events.WriteFeedbackRequest(feedback=[feedback]))
    assert [one.status for one in reply.outcomes] == [events.WRITE_STATUS_ACCEPTED]


def test_chances_are_those_of_the_list_over_many_lots(pipeline):
    """The first place of a real list: everybody as often as exp(score) says."""
    lots, row = 300, 100
    first, chances, scores = [], {}, {}
    for seed in range(lots):
        query = Query(askers=[row], limit=3, drawing=Drawing(1.0, seed))
        [found] = pipeline.answer(query)
        first.append(found[0].person_id)
        chances[found[0].person_id] = found[0].propensity
        scores[found[0].person_id] = found[0].score
    for person, chance in chances.items():
        seen = first.count(person) / lots
        assert abs(seen - chance) < 4.5 * np.sqrt(chance * (1 - chance) / lots) + 1 / lots
    a, b = sorted(chances, key=chances.get)[-2:]
    assert chances[b] / chances[a] == pytest.approx(np.exp(scores[b] - scores[a]), rel=1e-3)
