"""A snapshot in memory says what the events said."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest

from recommender.domain.errors import CorruptVersionError, VersionNotFoundError
from recommender.domain.times import DAY_MICROSECONDS, microseconds
from recommender.matrices import load_snapshot
from tests.world_builder import AS_OF, World, build


def test_counts_are_those_of_the_events(any_world):
    """Person × topic and person × contact, cell by cell."""
    snapshot, tables = any_world.snapshot, any_world.world.tables
    topics = [snapshot.topic_ids[z] for z in range(len(snapshot.topic_ids))]
    for matrix, table, key, names in (
        (snapshot.person_topic, "activities", "topic_id", topics),
        (snapshot.person_contact, "interactions", "contact_id", any_world.people),
    ):
        true = Counter((fact["person_id"], fact[key]) for fact in tables[table])
        counts = matrix.csr("count").tocoo()
        told = {
            (any_world.people[row], names[column]): value
            for row, column, value in zip(counts.row, counts.col, counts.data, strict=True)
        }
        assert told == true


def test_rows_follow_the_bytes_of_ids(any_world):
    """So that ties between equal scores break alike in every model."""
    encoded = [person.encode() for person in any_world.people]
    assert encoded == sorted(encoded)


def test_ids_that_look_alike_are_two_people(built):
    """Composed and decomposed letters differ byte by byte."""
    world = built("unicode_ids")
    assert world.row("zoë") != world.row("zoe\u0308")


def test_a_third_key_is_summed_out(built):
    """Person × contact × topic becomes person × topic."""
    snapshot = built("two_cliques").snapshot
    about, all_of_it = snapshot.person_contact_topic, snapshot.person_contact
    assert about.csr("count").shape == snapshot.person_topic.shape
    assert about.csr("count").sum() == all_of_it.csr("count").sum()


def test_declared_attributes_are_codes(built, tmp_path):
    """Equal names have equal codes; what is not given has -1."""
    snapshot = built("workplaces").snapshot
    codes = snapshot.attributes["organisation"]
    assert codes[0] == codes[2] != codes[1]
    free = build(World().works("free", "tea", 1), tmp_path).snapshot
    assert free.attributes["organisation"].tolist() == [-1]


def test_labels_stand_in_for_ids_where_there_are_none(built):
    """A topic without a label is called by its id."""
    snapshot = built("two_cliques").snapshot
    assert snapshot.topic_labels[0] == snapshot.topic_ids[0] == "a-talk"
    threads = built("met_in_threads").snapshot
    assert threads.object_titles[0] == "Thread t1"


def test_the_time_is_kept(any_world):
    """In microseconds since 1970, UTC."""
    assert any_world.snapshot.as_of == AS_OF
    expected = np.datetime64(AS_OF, "us").astype(np.int64)
    assert any_world.snapshot.as_of_microseconds == expected


def test_a_snapshot_with_a_flipped_byte_is_refused(tmp_path):
    """Naming the file."""
    folder = build(World().works("uma", "chess", 1), tmp_path).snapshot_folder
    file = folder / "people.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(CorruptVersionError, match=r"people\.parquet"):
        load_snapshot(folder)


def test_a_folder_that_is_no_snapshot_is_refused(tmp_path, built):
    """Neither an empty folder nor a model."""
    with pytest.raises(VersionNotFoundError):
        load_snapshot(tmp_path)
    with pytest.raises(CorruptVersionError, match="not a snapshot"):
        load_snapshot(built("one_person").model_folder)


def test_what_is_declared_of_topics_and_people_comes_along(tmp_path):
    """Parents as rows, descriptions as text, joining as a time; -1 or empty where not given."""
    world = World().add("topics", topic_id="fruit", label="Fruit")
    world.add("topics", topic_id="pear", description="Grows on trees", parent_topic_id="fruit")
    world.person("ida", joined_at=AS_OF - timedelta(days=1)).works("jon", "fruit", 2)
    snapshot = build(world, tmp_path).snapshot
    assert snapshot.topic_parents.tolist() == [-1, 0]
    assert snapshot.topic_descriptions.take([0, 1]) == ["", "Grows on trees"]
    assert snapshot.joined.tolist() == [microseconds(AS_OF) - DAY_MICROSECONDS, -1]
