"""Lists of people for a learner: one method per RPC."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

import structlog

from recommender.domain.errors import PersonNotFoundError
from recommender.domain.ids import Row
from recommender.domain.slate import Barrier, Kind
from recommender.serving import lists, replies, requests, scoping, steering
from recommender.serving.context import CallContext
from recommender.serving.lists import Asked, Rules
from recommender.serving.refusals import RefusalError
from recommender.serving.requests import ListCall
from recommender.serving.stored import key_of
from recommender.v1 import recommendation_service_pb2 as pb

log = structlog.get_logger()

Response = TypeVar(
    "Response",
    pb.RecommendPeopleResponse,
    pb.RecommendReactivationsResponse,
    pb.RecommendMaintenanceResponse,
)


class RecommendationService:
    """Lists of people for a learner, by the operator's rules."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()

    def RecommendPeople(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendPeopleRequest, call: CallContext
    ) -> bytes:
        """New people whom the learner should get to know."""
        return self._answered(call, request, Kind.PEOPLE, pb.RecommendPeopleResponse)

    def RecommendReactivations(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendReactivationsRequest, call: CallContext
    ) -> bytes:
        """Weak or dormant ties that the learner should pick up again."""
        return self._answered(call, request, Kind.REACTIVATION, pb.RecommendReactivationsResponse)

    def RecommendMaintenance(  # noqa: N802 - the RPC's name
        self, request: pb.RecommendMaintenanceRequest, call: CallContext
    ) -> bytes:
        """Strong ties of the learner that are fading."""
        return self._answered(call, request, Kind.MAINTENANCE, pb.RecommendMaintenanceResponse)

    def RankPeople(  # noqa: N802 - the RPC's name
        self, request: pb.RankPeopleRequest, call: CallContext
    ) -> bytes:
        """The caller's own people, ranked; and of those left out, why."""
        person_id = requests.person_id(request.person_id)
        named = requests.people(list(request.candidate_person_ids), "candidate_person_ids")
        asked = ListCall(
            kind=Kind.PEOPLE,
            steering=steering.read(request.steering),
            scope=scoping.read(request.scope),
            explain=request.explain,
        )
        page = requests.page(request, call.recommender.info.name, 0, key_of(call))
        lot = lists.lot_of(call, person_id, page)
        one = lists.prepare(call, self.rules, person_id, asked, lot)
        among = lists.rows(named, call.recommender)
        query = replace(one.query, among=among, contacts_too=request.include_contacts)
        one = replace(one, query=query, paused=False)
        reply = pb.RankPeopleResponse(answer=lists.about(call, one))
        if request.validate_only:
            return reply.SerializeToString()
        found = lists.first(call, one, len(named))
        size = page.size or one.steered.length or requests.DEFAULT_PAGE
        end = page.offset + size
        model = call.recommender.info.name
        reply.next_page_token = lists.next_token(page, end, len(found.rows), model, lot, one.key)
        if not page.offset:
            ranked = frozenset(found.rows)
            left = [each for each in named if lists.row_of(call.recommender, each) not in ranked]
            reply.unranked_people.extend(_unranked(call, one, left, len(named)))
        return found.part(page.offset, end) + reply.SerializeToString()

    def StreamRecommendations(  # noqa: N802 - the RPC's name
        self, request: pb.StreamRecommendationsRequest, call: CallContext
    ) -> Iterator[bytes]:
        """Lists for many people, one message each."""
        people = requests.people(list(request.person_ids), "person_ids")
        kinds = [requests.kind(each, f"kinds[{i}]") for i, each in enumerate(request.kinds)]
        count = requests.limit(
            request.result_limit, "result_limit", requests.DEFAULT_PAGE, requests.LARGEST_PAGE
        )
        asked = ListCall(
            kind=Kind.PEOPLE,
            steering=steering.read(request.steering),
            scope=scoping.read(request.scope),
            rotation=scoping.read_rotation(request.rotation),
            min_silence_days=requests.silence_days(request),
        )
        for person_id in people:
            for kind in dict.fromkeys(kinds or [Kind.PEOPLE]):
                call.check()
                yield self._of_stream(call, person_id, replace(asked, kind=kind), count)

    def ExplainPair(  # noqa: N802 - the RPC's name
        self, request: pb.ExplainPairRequest, call: CallContext
    ) -> pb.ExplainPairResponse:
        """Why a person is on the learner's list, or what keeps that person off it."""
        person_id = requests.person_id(request.person_id)
        contact_id = requests.person_id(request.contact_id, "contact_id")
        asked = ListCall(
            kind=requests.kind(request.kind, "kind"),
            steering=steering.read(request.steering),
            scope=scoping.read(request.scope),
            min_silence_days=requests.silence_days(request),
            explain=True,
        )
        one = lists.prepare(call, self.rules, person_id, asked, lists.lot_of(call, person_id))
        reply = pb.ExplainPairResponse(answer=lists.about(call, one))
        found = lists.first(call, one, requests.LONGEST_LIST)
        contact = lists.row_of(call.recommender, contact_id)
        if contact in found.rows:
            reply.recommendation.CopyFrom(found.message(found.rows.index(contact)))
            return reply
        low = _low(call, one, requests.LONGEST_LIST)
        reply.filter_reasons.extend(
            map(replies.filter_reason, _barriers(call, one, contact_id, low))
        )
        return reply

    def _answered(
        self,
        call: CallContext,
        request: requests.ListRequest,
        kind: Kind,
        response: type[Response],
    ) -> bytes:
        person_id = requests.person_id(request.person_id)
        asked = requests.list_call(request, kind)
        page = requests.page(request, call.recommender.info.name, 0, key_of(call))
        lot = lists.lot_of(call, person_id, page)
        one = lists.prepare(call, self.rules, person_id, asked, lot)
        found, token = (b"", "") if request.validate_only else lists.paged(call, one, page, lot)
        # Fields may come in any order and in parts: the names are written already.
        return (
            found
            + response(next_page_token=token, answer=lists.about(call, one)).SerializeToString()
        )

    def _of_stream(self, call: CallContext, person_id: str, asked: ListCall, count: int) -> bytes:
        """One list of one person; who cannot be answered ends nothing."""
        found = lists.NOBODY
        reply = pb.StreamRecommendationsResponse(
            person_id=person_id, kind=replies.LIST_KINDS[asked.kind]
        )
        try:
            lot = lists.lot_of(call, person_id)
            one = lists.prepare(call, self.rules, person_id, asked, lot)
            found = lists.first(call, one, count)
        except PersonNotFoundError:
            reply.status = pb.STREAM_STATUS_PERSON_NOT_FOUND
        except RefusalError:
            raise
        except Exception as error:
            log.error("list of a stream", request_id=call.request_id, exc_info=error)
            reply.status = pb.STREAM_STATUS_FAILED
        else:
            reply.status = pb.STREAM_STATUS_OK
            reply.answer.CopyFrom(lists.about(call, one))
        return found.part(0, len(found.rows)) + reply.SerializeToString()


