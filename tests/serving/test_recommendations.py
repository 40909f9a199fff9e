"""The lists over a real socket."""

from __future__ import annotations

from dataclasses import replace

import pytest
from google.protobuf.duration_pb2 import Duration

from recommender.domain.config import Stage
from recommender.domain.slate import FACTORS, HEADLINES, Aim, Direction, Goal, Kind
from recommender.ranking.stages import PRESETS
from recommender.serving import logs
from recommender.v1 import recommendation_pb2, steering_pb2, tie_pb2
from recommender.v1 import recommendation_service_pb2 as pb
from recommender.v1.steering_pb2 import Dials, Scope, Steering
from recommender.v1.steering_pb2 import Goal as GoalMessage
from tests.serving.fakes import INFO, MODEL, PEOPLE, SECRET, refused

CALLS = [
    ("RecommendPeople", pb.RecommendPeopleRequest),
    ("RecommendReactivations", pb.RecommendReactivationsRequest),
    ("RecommendMaintenance", pb.RecommendMaintenanceRequest),
]


@pytest.fixture(params=CALLS, ids=lambda call: call[0])
def ask(request, client):
    """One of the calls, made with a request's fields as keywords."""
    name, request_type = request.param
    method = getattr(client.recommendations, name)
    return lambda **fields: method(request_type(**fields))


def all_pages(ask, **fields):
    """Everybody on all pages, in order, and the answers of the pages."""
    found, answers, token = [], [], ""
    while True:
        page = ask(page_token=token, **fields)
        found += page.recommendations
        answers.append(page.answer)
        token = page.next_page_token
        if not token:
            return found, answers


def test_twenty_people_come_where_no_size_is_asked_for(ask):
    """The default page holds 20, in rank order from 1, without the asker."""
    page = ask(person_id="p000")
    assert [item.rank for item in page.recommendations] == list(range(1, 21))
    assert [item.person_id for item in page.recommendations] == PEOPLE[1:21]


def test_a_recommendation_carries_all_that_is_known(client):
    """Scores, nine factors in their order, and the reason with its evidence."""
    page = client.recommendations.RecommendPeople(pb.RecommendPeopleRequest(person_id="p000"))
    first = page.recommendations[0]
    assert (first.display_name, first.organisation, first.score) == ("Person p001", "Acme", 1)
    assert first.headlines == recommendation_pb2.HeadlineScores(
        like_mindedness=0.25, collaboration=0.5, diversity=0.75
    )
    values = [getattr(first.factors, name).value for name in FACTORS]
    assert values == [place / 8 for place in range(len(FACTORS))]
    (reason,) = first.reasons
    assert reason.kind == recommendation_pb2.REASON_KIND_SHARED_CONTACTS
    assert (reason.count.count, reason.count.at_least) == (3, True)
    assert (reason.topics[0].label, reason.objects[0].title) == ("Topic one", "A thread")
    assert not first.HasField("tie")
    assert first.opener == ""
    assert (first.caveat.kind, first.caveat.text) == (
        recommendation_pb2.CAVEAT_KIND_AWAY,
        "Not seen active for 9 weeks",
    )
    assert (first.introducer.person_id, first.introducer.display_name) == ("p999", "Ina")


def test_a_reactivation_carries_its_tie_and_an_opener(client):
    """Layer, state, counts and exact times of the tie."""
    request = pb.RecommendReactivationsRequest(person_id="p000")
    first = client.recommendations.RecommendReactivations(request).recommendations[0]
    assert first.opener == "How is Topic one going?"
    assert not first.HasField("caveat")
    assert not first.HasField("introducer")
    assert (first.tie.layer, first.tie.state) == (
        tie_pb2.TIE_LAYER_SOCIALITY,
        tie_pb2.TIE_STATE_DORMANT,
    )
    assert first.tie.first_contact_time.ToJsonString() == "2020-01-02T03:04:05.678901Z"


def test_maintenance_asks_for_fading_ties(client, recommender):
    """Each with the tie and an opener."""
    request = pb.RecommendMaintenanceRequest(person_id="p003")
    first = client.recommendations.RecommendMaintenance(request).recommendations[0]
    assert recommender.queries[-1].kind is Kind.MAINTENANCE
    assert (first.opener, first.tie.contact_id) == ("How is Topic one going?", first.person_id)


