"""What happens on the host platform and to the lists; takes of each write what can be taken."""

from __future__ import annotations

from functools import partial

from recommender.serving import event_requests
from recommender.serving.context import CallContext
from recommender.serving.outcomes import Outcomes
from recommender.serving.stored import key_of, look, write
from recommender.store import Writing
from recommender.v1 import event_service_pb2 as pb


class EventService:
    """Events and feedback."""

    def WriteEvents(  # noqa: N802 - the RPC's name
        self, request: pb.WriteEventsRequest, call: CallContext
    ) -> pb.WriteEventsResponse:
        """Take new activities, interactions and connections."""
        outcomes = Outcomes(request.events, "events", event_requests.event)

        def check(work: Writing) -> pb.WriteEventsResponse:
            outcomes.refuse_erased(work)
            return pb.WriteEventsResponse(outcomes=outcomes.told)

        def add(work: Writing) -> pb.WriteEventsResponse:
            outcomes.refuse_erased(work)
            outcomes.settle(work.add_events(outcomes.items()))
            return pb.WriteEventsResponse(outcomes=outcomes.told, durable=True)

        if request.validate_only:
            return look(call, request, check)
        return write(call, request, pb.WriteEventsResponse, add)

    def WriteFeedback(  # noqa: N802 - the RPC's name
        self, request: pb.WriteFeedbackRequest, call: CallContext
    ) -> pb.WriteFeedbackResponse:
        """Take what became of recommendations."""
        outcomes = Outcomes(
            request.feedback, "feedback", partial(event_requests.feedback, key=key_of(call))
        )

        def check(work: Writing) -> pb.WriteFeedbackResponse:
            outcomes.refuse_erased(work)
            return pb.WriteFeedbackResponse(outcomes=outcomes.told)

        def add(work: Writing) -> pb.WriteFeedbackResponse:
            outcomes.refuse_erased(work)
            outcomes.settle(work.add_feedback(outcomes.items()))
            return pb.WriteFeedbackResponse(outcomes=outcomes.told, durable=True)

        if request.validate_only:
            return look(call, request, check)
        return write(call, request, pb.WriteFeedbackResponse, add)
