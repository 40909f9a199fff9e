"""The history of git repositories: who wrote what, and who looked at whose work."""

from ingestion.sources.git.history import GitHistory

__all__ = ["GitHistory"]
