"""What happens on the host platform and to the lists; takes of each write what can be taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from recommender.serving import event_requests
from recommender.serving.context import CallContext
from recommender.serving.outcomes import Item, Outcomes
from recommender.serving.stored import key_of, look, write
from recommender.store import Writing
from recommender.v1 import event_service_pb2 as pb

Response = TypeVar("Response", pb.WriteEventsResponse, pb.WriteFeedbackResponse)


class EventService:
    """Events and feedback."""

    def WriteEvents(  # noqa: N802 - the RPC's name
        self, request: pb.WriteEventsRequest, call: CallContext
    ) -> pb.WriteEventsResponse:
        """Take new activities, interactions and connections."""
        outcomes = Outcomes(request.events, "events", event_requests.event)
        return _take(call, request, pb.WriteEventsResponse, outcomes, Writing.add_events)

    def WriteFeedback(  # noqa: N802 - the RPC's name
        self, request: pb.WriteFeedbackRequest, call: CallContext
    ) -> pb.WriteFeedbackResponse:
        """Take what became of recommendations."""
        outcomes = Outcomes(
            request.feedback, "feedback", partial(event_requests.feedback, key=key_of(call))
        )
        return _take(call, request, pb.WriteFeedbackResponse, outcomes, Writing.add_feedback)


def _take(
    call: CallContext,
    request: pb.WriteEventsRequest | pb.WriteFeedbackRequest,
    response: type[Response],
    outcomes: Outcomes[Item],
    add: Callable[[Writing, list[Item]], list[bool]],
) -> Response:
    """Take of a write what can be taken, and say of each item what became of it."""

    def check(work: Writing) -> Response:
        outcomes.refuse_erased(work)
        return response(outcomes=outcomes.told)

    def put(work: Writing) -> Response:
        outcomes.refuse_erased(work)
        outcomes.settle(add(work, outcomes.items()))
        return response(outcomes=outcomes.told, durable=True)

    if request.validate_only:
        reply = look(call, request, check)
    else:
        reply = write(call, request, response, put)
    outcomes.name(reply.outcomes)
    return reply
