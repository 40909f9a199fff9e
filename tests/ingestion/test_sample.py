"""The sample community: deterministic, well formed, and with what the recommender is for in it."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow.parquet as pq
import pytest

from ingestion.sample import (
    CONNECTOR,
    DEMO_PEOPLE,
    NEWCOMER,
    TABLES,
    Density,
    clock,
    write_sample,
)
from recommender.domain.errors import InvalidArgumentError

END = datetime.fromtimestamp(clock.END, UTC).replace(tzinfo=None)
START = datetime.fromtimestamp(clock.START, UTC).replace(tzinfo=None)
LATE = END - timedelta(days=90)


class Community:
    """The tables of a sample, in columns."""

    def __init__(self, folder):
        self.columns = {
            name: pq.read_table(folder / f"{name}.parquet").to_pydict() for name in TABLES
        }

    def ties(self):
        """Times of interactions, in order, by pair of people."""
        rows = self.columns["interactions"]
        found = {}
        for one, other, time in zip(
            rows["person_id"], rows["contact_id"], rows["occurred_at"], strict=True
        ):
            found.setdefault(frozenset((one, other)), []).append(time)
        return {pair: sorted(times) for pair, times in found.items()}

    def last_seen(self):
        """The last activity of everyone."""
        rows = self.columns["activities"]
        seen = {}
        for person, time in zip(rows["person_id"], rows["occurred_at"], strict=True):
            seen[person] = max(time, seen.get(person, START))
        return seen


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A community of a thousand."""
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, people=1000)
    return out


@pytest.fixture(scope="module")
def community(folder):
    return Community(folder)


def digest(folder):
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_same_people_and_seed_give_the_same_bytes(folder, tmp_path):
    """Nothing depends on the clock, the folder or chance."""
    write_sample(tmp_path, people=1000)
    assert digest(tmp_path) == digest(folder)


def test_another_seed_gives_another_community(folder, tmp_path):
    """The seed reaches every table that has anything random in it."""
    write_sample(tmp_path, people=1000, seed=1)
    one, other = digest(tmp_path), digest(folder)
    assert {name for name in one if one[name] == other[name]} <= {"topics.parquet"}


def test_a_community_is_as_busy_as_is_asked(tmp_path):
    """Activities and interactions a person come out about as they were asked for."""
    write_sample(tmp_path, people=3000, density=Density(activities=20, interactions=10))
    rows = {n: pq.read_metadata(tmp_path / f"{n}.parquet").num_rows / 3000 for n in TABLES}
    assert rows["activities"] == pytest.approx(20, rel=0.1)
    assert rows["interactions"] == pytest.approx(10, rel=0.1)


@pytest.mark.parametrize(
    ("field", "activities", "interactions"),
    [
        ("activities", 14, 20),
        ("activities", 2000, 20),
        ("activities", math.nan, 20),
        ("interactions", 60, 0),
        ("interactions", 3000, 2000),
        ("interactions", 60, math.nan),
    ],
)
def test_no_community_is_as_busy_as_that(field, activities, interactions):
    """What cannot be is refused by the name of the option."""
    with pytest.raises(InvalidArgumentError, match=f"^{field}: "):
        Density(activities=activities, interactions=interactions)


@pytest.mark.parametrize("people", [10, 11, 40, 100])
def test_a_small_community_is_whole_too(tmp_path, people):
    """Every table is there and everyone is in it, down to ten people."""
    write_sample(tmp_path, people=people)
    assert {path.stem for path in tmp_path.iterdir()} == set(TABLES)
    assert len(Community(tmp_path).columns["people"]["person_id"]) == people


def test_every_id_stands_for_a_row(community):
    """Events and facts name only people, topics and objects that their tables have."""
    columns = community.columns
    people = set(columns["people"]["person_id"])
    topics = set(columns["topics"]["topic_id"]) | {None}
    objects = set(columns["objects"]["object_id"]) | {None}
    for name in TABLES:
        assert set(columns[name].get("person_id", [])) <= people, name
        assert set(columns[name].get("contact_id", [])) <= people, name
        assert set(columns[name].get("topic_id", [])) <= topics, name
        assert set(columns[name].get("object_id", [])) <= objects, name


def test_people_and_topics_have_names_of_their_own(community):
    """Names, topics and titles are readable, and names are unique while the lists last."""
    people = community.columns["people"]
    assert len(set(people["display_name"])) == len(people["display_name"])
    assert all(" " in name for name in people["display_name"])
    labels = community.columns["topics"]["label"]
    assert len(labels) == len(set(labels)) >= 60


def test_nothing_happens_outside_the_three_years(community):
    """All times lie in [start, end)."""
    for name in ("activities", "interactions"):
        times = community.columns[name]["occurred_at"]
        assert min(times) >= START
        assert max(times) < END


