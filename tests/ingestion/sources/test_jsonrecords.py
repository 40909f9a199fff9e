"""JSON records: the items of a document's lists or the lines of a file, however bad they are."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest

from ingestion.places import Place
from ingestion.sources import jsondocument, jsonfiles, streams
from ingestion.sources.jsonrecords import records
from recommender.domain.errors import InputDataError

LISTS = frozenset({"items", "first.items"})


@pytest.fixture
def read(tmp_path):
    """Reads the bytes of a file of a name: the row, value and error of each record."""

    def read(body, name="a.json"):
        path = tmp_path / name
        path.write_bytes(body)
        return [(one.row, one.value, one.error) for one in records(path, name, LISTS)]

    return read


@pytest.mark.parametrize(
    "body",
    [
        b'[{"a":1},{"b":[{"c":null}]}]',
        b'{"x":{"items":[1]},"items":[{"a":1},{"b":[{"c":null}]}],"y":2}',
        b'{"first":{"z":0,"items":[{"a":1},{"b":[{"c":null}]}]}}',
        b'\xef\xbb\xbf[{"a":1},{"b":[{"c":null}]}]',
        b'{"a":1}\n{"b":[{"c":null}]}\n',
    ],
)
def test_records_are_the_items_of_a_list_wherever_it_stands_or_lines(read, body):
    """At the top, under a name, in a page inside, after a byte order mark, or one a line."""
    assert read(body) == [(1, {"a": 1}, None), (2, {"b": [{"c": None}]}, None)]
    assert read(gzip.compress(body), "a.json.gz") == read(body)


def test_a_document_without_a_list_is_one_record(read):
    """Lists elsewhere in it are part of it."""
    value = {"a": "ü", "b": {"items": [{"c": 1}]}, "d": [True, 1.5]}
    body = '{"a":"ü","b":{"items":[{"c":1}]},"d":[true,1.5]}'.encode()
    assert read(body) == [(1, value, None)]


def test_lists_of_a_document_count_on(read):
    """A record's number says which it is in the file."""
    assert [row for row, _, _ in read(b'{"items":[{},{}],"first":{"items":[{}]}}')] == [1, 2, 3]


def test_text_in_a_list_is_no_error_and_anything_else_is(read):
    """Collections may list bare ids."""
    found = read(b'["https://a.example/1",5,[1],null,{}]')
    assert found[0] == (1, None, None)
    assert [error for _, _, error in found[1:4]] == ["neither a JSON object nor text"] * 3
    assert found[4] == (5, {}, None)


def test_lines_that_are_no_object_cost_themselves(read):
    """Cut short, a list, NaN, half a surrogate pair, another encoding, too long, too deep."""
    lines = [
        b'{"a":1}', b'{"a":', b"[1]", b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"a":"\xff"}',
        b'{"a":"' + b"x" * jsondocument.MAX_RECORD + b'"}', b"[" * 10**5, b"", b'{"b":2}',
    ]  # fmt: skip
    found = read(b"\n".join(lines), "a.jsonl")
    assert [row for row, _, error in found if error] == [2, 3, 4, 5, 6, 7, 8]
    assert [value for _, value, error in found if not error] == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"a":' + b"[" * 10**5 + b"]" * 10**5 + b"}", "nested deeper than 100"),
        (b'{"a":"' + b"x" * (2 << 20) + b'"}', "longer than 1048576"),
        (b'{"a":[' + b"1," * 10**6 + b"1]}", "longer than 1048576"),
    ],
)
def test_a_record_of_a_document_that_is_too_much_costs_itself(read, body, error):
    """In an item of a list, or where the document is the record."""
    assert read(b"[" + body + b',{"b":2}]') == [(1, None, error), (2, {"b": 2}, None)]
    assert read(body) == [(1, None, error)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not a whole JSON document"),
        (b'[{"a":1},{"a":', "not a whole JSON document"),
        (b'[{"a":1}] x', "not a whole JSON document"),
        (b'[{"a":"\xff"}]', "invalid bytes in UTF8"),
        (b'[{"a":' + b"1" * 10**5 + b"}]", "not a whole JSON document"),
        (b'[{"a":1e99999}]', "not a whole JSON document"),
        (bytes(range(256)), "not a whole JSON document"),
        (b'"text"', "holds no object"),
        (b'[{"a":"' + b"x" * (20 << 20) + b'"}]', "has a value longer than 16777216 bytes"),
        (b"[" + b" " * (20 << 20) + b"]", "has a value longer than 16777216 bytes"),
    ],
)
def test_a_document_that_is_no_json_is_refused_in_one_line(read, body, said):
    """By the file's name; nothing is known of what follows."""
    with pytest.raises(InputDataError, match=said) as caught:
        read(body)
    assert str(caught.value).startswith("a.json ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a.json.gz", "a.jsonl.gz"])
def test_a_gzip_file_that_is_cut_short_or_a_bomb_is_refused(read, name, monkeypatch):
    """Rather than read for as long as something comes out of it."""
    whole = gzip.compress(b'[{"a":"' + bytes(range(65, 90)) * 999 + b'"}]')
    with pytest.raises(InputDataError, match="is not whole"):
        read(whole[: len(whole) // 2], name)
    monkeypatch.setattr(streams, "ALWAYS", 1 << 20)
    with pytest.raises(InputDataError, match="more than 200 times its own size"):
        read(gzip.compress(b"[" + b" " * (8 << 20) + b"]"), name)


def test_memory_is_bounded_by_a_record_and_not_by_the_file(tmp_path):
    """Half a gigabyte would be far above what is allowed; 40 MB of records stay under 8."""
    path = tmp_path / "a.json"
    item = b'{"a":"' + b"x" * 4000 + b'"}'
    path.write_bytes(b'{"items":[' + b",".join([item] * 10_000) + b"]}")
    tracemalloc.start()
    count = sum(1 for _ in records(path, "a.json", LISTS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 10_000
    assert peak < 8 << 20


def test_a_document_is_told_by_its_head(tmp_path):
    """However long it is, and whether its list comes to its end."""
    path = tmp_path / "a.json"
    path.write_bytes(b'[{"a":1},' + b" " * (30 << 20) + b"]")
    place = Place(paths=(tmp_path,))
    assert jsonfiles.looks_like(place, LISTS, lambda value: value == {"a": 1})
    assert not jsonfiles.looks_like(place, LISTS, lambda value: value == {"b": 1})
    path.write_bytes(b'{"features":[' + b"1," * (9 << 20) + b"1]}")
    assert not jsonfiles.looks_like(place, LISTS, lambda value: True)
