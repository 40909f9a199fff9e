"""Tests on Spark on this machine. A package, so that its files can share a session."""
