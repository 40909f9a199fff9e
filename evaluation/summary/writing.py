"""The report as JSON: plain, complete, and the same for the same figures."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from evaluation.document import Document

DIGITS = 6
"""Significant digits of a figure; more would be noise of the machine that computed it."""


def to_json(document: Document) -> str:
    """The document with every figure; what is not a number is null. Ends with a new line."""
    return json.dumps(_plain(asdict(document)), ensure_ascii=False, indent=1) + "\n"


def _plain(value: Any) -> Any:
    """Only what JSON knows."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic | np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else str(value)
