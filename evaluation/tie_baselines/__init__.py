"""Known ways to rank quiet ties, one file each, for comparison."""
