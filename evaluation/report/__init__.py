"""The report that people look at, made of a document's values; only this part draws."""

from evaluation.report.writer import write_html

__all__ = ["write_html"]
