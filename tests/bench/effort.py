"""How much of a measure is taken: what a run's flags say."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """Of the sections about the service.

    rounds, seconds: how often a server is put under load, and for how long each time.
    overload_seconds: length of the one overload. times: restarts, reloads, blocks.
    contacts: of the person who has very many. model: to serve, where it is not the bench's.
    """

    rounds: int = 5
    seconds: float = 4.0
    overload_seconds: float = 60.0
    times: int = 20
    contacts: int = 20_000
    model: Path | None = None


QUICK = Effort(rounds=1, seconds=2.0, overload_seconds=4.0, times=2, contacts=1_000)
"""Enough to see that everything runs; the figures mean nothing."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Flags of `effort`."""
    usual = Effort()
    parser.add_argument(
        "--quick", action="store_true", help="only see that the service's sections run"
    )
    parser.add_argument("--rounds", type=int, help=f"of load on each server ({usual.rounds})")
    parser.add_argument("--seconds", type=float, help=f"of each round ({usual.seconds:g})")
    parser.add_argument(
        "--overload-seconds", type=float, help=f"of the overload ({usual.overload_seconds:g})"
    )
    parser.add_argument("--times", type=int, help=f"restarts, reloads, blocks ({usual.times})")
    parser.add_argument("--contacts", type=int, help=f"of one person ({usual.contacts:,})")
    parser.add_argument(
        "--model", type=Path, help="a model for the service's sections, instead of training one"
    )


def effort(asked: argparse.Namespace) -> Effort:
    """What the flags say, over what is usual."""
    base = QUICK if asked.quick else Effort()
    return Effort(
        **{
            name: getattr(base, name) if getattr(asked, name) is None else getattr(asked, name)
            for name in Effort.__slots__
        }
    )
