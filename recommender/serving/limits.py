"""How often a tenant may call. Free of gRPC."""

from __future__ import annotations


class Bucket:
    """Holds up to `burst` calls and gets `rate` new ones a second. Used by one thread.

    >>> bucket = Bucket(rate=2, burst=1)
    >>> bucket.take(now=10.0), bucket.take(now=10.0), bucket.take(now=10.5)
    (0.0, 0.5, 0.0)
    """

    def __init__(self, rate: float, burst: int) -> None:
        self.rate = rate
        self.burst = burst
        self._held = float(burst)
        self._at = 0.0

    def take(self, now: float) -> float:
        """Take a call at `now`, in monotonic seconds. 0, or the seconds until there will be one."""
        if self.rate <= 0:
            return 0.0
        self._held = min(self.burst, self._held + max(0.0, now - self._at) * self.rate)
        self._at = now
        if self._held >= 1:
            self._held -= 1
            return 0.0
        return (1 - self._held) / self.rate
