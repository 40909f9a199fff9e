"""What a host platform does with the service, from an afternoon's work.

pln serve --model models &
python examples/python/afternoon.py 127.0.0.1:50051 ada
"""

from __future__ import annotations

import sys

from recommender.client import CallError, Client
from recommender.v1.steering_pb2 import STAGE_EXPLORE, Scope, Steering
from recommender.v1.tie_pb2 import TieLayer


def main(address: str, person: str) -> int:
    """Show one person's home page, and what happens when something is wrong."""
    with Client(address) as client:
        try:
            home_page(client, person)
        except CallError as error:
            print(f"no lists for {person}: {error}", file=sys.stderr)
            return 1
    return 0


def home_page(client: Client, person: str) -> None:
    """People to get to know, ties to pick up again, and how the network stands."""
    shown = []
    print("Get to know:")
    for one in client.people(person, limit=5):
        shown.append(one.person_id)
        why = "; ".join(reason.text for reason in one.reasons)
        print(f"  {one.rank}. {one.display_name or one.person_id}: {why}")

    print("For a change, further away:")
    elsewhere = Scope(exclude_person_ids=shown)  # nobody twice on one page
    explore = Steering(stage=STAGE_EXPLORE)
    for one in client.people(person, limit=3, steering=explore, scope=elsewhere):
        print(f"  {one.rank}. {one.display_name or one.person_id}")

    print("Pick up again:")
    for one in client.reactivations(person, limit=3):
        print(f"  {one.rank}. {one.display_name or one.person_id}: {one.opener}")

    network = client.network(person)
    print("Your network:")
    for layer in network.layers:
        print(f"  {TieLayer.Name(layer.layer)}: {layer.tie_count}")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
