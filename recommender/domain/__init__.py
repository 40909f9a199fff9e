"""The vocabulary every other package shares: ids, tables, slates, settings, errors."""