def test_the_answer_says_where_it_comes_from(ask):
    """Model, dials in force as shares, time; not degraded."""
    steering = Steering(dials=Dials(like_mindedness=1, collaboration=1, diversity=2))
    about = ask(person_id="p000", steering=steering).answer
    assert about.model == f"models/{MODEL}"
    assert about.dials == Dials(like_mindedness=0.25, collaboration=0.25, diversity=0.5)
    assert about.as_of_time.ToDatetime() == INFO.as_of
    assert not about.degraded
    assert not about.degraded_reasons


def test_the_pipeline_is_asked_what_the_caller_asked(client, recommender):
    """Kind, dials and silence reach the query as they were said."""
    request = pb.RecommendReactivationsRequest(
        person_id="p003",
        steering=Steering(dials=Dials(diversity=7)),
        min_silence_duration=Duration(seconds=86_400 * 30 + 43_200),
    )
    client.recommendations.RecommendReactivations(request)
    query = recommender.queries[-1]
    assert (list(query.askers), query.kind) == ([3], Kind.REACTIVATION)
    assert query.dials.shares() == (0, 0, 1)
    assert query.min_silence_days == 30.5


def test_nobody_excluded_comes_back(ask):
    """Excluded people are left out; unknown and repeated ids do no harm."""
    scope = Scope(exclude_person_ids=["p001", "p003", "p001", "nobody"])
    page = ask(person_id="p000", page_size=3, scope=scope)
    assert [item.person_id for item in page.recommendations] == ["p002", "p004", "p005"]


@pytest.mark.parametrize("size", [1, 7, 20, 99, 100])
def test_pages_join_to_the_same_list(ask, size):
    """Pages of any size hold the same 200 people in the same order."""
    found, answers = all_pages(ask, person_id="p000", page_size=size)
    assert [item.person_id for item in found] == PEOPLE[1:201]
    assert [item.rank for item in found] == list(range(1, 201))
    assert len({answer.attribution_token for answer in answers}) == 1


def test_the_page_size_may_change_between_pages(ask):
    """A token says where the next page starts, not how long it is."""
    token = ask(person_id="p000", page_size=2).next_page_token
    page = ask(person_id="p000", page_size=3, page_token=token)
    assert [item.person_id for item in page.recommendations] == PEOPLE[3:6]


def test_an_oversized_page_is_cut_to_the_largest(ask):
    """100 are given where more are asked for."""
    assert len(ask(person_id="p000", page_size=2**31 - 1).recommendations) == 100


def test_a_list_that_just_fits_has_no_next_page(ask):
    """The last page says that it is the last, though it is full."""
    scope = Scope(exclude_person_ids=PEOPLE[21:])
    page = ask(person_id="p000", page_size=20, scope=scope)
    assert len(page.recommendations) == 20
    assert page.next_page_token == ""


def test_an_empty_list_is_an_answer(ask):
    """Nobody left to show is no error."""
    page = ask(person_id="p000", scope=Scope(exclude_person_ids=PEOPLE))
    assert not page.recommendations
    assert page.answer.model


def test_a_checked_request_has_no_results(ask, recommender):
    """validate_only asks the pipeline nothing."""
    before = len(recommender.queries)
    page = ask(person_id="p000", validate_only=True)
    assert (len(page.recommendations), page.next_page_token) == (0, "")
    assert page.answer.model
    assert len(recommender.queries) == before


def test_the_attribution_token_tells_answers_apart(ask):
    """Another person or other dials give another token; repetition gives the same."""
    dials = Steering(dials=Dials(diversity=1))
    tokens = [
        ask(person_id="p000").answer.attribution_token,
        ask(person_id="p000").answer.attribution_token,
        ask(person_id="p001").answer.attribution_token,
        ask(person_id="p000", steering=dials).answer.attribution_token,
    ]
    assert tokens[0] == tokens[1]
    assert len(set(tokens)) == 3


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_is_a_preset_of_dials_and_page(ask, recommender, stage):
    """Every stage of the contract; further pages go on where the first ended."""
    number, preset = steering_pb2.Stage.Value(f"STAGE_{stage.name}"), PRESETS[stage]
    page = ask(person_id="p000", steering=Steering(stage=number))
    assert recommender.queries[-1].dials == preset.dials
    assert page.answer.dials == Dials(**dict(zip(HEADLINES, preset.dials.shares(), strict=True)))
    size = len(page.recommendations)
    assert size == (preset.length or 20)
    token = page.next_page_token
    again = ask(person_id="p000", steering=Steering(stage=number), page_token=token)
    assert again.recommendations[0].rank == size + 1


