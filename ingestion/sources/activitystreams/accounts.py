"""Lists of accounts as Mastodon exports them beside an archive: one address a line, as CSV."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from ingestion.sources.activitystreams.recorder import Recorder
from ingestion.sources.text import decode, lines

LISTS = {
    "following_accounts.csv": "follow",
    "blocked_accounts.csv": "block",
    "muted_accounts.csv": "mute",
}
"""How Mastodon calls these files, and what they say of the owner of the account."""

_ADDRESS = re.compile(r"@?([^\s@/]+@[^\s@/]+)")
_HEADING = "account address"


def record_accounts(path: Path, kind: str, folder: str, recorder: Recorder) -> None:
    """Write the addresses of a list, which may have a heading, to the sheet `listed`."""
    for row, line in lines(path):
        recorder.row = row
        try:
            cells = next(csv.reader([decode(line).removeprefix("\ufeff")]), [])
        except (ValueError, csv.Error) as error:
            recorder.spoil(str(error), line[:200].decode(errors="replace"))
            continue
        first = cells[0].strip() if cells else ""
        if not first or first.lower() == _HEADING:
            continue
        if found := _ADDRESS.fullmatch(first):
            recorder.add("listed", folder, found[1].lower(), kind)
        else:
            recorder.spoil("no address of an account", first)
