"""Data that is much worse or much less than it should be is not published."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow.parquet as pq
import pytest

from ingestion.snapshot import ingest, list_snapshots
from ingestion.trust import FLOOR_ROWS, STRICT, UNJUDGED, Terms
from recommender.domain.config import IngestConfig
from recommender.domain.errors import InputDataError
from tests.ingestion.tables import AS_OF, CONFIG, activity, host, interaction, write_host


def dated(number, day=0):
    """So many activities, each a minute after the other."""
    start = datetime(2024, 6, 1) + timedelta(days=day)
    return [activity(at=(start + timedelta(minutes=n)).isoformat()) for n in range(number)]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


@pytest.fixture
def put(tmp_path, out):
    """Ingests a host of these activities under `out`."""

    def put(rows, as_of=AS_OF, terms=STRICT, config=CONFIG, **tables):
        source = write_host(tmp_path / "in", host(activities=rows, **tables), "jsonl")
        return ingest(source, out, config, as_of, terms=terms)

    return put


def refused(put, *arguments, **options):
    with pytest.raises(InputDataError) as caught:
        put(*arguments, **options)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_too_many_bad_rows_are_refused_in_one_line(put, out):
    """With table, figures, codes, an example place, what allows it, and where the rows are."""
    bad = [activity(at="never")] * 3 + [activity(person="x" * 300), activity(weight=-1)]
    said = refused(put, dated(45) + bad)
    assert said.startswith(
        "table activities: 5 of 50 rows are bad, 10.0% where at most 5.0% may be "
        "(ingest.max_bad_share): 3 unparsable_time (activities.jsonl row 46: 'never'), 1 bad_"
    )
    assert "--allow-bad" in said
    left = out / "rejected" / "20240701T000000"
    assert said.endswith(f"what was set aside is in {left}")
    assert pq.read_table(left / "quarantine.parquet").num_rows == 5
    assert [path.name for path in out.iterdir()] == ["rejected"]


def test_bad_rows_up_to_the_share_are_set_aside(put):
    """One in twenty is what is allowed."""
    assert put(dated(95) + [activity(at="never")] * 5).kept("activities") == 95


def test_what_may_be_bad_is_a_setting_and_can_be_allowed_for_once(put):
    """`ingest.max_bad_share`, and --allow-bad."""
    rows = dated(40) + [activity(at="never")] * 10
    config = IngestConfig(memory_limit_mb=256, threads=2, max_bad_share=0.2)
    assert put(rows, config=config).kept("activities") == 40
    assert put(rows, terms=Terms(allow_bad=True)).kept("activities") == 40


def test_duplicates_and_forgiven_rows_are_not_bad(put):
    """Two exports that overlap are half duplicates, and nothing is wrong with them."""
    objects = [{"object_id": f"o{n}", "topic_id": "gone"} for n in range(50)]
    report = put(dated(30) * 2, objects=objects)
    assert report.tables["activities"].quarantined == {"duplicate": 30}
    assert report.tables["objects"].forgiven == {"unknown_topic": 50}


def test_small_tables_are_not_judged(put, out):
    """Nobody's data is stopped by the only slip in a short table."""
    few = FLOOR_ROWS - 1
    assert put([*dated(few - 9), *[activity(at="never")] * 9]).kept("activities") == few - 9
    refused(put, [*dated(FLOOR_ROWS - 9), *[activity(at="never")] * 9])


def test_rows_at_or_after_the_time_are_not_judged(put):
    """Neither as bad ones nor as good ones."""
    late = [activity(person="x" * 300, at="2025-01-01")] * 90
    assert put(dated(30) + late).kept("activities") == 30


def test_the_worst_table_is_named_first(put):
    """And the others after it."""
    talks = [interaction(contact="ada")] * 10 + [interaction(contact=f"p{n}") for n in range(10)]
    said = refused(put, dated(45) + [activity(at="never")] * 5, interactions=talks)
    assert said.startswith("table interactions: 10 of 20 rows")
    assert "; also activities;" in said


def test_a_table_of_which_more_than_half_is_gone_is_refused(put, out):
    """With both counts, the snapshot before, and what allows it; that one stays in force."""
    first = put(dated(100)).snapshot.name
    said = refused(put, dated(49))
    assert said.startswith(f"table activities: 49 rows, where snapshot {first} kept 100; 51.0% are")
    assert "--allow-shrunk" in said
    assert (out / "CURRENT").read_text() == f"{first}\n"
    assert list_snapshots(out) == [first]
    assert put(dated(50)).kept("activities") == 50


def test_a_table_that_is_gone_altogether_is_refused(put):
    """Though the source may lack it."""
    put(dated(9), skills=[{"person_id": f"p{n}", "topic_id": "maths"} for n in range(30)])
    assert refused(put, dated(9), skills=[]).startswith("table skills: 0 rows, where snapshot")


def test_what_may_be_gone_is_a_setting_and_can_be_allowed_for_once(put):
    """`ingest.max_shrink`, and --allow-shrunk."""
    put(dated(100))
    config = IngestConfig(memory_limit_mb=256, threads=2, max_shrink=0.9)
    assert put(dated(40), config=config).kept("activities") == 40
    assert put(dated(4), terms=Terms(allow_shrunk=True)).kept("activities") == 4


def test_only_snapshots_of_the_same_time_or_before_are_compared_with(put):
    """To look at the data as it was early on is no loss."""
    put(dated(100) + dated(100, day=-100))
    early = datetime(2024, 5, 1)
    assert put(dated(100) + dated(100, day=-100), as_of=early).kept("activities") == 100
    assert put(dated(60) + dated(60, day=-100), as_of=early).kept("activities") == 60


def test_without_a_time_the_newest_snapshot_is_compared_with(put):
    """Data that is cut short at its end is as of earlier, and must not slip through by that."""
    put(dated(100), as_of=None)
    assert "activities: 40 rows" in refused(put, dated(40), as_of=None)


def test_snapshots_that_cannot_be_read_are_passed_over(put, out):
    """They are not ours to judge."""
    folder = put(dated(100)).snapshot
    (folder / "manifest.json").write_text("{")
    assert put(dated(9)).kept("activities") == 9


def test_whoever_asks_for_no_judgement_gets_none(put):
    """The demo and evaluations do."""
    put(dated(100))
    assert put([*dated(9), *[activity(at="never")] * 90], terms=UNJUDGED).kept("activities") == 9


def test_what_was_rejected_before_gives_way(put, out):
    """One folder per time, with what the last such run set aside."""
    for bad in (9, 12):
        refused(put, dated(30) + [activity(at="never")] * bad)
    (left,) = (out / "rejected").iterdir()
    assert pq.read_table(left / "quarantine.parquet").num_rows == 12
