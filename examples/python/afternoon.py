"""What a host platform does with the service, from an afternoon's work.

pln serve --model models &
python examples/python/afternoon.py 127.0.0.1:50051 ada

Where the server asks for a token, or is encrypted: --token-file FILE, --ca FILE.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.timestamp_pb2 import Timestamp

from recommender.client import CallError, Client, Tls
from recommender.v1.event_service_pb2 import (
    FEEDBACK_ACTION_OPENED,
    FEEDBACK_ACTION_SHOWN,
    Event,
    Feedback,
    FeedbackAction,
    Interaction,
    WriteOutcome,
    WriteStatus,
)
from recommender.v1.learner_service_pb2 import BLOCK_KIND_DISMISS, BlockKind, Learner
from recommender.v1.recommendation_pb2 import Recommendation
from recommender.v1.steering_pb2 import Dials
from recommender.v1.tie_pb2 import TieLayer


def main() -> int:
    """One learner's visit, and what happens when something is wrong."""
    parser = argparse.ArgumentParser(description="A learner's visit to a host platform.")
    parser.add_argument("address", help="of the server, such as 127.0.0.1:50051")
    parser.add_argument("person", help="the learner's id on the platform")
    parser.add_argument("--token-file", type=Path, help="file with a token: query, feedback")
    parser.add_argument("--ca", type=Path, help="PEM file of who signed the server's certificate")
    asked = parser.parse_args()
    try:
        with connect(asked.address, asked.token_file, asked.ca) as client:
            visit(client, asked.person)
    except (OSError, ValueError) as error:  # a file that is not there, a token that is none
        parser.error(str(error))
    except CallError as error:
        print(f"no lists for {asked.person}: {error}", file=sys.stderr)
        return 1
    return 0


def connect(address: str, token_file: Path | None, ca: Path | None) -> Client:
    """A client; one is enough for a whole platform."""
    token = token_file.read_text(encoding="utf-8") if token_file else None
    return Client(address, token=token, tls=Tls.of_files(ca=ca) if ca else None)


def visit(client: Client, person: str) -> None:
    """What she sees, and what she does where somebody is on her list."""
    shown = home_page(client, person)
    if shown:
        what_she_does(client, person, shown)


def home_page(client: Client, person: str) -> list[Recommendation]:
    """People to get to know, which were then seen; ties to pick up again; the network."""
    people = client.people(person, limit=5)
    shown = list(people)
    print("Get to know:")
    for one in shown:
        why = "; ".join(reason.text for reason in one.reasons)
        print(f"  {one.rank}. {one.display_name or one.person_id}: {why}")
    if not shown:
        print("  nobody for now")
    if shown and people.answer:
        # Nothing teaches the service more than what became of its lists.
        token = people.answer.attribution_token
        told = [feedback(person, one, token, FEEDBACK_ACTION_SHOWN) for one in shown]
        told += [feedback(person, one, token, FEEDBACK_ACTION_OPENED) for one in shown[:1]]
        print("Feedback:", outcomes(client.write_feedback(told)))

    print("Pick up again:")
    for one in client.reactivations(person, limit=3):
        print(f"  {one.rank}. {one.display_name or one.person_id}: {one.opener}")
    print("Your network:")
    for layer in client.network(person).layers:
        print(f"  {TieLayer.Name(layer.layer)}: {layer.tie_count}")
    return shown


def what_she_does(client: Client, person: str, shown: list[Recommendation]) -> None:
    """She writes to the first, does not want the last of several, and turns a dial."""
    first, last = shown[0].person_id, shown[-1].person_id
    written = Event(event_id=f"message-{person}-{first}", occur_time=now())
    written.interaction.CopyFrom(Interaction(person_id=person, contact_id=first, verb="message"))
    print("Events:", outcomes(client.write_events([written])))

    if last != first:
        client.block(person, last, BLOCK_KIND_DISMISS)
    print("Not wanted:")
    for block in client.blocks(person):
        print(f"  {block.contact_id}: {BlockKind.Name(block.kind)}")

    learner = Learner(person_id=person, dials=Dials(like_mindedness=1, diversity=3))
    print("Dials:", client.update_learner(learner, ["dials"]).dials.diversity)


def feedback(
    person: str, one: Recommendation, token: str, action: FeedbackAction.ValueType
) -> Feedback:
    """What became of one name. Its id is the host's own, so that a repetition counts once."""
    return Feedback(
        event_id=f"{person}-{one.person_id}-{FeedbackAction.Name(action)}-{token[-8:]}",
        attribution_token=token,
        person_id=person,
        contact_id=one.person_id,
        action=action,
        occur_time=now(),
        rank=one.rank,
        surface="home",
    )


def outcomes(told: Iterable[WriteOutcome]) -> str:
    """What was taken, and what was not, and why."""
    return ", ".join(f"{WriteStatus.Name(one.status)} {one.message}".strip() for one in told)


def now() -> Timestamp:
    """The time it is."""
    found = Timestamp()
    found.GetCurrentTime()
    return found


if __name__ == "__main__":
    sys.exit(main())