def _unranked(
    call: CallContext, one: Asked, people: list[str], count: int
) -> Iterator[pb.UnrankedPerson]:
    """Why each of these people is not among the `count` that the caller brought and got ranked."""
    low = _low(call, one, count) if people else frozenset()
    for person_id in people:
        call.check()
        barrier = _barriers(call, one, person_id, low)[0]
        yield pb.UnrankedPerson(person_id=person_id, reason=replies.filter_reason(barrier))


def _barriers(call: CallContext, one: Asked, person_id: str, low: frozenset[Row]) -> list[Barrier]:
    """What keeps somebody off a list that she is not on; never empty. low: as of `_low`."""
    row = lists.row_of(call.recommender, person_id)
    if row is None:
        return [Barrier.UNAVAILABLE]
    found = call.recommender.why_not(one.query, row)
    last = Barrier.MINIMUM_SCORE if row in low else Barrier.NOT_A_CANDIDATE
    return found or [last]


def _low(call: CallContext, one: Asked, count: int) -> frozenset[Row]:
    """Who would be on a list of `count` names if it had no lowest score; nobody if it has none."""
    if one.query.minimum_score == -math.inf:
        return frozenset()
    query = replace(one.query, minimum_score=-math.inf)
    return frozenset(map(Row, lists.first(call, replace(one, query=query), count).rows))
