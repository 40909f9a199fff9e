"""The settings page says what the settings are."""

from __future__ import annotations

from pathlib import Path

import pytest

from recommender.domain.settings import all_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_program_says(make):
    """A change of a setting is followed by `make docs`."""
    assert make.settings_page() == PAGE


@pytest.mark.parametrize("setting", all_settings().values(), ids=lambda s: s.name)
def test_every_setting_is_documented(setting):
    """Its name, its variable and a sentence about it."""
    [line] = [line for line in PAGE.splitlines() if f"| `{setting.name}` |" in line]
    assert (f"`{setting.variable}`" if setting.variable else "(file only)") in line
    assert len(line.split("|")[4].split()) >= 3
