"""What happens at a cutoff or later is for judging alone: nothing that is judged can know of it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from evaluation.baselines import BASELINES
from evaluation.field import Field
from evaluation.history import History
from evaluation.known import Known
from evaluation.left_out import LeftOutError
from evaluation.questions import ask
from evaluation.tasks import PEOPLE, Task
from ingestion.history import write_history
from ingestion.snapshot import ingest
from recommender.domain.versions import MANIFEST
from recommender.matrices import load_snapshot
from tests.evaluation.conftest import CONFIG, CUTOFF
from tests.evaluation.looking_back import facts
from tests.world_builder import INGEST, TRAIN, World

MICROSECOND = timedelta(microseconds=1)


def lies(known, at):
    """Events at a time that tell of strangers meeting, of dormant ties resumed, of a new star."""
    world, ids = World(), known.snapshot.person_ids
    rng, people = np.random.default_rng(0), range(known.people)

    def said(person, contact, **more):
        told = {"person_id": person, "contact_id": contact, "occurred_at": at, "verb": "reply"}
        world.add("interactions", **told, **more)

    for place, row in enumerate(rng.permutation(people)[:60]):
        person, star, other = ids[int(row)], ids[place % 5], ids[int(rng.choice(people))]
        for contact in {star, other, "star"} - {person}:
            said(person, contact, topic_id="plot", object_id=f"plot-{place}")
            said(contact, person)
        done = {"topic_id": "plot", "object_id": "plot", "verb": "post"}
        for actor in (star, "star"):
            later = at + place * timedelta(hours=1)
            world.add("activities", person_id=actor, occurred_at=later, **done)
    world.add("people", person_id="star", joined_at=at)
    world.add("goals", person_id=ids[0], topic_id="plot", set_at=at)
    world.add("connections", person_id=ids[1], contact_id=ids[2], connected_at=at)
    return world.add("blocks", person_id=ids[3], contact_id=ids[4], kind="block", created_at=at)


def planted(past, folder, at):
    """The tables of the past alone, with lies from a time on in place of what really came."""
    lies(past.known, at).write(folder)
    for path in past.tables.iterdir():
        table = pq.read_table(path)
        if "occurred_at" in table.column_names:
            table = table.filter(pc.field("occurred_at") < pc.scalar(CUTOFF))
        pq.write_table(table, folder / path.name)
    return folder


@dataclasses.dataclass(frozen=True)
class Other:
    """The same past with another future."""

    known: Known
    history: History
    manifest: bytes


@pytest.fixture(scope="module")
def other(past, tmp_path_factory):
    folder = tmp_path_factory.mktemp("other")
    tables = planted(past, folder / "tables", CUTOFF)
    report = ingest(tables, folder / "snapshots", INGEST, CUTOFF)
    write_history(tables, folder / "history.parquet", INGEST)
    known = Known.of(load_snapshot(report.snapshot), TRAIN)
    return Other(
        known, History(folder / "history.parquet"), (report.snapshot / MANIFEST).read_bytes()
    )


@pytest.fixture(scope="module")
def questions(past):
    return ask(past.known, past.history, CONFIG)


def all_lists(known, questions):
    """What every system answers to every question, by question and name."""
    found = {}
    for name, question in questions.items():
        for system in Field(known, CONFIG).systems(name):
            try:
                found[name, system.name] = system.answer(question)
            except LeftOutError:
                found[name, system.name] = None
    return found


@pytest.fixture(scope="module")
def lists(past, questions):
    return all_lists(past.known, questions)


def assert_same(found, expected):
    assert found.keys() == expected.keys()
    for name, answer in expected.items():
        np.testing.assert_array_equal(found[name], answer, err_msg=str(name))


def test_another_future_asks_about_other_answers(past, other, questions):
    """The control: the lies would matter very much, if anybody knew of them."""
    told = ask(other.known, other.history, CONFIG)
    ours, theirs = (one[PEOPLE].relevant[Task.PEOPLE] for one in (questions, told))
    assert theirs.nnz > 30
    assert (ours != theirs).nnz > 30


def test_another_future_changes_no_byte_of_the_snapshot(past, other):
    """Not even the manifest, and so not the name."""
    snapshots = past.folder / "snapshots"
    assert other.known.snapshot.name == past.known.snapshot.name
    assert other.manifest == (snapshots / past.known.snapshot.name / MANIFEST).read_bytes()


def test_another_future_changes_nobody_who_is_asked(past, other, questions):
    """Askers, those who stand for everyone, and the ties they may be answered."""
    told = ask(other.known, other.history, CONFIG)
    for name, question in questions.items():
        np.testing.assert_array_equal(told[name].askers, question.askers)
        np.testing.assert_array_equal(told[name].panel, question.panel)
        if question.pool is not None:
            assert (told[name].pool != question.pool).nnz == 0


def test_another_future_changes_no_list_of_any_system(other, questions, lists):
    """Ours at every dial, every source alone, every baseline, every ablation."""
    assert len(lists) > 20
    assert any((answer >= 0).any() for answer in lists.values() if answer is not None)
    assert_same(all_lists(other.known, questions), lists)


def test_no_system_looks_at_the_answers_that_come_with_a_question(past, questions, lists):
    """With nothing right, and with everything right, all lists are the same."""
    for share in (0.0, 1.0):
        swapped = {
            name: dataclasses.replace(question, relevant=_all(question.relevant, share))
            for name, question in questions.items()
        }
        assert_same(all_lists(past.known, swapped), lists)


def _all(relevant, share):
    return {task: sp.csr_matrix(np.full(cells.shape, share)) for task, cells in relevant.items()}


def test_a_microsecond_earlier_the_same_events_change_everything(past, questions, tmp_path):
    """The control: then they are of the past, and every simple baseline knows of them."""
    tables = planted(past, tmp_path / "tables", CUTOFF - MICROSECOND)
    report = ingest(tables, tmp_path / "snapshots", INGEST, CUTOFF)
    known = facts(load_snapshot(report.snapshot))
    assert known.snapshot.name != past.known.snapshot.name
    assert known.people == past.known.people + 1
    popular = BASELINES["popularity"].scorer(known)(questions[PEOPLE].askers[:1])[0]
    assert np.argmax(popular) == known.snapshot.person_ids.row("star")
