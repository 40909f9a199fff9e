"""How the whole flow scales: `python -m tests.bench.scaling`, which is `make bench-scale`."""
