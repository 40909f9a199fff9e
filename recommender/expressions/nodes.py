"""What a filter expression is made of: comparisons, and what joins them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TEXTS = ("organisation", "role", "sector", "timezone")
"""Attributes that are one text or unknown."""
NUMBERS = ("level",)
"""Attributes that are one number or unknown."""
SETS = ("languages",)
"""Attributes that are any number of texts."""
FIELDS = ("organisation", "role", "sector", "level", "languages", "timezone")
"""All of them, in the order of the contract."""


class Operator(StrEnum):
    """How an attribute is compared."""

    EQUALS = "="
    DIFFERS = "!="
    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    HAS = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A text to find: whole, or open at its start or end where a `*` stood.

    >>> Pattern(text="Ac", open_end=True).matches("Acme"), Pattern(text="Ac").matches("Acme")
    (True, False)
    """

    text: str
    open_start: bool = False
    open_end: bool = False

    def matches(self, word: str) -> bool:
        """Whether `word` is such a text; compared code point by code point."""
        if self.open_start and self.open_end:
            return self.text in word
        if self.open_start:
            return word.endswith(self.text)
        if self.open_end:
            return word.startswith(self.text)
        return word == self.text

    def matches_tag(self, tag: str) -> bool:
        """Whether a language tag in lower case is such a tag, or a narrower one of it.

        >>> pattern = Pattern(text="en")
        >>> [pattern.matches_tag(tag) for tag in ("en", "en-gb", "enm")]
        [True, True, False]
        """
        if self.open_start or self.open_end:
            return self.matches(tag)
        return tag == self.text or tag.startswith(self.text + "-")


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute beside one value.

    value: a float for a number, a Pattern for = != : of texts and for sets (there in lower case), a
    str for the order of texts, None for "has any".
    """

    field: str
    operator: Operator
    value: Pattern | float | str | None


@dataclass(frozen=True, slots=True)
class Not:
    """Whoever does not match `part`."""

    part: Node


@dataclass(frozen=True, slots=True)
class AllOf:
    """Whoever matches every part; everybody where there is none."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Whoever matches a part or more."""

    parts: tuple[Node, ...]


Node = Comparison | Not | AllOf | AnyOf
