"""What all tests need."""

from __future__ import annotations

from recommender.serving.run import allow_many_files

# Small worlds stay open while tests look at them, and each is a model of a hundred files.
allow_many_files()