def test_nobody_interacts_with_herself(community):
    """Both ends of an interaction, a connection or a block differ."""
    for name in ("interactions", "connections", "blocks"):
        rows = community.columns[name]
        assert all(a != b for a, b in zip(rows["person_id"], rows["contact_id"], strict=True))


def test_activity_and_ties_are_heavy_tailed(community):
    """A tenth of the people do at least a third of it all; the best known have many ties."""
    for share in (
        np.unique(community.columns["activities"]["person_id"], return_counts=True)[1],
        np.unique([p for pair in community.ties() for p in pair], return_counts=True)[1],
    ):
        top = np.sort(share)[-len(share) // 10 :]
        assert top.sum() > 0.3 * share.sum()
        assert share.max() > 5 * np.median(share)


def test_activity_comes_in_bursts(community):
    """Gaps between a person's activities vary more than a memoryless process would let them."""
    rows = community.columns["activities"]
    times = {}
    for person, time in zip(rows["person_id"], rows["occurred_at"], strict=True):
        times.setdefault(person, []).append(time.timestamp())
    spread = []
    for mine in times.values():
        gaps = np.diff(np.sort(mine))
        if len(gaps) >= 30:
            spread.append(gaps.std() / gaps.mean())
    assert np.median(spread) > 1.5


def test_weekends_are_quieter(community):
    """The week shows: fewer than one event in seven falls on a weekend."""
    days = [time.weekday() for time in community.columns["activities"]["occurred_at"]]
    assert np.mean(np.array(days) >= 5) < 1 / 7


def test_close_ties_fell_silent_while_both_stayed(community):
    """Dormant ties: met on four days or more, quiet for 90 days, both still active."""
    seen = community.last_seen()
    silent = [
        pair
        for pair, times in community.ties().items()
        if len({time.date() for time in times}) >= 4
        and times[-1] < LATE
        and all(seen[person] > LATE for person in pair)
    ]
    assert len(silent) > 100


def test_some_silent_ties_resumed(community):
    """In the last quarter some ties come back after 120 days or more."""
    resumed = [
        pair
        for pair, times in community.ties().items()
        if any(
            later > LATE and later - before > timedelta(days=120)
            for before, later in pairwise(times)
        )
    ]
    assert len(resumed) > 20


def test_new_ties_close_triangles(community):
    """People who meet late mostly had a contact in common; a pair at random seldom has."""
    ties = community.ties()
    near = {}
    for pair, times in ties.items():
        if times[0] < LATE:
            for person in pair:
                near.setdefault(person, set()).update(pair)
    fresh = [p for p, times in ties.items() if times[0] >= LATE and all(q in near for q in p)]
    rng = np.random.default_rng(0)
    known = sorted(near)
    chance = [rng.choice(known, 2, replace=False) for _ in range(1000)]

    def closed(pairs):
        return np.mean([bool((near[a] & near[b]) - {a, b}) for a, b in pairs])

    assert closed(fresh) > 2 * closed(chance)


def test_some_people_answer_better_than_others(community):
    """Experts: a few collect many accepted answers."""
    rows = community.columns["interactions"]
    accepted = [c for c, v in zip(rows["contact_id"], rows["verb"], strict=True) if v == "accept"]
    counts = np.sort(np.unique(accepted, return_counts=True)[1])
    assert counts[-1] >= 10 * np.median(counts)


def test_the_two_people_of_the_demo_contrast(community):
    """One has many ties, several of them dormant; the other few traces, and goals."""
    ties = community.ties()
    degree = {p: sum(p in pair for pair in ties) for p in DEMO_PEOPLE}
    assert degree[CONNECTOR] > 30
    assert degree[NEWCOMER] < 10
    quiet = [p for p, t in ties.items() if CONNECTOR in p and len(t) >= 6 and t[-1] < LATE]
    assert len(quiet) >= 3
    activities = community.columns["activities"]["person_id"]
    assert 0 < activities.count(NEWCOMER) < 40
    assert set(DEMO_PEOPLE) <= set(community.columns["goals"]["person_id"])


def test_a_later_sample_replaces_an_earlier_one(tmp_path):
    """Running again leaves the new tables and nothing else."""
    write_sample(tmp_path, people=20)
    write_sample(tmp_path, people=10)
    assert {path.stem for path in tmp_path.iterdir()} == set(TABLES)
    assert len(Community(tmp_path).columns["people"]["person_id"]) == 10


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    """Nothing is written beside files that are not a sample's."""
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(InvalidArgumentError, match=r"notes\.txt"):
        write_sample(tmp_path, people=10)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_too_few_people_are_refused(tmp_path):
    """Fewer than ten are no community."""
    with pytest.raises(InvalidArgumentError, match="9 is below 10"):
        write_sample(tmp_path / "out", people=9)
    assert not (tmp_path / "out").exists()
