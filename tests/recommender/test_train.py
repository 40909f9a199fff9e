"""Training: the same bytes from the same facts, and nothing from the future."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from recommender import pools, side_by_side, tie_pools
from recommender.building import build_model
from recommender.domain.errors import GateError, VersionNotFoundError
from recommender.domain.versions import CURRENT, list_versions
from recommender.pools import in_company
from recommender.train import train
from tests.recommender.same import differences
from tests.world_builder import AS_OF, TRAIN, build
from tests.worlds import dormant_pair, met_in_threads, two_cliques, workplaces


def content(folder):
    """Every file and its bytes, with the name of the version."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    return folder.name, files


def test_training_twice_gives_the_same_bytes(built, tmp_path):
    """In another folder: the same name, the same files."""
    world = built("workplaces")
    again = train(world.snapshot_folder, tmp_path, world.config)
    assert content(again) == content(world.model_folder)


def test_what_a_search_that_is_not_exact_finds_is_told(built, tmp_path):
    """Above the size that the settings name; up to it there is nothing to tell."""
    world = built("two_cliques")
    assert world.pipeline.model.learned["neighbours"] == {}
    few = replace(world.config, exact_neighbours_up_to=5)
    told = build_model(world.snapshot, few).learned["neighbours"]
    assert {"similar_network", "similar_interests"} <= told.keys()
    assert all(0.95 <= one["recall"] <= 1 for one in told.values())


def test_the_number_of_threads_changes_no_byte(any_world, tmp_path, monkeypatch):
    """Nor do blocks, in whose order people are found for; and it does not show in the manifest."""
    for module in (pools, side_by_side, tie_pools):
        monkeypatch.setattr(module, "BLOCK", 4)
    three = train(any_world.snapshot_folder, tmp_path, replace(any_world.config, threads=3))
    assert content(three) == content(any_world.model_folder)


def test_no_more_threads_are_at_work_than_the_settings_say(built, tmp_path, monkeypatch):
    """From the first look at people to the last that is packed."""
    pools_of = []

    class Counted(ThreadPoolExecutor):
        def __init__(self, threads, **more):
            pools_of.append(threads)
            super().__init__(threads, **more)

    monkeypatch.setattr(side_by_side, "ThreadPoolExecutor", Counted)
    monkeypatch.setattr(side_by_side, "cores", lambda: 4)
    train(built("two_cliques").snapshot_folder, tmp_path, replace(TRAIN, threads=1))
    assert set(pools_of) == {1}


def test_people_of_one_community_are_found_for_together(built):
    """Each once; within a block in the order of rows."""
    material = built("two_cliques").material
    everyone = list(range(len(material.community)))
    assert in_company(material, np.arange(len(everyone)), len(everyone)).tolist() == everyone
    order = in_company(material, np.arange(len(everyone)), 1)
    assert sorted(order) == everyone
    assert (np.diff(material.community[order]) >= 0).all()
    some = np.array(everyone[::2])
    assert in_company(material, some, 1).tolist() == [row for row in order if row in some]


def test_the_order_of_facts_does_not_matter(built, tmp_path):
    """Tables written backwards make the same model."""
    world = workplaces()
    for facts in world.tables.values():
        facts.reverse()
    assert content(build(world, tmp_path).model_folder) == content(built("workplaces").model_folder)


