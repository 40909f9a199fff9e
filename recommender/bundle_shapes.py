"""Which arrays a model has, and of what type and shape each is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from recommender.domain.answer import ModelInfo
from recommender.domain.pool import Pool
from recommender.domain.slate import FACTORS, SIGNALS, Kind
from recommender.packed import PackedPool

Arrays = Mapping[str, NDArray[Any]]

TABLES = (3, len(FACTORS) + len(SIGNALS), 256)
"""Shape of the tables of relevance: segments of askers, terms, values of a term."""

PACKED = (Kind.PEOPLE,)
"""Kinds whose candidates are packed: by far the most."""

FORMS: dict[Kind, type[Pool] | type[PackedPool]] = {
    kind: PackedPool if kind in PACKED else Pool for kind in Kind
}
"""How the candidates of each kind are kept."""
POOLS = tuple(kind for kind in Kind if kind not in PACKED)

STRINGS = {
    "person_ids": "people",
    "display_names": "people",
    "organisations": None,
    "roles": None,
    "sectors": None,
    "timezones": None,
    "languages": None,
    "topic_ids": "topics",
    "topic_labels": "topics",
    "object_ids": "objects",
    "object_titles": "objects",
}
"""Tables of strings, and what there must be one of for each."""

PATTERNS = {
    "goals": ("people", "topics"),
    "skills": ("people", "topics"),
    "speaks": ("people", "languages"),
    "blocked": ("people", "people"),
    "unwanted": ("people", "people"),
    "connected": ("people", "people"),
    "participants": ("objects", "people"),
}
"""Sparse patterns: what their rows and columns are."""

PLAIN: dict[str, tuple[str, tuple[int | str, ...]]] = {
    "usual": ("<f4", (len(FACTORS),)),
    "tables": ("<f4", TABLES),
    "mutual": ("<f4", (256,)),
    "topic_people": ("<i4", ("topics", 50)),
    "object_topic": ("<i4", ("objects",)),
}
"""Arrays of the whole model; a word in a shape stands for how many there are."""

PER_PERSON: dict[str, tuple[str, tuple[int, ...]]] = {
    "organisation": ("<i4", ()),
    "role": ("<i4", ()),
    "sector": ("<i4", ()),
    "timezone": ("<i4", ()),
    "level": ("<f4", ()),
    "segment": ("|u1", ()),
    "community": ("<i4", ()),
    "asker_confidence": ("|u1", (len(FACTORS),)),
    "contact_confidence": ("|u1", (len(FACTORS),)),
    "main_topics": ("<i4", (8,)),
    "active": ("|u1", ()),
    "pace": ("|u1", ()),
    "answers": ("|u1", ()),
    "weeks_away": ("<u2", ()),
    "newcomer": ("|b1", ()),
    "price": ("<f4", ()),
    "hidden": ("|b1", ()),
}
PER_TIE: dict[str, tuple[str, tuple[int, ...]]] = {
    "ties.contacts": ("<i4", ()),
    "ties.sent": ("<i4", ()),
    "ties.received": ("<i4", ()),
    "ties.days": ("<i4", ()),
    "ties.first": ("<i8", ()),
    "ties.last": ("<i8", ()),
    "ties.declared": ("|b1", ()),
    "ties.owed": ("|b1", ()),
    "ties.strength": ("<f4", ()),
    "ties.peak": ("<f4", ()),
    "ties.sessions": ("<i4", ()),
    "ties.usual_gap": ("<f4", ()),
    "ties.silence": ("<f4", ()),
    "ties.dormancy": ("<f4", ()),
    "ties.fading": ("|b1", ()),
    "ties.dormant": ("|b1", ()),
    "ties.returns": ("<f4", ()),
    "ties.topics": ("<i4", (3,)),
}
TOPICS = ("shared_topic", "active_topic", "taught_topic", "near_topic", "known_topic")
"""What candidates' evidence names, of topics."""

PER_CANDIDATE: dict[str, tuple[str, tuple[int, ...]]] = {
    "rows": ("<i4", ()),
    "relevance": ("<f4", ()),
    "factors": ("|u1", (len(FACTORS),)),
    "diversity": ("|u1", ()),
    "signals": ("|u1", (len(SIGNALS),)),
    "shared_topic": ("<i4", ()),
    "active_topic": ("<i4", ()),
    "taught_topic": ("<i4", ()),
    "near_topic": ("<i4", ()),
    "known_topic": ("<i4", ()),
    "shared_object": ("<i4", ()),
    "object_count": ("<u2", ()),
    "contact_count": ("|u1", ()),
    "topic_object_count": ("<u2", ()),
    "active_count": ("|u1", ()),
    "introducer": ("<i4", ()),
    "chances": ("|u1", (3,)),
    "reserved": ("|b1", ()),
}


def check_shapes(arrays: Arrays, info: ModelInfo) -> str | None:
    """The first array that is missing, unknown, or of another type or shape, or None.

    Reads none of what is in them.
    """
    wanted = _wanted(arrays, info)
    if wanted.keys() != arrays.keys():
        return f"arrays missing or unknown: {sorted(wanted.keys() ^ arrays.keys())[:5]}"
    for name, (dtype, shape) in wanted.items():
        array = arrays[name]
        if array.dtype.str != dtype or array.shape != shape:
            return f"{name} is {array.dtype.str} {array.shape}, not {dtype} {shape}"
    return None


def _wanted(arrays: Arrays, info: ModelInfo) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Every array there must be, its type and its shape; own lengths are taken as found."""

    def found(name: str) -> int:
        return len(arrays[name]) if name in arrays and arrays[name].ndim else 0

    n = info.person_count
    sizes = {
        "people": n,
        "topics": info.topic_count,
        "objects": max(found("object_ids.offsets") - 1, 0),
        "languages": max(found("languages.offsets") - 1, 0),
    }
    wanted: dict[str, tuple[str, tuple[int, ...]]] = {
        name: (dtype, tuple(sizes[size] if isinstance(size, str) else size for size in shape))
        for name, (dtype, shape) in PLAIN.items()
    }
    for name, of in STRINGS.items():
        count = sizes[of] if of else max(found(f"{name}.offsets") - 1, 0)
        wanted[f"{name}.text"] = ("|u1", (found(f"{name}.text"),))
        wanted[f"{name}.offsets"] = ("<i8", (count + 1,))
    for name in [*FORMS, "ties"]:
        wanted[f"{name}.indptr"] = ("<i8", (n + 1,))
    for kind in PACKED:
        wanted[f"{kind}.starts"] = ("<i8", (n + 1,))
        wanted[f"{kind}.packed"] = ("|u1", (found(f"{kind}.packed"),))
    for name, (lines, _) in PATTERNS.items():
        wanted[f"{name}.indptr"] = ("<i8", (sizes[lines] + 1,))
        wanted[f"{name}.indices"] = ("<i4", (found(f"{name}.indices"),))
    wanted["skills.levels"] = ("|u1", (found("skills.indices"),))
    wanted |= {name: (dtype, (n, *rest)) for name, (dtype, rest) in PER_PERSON.items()}
    wanted |= {name: (dtype, (info.tie_count, *rest)) for name, (dtype, rest) in PER_TIE.items()}
    for kind in POOLS:
        m = found(f"{kind}.rows")
        wanted |= {f"{kind}.{k}": (d, (m, *rest)) for k, (d, rest) in PER_CANDIDATE.items()}
    return wanted
