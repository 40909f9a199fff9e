"""`pln evaluate`: how good the lists are, by what people did next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from recommender.commands.console import say, say_json, watched
from recommender.commands.host import HostData
from recommender.commands.judging import held_against, judge_source, later_contacts
from recommender.commands.options import AsJson, ConfigFile, settings
from recommender.domain.config import Settings
from recommender.domain.errors import InvalidArgumentError

app = typer.Typer()

MEANT_FOR = {
    "--feedback": ("--model",),
    "--against": ("SOURCE", "--from", "--horizon-days", "--askers"),
}
"""What else may be said where lists of the host's data are not judged; seed and settings always."""


@app.command(epilog="Example: pln evaluate ./tables --out ./report --cutoffs 2024-01-01,2024-07-01")
def evaluate(
    *,
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="The host's data, as for pln ingest."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report.")] = None,
    cutoffs: Annotated[
        str | None,
        typer.Option(metavar="TIMES", help="Times to go back to, with commas between (UTC)."),
    ] = None,
    horizon_days: Annotated[
        float | None, typer.Option(help="Days after a cutoff in which meeting somebody counts.")
    ] = None,
    askers: Annotated[
        int | None, typer.Option(help="People asked at most at each cutoff; 0: everyone.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--from", metavar="KIND", help="Kind of source; see pln sources.")
    ] = None,
    against: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="MODEL_A MODEL_B", help="Compare two models for those who use them."),
    ] = None,
    gate: Annotated[
        Path | None, typer.Option(help="File of floors; ends with 1 where one is not reached.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="The model in force, to be judged too; with --feedback, the one valued."),
    ] = None,
    feedback: Annotated[
        Path | None, typer.Option(metavar="LOG", help="Feedback log, to value a model by.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Same seed, same report.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Judge lists by what people did next; or compare two models; or value one by feedback."""
    chosen = settings(
        config,
        evaluate__horizon_days=horizon_days,
        evaluate__askers=askers,
        evaluate__seed=seed,
        train__seed=seed,
    )
    _refuse_idle(
        {
            "--feedback": feedback,
            "--against": against,
            "SOURCE": source,
            "--out": out,
            "--cutoffs": cutoffs,
            "--horizon-days": horizon_days,
            "--askers": askers,
            "--from": kind,
            "--gate": gate,
            "--model": model,
        }
    )
    host = None if source is None else HostData(source, chosen.ingest, kind, chosen.source)
    if feedback is not None:
        _value(feedback, model, chosen, as_json=as_json)
    elif against is not None:
        _compare(against, host, chosen, as_json=as_json)
    else:
        _judge(host, _Judging(out, cutoffs, model, gate), chosen, as_json=as_json)


def _refuse_idle(flags: Mapping[str, object]) -> None:
    """Raise InvalidArgumentError for a flag that what is asked for makes no use of."""
    given = [name for name, value in flags.items() if value is not None]
    way = next((name for name in MEANT_FOR if name in given), None)
    for name in given:
        if way is not None and name not in (way, *MEANT_FOR[way]):
            raise InvalidArgumentError(name, f"is of no use with {way}; leave one of them out")
        if name in ("--from", "--horizon-days") and "SOURCE" not in given:
            raise InvalidArgumentError(name, "is of no use without SOURCE; name the host's data")


@dataclass(frozen=True, slots=True)
class _Judging:
    """What the flags say of an evaluation of a source."""

    out: Path | None
    cutoffs: str | None
    model: Path | None
    gate: Path | None


def _judge(host: HostData | None, flags: _Judging, chosen: Settings, *, as_json: bool) -> None:
    """Judge a source's lists, write the report, and hold it against the gate."""
    if host is None:
        raise InvalidArgumentError(
            "SOURCE", "missing; name the host's data, or use --against or --feedback"
        )
    if flags.out is None:
        raise InvalidArgumentError("--out", "missing; name a folder for the report")
    from evaluation.gate import enforce, read_gate  # noqa: PLC0415  (slow to load)
    from evaluation.view import document_view, findings_view  # noqa: PLC0415

    gate = None if flags.gate is None else read_gate(flags.gate)
    with watched() as progress:
        document = judge_source(
            host, flags.out, chosen, progress, cutoffs=flags.cutoffs, model=flags.model
        )
    findings = [] if gate is None else held_against(gate, document)
    if as_json:
        say_json({"report": flags.out, "document": document, "gate": findings})
    else:
        say(*document_view(document, flags.out), *findings_view(findings))
    enforce(findings)


def _compare(
    models: tuple[Path, Path], host: HostData | None, chosen: Settings, *, as_json: bool
) -> None:
    """Say how two models differ for those who use them."""
    from evaluation.against import against_view, compare_models  # noqa: PLC0415
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    a, b = (Pipeline.open(model) for model in models)
    with watched() as progress:
        since = max(a.info.as_of, b.info.as_of)
        later = None if host is None else later_contacts(host, since, chosen.evaluate)
        against = compare_models(a, b, later, chosen.evaluate, progress)
    say_json(against) if as_json else say(*against_view(against))


def _value(log: Path, model: Path | None, chosen: Settings, *, as_json: bool) -> None:
    """Say what another ranking would have earned, by a feedback log."""
    from evaluation import offpolicy  # noqa: PLC0415
    from recommender.pipeline import Pipeline  # noqa: PLC0415

    read, config = offpolicy.read_log(log), chosen.evaluate
    if model is None:
        target = offpolicy.logged_target(read)
    else:
        target = offpolicy.model_target(Pipeline.open(model), read, chosen.dials)
    verdict = offpolicy.judge(read, target, config.resamples, config.seed)
    say_json(verdict) if as_json else say(*offpolicy.lines(verdict))
    if isinstance(verdict, offpolicy.Refusal):
        raise typer.Exit(1)
