"""What learners decide for themselves: one method per RPC, each of which only translates."""

from __future__ import annotations

from dataclasses import replace

from recommender.domain.errors import (
    BlockNotFoundError,
    EtagMismatchError,
    PersonNotFoundError,
)
from recommender.domain.ids import PersonId
from recommender.domain.learner import Learner
from recommender.serving import fields, learner_replies, learner_requests, masks, requests
from recommender.serving.context import CallContext
from recommender.serving.stored import key_of, look, refuse_erased, store_of, write
from recommender.serving.tokens import PageToken
from recommender.store import Writing
from recommender.v1 import learner_service_pb2 as pb

_BLOCKS = "blocks"
"""Stands where tokens of other lists name a model: pages of blocks belong to none."""


class LearnerService:
    """Settings, blocks and erasure."""

    def GetLearner(self, request: pb.GetLearnerRequest, call: CallContext) -> pb.Learner:  # noqa: N802 - the RPC's name
        """What a learner has decided."""
        person_id = fields.person(request.person_id, "person_id")
        found = store_of(call).learner(call.tenant.name, person_id)
        return learner_replies.learner(found or Learner(person_id=person_id), key_of(call))

    def UpdateLearner(self, request: pb.UpdateLearnerRequest, call: CallContext) -> pb.Learner:  # noqa: N802 - the RPC's name
        """Change what a learner has decided."""
        person_id = fields.person(request.learner.person_id, "learner.person_id")
        etag = fields.text(request.learner.etag, "learner.etag", learner_requests.LONGEST_ETAG)
        mask = list(request.update_mask.paths)
        key = key_of(call)
        paths = masks.changed_paths(request.learner, mask, "update_mask.paths")

        def changed(work: Writing) -> Learner:
            refuse_erased(work, {"learner.person_id": person_id})
            before = work.learner(person_id) or Learner(person_id=person_id)
            if etag and etag != learner_replies.etag(before, key):
                raise EtagMismatchError("learner.etag")
            message = learner_replies.learner(before, key)
            masks.merge(request.learner, paths, message)
            return learner_requests.learner(message, before, work.now)

        def only_looked(work: Writing) -> pb.Learner:
            after = replace(changed(work), updated_at=work.now)
            found = learner_replies.learner(after, key)
            found.ClearField("etag")
            return found

        def put(work: Writing) -> pb.Learner:
            return learner_replies.learner(work.put_learner(changed(work)), key)

        _check(request.learner, paths)
        if request.validate_only:
            return look(call, request, only_looked)
        return write(call, request, pb.Learner, put, [person_id])

    def CreateBlock(self, request: pb.CreateBlockRequest, call: CallContext) -> pb.Block:  # noqa: N802 - the RPC's name
        """Keep one person off another's lists."""
        block = learner_requests.block(request.block, fields.utc_now())

        def put(work: Writing) -> pb.Block:
            people = {"block.person_id": block.person_id, "block.contact_id": block.contact_id}
            refuse_erased(work, people)
            return learner_replies.block(work.put_block(block))

        return write(call, request, pb.Block, put, [block.person_id, block.contact_id])

    def DeleteBlock(  # noqa: N802 - the RPC's name
        self, request: pb.DeleteBlockRequest, call: CallContext
    ) -> pb.DeleteBlockResponse:
        """Take such a decision back."""
        person_id, contact_id = learner_requests.pair(request.person_id, request.contact_id, "")

        def lift(work: Writing) -> pb.DeleteBlockResponse:
            if not work.lift_block(person_id, contact_id):
                raise BlockNotFoundError(person_id, contact_id)
            return pb.DeleteBlockResponse()

        return write(call, request, pb.DeleteBlockResponse, lift, [person_id, contact_id])

    def ListBlocks(self, request: pb.ListBlocksRequest, call: CallContext) -> pb.ListBlocksResponse:  # noqa: N802 - the RPC's name
        """A learner's own decisions, the newest first."""
        person_id = fields.person(request.person_id, "person_id")
        kind = learner_requests.block_kind(request.kind)
        key = key_of(call)
        page = requests.page(request, _BLOCKS, key=key)
        # One more than the page holds tells whether another page follows.
        found = store_of(call).blocks(
            call.tenant.name, person_id, kind, page.offset or None, page.size + 1
        )
        token = ""
        if len(found) > page.size:
            last = found[page.size - 1][0]
            token = PageToken(model=_BLOCKS, request=page.request, offset=last).encode(key)
        return learner_replies.blocks(found[: page.size], token)

    def ErasePerson(  # noqa: N802 - the RPC's name
        self, request: pb.ErasePersonRequest, call: CallContext
    ) -> pb.ErasePersonResponse:
        """Erase all that is known of a person."""
        person_id = fields.person(request.person_id, "person_id")
        models = _models_with(person_id, call)

        def count(work: Writing) -> pb.ErasePersonResponse:
            return learner_replies.receipt(None, work.count(person_id), models)

        def erase(work: Writing) -> pb.ErasePersonResponse:
            erasure, erased = work.erase(person_id)
            return learner_replies.receipt(erasure, erased, models)

        if request.validate_only:
            return look(call, request, count)
        return write(call, request, pb.ErasePersonResponse, erase)


def _check(change: pb.Learner, paths: list[str]) -> None:
    """Find bad fields before the store is asked for anything.

    Single dials are left for later: whether they can be depends on the others, which it has.
    """
    alone = pb.Learner()
    masks.merge(change, [path for path in paths if not path.startswith("dials.")], alone)
    nobody = Learner(person_id=PersonId(change.person_id))
    learner_requests.learner(alone, nobody, fields.utc_now())


def _models_with(person_id: PersonId, call: CallContext) -> int:
    """How many of the models in force know a person: 0 or 1."""
    try:
        call.recommender.row(person_id)
    except PersonNotFoundError:
        return 0
    return 1