@pytest.mark.parametrize("make", [two_cliques, dormant_pair, met_in_threads, workplaces])
def test_events_at_or_after_as_of_change_no_byte(built, make, tmp_path):
    """Of neither snapshot nor model: new people, topics, ties, ends, to the microsecond."""
    past, world = built(make.__name__), make()
    somebody, *_, another = past.people
    for after in (timedelta(0), timedelta(microseconds=1), timedelta(days=400)):
        world.add(
            "activities",
            person_id=somebody,
            topic_id="the-future",
            occurred_at=AS_OF + after,
            verb="post",
            object_id="tomorrow",
        )
        for one, two in ((somebody, another), ("stranger", somebody)):
            world.add(
                "interactions",
                person_id=one,
                contact_id=two,
                occurred_at=AS_OF + after,
                verb="reply",
                topic_id="the-future",
            )
        times = {"connected_at": AS_OF + after, "ended_at": None}
        world.add("connections", person_id=somebody, contact_id=another, **times)
        world.add(
            "goals",
            person_id=somebody,
            topic_id="the-future",
            direction="learn",
            set_at=AS_OF + after,
        )
        world.add(
            "blocks", person_id=somebody, contact_id=another, kind="block", created_at=AS_OF + after
        )
    known = build(world, tmp_path)
    assert content(known.snapshot_folder) == content(past.snapshot_folder)
    assert content(known.model_folder) == content(past.model_folder)


def test_an_event_just_before_as_of_does_change_the_model(built, tmp_path):
    """So that the test above can fail."""
    before, world = built("two_cliques"), two_cliques()
    world.add(
        "interactions",
        person_id="a1",
        contact_id="a2",
        occurred_at=AS_OF - timedelta(microseconds=1),
        verb="reply",
    )
    after = build(world, tmp_path)
    assert content(after.model_folder) != content(before.model_folder)
    assert "a2" in before.recommended("a1")
    assert "a2" not in after.recommended("a1")


def test_a_model_in_memory_is_the_same_again(any_world):
    """As it was written and mapped: nothing is carried over between two trainings."""
    again = build_model(any_world.snapshot, any_world.config)
    assert differences(again, any_world.pipeline.model) == []


def test_no_more_candidates_are_kept_than_asked_for(built):
    """The best ones, of each list."""
    world = built("hub")
    few = build_model(world.snapshot, replace(TRAIN, candidates=20))
    for pool in few.pools.values():
        assert max(pool.indptr[1:] - pool.indptr[:-1]) <= 20
    assert max(few.pools["people"].indptr[1:] - few.pools["people"].indptr[:-1]) == 20


def test_a_published_model_becomes_the_current_one(built, tmp_path):
    """And an older one stays beside it."""
    first = train(built("two_cliques").snapshot_folder, tmp_path, TRAIN)
    second = train(built("two_cliques").snapshot_folder, tmp_path, replace(TRAIN, seed=1))
    assert first != second
    assert (tmp_path / CURRENT).read_text() == second.name + "\n"
    assert list_versions(tmp_path) == sorted([first.name, second.name])


def test_a_missing_snapshot_leaves_nothing_behind(tmp_path):
    """No folder of models comes into being."""
    with pytest.raises(VersionNotFoundError):
        train(tmp_path / "nowhere", tmp_path / "models")
    assert not (tmp_path / "models").exists()


def test_a_model_that_is_not_approved_is_not_published(built, tmp_path):
    """Which model is current, and every file in the folder, are as before."""
    snapshot = built("two_cliques").snapshot_folder
    train(snapshot, tmp_path, TRAIN)
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    shown = []

    def refuse(model):
        shown.append(model.info.person_count)
        raise GateError("too bad")

    with pytest.raises(GateError, match="too bad"):
        train(snapshot, tmp_path, replace(TRAIN, seed=1), approve=refuse)
    assert shown == [10]
    after = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    assert after == before


def test_an_approved_model_is_published_as_it_was_shown(built, tmp_path):
    """Looking at it changes nothing."""
    world = built("two_cliques")
    folder = train(world.snapshot_folder, tmp_path, world.config, approve=lambda model: None)
    assert content(folder) == content(world.model_folder)


def test_progress_runs_from_0_to_1(built, tmp_path):
    """Every step says how far it is, and the last is done."""
    said = []
    train(built("two_cliques").snapshot_folder, tmp_path, TRAIN, lambda *step: said.append(step))
    assert all(0 <= share <= 1 for _, share in said)
    assert said[-1][1] == 1.0
