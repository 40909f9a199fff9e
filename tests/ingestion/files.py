"""Whole files as bytes, good and bad, for hosts that are not made of rows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq

ACTIVITIES = "person_id,topic_id,occurred_at,verb\nada,maths,2024-06-01,post\n"
INTERACTIONS = "person_id,contact_id,occurred_at,verb\nada,bea,2024-06-01,reply\n"
HEADS = {
    "activities.csv": ACTIVITIES.splitlines()[0] + "\n",
    "interactions.csv": INTERACTIONS.splitlines()[0] + "\n",
}
PARQUET = "activities.parquet"


def parquet_bytes(rows=2000):
    """A Parquet file with so many activities."""
    table = pa.table(
        {
            "person_id": [f"p{n}" for n in range(rows)],
            "topic_id": [f"t{n % 7}" for n in range(rows)],
            "occurred_at": ["2024-06-01"] * rows,
            "verb": ["post"] * rows,
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()
