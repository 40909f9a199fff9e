"""What each `pln` command does, one file per group; `recommender.cli` puts them together."""
