"""Databases: opened by URL, read in one transaction that cannot write, laid down row by row."""
