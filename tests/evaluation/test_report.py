"""The page that people look at: whole, safe, the same each time, and honest about doubt."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from evaluation.document import CutoffFacts, Document, Estimate
from evaluation.report import write_html
from evaluation.report.labels import Box, around, place
from evaluation.report.words import MEASURES, NO_DIFFERENCE, base, metric_title, name
from tests.evaluation import documents
from tests.evaluation.pages import Page, no_difference


@pytest.fixture(scope="module")
def full() -> Document:
    return documents.full()


@pytest.fixture(scope="module")
def html(full: Document) -> str:
    return write_html(full)


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_page_asks_nothing_of_any_other_place(html: str, page: Page):
    """No address, script, frame or import; every link stays on the page; the policy forbids it."""
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html
    assert not {"script", "link", "iframe", "object", "img"} & set(page.tags)
    assert all(link.startswith("#") for link in page.links)
    assert not [key for key in page.attributes if key.startswith("on")]
    assert all(place.startswith("#") for place in re.findall(r"url\(([^)]*)\)", html))


def test_the_page_is_well_formed(page: Page):
    """Every tag is closed in its turn, no id comes twice, and every link and clip finds its id."""
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)


def test_names_from_outside_are_never_markup(html: str, page: Page):
    """A name that is a script shows as text, in tables as in plots."""
    assert "<script" not in html
    assert "<b>boom" not in html
    assert "<b>tutors" not in html
    shown = "".join(page.text)
    assert documents.HOSTILE.replace("_", " ") in shown
    assert "lecturers & <b>tutors</b>" in shown


def test_hostile_titles_and_verdicts_are_text():
    """Title, verdict, notes, settings and explanations may hold anything."""
    evil = "</title><script>x</script>${7*7}{{ 7*7 }}"
    tasks = [replace(documents.sparse().tasks[0], title=evil, explanation=evil, primary=evil)]
    document = replace(documents.sparse(), title=evil, verdict=[evil], notes=[evil], tasks=tasks)
    html = write_html(replace(document, settings={evil: evil}))
    assert "<script" not in html
    assert "{{ 7*7 }}" in html
    assert Page(html).open == []


def test_the_same_document_gives_the_same_bytes(html: str):
    """Nothing of the time, the place or an earlier page gets in."""
    assert write_html(documents.full()) == html


@pytest.mark.parametrize("make", ["sparse", "empty"])
def test_a_document_with_almost_nothing_is_still_a_page(make: str):
    """No task, no baseline, no figure: dashes and sentences instead of a failure."""
    html = write_html(getattr(documents, make)())
    assert Page(html).open == []
    assert no_difference(html) == 0


def test_every_task_system_and_metric_is_told(full: Document, page: Page):
    """Nothing that was worked out is left in the dark."""
    shown = "".join(page.text)
    for task in full.tasks:
        assert task.title in shown
        assert task.explanation in shown
        for row in task.rows:
            assert name(row.system) in shown
            assert all(metric_title(metric) in shown for metric in row.metrics)
        assert all(f"{s.grouping.capitalize()}" in shown for s in task.strata)
    assert all(MEASURES[base(metric)].title in shown for metric in full.reasons)
    assert all(name(part.part) in shown for part in full.ablation)
    assert all(why in shown for one in full.cutoffs for why in one.left_out.values())
    spaced = shown.replace("\u00a0", " ")
    assert all(sentence in spaced for sentence in [*full.verdict, *full.notes])
    assert all(key in shown for key in full.settings)


def test_no_difference_is_said_exactly_where_none_was_shown(full: Document, html: str):
    """Once for each such comparison, part left out and price; again in the first table."""
    every = [c for task in full.tasks for c in [*task.comparisons, *task.comparisons_by_cutoff]]
    due = [c.verdict for c in every] + [part.verdict for part in full.ablation]
    # The first table repeats the baselines of new people, the table of sources the sources.
    due += [c.verdict for c in full.tasks[0].comparisons if c.metric == full.tasks[0].primary]
    gains = [(one.gained.low, one.gained.high) for one in full.prices]
    undecided = [low <= 0 <= high for low, high in gains]
    assert 0 < sum(undecided) < len(undecided)
    due += [NO_DIFFERENCE for one in undecided if one]
    assert 0 < due.count(NO_DIFFERENCE) < len(due)
    assert no_difference(html) == due.count(NO_DIFFERENCE)


def test_a_shown_difference_never_reads_as_none(full: Document):
    """With every comparison decided, the words are nowhere but in the method."""
    tasks = [
        replace(
            task,
            comparisons=[replace(c, verdict="worse") for c in task.comparisons],
            comparisons_by_cutoff=[],
        )
        for task in full.tasks
    ]
    html = write_html(replace(full, tasks=tasks, ablation=[], dials=[], prices=[]))
    assert no_difference(html) == 0
    assert 'class="worse"' in html
    assert 'class="better"' not in html


def test_what_is_undefined_is_a_dash_and_says_so(full: Document):
    """None and NaN alike."""
    nan = float("nan")
    hole = Estimate(value=nan, low=nan, high=nan, people=0)
    tasks = [
        replace(t, rows=[replace(r, metrics=dict.fromkeys(r.metrics, hole)) for r in t.rows])
        for t in full.tasks[2:]
    ]
    html = write_html(replace(full, tasks=tasks, dials=[], reasons={"reason truth": hole}))
    assert '<span class="none" title="undefined">–</span>' in html
    assert not re.search(r"\bnan\b|>inf|None", html)


def test_nested_settings_and_facts_lie_side_by_side():
    """Settings go under both names; of nested facts, whole numbers do."""
    facts = {"asked": {"people": 12345}, "shares": {"trends": 0.25}}
    one = CutoffFacts(cutoff="2020-01-01", facts=facts, left_out={})
    document = replace(documents.empty(), cutoffs=[one], settings={"train": {"per_source": 7}})
    shown = "".join(Page(write_html(document)).text)
    assert "Asked: people" in shown
    assert "12,345" in shown
    assert "train: per_source" in shown
    assert "trends" not in shown


def test_a_metric_nobody_knows_is_shown_under_its_own_name(full: Document):
    """Plugins may bring their own; rows that lack it show a dash."""
    task = full.tasks[0]
    figure = documents.around(0.4242, 0.01)
    ours = replace(task.rows[0], metrics={**task.rows[0].metrics, "delight.v2@7": figure})
    html = write_html(replace(full, tasks=[replace(task, rows=[ours, *task.rows[1:]])], dials=[]))
    assert "delight.v2" in html
    assert "0.4242" in html


def test_a_comparison_at_one_cutoff_alone_is_still_shown(full: Document):
    """Where nothing is pooled, the rival has its row, with dashes for what is not there."""
    task = full.tasks[3]
    tasks = [replace(task, comparisons=[])]
    html = write_html(replace(full, tasks=tasks, dials=[], prices=[], ablation=[]))
    due = [c.verdict for c in task.comparisons_by_cutoff]
    assert no_difference(html) == due.count(NO_DIFFERENCE) > 0


def test_ours_comes_first_and_rivals_by_their_figure(html: str):
    """The first table: ours, then the baselines from the best down."""
    first = html[html.index('<table class="main">') :]
    rows = re.findall(r'<th scope="row"><bdi[^>]*>([^<]*)', first[: first.index("</table>")])
    best = sorted(documents.BASELINES, key=documents.BASELINES.__getitem__, reverse=True)
    assert rows == ["ours", *(name(system) for system in best)]


def test_every_plot_can_be_heard_and_takes_the_colours_of_the_page(html: str, page: Page):
    """Each outer drawing has a label or a title, or is hidden; no stand-in colour is left."""
    drawings = re.findall(r'<svg class="(?:plot|strip)[^>]*>(?:\s*<title>[^<]+)?', html)
    assert page.tags["svg"] > len(drawings) > 100
    for drawing in drawings:
        assert "aria-label=" in drawing or "<title>" in drawing or "aria-hidden" in drawing
    assert not re.search(r"#0[1-7]0[1-7]0[1-7]|DejaVu|#000000", html)


def test_names_in_a_plot_cover_nothing():
    """Placed names keep off each other and what is drawn, and stay inside the frame."""
    points = [(50.0 + 9 * at, 50.0 + 5 * (at % 3), f"system {at}") for at in range(12)]
    taken = [around(x, y, 5) for x, y, _ in points]
    frame = Box(0, 0, 200, 120)
    boxes = [box for box in place(points, taken, frame) if box]
    assert 2 <= len(boxes) < len(points)
    assert all(box.within(frame) for box in boxes)
    everything = boxes + taken
    for at, box in enumerate(boxes):
        assert not any(box.meets(other) for other in everything[at + 1 :])
