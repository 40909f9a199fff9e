"""Names beside points that cover neither each other nor what is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTER, HEIGHT = 6.3, 13.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: Box) -> bool:
        """Whether they share any room."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.high <= other.low or other.high <= self.low)

    def within(self, other: Box) -> bool:
        """Whether all of it lies in the other."""
        wide = other.left <= self.left and self.right <= other.right
        return wide and other.low <= self.low and self.high <= other.high


def around(x: float, y: float, room: float) -> Box:
    """A square about a point."""
    return Box(x - room, y - room, x + room, y + room)


def place(
    points: Sequence[tuple[float, float, str]], taken: Sequence[Box], frame: Box
) -> list[Box | None]:
    """A box for each point's name, first come first served; None where there is no room.

    points: x, y in pixels and the name. taken: what must not be covered.

    >>> place([(50, 50, "ab"), (50, 50, "cd")], [], Box(0, 0, 60, 100))
    [Box(left=29.4, low=43.5, right=42.0, high=56.5),
     Box(left=43.7, low=57.0, right=56.3, high=70.0)]
    """
    held = list(taken)
    places: list[Box | None] = []
    for x, y, text in points:
        free = (
            box
            for box in _beside(x, y, LETTER * len(text))
            if box.within(frame) and not any(box.meets(other) for other in held)
        )
        box = next(free, None)
        places.append(box)
        held += [box] if box else []
    return places


def _beside(x: float, y: float, width: float) -> list[Box]:
    """Right, left, above, below, then at the corners and a little further."""
    ways = []
    for gap, step in ((8.0, 0.0), (6.0, 9.0), (6.0, -9.0), (10.0, 16.0), (10.0, -16.0)):
        ways += [(x + gap, y + step), (x - gap - width, y + step)]
    ways += [(start, y + step) for start in (x - 12, x + 12 - width) for step in (14.0, -14.0)]
    ways[2:2] = [(x - width / 2, y + 13.5), (x - width / 2, y - 13.5)]
    return [
        Box(round(left, 1), middle - HEIGHT / 2, round(left + width, 1), middle + HEIGHT / 2)
        for left, middle in ways
    ]


def apart(heights: Sequence[float], least: float, top: float) -> list[float]:
    """Heights, ascending, moved as far apart as `least`, alike up and down, none above `top`.

    >>> apart([10, 12, 30, 98], least=6, top=95)
    [8.0, 14.0, 30.0, 95]
    """
    up, down = list(heights), list(heights)
    for at in range(1, len(up)):
        up[at] = max(up[at], up[at - 1] + least)
    for at in reversed(range(len(down) - 1)):
        down[at] = min(down[at], down[at + 1] - least)
    moved = [(one + other) / 2 for one, other in zip(up, down, strict=True)]
    places = range(len(moved))
    return [
        min(one, top - least * (len(moved) - 1 - at)) for at, one in zip(places, moved, strict=True)
    ]
