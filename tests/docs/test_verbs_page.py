"""The page on weights says what the program says."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.verbs import VERBS
from recommender.domain.settings import all_settings, load_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "verbs.md").read_text(encoding="utf-8")


def test_the_table_of_verbs_is_what_the_program_says(make):
    """A change of a weight is followed by `make docs`."""
    assert make.verbs_page() == PAGE
    assert re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE) == list(VERBS)


def test_the_settings_on_the_page_can_be_read(tmp_path):
    """As they stand there, and every one that is named exists."""
    (tmp_path / "pln.toml").write_text(re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1])
    ingest = load_settings(tmp_path / "pln.toml", {}, {}).ingest
    assert (ingest.verbs, ingest.other_verb) == ({"view": 0, "applaud": 0.4}, 0.5)
    assert set(re.findall(r"`(ingest\.\w+)`", PAGE)) <= all_settings().keys()