def test_what_is_said_in_so_many_words_wins_over_the_stage(ask, recommender):
    """Dials, all three of them, and the size of a page."""
    own = Steering(stage=steering_pb2.STAGE_PERSPECTIVE, dials=Dials(like_mindedness=1))
    page = ask(person_id="p000", steering=own, page_size=9)
    assert recommender.queries[-1].dials.shares() == (1, 0, 0)
    assert len(page.recommendations) == 9


def test_goals_reach_the_pipeline_by_row(ask, recommender):
    """In their order, each with its aim; one that the model does not know is left out."""
    goals = [
        GoalMessage(topic_id="t2", direction=1, level=2.5),
        GoalMessage(topic_id="nowhere", direction=1),
        GoalMessage(topic_id="t1", direction=2),
    ]
    answer = ask(person_id="p000", steering=Steering(goals=goals)).answer
    learn, offer = Goal(2, Aim(Direction.LEARN, 2.5)), Goal(1, Aim(Direction.OFFER))
    assert recommender.queries[-1].goals == (learn, offer)
    tokens = {answer.attribution_token, ask(person_id="p000").answer.attribution_token}
    goals[0].level = 3
    answer = ask(person_id="p000", steering=Steering(goals=goals)).answer
    assert len({*tokens, answer.attribution_token}) == 3


def test_a_level_of_0_is_as_none(ask):
    """The contract has it for "not said"."""
    plain = GoalMessage(topic_id="t2", direction=1)
    first, second = (
        ask(person_id="p000", steering=Steering(goals=[goal])).answer.attribution_token
        for goal in (plain, GoalMessage(topic_id="t2", direction=1, level=0))
    )
    assert first == second


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_tampered_token_is_refused(ask, place):
    """Whichever character is changed, the field is named."""
    token = ask(person_id="p000").next_page_token
    letters = list(token)
    letters[place] = "A" if letters[place] != "A" else "B"
    found = refused(ask, person_id="p000", page_token="".join(letters))
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


@pytest.mark.parametrize("token", ["x", "====", "é", "\0", "A" * 5000, "e30"])
def test_a_made_up_token_is_refused(ask, token):
    """Text that is no token is refused by name."""
    found = refused(ask, person_id="p000", page_token=token)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


def test_a_token_fits_its_own_request_only(ask):
    """Another person, other dials or other exclusions do not take it."""
    token = ask(person_id="p000").next_page_token
    for change in (
        {"person_id": "p001"},
        {"person_id": "p000", "steering": Steering(dials=Dials(diversity=1))},
        {"person_id": "p000", "scope": Scope(exclude_person_ids=["p002"])},
    ):
        found = refused(ask, page_token=token, **change)
        assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


def test_a_token_of_one_call_does_not_fit_the_other(client):
    """The two lists page apart."""
    token = client.recommendations.RecommendPeople(
        pb.RecommendPeopleRequest(person_id="p000")
    ).next_page_token
    request = pb.RecommendReactivationsRequest(person_id="p000", page_token=token)
    found = refused(client.recommendations.RecommendReactivations, request)
    assert (found.code.name, found.fields) == ("INVALID_ARGUMENT", ["page_token"])


def test_a_token_of_another_model_says_so(ask, recommender, monkeypatch):
    """The caller learns that the list must be started again."""
    token = ask(person_id="p000").next_page_token
    newer = replace(INFO, name="20240801T000000-ffffffff")
    monkeypatch.setattr(recommender, "info", newer)
    found = refused(ask, person_id="p000", page_token=token)
    assert (found.code.name, found.reason) == ("FAILED_PRECONDITION", "MODEL_CHANGED")
    assert found.metadata["now"] == "models/20240801T000000-ffffffff"


def test_an_unknown_person_is_not_found(ask):
    """NOT_FOUND with a stable reason and the id."""
    found = refused(ask, person_id="nobody")
    assert (found.code.name, found.reason) == ("NOT_FOUND", "PERSON_NOT_FOUND")
    assert (found.domain, found.metadata) == ("recommender.v1", {"person_id": "nobody"})


def test_an_inner_failure_gives_nothing_away(ask, capsys):
    """INTERNAL with a reference, by which the log has the detail; no secret reaches the caller."""
    logs.configure()
    found = refused(ask, person_id="boom")
    assert (found.code.name, found.reason) == ("INTERNAL", "INTERNAL")
    assert SECRET not in found.raw + found.message
    assert found.metadata["reference"] in found.message
    logged = capsys.readouterr().err
    assert found.metadata["reference"] in logged
    assert SECRET in logged
