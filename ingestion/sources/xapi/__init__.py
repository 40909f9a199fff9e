"""xAPI statements, as learning record stores hand them out."""

from ingestion.sources.xapi.source import Xapi

__all__ = ["Xapi"]
