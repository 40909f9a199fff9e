"""From a ranking by score to a list that covers more than one corner of a network."""
