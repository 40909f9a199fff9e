"""A recommender whose answers are known by construction, and a way to read refusals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import grpc
import numpy as np
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from recommender.domain.answer import (
    Caveat,
    CaveatKind,
    FactorValue,
    Layer,
    ModelInfo,
    Named,
    Network,
    Reason,
    ReasonKind,
    Recommendation,
    Tie,
)
from recommender.domain.errors import CorruptVersionError, PersonNotFoundError
from recommender.domain.ids import PersonId, Row
from recommender.domain.learner import Change, Learner
from recommender.domain.serve_config import ServeConfig
from recommender.domain.slate import FACTORS, Barrier, Kind, Query
from recommender.serving import server
from recommender.serving.access import DEFAULT
from recommender.serving.catalog import Catalog
from recommender.serving.interface import Recommender
from recommender.serving.lifecycle import make_probes
from recommender.serving.tenants import InForce, Tenant
from recommender.serving.wire import Written
from tests.serving import reference

SECRET = "secret /srv/data/people.db"
MODEL = "20240701T000000-1f2e3d4c"
INFO = ModelInfo(
    name=MODEL,
    as_of=datetime(2024, 7, 1),
    snapshot="20240701T000000-aaaaaaaa",
    person_count=250,
    topic_count=7,
    tie_count=99,
    candidate_count=5000,
    bytes=123_456,
)
PATIENT = [
    (
        "grpc.service_config",
        json.dumps(
            {
                "methodConfig": [
                    {
                        "name": [{}],
                        "retryPolicy": {
                            "maxAttempts": 3,
                            "initialBackoff": "0.02s",
                            "maxBackoff": "0.2s",
                            "backoffMultiplier": 2,
                            "retryableStatusCodes": ["CANCELLED"],
                        },
                    }
                ]
            }
        ),
    )
]
"""Options of channels to servers that many tests share: a connection that has reached its age of
five minutes may cancel a call that the server never began."""

CONFIG = ServeConfig(
    listen="127.0.0.1:0",
    health_listen="",
    metrics_listen="",
    lame_duck_seconds=0,
    grace_seconds=10,
    longest_seconds=600,
    log_calls="all",
)
PEOPLE = [f"p{number:03}" for number in range(250)]
TIE = Tie(
    contact_id=PersonId("p007"),
    display_name="Person p007",
    layer=Layer.SOCIALITY,
    strength=0.5,
    dormant=True,
    sent_count=4,
    received_count=3,
    active_days=2,
    first_contact_at=datetime(2020, 1, 2, 3, 4, 5, 678_901),
    last_contact_at=datetime(2021, 1, 2),
    topics=(Named("t1", "Topic one"),),
    peak=0.75,
    usual_gap_days=1.5,
    returns=0.25,
)


@dataclass
class FakeRecommender:
    """Offers everybody else in the order of their ids; remembers what it was asked.

    'boom' is a person over whom it fails with a secret in the message.
    """

    info: ModelInfo = INFO
    queries: list[Query] = field(default_factory=list)
    learners: dict[str, Learner] = field(default_factory=dict)
    newcomers: set[str] = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)

    def row(self, person_id: str) -> Row:
        if person_id == "boom":
            raise RuntimeError(SECRET)
        if person_id not in PEOPLE:
            raise PersonNotFoundError(person_id, self.info.name)
        return Row(PEOPLE.index(person_id))

    def topic(self, topic_id: str) -> Row | None:
        return Row(int(topic_id[1:])) if topic_id in {"t1", "t2", "t3"} else None

    def came(self, person: Row) -> bool:
        return PEOPLE[person] in self.newcomers

    def learner(self, person: Row) -> Learner | None:
        return self.learners.get(PEOPLE[person])

    def by_filter(self, expression):
        return lambda rows: np.asarray(rows) % 2 == 0

    def by_context(self, context):
        return lambda rows: np.asarray(rows) % 3 == 0

    def why_not(self, query: Query, person: Row) -> list[Barrier]:
        one = np.array([person])
        found = [Barrier.SELF] if person in query.askers else []
        found += [Barrier.EXCLUDED] if person in query.excluded else []
        return found + [barrier for barrier, chosen in query.only if not chosen(one)[0]]

    def prepare(self, changes) -> None:
        pass

    def apply(self, changes, now) -> list:
        self.changes += [change for _, change in changes]
        return []

    def limited(self) -> list[PersonId]:
        return []

    def shown(self, counts) -> None:
        pass

    def answer(self, query: Query) -> list[Written]:
        self.queries.append(query)
        return [self._list(query, asker) for asker in query.askers]

    def network(self, person: Row, most: int | None = None) -> Network:
        layers = [Layer.COMMUNALITY, Layer.COMMUNALITY, Layer.CONNECTIVITY]
        active = [replace(TIE, layer=layer, dormant=False) for layer in layers]
        fading = replace(TIE, contact_id=PersonId("p008"), dormant=False, fading=True)
        return Network(
            person_id=PersonId(PEOPLE[person]),
            display_name="Ada",
            ties=(*active, fading, TIE),
            topics_covered=(Named("t1", "Topic one"),),
            topics_missing=(Named("t2", "t2"), Named("t3", "Topic three")),
            community_count=2,
            diversity=0.375,
        )

    def _list(self, query: Query, asker: Row) -> Written:
        rows = [row for row in range(len(PEOPLE)) if row != asker and row not in query.excluded]
        rows = [row for row in rows if query.among is None or row in query.among]
        for _, chosen in query.only:
            rows = [row for row in rows if chosen(np.array([row]))[0]]
        kept = rows[: query.limit]
        offers = [
            recommendation(rank, PEOPLE[row], query.kind) for rank, row in enumerate(kept, start=1)
        ]
        return reference.written(kept, offers)


def recommendation(rank: int, person_id: str, kind: Kind) -> Recommendation:
    past = kind is not Kind.PEOPLE
    return Recommendation(
        rank=rank,
        person_id=PersonId(person_id),
        display_name=f"Person {person_id}",
        organisation="Acme",
        score=1 / rank,
        like_mindedness=0.25,
        collaboration=0.5,
        diversity=0.75,
        factors=tuple(FactorValue(place / 8, 1.0) for place in range(len(FACTORS))),
        reasons=(
            Reason(
                kind=ReasonKind.SHARED_CONTACTS,
                share=0.5,
                confidence=0.75,
                topics=(Named("t1", "Topic one"),),
                objects=(Named("o1", "A thread"),),
                count=3,
                text="You have 3+ contacts in common.",
            ),
        ),
        tie=replace(TIE, contact_id=PersonId(person_id)) if past else None,
        opener="How is Topic one going?" if past else "",
        caveat=None if past else Caveat(CaveatKind.AWAY, "Not seen active for 9 weeks"),
        introducer=None if past else Named("p999", "Ina"),
    )


def read_info(folder: Path) -> ModelInfo:
    """Read a fake model: a folder whose manifest is empty; any other is broken."""
    if (folder / "manifest.json").read_text() != "{}":
        raise CorruptVersionError(f"{SECRET} is broken")
    return replace(INFO, name=folder.name)


def tenant_of(
    recommender: Recommender, models: Path, read=read_info, name: str = DEFAULT
) -> Tenant:
    """A server's only tenant, with the models in that folder."""
    catalog = Catalog(models, recommender.info, read)
    return Tenant(name, InForce(recommender), catalog)


