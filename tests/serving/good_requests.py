"""A request of every method of the contract that is answered and does no harm."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from recommender.domain.config import Dials
from recommender.serving.tokens import attribution_token
from recommender.v1 import event_service_pb2 as events
from recommender.v1 import learner_service_pb2 as learners
from recommender.v1 import model_service_pb2 as models
from recommender.v1 import network_service_pb2 as networks
from recommender.v1 import recommendation_service_pb2 as lists
from recommender.v1 import steering_pb2 as steering
from tests.serving.fakes import MODEL

EVENT = events.Event(
    event_id="e1",
    occur_time=Timestamp(seconds=1_700_000_000),
    activity=events.Activity(person_id="p000", topic_id="t1", verb="posted"),
)
FEEDBACK = events.Feedback(
    event_id="f1",
    attribution_token=attribution_token(MODEL, "p000", "people", Dials()),
    person_id="p000",
    contact_id="p001",
    action=events.FEEDBACK_ACTION_SHOWN,
    occur_time=EVENT.occur_time,
)
PARTS: dict[str, Message] = {
    part.DESCRIPTOR.name: part
    for part in (
        EVENT,
        FEEDBACK,
        EVENT.activity,
        events.Interaction(person_id="p000", contact_id="p001", verb="replied"),
        events.ConnectionChange(person_id="p000", contact_id="p001"),
        steering.Goal(topic_id="t1", direction=steering.GOAL_DIRECTION_LEARN),
        learners.Skill(topic_id="t1"),
        Duration(seconds=86_400 * 40),
    )
}
"""Messages within requests as they should be, where nothing set would be wrong."""

GOOD: dict[str, Message] = {
    "RecommendPeople": lists.RecommendPeopleRequest(person_id="p000"),
    "RecommendReactivations": lists.RecommendReactivationsRequest(person_id="p000"),
    "RecommendMaintenance": lists.RecommendMaintenanceRequest(person_id="p000"),
    "RankPeople": lists.RankPeopleRequest(person_id="p000", candidate_person_ids=["p001"]),
    "StreamRecommendations": lists.StreamRecommendationsRequest(person_ids=["p000"]),
    "ExplainPair": lists.ExplainPairRequest(person_id="p000", contact_id="p001"),
    "GetNetwork": networks.GetNetworkRequest(person_id="p000"),
    "GetLearner": learners.GetLearnerRequest(person_id="p000"),
    "UpdateLearner": learners.UpdateLearnerRequest(
        learner=learners.Learner(person_id="p000"), validate_only=True
    ),
    "CreateBlock": learners.CreateBlockRequest(
        block=learners.Block(person_id="p000", contact_id="p249", kind=learners.BLOCK_KIND_DISMISS)
    ),
    "DeleteBlock": learners.DeleteBlockRequest(person_id="p000", contact_id="p249"),
    "ListBlocks": learners.ListBlocksRequest(person_id="p000"),
    "ErasePerson": learners.ErasePersonRequest(person_id="p248", validate_only=True),
    "WriteEvents": events.WriteEventsRequest(events=[EVENT], validate_only=True),
    "WriteFeedback": events.WriteFeedbackRequest(feedback=[FEEDBACK], validate_only=True),
    "GetModel": models.GetModelRequest(name=f"models/{MODEL}"),
    "ListModels": models.ListModelsRequest(),
    "ActivateModel": models.ActivateModelRequest(name=f"models/{MODEL}", validate_only=True),
}
"""By the name of the method."""
