"""Who keeps whom off which lists, since the model was trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from recommender.domain.ids import Row
from recommender.domain.learner import Block, BlockKind
from recommender.domain.slate import Kind


@dataclass(slots=True)
class Blocks:
    """Decisions by person and contact, and who has decided about a person."""

    by: dict[Row, dict[Row, Block]] = field(default_factory=dict)
    about: dict[Row, set[Row]] = field(default_factory=dict)
    ends: dict[tuple[Row, Row], datetime] = field(default_factory=dict)

    def put(self, person: Row, contact: Row, block: Block) -> None:
        """A decision, in place of an earlier one about the same person."""
        self.by.setdefault(person, {})[contact] = block
        self.about.setdefault(contact, set()).add(person)
        self.ends.pop((person, contact), None)
        if block.expires_at is not None:
            self.ends[person, contact] = block.expires_at

    def lift(self, person: Row, contact: Row) -> None:
        """Take a decision back."""
        self.by.get(person, {}).pop(contact, None)
        self.about.get(contact, set()).discard(person)
        self.ends.pop((person, contact), None)

    def forget(self, person: Row) -> None:
        """Drop all that involves a person."""
        for contact in list(self.by.get(person, ())):
            self.lift(person, contact)
        for other in list(self.about.get(person, ())):
            self.lift(other, person)

    def over(self, now: datetime) -> list[tuple[Row, Row]]:
        """Decisions that have lapsed by now."""
        return [pair for pair, end in self.ends.items() if end <= now]

    def hidden_from(self, person: Row) -> set[Row]:
        """Whom blocks, of either side, hide from a person."""
        own, theirs = self.by.get(person, {}), self.about.get(person, ())
        return {
            *(contact for contact, block in own.items() if block.kind is BlockKind.BLOCK),
            *(one for one in theirs if self.by[one][person].kind is BlockKind.BLOCK),
        }

    def unwanted(self, person: Row, kind: Kind) -> set[Row]:
        """Whom a person muted, or dismissed from lists of this kind."""
        return {
            contact
            for contact, block in self.by.get(person, {}).items()
            if block.kind is not BlockKind.BLOCK and block.list_kind in (None, kind)
        }
