"""`pln tokens`: who may call a server, by the hashes of their tokens."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from recommender.commands.console import say, say_json, warn
from recommender.commands.facts import facts_table
from recommender.commands.options import AsJson
from recommender.domain import versions
from recommender.domain.errors import InvalidArgumentError, VersionNotFoundError

app = typer.Typer(help="Make, list and revoke tokens of callers.", no_args_is_help=True)

AccessFile = Annotated[
    Path, typer.Argument(metavar="ACCESS", help="The access file, as in the setting serve.access.")
]


class Scope(StrEnum):
    """What a token allows."""

    QUERY = "query"
    FEEDBACK = "feedback"
    ADMIN = "admin"


@app.command(epilog="Example: pln tokens add ./access.toml --tenant acme --model ./models")
def add(
    access: AccessFile,
    tenant: Annotated[str, typer.Option(help="Whose token it is.")],
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it allows; may be repeated; query by default.")
    ] = None,
    days: Annotated[
        float | None, typer.Option(help="For how many days; without it, until it is revoked.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(help="Makes the tenant, with this model or folder of models.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, once; the file gets only its hash."""
    from recommender.serving.access_file import add_token  # noqa: PLC0415  (not needed elsewhere)

    scopes = [each.value for each in dict.fromkeys(scope or [Scope.QUERY])]
    token_id, token = add_token(access, tenant, scopes, _expiry(days), model)
    if model is not None:
        _warn_of_no_model(model)
    done = {"id": token_id, "tenant": tenant, "scopes": scopes, "token": token}
    say_json(done) if as_json else print(token)  # noqa: T201  (whole, whatever the width)


@app.command("list", epilog="Example: pln tokens list ./access.toml")
def list_tokens(access: AccessFile, as_json: AsJson = False) -> None:
    """List tokens by id, with what they allow; no token can be had from the file."""
    from recommender.serving.access import read_access  # noqa: PLC0415

    grants = read_access(access).grants.values()
    if as_json:
        say_json(
            [
                {
                    "id": grant.token_id,
                    "tenant": grant.tenant,
                    "scopes": sorted(grant.scopes),
                    "expires": _time(grant.expires),
                }
                for grant in grants
            ]
        )
    else:
        told = {
            grant.token_id: {
                "tenant": grant.tenant,
                "scopes": sorted(grant.scopes),
                "expires": _time(grant.expires) or "never",
            }
            for grant in grants
        }
        say(facts_table("Tokens", told))


@app.command(epilog="Example: pln tokens revoke ./access.toml q4m1s7xk")
def revoke(
    access: AccessFile,
    token_id: Annotated[str, typer.Argument(metavar="ID", help="As pln tokens list names it.")],
    as_json: AsJson = False,
) -> None:
    """Take a token out of the file; servers that read it forget it within two seconds."""
    from recommender.serving.access_file import revoke_token  # noqa: PLC0415

    done = {"revoked": token_id, "tenant": revoke_token(access, token_id)}
    say_json(done) if as_json else say(facts_table("Tokens", done))


def _warn_of_no_model(model: Path) -> None:
    """Say so where a server could not start, which may be trained for later."""
    try:
        versions.resolve(model)
    except VersionNotFoundError:
        warn(f"{model} has no model yet; a server starts with this file once pln train made one")


def _expiry(days: float | None) -> datetime | None:
    if days is None:
        return None
    if not 0 < days <= 36_500:
        raise InvalidArgumentError("--days", f"{days:g} is not above 0 and at most 36500")
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def _time(seconds: float) -> datetime | None:
    return None if seconds == float("inf") else datetime.fromtimestamp(seconds, UTC)
