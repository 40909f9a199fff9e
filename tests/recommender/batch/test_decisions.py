"""What learners decided, held still: as of the start of an export, in all of it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from recommender.batch import Asked, Store, decisions, export, folder
from recommender.batch.decisions import KINDS, parse_decisions, read_decisions, write_decisions
from recommender.batch.folder import Folder
from recommender.domain.config import Dials
from recommender.domain.documents import from_document, to_document
from recommender.domain.errors import OutputError
from recommender.domain.learner import Block, BlockKind, Learner
from recommender.domain.slate import Kind
from recommender.domain.versions import MANIFEST
from recommender.steering import Steering
from recommender.store import LearnerStore
from recommender.store.contents import Contents
from tests.recommender.exported import rows_of
from tests.recommender.live.changes import NOW, blocks, decides, said, worked
from tests.store.values import FULL, LONG_AGO, activity, connection, interaction
from tests.store.values import NOW as AT

TENANT = "default"


@pytest.fixture
def store(tmp_path):
    found = LearnerStore.open(f"sqlite:///{tmp_path / 'learners.db'}", clock=lambda: NOW)
    yield found
    found.close()


def put(store, *changes, erased=()):
    """Write changes as servers do."""
    with store.writing(TENANT) as work:
        for change in changes:
            if isinstance(change, Learner):
                work.put_learner(change)
            elif isinstance(change, Block):
                work.put_block(change)
            else:
                work.add_events([change])
        for person in erased:
            work.erase(person)


def looked_at(store):
    return Store(name="test", read=lambda since, at: read_decisions(store, TENANT, since, at))


def make(built, store, out, **asked):
    """An export of lists of new people, as of NOW."""
    wanted = Asked(**{"kinds": (Kind.PEOPLE,), **asked})
    more = {"store": looked_at(store), "clock": lambda: NOW, "workers": 1}
    return export(built.model_folder, out, wanted, **more)


def listed(out):
    """Who is on whose list."""
    found = {}
    for row in rows_of(out):
        found.setdefault(row["person_id"], []).append(row["contact_id"])
    return found


def test_blocks_dismissals_and_erasures_count(built, store, tmp_path):
    """As in the service: a block both ways, a dismissal one way, the erased nowhere."""
    world = built("two_cliques")
    export(world.model_folder, tmp_path / "before", Asked(kinds=(Kind.PEOPLE,)), workers=1)
    before = listed(tmp_path / "before")
    one, other = next((a, b) for a, on in before.items() for b in on if a in before.get(b, ()))
    third = next(a for a in before if a not in {one, other})
    dismissed = before[third][0]
    put(store, blocks(one, other), blocks(third, dismissed, BlockKind.DISMISS))
    put(store, said(one, third), erased=[gone := before[third][-1]])
    report = make(world, store, tmp_path / "out")
    after = listed(tmp_path / "out")
    assert gone not in after
    assert not any(gone in on for on in after.values())
    assert other not in after.get(one, [])
    assert one not in after.get(other, [])
    assert dismissed not in after.get(third, [])
    manifest = json.loads((tmp_path / "out" / MANIFEST).read_bytes())
    told = manifest["learners"]
    assert told == report.learners
    assert told["at"] == NOW.isoformat(timespec="microseconds")
    assert (told["blocks"], told["dismissals"], told["erasures"]) == (1, 1, 1)
    assert f'"{gone}"' not in (tmp_path / "out" / MANIFEST).read_text()


def test_who_wants_no_lists_has_none(built, store, tmp_path):
    """And a lapsed decision is none."""
    world = built("two_cliques")
    export(world.model_folder, tmp_path / "before", Asked(kinds=(Kind.PEOPLE,)), workers=1)
    before = listed(tmp_path / "before")
    one, other = list(before)[:2]
    lapsed = blocks(other, before[other][0], expires_at=NOW)
    put(store, decides(one, paused=True), lapsed)
    report = make(world, store, tmp_path / "out")
    after = listed(tmp_path / "out")
    assert one not in after
    assert before[other][0] in after[other]
    assert (report.learners["paused"], report.learners["blocks"]) == (1, 0)


def test_each_learner_steers_her_own_list(built, store, tmp_path):
    """Where the export says nothing of dials; else all are alike."""
    world = built("workplaces")
    people = world.people
    put(store, decides(people[0], dials=Dials(like_mindedness=0, collaboration=0, diversity=1)))
    make(world, store, tmp_path / "own")
    turned = Steering(dials=Dials(like_mindedness=1, collaboration=0, diversity=0))
    make(world, store, tmp_path / "all", steering=turned)
    export(
        world.model_folder,
        tmp_path / "none",
        Asked(kinds=(Kind.PEOPLE,), steering=turned),
        workers=1,
    )
    assert rows_of(tmp_path / "all") == rows_of(tmp_path / "none")
    own = {row["person_id"]: row["score"] for row in rows_of(tmp_path / "own")}
    plain = export(world.model_folder, tmp_path / "plain", Asked(kinds=(Kind.PEOPLE,)), workers=1)
    usual = {row["person_id"]: row["score"] for row in rows_of(tmp_path / "plain")}
    assert plain.learners is None
    assert [person for person in usual if own[person] != usual[person]] == [people[0]]


def test_who_came_since_has_lists_too(built, store, tmp_path):
    """In the order of ids, among the others."""
    world = built("two_cliques")
    topic = world.pipeline.model.topic_ids[0]
    put(store, worked("a0 new", topic), worked("zz new", topic))
    report = make(world, store, tmp_path / "out")
    people = list(listed(tmp_path / "out"))
    assert {"a0 new", "zz new"} <= set(people)
    assert people == sorted(people, key=str.encode)
    assert report.people == len(world.people) + 2


def test_a_killed_export_goes_on_as_of_when_it_began(built, store, tmp_path, monkeypatch):
    """What is decided meanwhile counts tomorrow: all parts are of one state."""
    world = built("workplaces")
    begun(built, store, tmp_path / "out", monkeypatch)
    put(store, *(decides(person, paused=True) for person in world.people))
    report = make(world, store, tmp_path / "out", people_per_part=2)
    assert report.resumed == 1
    assert report.learners["paused"] == 0
    assert len(listed(tmp_path / "out")) > 2
    assert not (tmp_path / ".pln-export-out").exists()


def begun(built, store, out, monkeypatch):
    """An export that was broken off once a part was kept; where its notes are."""
    keep, kept = Folder.keep, []

    def fail(self, made):
        if kept:
            raise OutputError("no room")
        kept.append(made)
        keep(self, made)

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "keep", fail)
        with pytest.raises(OutputError):
            make(built("workplaces"), store, out, people_per_part=2)
    return out.with_name(f".pln-export-{out.name}")


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[]\n", b'{"at": 1}\n', b"{}\n[1]\n"])
def test_decisions_that_are_lost_are_read_again(built, store, tmp_path, monkeypatch, content):
    """As of now: with those of then gone, there is nothing to go on with."""
    note = begun(built, store, tmp_path / "out", monkeypatch) / "learners.jsonl"
    note.unlink()
    if content is not None:
        note.write_bytes(content)
    put(store, decides(built("workplaces").people[0], paused=True))
    report = make(built("workplaces"), store, tmp_path / "out", people_per_part=2)
    assert (report.resumed, report.learners["paused"]) == (0, 1)
    assert not note.parent.exists()


def test_killed_while_it_tidies_up_it_begins_anew(built, store, tmp_path, monkeypatch):
    """Its plan goes first, so that nobody takes what is left of its notes for whole.

    Then the manifest of the lists of before, so that nobody who reads them does.
    """
    work = begun(built, store, tmp_path / "out", monkeypatch)
    gone = []
    monkeypatch.setattr(folder, "remove", gone.append)
    Folder(tmp_path / "out").forget()
    assert gone == [work / "plan.json", work / "lists" / MANIFEST, work]


def test_a_state_survives_being_written_down(store):
    """All kinds of changes, marks, and how often people were shown."""
    put(
        store,
        FULL,
        decides("bea", daily_exposure_limit=3),
        blocks("ada", "bea", expires_at=AT),
        activity(1),
        interaction(1),
        connection(1),
        erased=["eve"],
    )
    with store.writing(TENANT) as work:
        work.lift_block("ada", "bea")
    found = read_decisions(store, TENANT, LONG_AGO, NOW)
    assert {type(change) for _, change in found.changes} == set(KINDS.values()) - {Block}
    again = parse_decisions(write_decisions(found))
    assert again == found
    assert again.mark("eve") == store.erasure_mark(TENANT, "eve")


def test_reading_ends_where_it_began(store, monkeypatch):
    """However many changes there are at a time, and whatever is written meanwhile."""
    monkeypatch.setattr(decisions, "AT_ONCE", 2)
    put(store, *(activity(i) for i in range(7)), FULL)
    before, changes = store.position(TENANT), Contents.changes

    def meanwhile(contents, after, *rest):
        found = changes(contents, after, *rest)
        if not after:
            put(store, replace(FULL, paused=not FULL.paused), activity(8))
        return found

    monkeypatch.setattr(Contents, "changes", meanwhile)
    found = read_decisions(store, TENANT, LONG_AGO, NOW)
    assert found.position == before
    assert len(found.changes) == 8
    [(_, learner)] = [each for each in found.changes if isinstance(each[1], Learner)]
    assert learner.paused == FULL.paused


@pytest.mark.parametrize("value", [FULL, Dials(), activity(1), blocks("a", "b", expires_at=AT)])
def test_values_come_back_from_json(value):
    """As they were."""
    assert from_document(type(value), json.loads(json.dumps(to_document(value)))) == value


@pytest.mark.parametrize(
    "document", [1, [], {"person_id": 1}, {"person_id": "a", "goals": "x"}, {"paused": True}]
)
def test_what_is_no_value_is_refused(document):
    """Rather than half believed."""
    with pytest.raises((TypeError, ValueError)):
        from_document(Learner, document)
