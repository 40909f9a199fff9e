"""Generated from `proto/recommender/v1` by `proto/generate.py`; never edited."""
