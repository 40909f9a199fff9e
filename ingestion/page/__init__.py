"""The report beside a snapshot: what was read, what was set aside, how the community looks."""

from ingestion.page.document import Document
from ingestion.page.writer import write_report

__all__ = ["Document", "write_report"]
