"""Discourse: a forum's JSON pages, saved to a folder."""

from ingestion.sources.discourse.forum import DiscoursePages

__all__ = ["DiscoursePages"]