def opened(_tenant: str, folder: Path) -> InForce:
    """Open a fake model, whose answers carry its name; CorruptVersionError for a broken one."""
    return InForce(FakeRecommender(info=read_info(folder)))


def start(tenant: Tenant | list[Tenant], config: ServeConfig, open_model=opened, **keywords):
    """A running server of fakes, over real sockets."""
    tenants = tenant if isinstance(tenant, list) else [tenant]
    return server.start(tenants, config, open_model, make_probes(config), **keywords)


@dataclass(frozen=True)
class Refused:
    """What a client can tell about a refused call."""

    code: grpc.StatusCode
    message: str
    reason: str
    domain: str
    metadata: dict[str, str]
    fields: list[str]
    raw: str


def refused(call, *arguments, **keywords) -> Refused:
    """Make a call that must be refused, and read all that the client is told."""
    try:
        call(*arguments, **keywords)
    except grpc.RpcError as error:
        return read_refusal(error)
    raise AssertionError("the call was answered")


def read_refusal(error: grpc.RpcError) -> Refused:
    status = rpc_status.from_call(error)
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    for detail in status.details if status else []:
        for message in (info, bad):
            if detail.Is(message.DESCRIPTOR):
                detail.Unpack(message)
    return Refused(
        code=error.code(),
        message=error.details(),
        reason=info.reason,
        domain=info.domain,
        metadata=dict(info.metadata),
        fields=[violation.field for violation in bad.field_violations],
        raw=f"{error!r} {error.trailing_metadata()!r} {error.debug_error_string()}",
    )
