"""ActivityStreams 2.0: collections, lines of activities, and the archives of Mastodon accounts."""

from ingestion.sources.activitystreams.source import ActivityStreams

__all__ = ["ActivityStreams"]
