"""How a request steers a list, as it is written."""

from __future__ import annotations

from collections.abc import Sequence

from recommender.domain.config import Dials, Stage
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.slate import Aim, Direction
from recommender.serving import fields
from recommender.steering import Goals, Steering
from recommender.v1 import steering_pb2

MOST_GOALS = 20
STAGES: dict[int, Stage] = {
    steering_pb2.Stage.Value(f"STAGE_{stage.name}"): stage for stage in Stage
}
STAGE_NUMBERS = {stage: steering_pb2.Stage.Value(f"STAGE_{stage.name}") for stage in Stage}
DIRECTIONS: dict[int, Direction] = {
    steering_pb2.GoalDirection.Value(f"GOAL_DIRECTION_{each.name}"): each for each in Direction
}
DIRECTION_NUMBERS = {
    each: steering_pb2.GoalDirection.Value(f"GOAL_DIRECTION_{each.name}") for each in Direction
}


def read(message: steering_pb2.Steering) -> Steering:
    """Read the steering of a request; raises InvalidArgumentError naming the field."""
    return Steering(
        dials=read_dials(message.dials, "steering.") if message.HasField("dials") else None,
        stage=_stage(message.stage) if message.stage else None,
        goals=_goals(message.goals) if message.goals else (),
    )


def _stage(number: int) -> Stage:
    if number not in STAGES:
        known = ", ".join(f"STAGE_{stage.name}" for stage in Stage)
        raise InvalidArgumentError("steering.stage", f"{number} is not one of {known}")
    return STAGES[number]


def _goals(goals: Sequence[steering_pb2.Goal]) -> Goals:
    fields.at_most(len(goals), MOST_GOALS, "steering.goals")
    return tuple(_goal(goal, f"steering.goals[{i}].") for i, goal in enumerate(goals))


def _goal(goal: steering_pb2.Goal, prefix: str) -> tuple[str, Aim]:
    direction = fields.choice(goal.direction, DIRECTIONS, f"{prefix}direction", "GOAL_DIRECTION_")
    level = fields.level(goal.level, f"{prefix}level")
    return fields.looked_up(goal.topic_id, f"{prefix}topic_id"), Aim(direction, level)


def read_dials(asked: steering_pb2.Dials, prefix: str) -> Dials:
    """Read dials; prefix: of the field they are in, for errors, such as `steering.`."""
    try:
        return Dials(
            like_mindedness=asked.like_mindedness,
            collaboration=asked.collaboration,
            diversity=asked.diversity,
        )
    except InvalidArgumentError as error:
        message = str(error).removeprefix(f"{error.field}: ")
        raise InvalidArgumentError(f"{prefix}{error.field}", message) from None
