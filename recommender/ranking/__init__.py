"""From factors and signals to scores: relevance, headline scores, dials."""
