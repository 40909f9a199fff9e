"""Groups of askers and of answers in a community written down by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from evaluation.known import Known
from evaluation.strata import (
    ANSWER_GROUPS,
    ASKER_GROUPS,
    answer_strata,
    asker_strata,
    head,
)
from recommender.pipeline import Pipeline
from tests.world_builder import Built, World, build


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    """A star around sol, who has eleven contacts; ann and bob know three each; nia is new.

    Nia's first contact was 89 days ago, ole's 91 days ago; lea has done nothing but work.
    """
    world = World()
    for place in range(11):
        world.talk("sol", f"s{place:02d}", 200 + place, 100)
    for contact in ("s00", "s01"):
        world.talk("ann", contact, 150)
    world.talk("ann", "bob", 150).talk("bob", "s02", 150).says("bob", "lou", 150)
    world.talk("ole", "s03", 91).talk("nia", "s03", 89)
    return build(world.works("lea", "chess", 300, 2), tmp_path_factory.mktemp("strata"))


@pytest.fixture(scope="module")
def known(built) -> Known:
    return Known(built.material, Pipeline(built.pipeline.model))


def rows(built: Built, *people: str) -> np.ndarray:
    return np.array([built.row(person) for person in people], np.int32)


def answers(built: Built, *people: list[str]) -> sp.csr_matrix:
    """Who is right for each asker."""
    matrix = sp.lil_matrix((len(people), len(built.people)))
    for line, right in enumerate(people):
        matrix[line, rows(built, *right)] = 1
    return matrix.tocsr()


def named(built: Built, matrix: sp.csr_matrix) -> list[set[str]]:
    return [{built.people[row] for row in matrix[line].indices} for line in range(matrix.shape[0])]


def test_askers_are_grouped_by_how_many_people_they_know(built, known):
    """None, one or two; three to nine; ten or more: s03 knows three, sol eleven."""
    found = asker_strata(known, rows(built, "lea", "lou", "s00", "s03", "ann", "sol"))
    assert found["contacts of the asker"] == ["0–2", "0–2", "0–2", "3–9", "3–9", "10+"]


def test_askers_first_seen_within_ninety_days_are_newcomers(built, known):
    """Nia came 89 days ago, ole 91; work counts as much as contact."""
    found = asker_strata(known, rows(built, "nia", "ole", "lea", "sol"))
    assert found["asker is"] == ["newcomer", "settled", "settled", "settled"]


def test_whoever_was_never_seen_is_a_newcomer(tmp_path):
    """A declared person without any event."""
    world = World().person("ida").talk("ann", "bob", 200)
    built = build(world, tmp_path)
    known = Known(built.material, built.pipeline)
    assert asker_strata(known, rows(built, "ida", "ann"))["asker is"] == ["newcomer", "settled"]


def test_two_hops_away_is_whoever_shares_a_contact(built, known):
    """Ann and sol both know s00; ann and lea know nobody in common; bob's contact is lou."""
    found = answer_strata(
        known,
        rows(built, "ann", "lea", "ann"),
        answers(built, ["sol", "lea", "nia"], ["ann"], ["lou"]),
    )
    assert named(built, found["two hops"]) == [{"sol"}, set(), {"lou"}]
    assert named(built, found["further"]) == [{"lea", "nia"}, {"ann"}, set()]


def test_answers_first_seen_within_ninety_days_are_newcomers(built, known):
    """Whoever asks."""
    found = answer_strata(known, rows(built, "ann"), answers(built, ["nia", "ole", "sol"]))
    assert named(built, found["newcomers"]) == [{"nia"}]


def test_the_popular_get_half_of_what_is_said_and_the_others_the_rest(built, known):
    """Sol is addressed eleven times as often as those around her, and first of the popular."""
    right = ["sol", "lou", "ann", "lea"]
    found = answer_strata(known, rows(built, "nia"), answers(built, right))
    popular, rest = (named(built, found[name])[0] for name in ("popular", "less popular"))
    assert "sol" in popular
    assert {"lou", "lea"} <= rest
    assert popular | rest == set(right)
    assert not popular & rest


def test_the_head_is_the_fewest_with_half_of_all_weight():
    """Of 4, 3, 2, 1 the first two have 7 of 10; exactly half is enough; of nothing nobody."""
    assert head(np.array([1.0, 3.0, 4.0, 2.0])).tolist() == [False, True, True, False]
    assert head(np.array([1.0, 1.0])).tolist() == [True, False]
    assert head(np.zeros(3)).tolist() == [False] * 3
    assert head(np.zeros(0)).tolist() == []


def test_groups_are_those_that_reports_have(built, known):
    """By name; and the answers that are given stay as they are."""
    right = answers(built, ["sol", "lea"], [])
    before = right.toarray()
    askers = rows(built, "ann", "lea")
    assert list(asker_strata(known, askers)) == list(ASKER_GROUPS)
    found = answer_strata(known, askers, right)
    assert sorted(found) == sorted(name for names in ANSWER_GROUPS.values() for name in names)
    assert all(part.shape == right.shape for part in found.values())
    assert (right.toarray() == before).all()
