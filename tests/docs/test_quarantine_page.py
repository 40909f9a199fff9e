"""The page on bad rows says what the program says."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.codes import CODES
from ingestion.limits import MAX_COLUMNS
from ingestion.quarantine import VALUE_BYTES
from ingestion.trust import FLOOR_ROWS
from recommender.domain.settings import all_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "quarantine.md").read_text(encoding="utf-8")


def test_the_table_of_codes_is_what_the_program_says(make):
    """A change of a code is followed by `make docs`."""
    assert make.quarantine_page() == PAGE
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(CODES)


def test_every_setting_that_is_named_exists():
    """And those of bad rows, losses and bots are all named."""
    named = set(re.findall(r"`(ingest\.\w+)`", PAGE))
    assert named <= all_settings().keys()
    assert {"ingest.max_bad_share", "ingest.max_shrink"} <= named
    assert {name for name in all_settings() if name.startswith("ingest.bot_")} <= named


def test_the_bounds_on_the_page_are_those_in_force():
    """Bytes of a value, and rows from which a table is judged."""
    assert f"at most {VALUE_BYTES} bytes" in PAGE
    assert f"fewer than {FLOOR_ROWS} rows" in PAGE
    assert f"{MAX_COLUMNS:,} columns" in PAGE
