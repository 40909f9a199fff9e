"""From what every cutoff came to, to the report as a value.

    results ─> scope ─> tasks ─> comparisons, strata
                  └───> dials, ablation, reasons ─> verdict ─> Document ─> JSON

Every figure of the report is made here, and only here; whoever shows it computes nothing.
"""

from evaluation.summary.summarise import summarise
from evaluation.summary.writing import to_json

__all__ = ["summarise", "to_json"]
