"""What has had its time leaves the store without anybody asking."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from recommender.domain.ids import PersonId
from recommender.domain.learner import Block, BlockKind
from recommender.serving.tidying import keep_tidy
from recommender.store import LearnerStore


def test_decisions_that_have_lapsed_are_dropped(tmp_path):
    """And those that hold are kept; once told to end, it ends."""
    now = [datetime(2024, 7, 1)]
    store = LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}", clock=lambda: now[0])
    ends = {"bea": now[0] + timedelta(days=1), "eve": None}
    with store.writing("t") as work:
        for other, end in ends.items():
            work.put_block(
                Block(
                    person_id=PersonId("ada"),
                    contact_id=PersonId(other),
                    kind=BlockKind.MUTE,
                    expires_at=end,
                )
            )
    before = store.position("t")
    now[0] += timedelta(days=2)
    over = keep_tidy(store, period=0.01)
    while store.position("t") == before:
        time.sleep(0.01)
    over.set()
    assert [block.contact_id for _, block in store.blocks("t", PersonId("ada"), None, None, 9)] == [
        "eve"
    ]
    store.close()
