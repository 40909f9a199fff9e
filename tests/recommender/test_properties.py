"""What holds in any world at all."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from recommender.domain.config import Dials
from recommender.domain.slate import Kind, Query
from recommender.train import train
from tests.recommender.held import LATELY
from tests.recommender.random_worlds import worlds
from tests.recommender.truth import Truth
from tests.world_builder import AS_OF, Built, build

steps = st.sampled_from([0.0, 0.3, 1.0])
dials = (
    st.tuples(steps, steps, steps)
    .filter(any)
    .map(lambda x: Dials(like_mindedness=x[0], collaboration=x[1], diversity=x[2]))
)


def offers(world: Built, kind: Kind, chosen: Dials):
    """Everyone, and everybody she is offered."""
    askers = [world.row(person) for person in world.people]
    query = Query(askers=askers, kind=kind, dials=chosen, limit=50)
    return list(zip(world.people, world.pipeline.answer(query), strict=True))


def may_meet(truth: Truth, asker: str, other: str) -> bool:
    """Neither barred nor known to her."""
    return not truth.barred(asker, other) and not truth.connected(asker, other)


def lively(truth: Truth, asker: str, other: str) -> bool:
    """Was `other` active lately in a topic of the asker's: then there is something to tell."""
    topics = {fact["topic_id"] for fact in truth.activities}
    return any(
        truth.works_on(other, topic, LATELY)
        and (truth.works_on(asker, topic) or truth.wants(asker, topic))
        for topic in topics
    )


def check_new_people(truth: Truth, made: Built, chosen: Dials) -> None:
    """Nobody is offered herself, a contact, somebody blocked or hidden; reasons are true."""
    for asker, offered in offers(made, Kind.PEOPLE, chosen):
        for offer in offered:
            assert may_meet(truth, asker, offer.person_id)
            assert offer.reasons
            assert not any(truth.lies(asker, offer.person_id, r) for r in offer.reasons)
        eligible = [x for x in made.people if may_meet(truth, asker, x) and lively(truth, asker, x)]
        assert offered or not eligible, (asker, eligible)


def check_past_ties(truth: Truth, made: Built, chosen: Dials) -> None:
    """Only real ties that have been silent, and nobody in the way."""
    for asker, offered in offers(made, Kind.REACTIVATION, chosen):
        for offer in offered:
            talks = truth.talks(asker, offer.person_id)
            assert not truth.barred(asker, offer.person_id)
            assert len({talk.date() for talk in talks}) >= 2
            assert max(talks) < AS_OF - timedelta(days=90)
            assert not any(truth.lies(asker, offer.person_id, r) for r in offer.reasons)


@settings(
    max_examples=4,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(world=worlds(), chosen=dials)
def test_every_answer_in_any_world_is_allowed_true_and_repeatable(world, chosen):
    """Few examples, as each is a whole training; always the same ones."""
    with tempfile.TemporaryDirectory() as folder:
        made = build(world, Path(folder))
        truth = Truth(world)
        check_new_people(truth, made, chosen)
        check_past_ties(truth, made, chosen)
        again = train(made.snapshot_folder, Path(folder) / "again", made.config)
        assert again.name == made.model_folder.name
        for path in made.model_folder.iterdir():
            assert path.read_bytes() == (again / path.name).read_bytes()
