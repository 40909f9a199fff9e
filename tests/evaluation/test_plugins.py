"""Baselines of other packages: what is found, what is left out, what is refused."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import numpy as np
import pytest

from evaluation import plugins
from evaluation.baselines import BASELINES, GROUP, baselines, popularity
from evaluation.left_out import MissingExtraError
from evaluation.plugins import installed
from recommender.domain.errors import InvalidArgumentError
from tests.evaluation.made_communities import two_blocks

GOOD = "evaluation.baselines.popularity:scorer"


@pytest.fixture
def offer(monkeypatch):
    """A function that makes entry points, by name, the only ones installed in `GROUP`."""

    def offered(*points: tuple[str, str]) -> None:
        all_points = [EntryPoint(name, value, GROUP) for name, value in points]
        monkeypatch.setattr(
            plugins, "entry_points", lambda group: [p for p in all_points if p.group == group]
        )

    return offered


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A function that makes a module importable."""
    monkeypatch.syspath_prepend(tmp_path)
    return lambda name, text: (tmp_path / f"{name}.py").write_text(text)


def test_an_installed_function_is_a_baseline_after_the_built_in_ones(offer):
    """It scores as it does when called itself."""
    offer(("their_idea", GOOD), ("an_idea", GOOD))
    known, askers = two_blocks(5), np.int32([0, 3])
    assert list(baselines()) == [*BASELINES, "an_idea", "their_idea"]
    theirs = baselines()["their_idea"].scorer(known)(askers)
    assert np.array_equal(theirs, popularity.scorer(known)(askers))


def test_other_groups_are_not_asked(offer):
    """What is offered for one purpose serves no other."""
    offer(("their_idea", GOOD))
    assert installed("pln.something_else", ()) == {}


def test_a_package_that_is_missing_leaves_a_baseline_out_and_no_other(offer, module):
    """Whether it is imported with the module or by the function."""
    module("needs_early", "import not_installed_at_all\ndef scorer(known): return None\n")
    module("needs_late", "def scorer(known):\n    import not_installed_at_all\n")
    offer(("early", "needs_early:scorer"), ("late", "needs_late:scorer"), ("fine", GOOD))
    found = installed(GROUP, BASELINES)
    for name in ("early", "late"):
        with pytest.raises(MissingExtraError, match="needs not_installed_at_all, which is not"):
            found[name].scorer(two_blocks(5))
    assert found["fine"].scorer(two_blocks(5)) is not None


@pytest.mark.parametrize(
    "value",
    [
        "no_such_module_of_theirs:scorer",
        "evaluation.baselines.no_such_file:scorer",
        "evaluation.baselines.popularity:no_such_function",
        "broken_module_of_theirs:scorer",
    ],
)
def test_what_cannot_be_loaded_is_named_with_the_remedy(offer, module, value):
    """A module or function that is not there, and a module that fails by itself."""
    module("broken_module_of_theirs", "1 / 0\n")
    offer(("their_idea", value))
    message = rf"pln\.baselines:their_idea = {value}: it cannot be loaded .*; mend or uninstall"
    with pytest.raises(InvalidArgumentError, match=message):
        installed(GROUP, BASELINES)


@pytest.mark.parametrize("value", ["evaluation.baselines.ease:MOST", "evaluation.baselines.ease"])
def test_what_is_no_function_is_refused(offer, value):
    """A number, or a module without the name of its function."""
    offer(("their_idea", value))
    with pytest.raises(
        InvalidArgumentError, match=r"no function; name one, as in package\.module:"
    ):
        installed(GROUP, BASELINES)


@pytest.mark.parametrize("points", [[("ease", GOOD)], [("twice", GOOD), ("twice", GOOD)]])
def test_a_name_is_given_once(offer, points):
    """Neither a built-in name nor one that two packages chose."""
    offer(*points)
    with pytest.raises(InvalidArgumentError, match="the name is taken; rename it, or uninstall"):
        baselines()


def test_the_graph_network_comes_by_entry_point():
    """As a baseline of somebody else would, since it needs a package that is not always there."""
    assert "lightgcn" not in BASELINES
    assert "lightgcn" in baselines()
