"""Whatever a host hands over: a good answer, or one clear line and nothing half-written."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.snapshot import verify
from recommender.domain.errors import InputDataError, InvalidArgumentError
from tests.ingestion.tables import (
    AS_OF,
    CONFIG,
    activity,
    host,
    interaction,
    reasons,
    rows_of,
    snap,
    write_host,
)

ACTIVITIES = "person_id,topic_id,occurred_at,verb\nada,maths,2024-06-01,post\n"
INTERACTIONS = "person_id,contact_id,occurred_at,verb\nada,bea,2024-06-01,reply\n"
HEADS = {
    "activities.csv": ACTIVITIES.splitlines()[0] + "\n",
    "interactions.csv": INTERACTIONS.splitlines()[0] + "\n",
}
PARQUET = "activities.parquet"


@pytest.fixture
def run(tmp_path):
    """Writes files over a good host (None removes one) and ingests them."""

    def run(files=None, as_of=AS_OF):
        source = tmp_path / "in"
        source.mkdir()
        good = {"activities.csv": ACTIVITIES, "interactions.csv": INTERACTIONS}
        for name, body in {**good, **(files or {})}.items():
            if body is not None:
                path = source / name
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return snap(source, tmp_path / "out", as_of)

    return run


@pytest.fixture
def fails(run, tmp_path):
    """Ingests files that must be refused, and returns what is said."""

    def fails(files):
        with pytest.raises(InputDataError) as caught:
            run(files)
        assert not (tmp_path / "out").exists(), "something was left behind"
        message = str(caught.value)
        assert "\n" not in message
        return message

    return fails


def parquet_bytes(rows=2000):
    """A Parquet file with so many activities."""
    table = pa.table(
        {
            "person_id": [f"p{n}" for n in range(rows)],
            "topic_id": [f"t{n % 7}" for n in range(rows)],
            "occurred_at": ["2024-06-01"] * rows,
            "verb": ["post"] * rows,
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


def test_an_empty_folder_is_refused(fails):
    """The line says what a folder needs."""
    said = fails({"activities.csv": None, "interactions.csv": None})
    assert "holds no native table" in said


def test_a_missing_required_table_is_refused_by_name(fails):
    """With the columns that it would need."""
    said = fails({"interactions.csv": None})
    assert "'interactions'" in said
    assert "contact_id" in said


def test_a_missing_required_column_is_refused_by_file_and_name(fails):
    """And the line lists the columns that are there."""
    said = fails({"activities.csv": "person_id,topic,occurred_at,verb\na,b,2024-01-01,c\n"})
    assert said.startswith("activities.csv has no column 'topic_id'")
    assert "topic" in said


def test_a_file_with_semicolons_shows_what_its_header_was_taken_for(fails):
    """So that the reader sees the separator is wrong."""
    assert "person_id;topic_id" in fails({"activities.csv": ACTIVITIES.replace(",", ";")})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"activities.csv": None, PARQUET: b"no parquet at all"}, "not a whole Parquet file"),
        ({"activities.csv": None, PARQUET: parquet_bytes()[:4000]}, "not a whole Parquet file"),
        ({"activities.csv": None, PARQUET: b""}, "not a whole Parquet file"),
        ({"activities.csv.gz": gzip.compress(ACTIVITIES.encode() * 999)[:99]}, "not a whole gzip"),
        ({"activities.csv.gz": ACTIVITIES}, "not a whole gzip"),
        ({"goals.csv": ""}, "no header line"),
        ({"goals.csv": "person_id,person_id\n"}, "'person_id' twice"),
        ({"goals.csv": b"\xff\xfe\n"}, "header line cannot be read"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused_by_name(fails, files, said):
    """Cut in half, of another kind, or empty."""
    message = fails(files)
    assert said in message
    assert message.startswith(list(files)[-1])


def test_a_parquet_file_damaged_inside_is_refused_by_name(fails):
    """Its footer is whole, so only reading it through shows the damage."""
    whole = parquet_bytes()
    damaged = whole[:4] + bytes(len(whole) // 3) + whole[4 + len(whole) // 3 :]
    message = fails({"activities.csv": None, "skills.csv": None, PARQUET: damaged})
    assert message.startswith(f"{PARQUET} is damaged")


def test_a_parquet_column_of_an_impossible_type_is_refused(fails):
    """A count of seconds could be any clock's; the line asks for a timestamp or text."""
    table = pa.table({"person_id": ["a"], "topic_id": ["t"], "occurred_at": [5], "verb": ["post"]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    said = fails({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert "'occurred_at' is int64" in said
    assert "timestamp" in said


def test_tables_without_rows_are_fine(run, tmp_path):
    """No activities at all: the people of the interactions still get a snapshot."""
    report = run({"activities.csv": HEADS["activities.csv"]})
    assert (report.people, report.topics) == (2, 0)
    verify(tmp_path / "out")


def test_one_person_alone_is_fine(run, tmp_path):
    """Nobody to recommend yet, but nothing is wrong."""
    report = run({"interactions.csv": HEADS["interactions.csv"]})
    assert report.people == 1
    verify(tmp_path / "out")


def test_nobody_at_all_is_refused(fails):
    """Both tables are there, neither has a row."""
    assert "no person left" in fails(HEADS)


def test_two_files_of_one_table_may_have_different_columns(run):
    """Columns that one lacks are empty there; both are read."""
    more = "verb,weight,person_id,occurred_at,topic_id\npost,7,bea,2024-06-02,maths\n"
    report = run({"activities/part-1.csv": more, "activities/part-2.csv": ACTIVITIES})
    rows = rows_of(report, "person_topic")
    assert [(row["person"], row["weight"]) for row in rows] == [(0, 1.0), (1, 7.0)]
    assert report.tables["activities"].read == 3


def test_a_file_that_lacks_a_required_column_is_named_among_many(fails):
    """The other file of the table is fine."""
    said = fails({"activities/part-1.csv": "person_id,topic_id,verb\n"})
    assert said.startswith("activities/part-1.csv has no column 'occurred_at'")


def test_unknown_columns_are_kept_out_and_reported(run):
    """In every format alike."""
    report = run({"goals.jsonl": '{"person_id":"ada","topic_id":"maths","mood":"high"}\n'})
    assert report.tables["goals"].unknown_columns == ("mood",)
    assert report.tables["goals"].kept == 1


@pytest.mark.parametrize("tail", [0, 30_000])
def test_a_quote_that_is_never_closed_costs_one_line(run, tail):
    """Not the rest of the file, however long that is."""
    rows = "".join(f"p{n},maths,2024-06-01,post\n" for n in range(1 + tail))
    report = run({"activities.csv": ACTIVITIES + 'bea,"open,2024-06-02,post\n' + rows})
    assert report.people == 3 + tail
    (bad,) = rows_of(report, "quarantine")
    assert (bad["file"], bad["row"], bad["reason"]) == ("activities.csv", 3, "unreadable_row")
    assert bad["value"] == 'a quote is opened and never closed: bea,"open,2024-06-02,post'


def test_lines_after_a_broken_one_keep_their_numbers(run):
    """Blank lines, doubled quotes, a value over two lines, and two broken lines."""
    body = (
        ACTIVITIES
        + 'bea,"open,2024-06-02,post\n'
        + 'cyd,"ma""ths",2024-06-02,post\n'
        + "\n"
        + "x,y\n"
        + 'dot,"two\nlines",2024-06-02,post\n'
        + "eve,maths,never,post\n"
    )
    report = run({"activities.csv": body})
    assert reasons(report) == [
        ("activities.csv", 3, "unreadable_row", None),
        ("activities.csv", 6, "unreadable_row", None),
        ("activities.csv", 7, "bad_id", "topic_id"),
        ("activities.csv", 9, "unparsable_time", "occurred_at"),
    ]
    assert [row["topic_id"] for row in rows_of(report, "topics")] == ['ma"ths', "maths"]


def test_lines_that_are_no_json_object_cost_one_line_each(run):
    """Cut short, a list, NaN, half a surrogate, nested out of all bounds."""
    good = '{"person_id":"ada","topic_id":"maths","occurred_at":"2024-06-01","verb":"post"'
    lines = [good + "}", good, "[1]", good + ',"weight":NaN}', '{"verb":"\\ud800"}', "[" * 10**5]
    report = run({"activities.csv": None, "activities.jsonl": "\n".join(["", *lines])})
    assert [row for _, row, reason, _ in reasons(report) if reason == "unreadable_row"] == [
        3, 4, 5, 6, 7,
    ]  # fmt: skip
    assert report.tables["activities"].kept == 1


def test_text_in_another_encoding_costs_the_lines_that_have_it(run):
    """Latin-1 is no UTF-8; the other lines are."""
    body = ACTIVITIES.encode() + "zoë,maths,2024-06-01,post\n".encode("latin1")
    report = run({"activities.csv": body})
    assert reasons(report) == [("activities.csv", 3, "unreadable_row", None)]


IDS = {
    "": "missing_value",
    "x" * 10_240: "bad_id",
    "new\nline": "bad_id",
    "tab\tbed": "bad_id",
    "nu\0l": "bad_id",
    "é" * 129: "bad_id",
    "é" * 128: None,
    "😀": None,
    " spaced ": None,
    "'; DROP TABLE people; --": None,
}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_ids_of_1_to_256_bytes_without_control_characters_pass_as_they_are(tmp_path, form):
    """All others are quarantined, with at most 200 bytes of them."""
    rows = [activity(person=person) for person in IDS]
    source = write_host(tmp_path / "in", host(activities=rows, interactions=[]), form)
    report = snap(source, tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["reason"] for row in bad] == [reason for reason in IDS.values() if reason]
    assert all(len((row["value"] or "").encode()) <= 200 for row in bad)
    people = [row["person_id"] for row in rows_of(report, "people")]
    assert people == sorted((p for p, reason in IDS.items() if not reason), key=str.encode)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_weight_that_is_none_is_quarantined_with_its_text(tmp_path, form):
    """Not finite, negative, over a million, or no number."""
    weights = ["NaN", "inf", "-inf", "-1", "1e7", "1e400", "heavy"]
    rows = [activity(weight=weight) for weight in (*weights, "2")]
    report = snap(write_host(tmp_path / "in", host(activities=rows), form), tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["value"] for row in bad] == weights
    assert {(row["reason"], row["column"]) for row in bad} == {("bad_weight", "weight")}


def test_weights_that_are_numbers_in_the_file_are_checked_alike(tmp_path, run):
    """Parquet can hold NaN and infinity as numbers."""
    values = [1.0, float("nan"), float("inf"), float("-inf"), -1.0, None]
    table = pa.table(
        {
            "person_id": ["ada"] * 6,
            "topic_id": [f"t{n}" for n in range(6)],
            "occurred_at": ["2024-06-01"] * 6,
            "verb": ["post"] * 6,
            "weight": values,
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    report = run({"activities.csv": None, PARQUET: sink.getvalue().to_pybytes()})
    assert [row for _, row, _, _ in reasons(report)] == [2, 3, 4, 5]


def test_a_time_that_is_none_is_quarantined(tmp_path):
    """Seconds since 1970 are no time either: nobody says whose clock."""
    times = ["2024-13-01", "yesterday", "infinity", "1720000000", "-"]
    rows = [activity(at=time) for time in (*times, "2024-06-01")]
    report = snap(write_host(tmp_path / "in", host(activities=rows)), tmp_path / "out")
    bad = rows_of(report, "quarantine")
    assert [row["value"] for row in bad] == times
    assert {(row["reason"], row["column"]) for row in bad} == {("unparsable_time", "occurred_at")}


def test_the_future_is_quarantined_unless_the_cut_already_left_it_out(run):
    """Without --as-of, a year 2999 would make everything else look ages old."""
    report = run({"activities.csv": ACTIVITIES + "ada,maths,2999-01-01,post\n"}, as_of=None)
    assert reasons(report) == [("activities.csv", 3, "future_time", "occurred_at")]
    assert report.as_of.year == 2024


def test_people_who_write_to_themselves_are_quarantined(tmp_path):
    """In interactions, connections and blocks."""
    pair = {"person_id": "ada", "contact_id": "ada"}
    tables = host(interactions=[interaction(), interaction(contact="ada")], connections=[pair],
                  blocks=[pair])  # fmt: skip
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert [(file, reason) for file, _, reason, _ in reasons(report)] == [
        ("blocks.csv", "self_interaction"),
        ("connections.csv", "self_interaction"),
        ("interactions.csv", "self_interaction"),
    ]


def test_of_equal_rows_the_first_is_kept(tmp_path):
    """Equal in every column; another weight is another event."""
    rows = [activity(weight=1), activity(weight=2), activity(weight=1), activity(weight=1)]
    tables = host(activities=rows, skills=[{"person_id": "ada", "topic_id": "maths"}] * 2)
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert reasons(report) == [
        ("activities.csv", 4, "duplicate", None),
        ("activities.csv", 5, "duplicate", None),
        ("skills.csv", 3, "duplicate", None),
    ]
    assert rows_of(report, "person_topic")[0]["count"] == 2


def test_of_two_rows_for_one_person_the_first_is_kept(tmp_path):
    """The second is quarantined by its id."""
    people = [{"person_id": "ada", "role": "dean"}, {"person_id": "ada", "role": "bot"}]
    report = snap(write_host(tmp_path / "in", host(people=people)), tmp_path / "out")
    assert reasons(report) == [("people.csv", 3, "duplicate", "person_id")]
    assert rows_of(report, "people")[0]["role"] == "dean"


def test_values_outside_their_range_are_quarantined(tmp_path):
    """Each with its reason and column."""
    learner = {"person_id": "ada", "topic_id": "maths"}
    pair = {"person_id": "ada", "contact_id": "bea"}
    tables = host(
        blocks=[{**pair, "kind": "poke"}, {**pair, "contact_id": "nobody"}],
        goals=[{**learner, "direction": "teach"}, {**learner, "level": "5"}],
        people=[{"person_id": "ada", "joined_at": "long ago"}, {"person_id": "b", "level": "inf"}],
        skills=[{**learner, "level": "-1"}, {**learner, "level": "much"}],
    )
    report = snap(write_host(tmp_path / "in", tables), tmp_path / "out")
    assert reasons(report) == [
        ("blocks.csv", 2, "bad_enum", "kind"),
        ("blocks.csv", 3, "unknown_person", "contact_id"),
        ("goals.csv", 2, "bad_enum", "direction"),
        ("goals.csv", 3, "bad_number", "level"),
        ("people.csv", 2, "unparsable_time", "joined_at"),
        ("people.csv", 3, "bad_number", "level"),
        ("skills.csv", 2, "bad_number", "level"),
        ("skills.csv", 3, "bad_number", "level"),
    ]


def test_a_block_whose_time_cannot_be_read_still_holds(tmp_path):
    """Dropping it would show somebody to the person she blocked."""
    blocks = [{"person_id": "ada", "contact_id": "bea", "created_at": "once"}]
    report = snap(write_host(tmp_path / "in", host(blocks=blocks)), tmp_path / "out")
    assert rows_of(report, "blocks") == [
        {"person": 0, "contact": 1, "kind": "block", "created_at": None}
    ]


def test_a_target_that_is_a_file_is_refused(tmp_path):
    """And stays as it is."""
    source = write_host(tmp_path / "in", host())
    target = tmp_path / "out"
    target.write_text("mine")
    with pytest.raises(InputDataError, match="--out"):
        snap(source, target)
    assert target.read_text() == "mine"


def test_a_source_that_is_not_there_or_of_no_kind_is_refused(tmp_path):
    """By one line each; an unknown --from is a misuse, not bad data."""
    from ingestion.snapshot import ingest

    with pytest.raises(InputDataError, match="is not there"):
        snap(tmp_path / "nowhere", tmp_path / "out")
    file = tmp_path / "file.bin"
    file.write_bytes(b"\0")
    with pytest.raises(InputDataError, match="no kind of data"):
        snap(file, tmp_path / "out")
    with pytest.raises(InvalidArgumentError, match="carrier-pigeon"):
        ingest(tmp_path, tmp_path / "out", CONFIG, AS_OF, kind="carrier-pigeon")
