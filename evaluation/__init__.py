"""How good the lists are, by what people did next: `run.evaluate` is the whole of it."""
