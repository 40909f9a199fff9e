"""The three sentences of a report, for every combination of what there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from evaluation.results import TaskResult
from evaluation.systems import Family
from evaluation.tasks import Task
from tests.evaluation.cutoff_results import (
    NAN,
    dial_task,
    figures,
    noisy,
    people,
    result,
    summed,
    task,
    two_rivals,
)


def people_sentence(part: TaskResult | None) -> str:
    return summed(result({} if part is None else {Task.PEOPLE: part})).verdict[0]


def test_the_verdict_has_three_sentences_whatever_there_is():
    """Nothing at all, ours alone, rivals alone, everything; each ends where a sentence ends."""
    ours = task({"ours": figures(Family.OURS, ndcg_10=[NAN])}, ["ann"], 0)
    rivals = task({"weak": figures(Family.BASELINE, ndcg_10=[1.0])}, ["ann"])
    nobody = task({"ours": figures(Family.OURS, ndcg_10=[])}, [])
    documents = [summed()]
    documents += [
        summed(result({kind: part}))
        for kind in Task
        for part in (ours, rivals, nobody, two_rivals(), dial_task())
    ]
    for document in documents:
        assert len(document.verdict) == 3
        for sentence in document.verdict:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert not {"None", "nan", "inf", "  ", ".."} & {
                word for word in ("None", "nan", "inf", "  ", "..") if word in sentence
            }


def test_better_is_said_with_ratio_and_interval():
    """.5 against .4."""
    sentence = people_sentence(two_rivals())
    assert sentence.startswith(
        "For new people our lists are better than the best baseline, strong one: "
        "an NDCG@10 of 0.500, 1.25 times as high (95 % interval 1.1"
    )
    assert "60 people)" in sentence


def test_a_source_that_does_as_well_by_itself_is_named():
    """Whoever draws on it must be better than it; otherwise the rest is for nothing."""
    better = people_sentence(two_rivals())
    assert better.endswith(
        "60 people); they are worse than signal alone, one of the sources they draw on."
    )

    def with_source(level: float) -> str:
        part = two_rivals()
        source = figures(Family.SOURCE, ndcg_10=noisy(level, 60, 4))
        return people_sentence(replace(part, figures=part.figures | {"signal": source}))

    assert with_source(0.5).endswith(
        "60 people); no difference is shown between them and signal alone, one of the sources "
        "they draw on."
    )
    assert with_source(0.2).endswith("60 people).")


def test_worse_is_said_too():
    """.3 against .4."""
    sentence = people_sentence(two_rivals(ours=0.3))
    assert "our lists are worse than the best baseline, strong one" in sentence
    assert "0.75 times as high" in sentence


def test_no_difference_is_not_called_a_gain():
    """The same mean."""
    sentence = people_sentence(two_rivals(ours=0.4))
    assert sentence.startswith(
        "For new people no difference is shown between our lists and the best baseline, strong one"
    )
    assert "better" not in sentence


def test_a_gain_that_may_be_chance_among_many_is_said_to_be():
    """One comparison at p ≈ .03 of twenty."""
    draw = np.random.default_rng(2)
    ours = 0.5 + draw.random(100) * 0.01
    noise = draw.normal(0, 1, 100)
    noise -= noise.mean()
    systems = {"ours": figures(Family.OURS, ndcg_10=ours)}
    for place in range(20):
        theirs = ours - 0.0225 + 0.1 * noise - place / 10_000
        systems[f"b{place:02d}"] = figures(Family.BASELINE, ndcg_10=theirs)
    sentence = people_sentence(task(systems, people(100)))
    assert "our lists are better" in sentence
    assert "which may be chance among so many comparisons (p = " in sentence


def test_of_a_rival_that_has_nothing_the_distance_is_told():
    """There is no ratio to 0."""
    systems = {
        "ours": figures(Family.OURS, ndcg_10=np.full(40, 0.25)),
        "lost": figures(Family.BASELINE, ndcg_10=np.zeros(40)),
    }
    sentence = people_sentence(task(systems, people(40)))
    assert "0.250 above its own (95 % interval +0.250 to +0.250, 40 people)" in sentence


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (None, "Of new people nothing can be told: nobody was asked."),
        (
            task({"ours": figures(Family.OURS, ndcg_10=[NAN])}, ["ann"], 0),
            "Of new people nothing can be told: nobody who was asked met anyone new.",
        ),
        (
            task({"weak": figures(Family.BASELINE, ndcg_10=[0.5])}, ["ann"]),
            "Of new people nothing can be told: our lists were not judged.",
        ),
        (
            two_rivals(count=29),
            (
                "For new people our lists reach an NDCG@10 of 0.500 (29 people): "
                "too few to tell whether this is good."
            ),
        ),
        (
            task({"ours": figures(Family.OURS, ndcg_10=[0.5])}, ["ann"]),
            (
                "For new people our lists reach an NDCG@10 of 0.500 (1 person): "
                "too few to tell whether this is good."
            ),
        ),
        (
            task({"ours": figures(Family.OURS, ndcg_10=np.full(40, 0.5))}, people(40)),
            (
                "For new people our lists reach an NDCG@10 of 0.500 (40 people); "
                "there is no baseline to hold it against."
            ),
        ),
        (
            task(
                {
                    "ours": figures(Family.OURS, ndcg_10=np.full(40, 0.5)),
                    "rare": figures(Family.BASELINE, ndcg_10=[0.2] * 5 + [NAN] * 35),
                },
                people(40),
            ),
            (
                "For new people our lists reach an NDCG@10 of 0.500 (40 people); "
                "only 5 people can be compared with rare, which is too few to tell."
            ),
        ),
    ],
)
def test_what_is_missing_is_said(part, told):
    """Word for word."""
    assert people_sentence(part) == told


def test_dormant_ties_are_told_by_their_own_metric():
    """The second sentence."""
    systems = {
        "ours": figures(Family.OURS, ndcg_5=noisy(0.6, 50, 1)),
        "recency": figures(Family.BASELINE, ndcg_5=noisy(0.3, 50, 2)),
    }
    found = summed(result({Task.REACTIVATION: task(systems, people(50))}))
    assert found.verdict[1].startswith("For dormant ties our lists are better than")
    assert "NDCG@5 of 0.600, 2.00 times as high" in found.verdict[1]


def varied(ours: float, rival: float, count: int = 40, **more: Any) -> str:
    """The third sentence, for these coverages."""
    systems = {
        "ours": figures(
            Family.OURS, whole={"coverage@10": ours}, ndcg_10=np.full(count, 0.5), **more
        ),
        "ease": figures(Family.BASELINE, whole={"coverage@10": rival}, ndcg_10=np.full(count, 0.4)),
    }
    return summed(result({Task.PEOPLE: task(systems, people(count))})).verdict[2]


def test_more_and_fewer_different_people_are_told_apart():
    """.4 of all people against .2, and the other way round."""
    more, fewer = varied(0.4, 0.2), varied(0.2, 0.4)
    assert more.startswith(
        "Our lists of new people name 2.00 times as many different people as those of ease"
    )
    assert "name only 0.50 times as many" in fewer
    assert varied(0.4, 0.4).startswith("No difference is shown in how many different people")


def test_few_people_say_nothing_of_variety():
    """One fewer than thirty, and one alone."""
    told = "How varied lists are cannot be told yet: only {} asked."
    assert varied(0.4, 0.2, count=29) == told.format("29 people were")
    assert varied(0.4, 0.2, count=1) == told.format("1 person was")


def test_what_the_dial_buys_is_told():
    """At most 5 % of NDCG for .4 instead of .2; and where it buys nothing, that."""
    bought = summed(result({Task.PEOPLE: dial_task()}))
    assert bought.verdict[2] == (
        "For up to 5 % of NDCG@10 the diversity dial takes the share of people in view "
        "from 20.0 % to 40.0 %."
    )
    steep = {
        name: replace(one, people={"ndcg@10": one.people["ndcg@10"] ** 9})
        for name, one in dial_task().figures.items()
    }
    sentence = summed(result({Task.PEOPLE: task(steep, people(40))})).verdict[2]
    assert (
        sentence == "For up to 5 % of NDCG@10 the diversity dial brings no more people into view."
    )


def test_a_gain_that_may_be_chance_is_not_said_to_be_bought():
    """Coverage .2 and .201, each resampled apart from the other."""
    apart = np.random.default_rng(3).normal(0, 0.01, (2, 101))
    systems = {}
    for dial, spread, ndcg in zip((0.0, 0.5), apart, (1.0, 0.97), strict=True):
        spread[0] = 0
        point = figures(Family.DIAL, dial, {"coverage@10": 0}, ndcg_10=np.full(40, ndcg))
        shown = {"coverage@10": 0.2 + dial / 500 + spread}
        systems[f"diversity {dial}"] = replace(point, whole=shown)
    sentence = summed(result({Task.PEOPLE: task(systems, people(40))})).verdict[2]
    assert sentence == (
        "For up to 5 % of NDCG@10 the diversity dial is not shown to bring more people into view."
    )


def test_a_gain_of_less_diversity_is_said_to_be_one():
    """Coverage is .4 at 0 and .2 at ½, where NDCG is highest."""
    systems = {
        f"diversity {dial}": figures(
            Family.DIAL, dial, {"coverage@10": seen}, ndcg_10=np.full(40, ndcg)
        )
        for dial, seen, ndcg in ((0.0, 0.4, 0.97), (0.5, 0.2, 1.0))
    }
    sentence = summed(result({Task.PEOPLE: task(systems, people(40))})).verdict[2]
    assert "the diversity dial, turned down, takes the share of people in view" in sentence


def test_where_the_dial_says_nothing_the_truth_of_reasons_is_told():
    """999 of 1,000 is not all."""
    truth = np.full(40, 0.9999)
    sentence = varied(0.4, 0.2, **{"reason truth": truth})
    assert sentence.endswith("; 99.9 % of the reasons given hold when held against the events.")


def test_unmeasured_variety_is_said_to_be():
    """Lists without any diversity metric."""
    found = summed(result({Task.PEOPLE: two_rivals()})).verdict[2]
    assert found == "Of how varied lists are nothing can be told: it was not measured."
