"""What the page says of the price of diversity, of parts alone and of probabilities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evaluation.document import Document, Reliability
from evaluation.report import write_html
from evaluation.report.reliability import in_words
from tests.evaluation import documents
from tests.evaluation.pages import Page, no_difference


@pytest.fixture(scope="module")
def full() -> Document:
    return documents.full()


def test_candidates_in_no_order_stand_below_the_factors_where_they_are_known(full: Document):
    """With their figure and what it is for; without it, the section is there and silent of it."""
    line = "Candidates in no order"
    told = Page(write_html(replace(full, tasks=[], pool=documents.around(0.4321, 0.01))))
    assert "".join(told.text).count(line) == 1
    assert "0.4321" in told.text
    untold = Page(write_html(replace(full, tasks=[], pool=None)))
    assert line.lower() not in "".join(untold.text).lower()
    assert "ablation" in untold.ids
    undefined = Page(write_html(replace(full, tasks=[], pool=documents.NOTHING)))
    assert "".join(undefined.text).count(line) == 1


def test_prices_tell_place_cost_and_doubt(full: Document):
    """Of each pick; where the most accurate place is itself the best, that nothing is better."""
    price = replace(full.prices[0], dial=0.25, lost=0.018, cost=documents.around(0.018, 0.04))
    shown = "".join(Page(write_html(replace(documents.empty(), prices=[price]))).text)
    assert "dial 0.25, costs 1.8\u202f%" in shown
    assert "−2.2\u202f% to 5.8\u202f%" in shown
    unsure = replace(price, cost=documents.NOTHING, gained=documents.NOTHING)
    html = write_html(replace(documents.empty(), prices=[unsure]))
    assert no_difference(html) == 1
    assert " to " not in html[html.index("costs 1.8") :].partition("</td>")[0]
    same = replace(price, dial=price.start_dial)
    html = write_html(replace(documents.empty(), prices=[same]))
    assert ("nothing better" in html, "costs 1.8" in html) == (True, False)


@pytest.mark.parametrize(
    ("predicted", "observed", "count", "said"),
    [
        (0.3, 0.1, 1000, "3.0 times too high"),
        (0.1, 0.3, 1000, "3.0 times too low"),
        (0.3, 0.0, 1000, "far too high"),
        (0.0, 0.3, 1000, "far too low"),
        (0.3, 0.27, 1000, ""),
        (0.3, 0.1, 10, ""),
        (0.0, 0.0, 1000, ""),
    ],
)
def test_probabilities_that_are_far_off_are_called_an_order(predicted, observed, count, said):
    """On average over all bins, and only where that many predictions would not be so by chance."""
    bins = [(predicted, 0.0, count // 2), (predicted, 2 * observed, count - count // 2)]
    text = in_words(Reliability(name="", bins=bins, error=0.0, brier=0.0, count=count))
    assert said in text
    assert ("an order, not as a probability" in text) == bool(said)
