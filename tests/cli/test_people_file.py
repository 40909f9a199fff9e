"""The file that names whose lists to export: one id a line, however an editor saved it."""

from __future__ import annotations

import json

import pytest

TWO = ["p00002", "p00003"]


def exported(here, demo, folder, content):
    """What `pln export --people` does with a file of this content."""
    out, _ = demo
    names = folder / "people.txt"
    names.write_bytes(content)
    words = ("--model", out / "models", "--out", folder / "lists", "--people", names, "--top", 1)
    return here("export", *words, "--json")


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "marked"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["unix", "windows"])
def test_byte_order_marks_and_line_ends_of_all_editors_are_fine(here, demo, tmp_path, start, end):
    """They are no part of the first or of any id."""
    done = exported(here, demo, tmp_path, (start + end.join(TWO) + end).encode())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["people"] == 2


@pytest.mark.parametrize("character", ["\u2028", "\u0085", "\x0b", "\r"], ids=ascii)
def test_only_the_ends_of_lines_part_ids(here, demo, tmp_path, character):
    """What an id may hold does not cut it in two: these are one id, and an unknown one."""
    done = exported(here, demo, tmp_path, character.join(TWO).encode())
    assert done.returncode == 3
    assert "people.txt names people who are not in model" in done.stderr
    assert not (tmp_path / "lists").exists()
