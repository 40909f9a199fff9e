"""What learners decide for themselves, and what happens on the host platform and to the lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from google.protobuf.field_mask_pb2 import FieldMask

from recommender.client.calls import Calls
from recommender.v1 import event_service_pb2 as events_pb
from recommender.v1 import learner_service_pb2 as pb
from recommender.v1.event_service_pb2_grpc import EventServiceStub
from recommender.v1.learner_service_pb2_grpc import LearnerServiceStub


class Decisions(Calls):
    """The RPCs of LearnerService and EventService.

    Writes get a request_id of their own, so that one that is tried again is made once. Who tries
    again by herself, after a CallError, passes the same `request_id` to both calls.
    """

    def learner(self, person_id: str) -> pb.Learner:
        """What a learner has decided; the defaults for one who decided nothing."""
        return self._one(self._learners.GetLearner, pb.GetLearnerRequest(person_id=person_id))

    def update_learner(
        self,
        learner: pb.Learner,
        fields: Iterable[str] | None = None,
        *,
        validate_only: bool = False,
        request_id: str = "",
    ) -> pb.Learner:
        """Change the `fields` named, or those that are set in `learner`."""
        request = pb.UpdateLearnerRequest(
            learner=learner,
            update_mask=None if fields is None else FieldMask(paths=fields),
            validate_only=validate_only,
            request_id=request_id,
        )
        return self._write(self._learners.UpdateLearner, request)

    def block(
        self,
        person_id: str,
        contact_id: str,
        kind: pb.BlockKind.ValueType = pb.BLOCK_KIND_BLOCK,
        *,
        request_id: str = "",
    ) -> pb.Block:
        """Keep the contact off the person's lists."""
        block = pb.Block(person_id=person_id, contact_id=contact_id, kind=kind)
        return self.create_block(block, request_id=request_id)

    def create_block(self, block: pb.Block, *, request_id: str = "") -> pb.Block:
        """The same with all that can be said of it, such as when it lapses."""
        request = pb.CreateBlockRequest(block=block, request_id=request_id)
        return self._write(self._learners.CreateBlock, request)

    def unblock(self, person_id: str, contact_id: str, *, request_id: str = "") -> None:
        """Take such a decision back."""
        request = pb.DeleteBlockRequest(
            person_id=person_id, contact_id=contact_id, request_id=request_id
        )
        self._write(self._learners.DeleteBlock, request)

    def blocks(
        self, person_id: str, kind: pb.BlockKind.ValueType = pb.BLOCK_KIND_UNSPECIFIED
    ) -> Iterator[pb.Block]:
        """The person's own decisions about others, the newest first; of one kind, or all."""

        def ask(token: str) -> pb.ListBlocksResponse:
            request = pb.ListBlocksRequest(person_id=person_id, kind=kind, page_token=token)
            return self._one(self._learners.ListBlocks, request)

        for page in self._pages(ask):
            yield from page.blocks

    def erase(
        self, person_id: str, *, validate_only: bool = False, request_id: str = ""
    ) -> pb.ErasureReceipt:
        """Erase all that the service knows of a person; or only count it, with `validate_only`."""
        request = pb.ErasePersonRequest(
            person_id=person_id, validate_only=validate_only, request_id=request_id
        )
        return self._write(self._learners.ErasePerson, request).receipt

    def write_events(
        self,
        events: Iterable[events_pb.Event],
        *,
        validate_only: bool = False,
        request_id: str = "",
    ) -> list[events_pb.WriteOutcome]:
        """Tell what happened; at most 1,000 events. One outcome each, in their order."""
        request = events_pb.WriteEventsRequest(
            events=events, validate_only=validate_only, request_id=request_id
        )
        return list(self._write(self._events.WriteEvents, request).outcomes)

    def write_feedback(
        self,
        feedback: Iterable[events_pb.Feedback],
        *,
        validate_only: bool = False,
        request_id: str = "",
    ) -> list[events_pb.WriteOutcome]:
        """Tell what became of recommendations; at most 1,000 items. One outcome each, in order."""
        request = events_pb.WriteFeedbackRequest(
            feedback=feedback, validate_only=validate_only, request_id=request_id
        )
        return list(self._write(self._events.WriteFeedback, request).outcomes)

    @cached_property
    def _learners(self) -> LearnerServiceStub:
        return LearnerServiceStub(self._channel)

    @cached_property
    def _events(self) -> EventServiceStub:
        return EventServiceStub(self._channel)
