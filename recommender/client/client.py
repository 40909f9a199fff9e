"""The client: one object for a server, or for several that answer alike."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from recommender.client.administration import Administration
from recommender.client.channel import Tls, Token, bearer, is_local, open_channel, sound
from recommender.client.decisions import Decisions
from recommender.client.lists import Lists
from recommender.client.policy import ADMIN_HEALTH_SERVICE, HEALTH_SERVICE


class Client(Lists, Decisions, Administration):
    """Calls the service at one address or several. Thread-safe; make one and share it.

        with Client("127.0.0.1:50051") as client:
            for one in client.people("ada", limit=10):
                print(one.rank, one.person_id, [reason.text for reason in one.reasons])

    Calls go round all servers that say they are healthy, so a server that is about to stop loses
    none. What could not be delivered is tried again, at most twice: all that reads, and what writes
    because it carries an id. Every method has its deadline (`policy.POLICIES`). Whatever fails is a
    CallError.

    addresses: `host:port`; a name that stands for several servers, as `dns:///host:port`; or
        several `number:port`, which with TLS are of one machine, or have Tls.server_name.
    token: sent with every call; or a function that gives it, asked at every call, for tokens that
        are renewed. Space around it does not count. Over a connection that is not encrypted it
        goes to this machine only, unless `insecure_token` says that others may read it.
    tls: None means not encrypted. A client certificate is read once, as gRPC cannot change it on a
        living connection: when it has been renewed, make a new client, use that from then on, and
        close the old one when its last call has ended.
    health_service: the one whose health decides whether a server is used; None: ModelService for
        `model`, `models` and `activate`, which have a connection of their own, as servers have an
        address of its own for them; RecommendationService for all else.

    Raises ValueError where the addresses or the token cannot be used so.
    """

    def __init__(
        self,
        addresses: str | Sequence[str],
        *,
        token: Token | None = None,
        tls: Tls | None = None,
        insecure_token: bool = False,
        health_service: str | None = None,
    ) -> None:
        if isinstance(token, str):
            token = sound(token)
        plain = token is not None and tls is None
        if plain and not insecure_token and not is_local(addresses):
            raise ValueError(
                f"{addresses}: the token would go there unencrypted; give tls, "
                "or insecure_token=True where the network is trusted"
            )
        channel, administering = (
            open_channel(addresses, token, tls, health_service or usual)
            for usual in (HEALTH_SERVICE, ADMIN_HEALTH_SERVICE)
        )
        super().__init__(channel, lambda: (bearer(token),) if plain and token is not None else ())
        self._administering = administering

    def within(self, seconds: float) -> Self:
        """The same client on the same connection; its calls may take so long, all of them."""
        found = copy.copy(self)
        found._timeout = seconds
        return found

    def close(self) -> None:
        """End the connections, and every call that is under way on them."""
        self._channel.close()
        self._administering.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
