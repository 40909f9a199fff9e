"""Host data to snapshot: the only part that meets a host's own tables."""
