"""`pln train` and `pln serve`: making a model and using it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.engines import EngineOption, check_master
from recommender.commands.facts import facts_table
from recommender.commands.host import HostData
from recommender.commands.ingesting import SparkMaster
from recommender.commands.judging import Gated
from recommender.commands.learned import learned_view
from recommender.commands.options import (
    AsJson,
    ConfigFile,
    settings,
)
from recommender.domain.config import Settings
from recommender.domain.errors import InvalidArgumentError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from evaluation.gate import Finding

app = typer.Typer()


@app.command(epilog="Example: pln train ./snapshots --out ./models")
def train(
    snapshot: Annotated[
        Path, typer.Argument(metavar="SNAPSHOT", help="A snapshot, or a folder: its current one.")
    ],
    out: Annotated[Path, typer.Option(help="Folder of models; made where it is missing.")],
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same model.")] = None,
    gate: Annotated[
        Path | None, typer.Option(help="Publish only past the floors in this file; needs --source.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="The host's data, to judge the settings by, for --gate.")
    ] = None,
    engine: EngineOption = None,
    spark_master: SparkMaster = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a model of a snapshot."""
    chosen = settings(
        config,
        train__seed=seed,
        train__engine=None if engine is None else engine.value,
        spark__master=spark_master,
    )
    check_master(spark_master, chosen.train.engine)
    from recommender import bundle  # noqa: PLC0415  (implicit and faiss are slow to load)
    from recommender.train import train as run  # noqa: PLC0415

    gated = _gated(gate, source, out, chosen)
    with watched() as progress:
        approve = None if gated is None else gated.approval(progress)
        folder = run(snapshot, out, chosen.train, progress, approve, spark=chosen.spark)
    info, findings = bundle.read_info(folder), [] if gated is None else gated.findings
    if as_json:
        say_json({"model": folder, "info": info, "gate": findings})
    else:
        learned = learned_view(bundle.read_learned(folder))
        say(facts_table("Model", info), *learned, *_told(findings))


def _told(findings: list[Finding]) -> list[RenderableType]:
    """What a gate found that opened, if there was one."""
    if not findings:
        return []
    from evaluation.view import findings_view  # noqa: PLC0415  (not needed without a gate)

    return findings_view(findings)


def _gated(gate: Path | None, source: str | None, out: Path, chosen: Settings) -> Gated | None:
    """The gate that a model must pass, and what to judge it by, where there is one.

    Raises InvalidArgumentError for one without the other.
    """
    if gate is None:
        if source is not None:
            raise InvalidArgumentError("--source", "is of no use without --gate; name a gate")
        return None
    if source is None:
        raise InvalidArgumentError("--source", "missing; name the host's data, for --gate")
    from evaluation.gate import read_gate  # noqa: PLC0415  (not needed without a gate)

    host = HostData(source, chosen.ingest, sources=chosen.source)
    return Gated(read_gate(gate), host, out, chosen)


@app.command(epilog="Example: pln serve --model ./models --listen 127.0.0.1:50051")
def serve(
    *,
    model: Annotated[
        Path | None,
        typer.Option(help="A model, or a folder of models: its current one; not with --access."),
    ] = None,
    listen: Annotated[str | None, typer.Option(help="Address and port.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes.")] = None,
    threads: Annotated[int | None, typer.Option(help="Threads in each worker.")] = None,
    access: Annotated[
        str | None, typer.Option(help="File of tenants and tokens; see pln tokens.")
    ] = None,
    health_listen: Annotated[str | None, typer.Option(help="Address for probes alone.")] = None,
    metrics_listen: Annotated[
        str | None, typer.Option(help="Address for HTTP probes and metrics.")
    ] = None,
    admin_listen: Annotated[
        str | None, typer.Option(help="Address, or unix:PATH, for administration.")
    ] = None,
    reflection: Annotated[
        bool | None, typer.Option("--reflection/--no-reflection", help="Describe the contract.")
    ] = None,
    allow_insecure: Annotated[
        bool | None,
        typer.Option("--allow-insecure", help="Serve other machines too, unencrypted."),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Learner store, sqlite:///PATH or postgresql://…; or none."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only check that all is there to serve, and say so.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Answer gRPC calls until a signal ends it."""
    chosen = settings(
        config,
        serve__listen=listen,
        serve__workers=workers,
        serve__threads=threads,
        serve__access=access,
        serve__store=store,
        serve__health_listen=health_listen,
        serve__metrics_listen=metrics_listen,
        serve__admin_listen=admin_listen,
        serve__reflection=reflection,
        serve__allow_insecure=allow_insecure,
    ).serve
    if check:
        from recommender.serving.check import checks  # noqa: PLC0415  (not needed elsewhere)

        for line in checks(model, chosen):
            typer.echo(line)  # each in one line, however long
        return
    from recommender.serving.run import serve as run  # noqa: PLC0415  (grpc is slow to load)

    raise typer.Exit(run(model, chosen))
