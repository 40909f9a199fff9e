"""The operators' page speaks of what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recommender.domain.settings import all_settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SAYS = re.compile(r'log\.(?:info|warning|error|exception)\(\s*f?"([^"]+)"')


def events() -> set[str]:
    """Every event that a server logs."""
    found = set()
    for path in sorted((ROOT / "recommender" / "serving").glob("*.py")):
        for event in SAYS.findall(path.read_text(encoding="utf-8")):
            if "{" in event:
                found |= {event.replace("{self.event}", f) for f in ("access file", "certificates")}
            else:
                found.add(event)
    return found


def test_every_setting_that_is_named_exists():
    """Those in code quotes, and those in the example file."""
    named = set(re.findall(r"`(serve\.[a-z_]+)", PAGE))
    (example,) = re.findall(r"\[serve\]\n(.*?)```", PAGE, re.DOTALL)
    named |= {f"serve.{key}" for key in re.findall(r"^(\w+) =", example, re.MULTILINE)}
    assert len(named) > 10
    assert named <= all_settings().keys()


@pytest.mark.parametrize("event", sorted(events()))
def test_every_event_of_the_log_is_explained(event):
    """And no other is."""
    assert f"`{event}`" in PAGE


def test_no_event_is_explained_that_is_never_logged():
    """The table of events has what the program says."""
    (table,) = re.findall(r"\| event \| what it means \|\n\|---\|---\|\n(.*?)\n\n", PAGE, re.DOTALL)
    named = {e for line in table.splitlines() for e in re.findall(r"`([^`]+)`", line.split("|")[1])}
    assert named == events()


def test_every_page_and_file_that_is_named_is_there():
    """Links and paths."""
    for link in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / link).is_file(), link
    for path in re.findall(r"`(deploy/[^`]+)`", PAGE):
        assert (ROOT / path).is_file(), path
