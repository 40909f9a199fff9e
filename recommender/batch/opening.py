"""From a model and decisions to what makes lists; the same in every process of an export."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from recommender.batch.asked import Asked
from recommender.batch.changes import ChangedLists
from recommender.batch.decisions import Decisions
from recommender.batch.lists import Lists
from recommender.domain.errors import CorruptVersionError, OutputError, VersionNotFoundError
from recommender.domain.versions import MANIFEST, resolve, sha256
from recommender.pipeline import Pipeline

Making = Lists | ChangedLists
"""What makes lists: all of them, or those that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What lists are made from.

    model: folder of the version. base: of the one that they must differ from, if any.
    seals: sha256 of the manifests of these when the job began, see `pinned`.
    decisions: what learners decided, where a store says.
    """

    model: Path
    asked: Asked
    base: Path | None = None
    seals: tuple[str, ...]
    decisions: Decisions | None = None

    @classmethod
    def pinned(cls, model: Path, asked: Asked, base: Path | None = None) -> Job:
        """A job of the models that stand here now, wherever links lead by and by.

        Raises VersionNotFoundError where there are none.
        """
        model = resolve(model).resolve()
        if base is not None:
            base = resolve(base).resolve()
            asked = replace(asked, changed_since=base.name)
        found = cls(model=model, asked=asked, base=base, seals=())
        return replace(found, seals=tuple(map(_seal, found.models)))

    @property
    def models(self) -> list[Path]:
        """Folders of all models that lists are made from."""
        return [self.model] if self.base is None else [self.model, self.base]

    def open(self) -> Making:
        """Open the models, and have what learners decided count.

        It does not count in what lists are compared with: who keeps what an earlier model gave
        has not heard of it. Raises VersionNotFoundError, CorruptVersionError,
        StoreUnavailableError, or OutputError as `check` does.
        """
        try:
            opened = self._opened()
        except (VersionNotFoundError, CorruptVersionError):
            self.check()
            raise
        self.check()
        return opened

    def check(self) -> None:
        """Raises OutputError where a model is not what it was when the job began.

        Each process opens the models for itself: parts of two must not come out as one export.
        """
        for model, seal in zip(self.models, self.seals, strict=True):
            if _seal(model) != seal:
                raise OutputError(
                    f"the model {model} was replaced or removed while its lists were made; run the "
                    "same command again"
                )

    def _opened(self) -> Making:
        lists = Lists(self._pipeline(), self.asked)
        return lists if self.base is None else ChangedLists(lists, Pipeline.open(self.base))

    def _pipeline(self) -> Pipeline:
        if self.decisions is None:
            return Pipeline.open(self.model)
        pipeline = Pipeline.open(self.model, self.decisions.mark)
        self.decisions.count_in(pipeline)
        return pipeline


def _seal(model: Path) -> str:
    """What tells a model from all others; nothing where it is gone."""
    try:
        return sha256(model / MANIFEST)
    except OSError:
        return ""
