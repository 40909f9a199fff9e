"""Settings of the server."""

from __future__ import annotations

from dataclasses import dataclass

from recommender.domain.errors import InvalidArgumentError
from recommender.domain.ranges import at_least, between, one_of

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeConfig:
    """How the server listens, whom it answers, how long calls may take, and what it tells."""

    listen: str = "127.0.0.1:50051"
    """Address and port of the first worker; further workers take the ports after it."""
    workers: int = 1
    """Worker processes, 1 to 64."""
    threads: int = 4
    """Threads that answer calls in each worker, 1 to 256."""
    shared_port: bool = False
    """Whether all workers share the port; the kernel then spreads connections over them."""
    health_listen: str = AUTO
    """gRPC health for probes: HOST:PORT; 'auto': on this machine, calls' port + 1000; or empty."""
    metrics_listen: str = AUTO
    """HTTP /livez, /readyz, /metrics: HOST:PORT; 'auto': on this machine, calls' port + 2000."""
    admin_listen: str = ""
    """Where ModelService is served: HOST:PORT on this machine, or unix:PATH; empty: nowhere."""
    access: str = ""
    """File of tenants and their tokens (see `pln tokens`); empty: one tenant, no tokens asked."""
    tls_cert: str = ""
    """File of the server's certificate chain (PEM), re-read when it changes; empty: no TLS."""
    tls_key: str = ""
    """File of that certificate's private key (PEM)."""
    tls_client_ca: str = ""
    """File of the authorities whose client certificates are required (PEM); empty: not required."""
    allow_insecure: bool = False
    """Whether calls may come unencrypted from other machines; else only loopback is served."""
    longest_seconds: float = 2.0
    """Longest time for one query without a stream, whatever its caller allows; above 0."""
    lame_duck_seconds: float = 1.0
    """How long a draining server reports NOT_SERVING before it stops accepting calls, >= 0."""
    grace_seconds: float = 10.0
    """How long calls under way may take to end once it has stopped accepting, >= 0."""
    store: str = AUTO
    """URL of the learner store, `sqlite:///PATH` or `postgresql://…`; 'auto': a file beside the
    models or the access file; 'none': what learners decide is neither kept nor known."""
    drawn_share: float = 0.0
    """Share of a list's places drawn by lot, with the chance told, in [0, 1]; 0: none."""
    stale_days: float = 0.0
    """Age of a model, in days, from which on answers are marked as degraded; 0: never."""
    reload: str = AUTO
    """'auto': a new current model is taken up within a second; 'manual': at the next start."""
    reflection: bool = False
    """Whether the server describes its own contract to tools such as grpcurl."""
    log_calls: str = "failures"
    """Calls to log: 'failures' (refused by the server, failed or slow), 'all' or 'none'."""
    slow_seconds: float = 0.5
    """From what time on a call counts as slow, > 0."""
    trace_endpoint: str = ""
    """URL of an OTLP collector over HTTP that gets a trace of every call; empty: no traces."""

    def __post_init__(self) -> None:
        between("serve.workers", self.workers, 1, 64)
        between("serve.threads", self.threads, 1, 256)
        between("serve.longest_seconds", self.longest_seconds, 0.001, 3600)
        at_least("serve.lame_duck_seconds", self.lame_duck_seconds, 0)
        at_least("serve.grace_seconds", self.grace_seconds, 0)
        between("serve.drawn_share", self.drawn_share, 0, 1)
        between("serve.stale_days", self.stale_days, 0, 36_500)
        between("serve.slow_seconds", self.slow_seconds, 0.000_001, 3600)
        one_of("serve.reload", self.reload, AUTO, "manual")
        one_of("serve.log_calls", self.log_calls, "failures", "all", "none")
        if bool(self.tls_cert) != bool(self.tls_key):
            missing = "serve.tls_key" if self.tls_cert else "serve.tls_cert"
            raise InvalidArgumentError(missing, "certificate and key go together; name both files")
        if self.tls_client_ca and not self.tls_cert:
            raise InvalidArgumentError("serve.tls_client_ca", "needs serve.tls_cert and tls_key")

    @property
    def encrypted(self) -> bool:
        """Whether calls travel over TLS."""
        return bool(self.tls_cert)
