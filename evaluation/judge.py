"""One cutoff: ask every system every question, and hold the answers against what people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation import ranked
from evaluation.ablation import found_by, shares
from evaluation.accuracy import accuracy, primary
from evaluation.baselines import BASELINES
from evaluation.field import Field
from evaluation.history import History
from evaluation.known import Known
from evaluation.left_out import LeftOutError
from evaluation.listing import Listing
from evaluation.metrics import Values
from evaluation.questions import ask
from evaluation.reasons import judge_reasons
from evaluation.results import CutoffResult, Figures, TaskResult
from evaluation.strata import answer_strata, asker_strata
from evaluation.systems import COMPARED, Family, Lists, System
from evaluation.tasks import ASKED, PEOPLE, PRIMARY, Question, Task
from evaluation.variety import EXPECTED, TOP, Variety
from recommender.domain.config import EvaluateConfig
from recommender.domain.progress import Progress, silent
from recommender.domain.times import from_microseconds
from recommender.model import Model

MUTUAL_DAYS = 90.0
"""Horizon of the mutual contact that tie strength is held against (science §8.3)."""


def judge(
    known: Known,
    history: History,
    config: EvaluateConfig,
    listing: Listing,
    current: Model | None = None,
    progress: Progress = silent,
) -> CutoffResult:
    """Everything about the cutoff that `known` stands at.

    listing: takes the lists of the compared systems. current: the model in force, where this is
    its own as-of time.
    """
    judged = _Judged(known, config, Field(known, config, current), listing, progress)
    questions = ask(known, history, config)
    for name, question in questions.items():
        judged.question(name, question)
    return CutoffResult(
        cutoff=from_microseconds(known.snapshot.as_of_microseconds).isoformat(),
        facts=_facts(known, questions) | judged.parts(questions[PEOPLE]),
        left_out=judged.left_out,
        tasks=judged.tasks,
        predictions={
            "tie strength, as the chance of mutual contact in 90 days": _ties(known, history)
        },
        groups=judged.groups,
    )


@dataclass(slots=True)
class _Judged:
    """What has been judged so far at one cutoff."""

    known: Known
    config: EvaluateConfig
    systems: Field
    listing: Listing
    progress: Progress
    tasks: dict[Task, TaskResult] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    groups: dict[str, float] = field(default_factory=dict)

    def question(self, name: str, question: Question) -> None:
        """Ask every system, and judge its lists by every task of the question."""
        figures: dict[Task, dict[str, Figures]] = {task: {} for task in ASKED[name]}
        variety = self._variety(question) if name == PEOPLE else None
        for system, lists in self._answers(name, question):
            if system.family in COMPARED:
                self.listing.add(name, system, question, lists)
            for task in ASKED[name]:
                judged = self._figures(task, system, question, lists)
                if variety is not None and task is Task.PEOPLE:
                    judged = _with_variety(judged, variety, lists)
                    if system.family is Family.OURS:
                        judged.people.update(self._reasons(question))
                        self.groups = self._groups(variety, lists)
                figures[task][system.name] = judged
        for task in ASKED[name]:
            self.tasks[task] = self._task(task, question, figures[task])

    def parts(self, question: Question) -> dict[str, Any]:
        """What every factor and source contributes to our lists of new people."""
        relevant, depth = question.relevant[Task.PEOPLE], self.config.depth
        return {
            "shares": shares(self.known, question.askers[question.panel]),
            "found_by": found_by(self.known, question.askers, relevant, depth),
        }

    def _answers(self, name: str, question: Question) -> Iterator[tuple[System, Lists]]:
        systems = self.systems.systems(name)
        for place, system in enumerate(systems):
            self.progress(f"{name}: {system.name.replace('_', ' ')}", place / len(systems))
            try:
                yield system, system.answer(question)
            except LeftOutError as reason:
                self.left_out[system.name] = str(reason)

    def _figures(self, task: Task, system: System, question: Question, lists: Lists) -> Figures:
        if system.family not in COMPARED:
            people = primary(task, lists, question.relevant[task])
        else:
            people = accuracy(task, lists, question) | self._strata(task, question, lists)
        return Figures(family=system.family, dial=system.dial, people=people)

    def _strata(self, task: Task, question: Question, lists: Lists) -> Values:
        parts = answer_strata(self.known, question.askers, question.relevant[task])
        return {
            f"{PRIMARY[task]} · {name}": primary(task, lists, part)[PRIMARY[task]]
            for name, part in parts.items()
        }

    def _variety(self, question: Question) -> Variety:
        expected = [
            ranked.by_scores(BASELINES[name].scorer(self.known), self.known, question, TOP)
            for name in EXPECTED
        ]
        return Variety(self.known, question, expected, self.config.attribute, self.config.seed)

    def _reasons(self, question: Question) -> Values:
        """How good our reasons are, by asker; NaN outside the panel."""
        self.progress("reasons", 0.0)
        panel = np.flatnonzero(question.panel)
        told = judge_reasons(self.known, question.askers[panel], TOP, self.config.seed)
        columns = {name: np.full(len(question.askers), np.nan) for name in told}
        for name, values in told.items():
            columns[name][panel] = values
        return columns

    def _groups(self, variety: Variety, lists: Lists) -> dict[str, float]:
        names = self.known.snapshot.attribute_names[self.config.attribute]
        return {names[code]: gap for code, gap in variety.groups(lists).items()}

    def _task(self, task: Task, question: Question, figures: dict[str, Figures]) -> TaskResult:
        return TaskResult(
            askers=self.known.snapshot.person_ids.take(question.askers),
            answers=np.diff(question.relevant[task].indptr).astype(np.int64),
            strata=asker_strata(self.known, question.askers),
            figures=figures,
        )


def _with_variety(figures: Figures, variety: Variety, lists: Lists) -> Figures:
    return Figures(
        family=figures.family,
        dial=figures.dial,
        people=figures.people | variety.people(lists),
        whole=variety.whole(lists),
    )


def _facts(known: Known, questions: dict[str, Question]) -> dict[str, Any]:
    info = known.pipeline.info
    return {
        "people": known.people,
        "topics": info.topic_count,
        "ties": info.tie_count,
        "snapshot": known.snapshot.name,
        "asked": {name: len(question.askers) for name, question in questions.items()},
    }


def _ties(known: Known, history: History) -> NDArray[np.float64]:
    """Float64 [2, m]: strength of every tie, and whether both addressed each other afterwards."""
    ties, n = known.ties, np.int64(known.people)
    later = history.after(known, known.snapshot.as_of, MUTUAL_DAYS)
    said = np.unique(later.persons * n + later.contacts)
    persons = ties.persons().astype(np.int64)
    once = persons < ties.contacts
    there = np.isin(persons[once] * n + ties.contacts[once], said)
    back = np.isin(ties.contacts[once] * n + persons[once], said)
    return np.stack([ties.strength[once].astype(np.float64), (there & back).astype(np.float64)])
