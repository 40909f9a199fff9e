"""Known ways to rank people, one file each, for comparison."""
