"""Exports read back, and single answers in the shape of their rows."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from recommender.domain.slate import FACTORS


def rows_of(folder, file_format="parquet"):
    """Every row of an export, in order, in the types of its schema."""
    parts = sorted(folder.glob(f"part-*.{file_format}"))
    if file_format == "parquet":
        return [row for part in parts for row in pq.read_table(part).to_pylist()]
    if file_format == "jsonl":
        lines = [line for part in parts for line in part.read_text("utf-8").split("\n") if line]
        return [_timed(json.loads(line)) for line in lines]
    texts = (io.StringIO(part.read_text("utf-8")) for part in parts)
    return [_typed(row) for text in texts for row in csv.DictReader(text)]


def _timed(row):
    last = row["last_contact_at"]
    time = None if last is None else datetime.fromisoformat(last)
    return row | {"last_contact_at": time and time.astimezone(UTC).replace(tzinfo=None)}


def _typed(row):
    numbers = ("score", "like_mindedness", "collaboration", "diversity")
    last = row["last_contact_at"]
    return {
        **{name: row[name] for name in ("kind", "person_id", "contact_id", "model")},
        "rank": int(row["rank"]),
        **{name: float(row[name]) for name in numbers},
        "factors": {
            name: float(row[f"factor_{name}"]) if row[f"factor_{name}"] else None
            for name in FACTORS
        },
        "reasons": json.loads(row["reasons"]),
        "tie_layer": row["tie_layer"] or None,
        "last_contact_at": datetime.fromisoformat(last) if last else None,
    }


def near(one, two):
    """Equal, but for how floats are written as text."""
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(near(one[key], two[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(two) and all(near(a, b) for a, b in zip(one, two, strict=True))
    return one == pytest.approx(two, rel=1e-6) if isinstance(one, float) else one == two


def told(offer, asker, kind, model):
    """One recommendation as a row of the export."""
    return {
        "kind": str(kind),
        "person_id": asker,
        "rank": offer.rank,
        "contact_id": offer.person_id,
        "score": offer.score,
        "like_mindedness": offer.like_mindedness,
        "collaboration": offer.collaboration,
        "diversity": offer.diversity,
        "factors": {
            name: factor.value if factor.confidence > 0 else None
            for name, factor in zip(FACTORS, offer.factors, strict=True)
        },
        "reasons": [
            {
                "kind": str(reason.kind),
                "share": reason.share,
                "confidence": reason.confidence,
                "topic_id": reason.topics[0].id if reason.topics else None,
                "object_id": reason.objects[0].id if reason.objects else None,
                "count": reason.count,
                "text": reason.text,
            }
            for reason in offer.reasons
        ],
        "tie_layer": str(offer.tie.layer) if offer.tie else None,
        "last_contact_at": offer.tie.last_contact_at.replace(tzinfo=None) if offer.tie else None,
        "model": model,
    }
