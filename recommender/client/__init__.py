"""A client of the service for Python: stands on gRPC and the contract's stubs, and nothing else."""

from recommender.client.channel import Tls
from recommender.client.client import Client
from recommender.client.errors import CallError
from recommender.client.results import Results

__all__ = ["CallError", "Client", "Results", "Tls"]
