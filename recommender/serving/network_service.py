"""A learner's present network, as she may see it herself."""

from __future__ import annotations

from recommender.domain.config import Dials
from recommender.serving import replies, requests
from recommender.serving.context import CallContext
from recommender.serving.stored import key_of
from recommender.v1 import network_service_pb2 as pb


class NetworkService:
    """A learner's present network."""

    def GetNetwork(self, request: pb.GetNetworkRequest, call: CallContext) -> pb.Network:  # noqa: N802 - the RPC's name
        """Ties by layer, and what the network covers and lacks."""
        person_id = requests.person_id(request.person_id)
        most = requests.limit(
            request.tie_limit, "tie_limit", requests.DEFAULT_TIES, requests.MOST_TIES
        )
        call.check()
        found = call.recommender.network(call.recommender.row(person_id), most)
        about = replies.answer_info(
            call.recommender.info, person_id, "network", Dials(), key=key_of(call)
        )
        return replies.network(found, most, about)
