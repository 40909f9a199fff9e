"""What can be wrong with a row: a stable code each, what it means, and what to do about it.

The same sentences stand in what `pln ingest` prints, in the report beside a snapshot and in
docs/quarantine.md. Codes are for programs to tell by, and are never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One thing that can be wrong."""

    about: str
    """What is the matter, as a sentence."""
    remedy: str
    """What the host can do, as a sentence."""
    spoils: bool = True
    """Whether such rows speak against the table, so that too many of them stop publishing."""


CODES: dict[str, Code] = {
    "unreadable_row": Code(
        about="The line is broken: an open quote, too few fields, no JSON.",
        remedy="Let a CSV or JSON library write the file.",
    ),
    "bad_encoding": Code(
        about="The line is not UTF-8.",
        remedy="Write the file in UTF-8.",
    ),
    "missing_value": Code(
        about="A required column is empty.",
        remedy="Fill the column, or leave such rows out.",
    ),
    "wrong_type": Code(
        about="An id is a JSON object or list, or a flag is neither true nor false.",
        remedy="Write ids as text or whole numbers, and flags as true or false.",
    ),
    "bad_id": Code(
        about="An id is blank, longer than 256 bytes, or holds a control character.",
        remedy="Write ids as the platform keeps them, without line breaks or tabs.",
    ),
    "unparsable_time": Code(
        about="A time is no time, or outside the years 1 to 9999.",
        remedy="Write times in ISO 8601, such as 2025-03-01T08:30:00Z.",
    ),
    "future_time": Code(
        about="It happened later than now; five minutes are allowed for clocks that differ.",
        remedy="Look at the time zone of the export, or leave later rows out with --as-of.",
    ),
    "bad_number": Code(
        about="A level is no finite number, or outside its range.",
        remedy="Write levels as numbers; those of goals and skills are 0 to 4.",
    ),
    "bad_weight": Code(
        about="A weight is no finite number, negative, or above a million.",
        remedy="Write weights from 0 to 1000000, or leave them empty.",
    ),
    "bad_enum": Code(
        about="A direction or a kind of block is none that exists.",
        remedy="Write learn or offer for goals, and block, mute or dismiss for blocks.",
    ),
    "self_interaction": Code(
        about="Both persons are the same.",
        remedy="Leave out what people address to themselves.",
    ),
    "duplicate": Code(
        about="An earlier row says the same: events in every column, people by the same id.",
        remedy="Nothing has to be done: the first of them counts, once.",
        spoils=False,
    ),
    "unknown_person": Code(
        about="A block names somebody who appears nowhere else.",
        remedy="Add the person to people, unless the account is gone.",
        spoils=False,
    ),
    "unknown_topic": Code(
        about="An object's topic, or a topic's parent, is nowhere else.",
        remedy="Add the topic to topics.",
        spoils=False,
    ),
    "suspected_bot": Code(
        about="The person acts as no human does and hardly anybody replies; see the report.",
        remedy="Leave the account out of the export, or ingest without --drop-bots.",
        spoils=False,
    ),
}
"""By code, in the order in which a row is looked at."""
