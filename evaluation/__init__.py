"""How good the lists are, said honestly: metrics, one file each."""
