"""Discourse: its database, or a copy of it.

Who answers whom stands in posts, by their number in their topic; likes and quotes in tables of
their own. What Discourse calls a topic is an object here, and its categories and tags are the
topics.
"""

from __future__ import annotations

from ingestion.engine import Engine
from ingestion.places import Place
from ingestion.sources.base import Tables
from ingestion.sources.discourse_db.parts import PARTS
from ingestion.sources.discourse_db.schema import SCHEMA
from ingestion.sources.sql.urls import SCHEMES


class DiscourseDatabase:
    """Databases of Discourse, which are PostgreSQL's, or copies of them elsewhere."""

    name = "discourse-db"
    summary = "the database of a Discourse: replies, likes, quotes and accepted answers"
    schemes = SCHEMES

    def recognises(self, place: Place) -> bool:
        """Whether the database has tables for users, topics, posts, their likes and categories."""
        return SCHEMA.recognises(place)

    def tables(self, place: Place, engine: Engine) -> Tables:
        """What is said in public, as native tables."""
        return SCHEMA.read(place, engine, PARTS)
