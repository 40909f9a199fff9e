"""What people in the sample community declare: names, goals, skills, connections, blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingestion.sample import clock
from ingestion.sample.events import Things
from ingestion.sample.people import CONNECTOR, NEWCOMER, People, Topics
from ingestion.sample.ties import Ties
from ingestion.sample.words import REGIONS, SECTORS, TITLES

TIME = pa.timestamp("us")
_NAMES = {CONNECTOR: "Amara Okafor", NEWCOMER: "Magdalena Wilk"}
_ROLES = {CONNECTOR: "Programme lead", NEWCOMER: "Simulation technician"}


def person_ids(count: int) -> pa.Array:
    """The id of every person, by row: from p00000 up."""
    return pa.array([f"p{row:05d}" for row in range(count)])


def people_table(people: People, rng: np.random.Generator) -> pa.Table:
    """The native table of people."""
    count = len(people)
    sectors = list(SECTORS)
    roles = rng.integers(0, 5, count)
    spoken = [
        [*dict.fromkeys((region.languages[0], *extra))]
        for region, extra in zip(
            (REGIONS[r] for r in people.region), _extra_languages(people, rng), strict=True
        )
    ]
    level = np.clip(rng.normal(2.0, 0.9, count) + 1.2 * (people.skill > 0.7), 0, 4)
    return pa.table(
        {
            "person_id": person_ids(count),
            "display_name": _display_names(people, rng),
            "organisation": pa.array(people.organisations).take(pa.array(people.organisation)),
            "role": [
                _ROLES.get(i, SECTORS[sectors[s]][1][r])
                for i, (s, r) in enumerate(zip(people.sector, roles, strict=True))
            ],
            "sector": pa.array(sectors).take(pa.array(people.sector)),
            "level": pa.array(level.round(1), pa.float32()),
            "languages": pa.array(spoken, pa.list_(pa.string())),
            "timezone": pa.array([r.timezone for r in REGIONS]).take(pa.array(people.region)),
            "joined_at": times(np.maximum(people.joined - 8 * clock.DAY, clock.START)),
            "discoverable": np.where(
                np.isin(np.arange(count), list(_NAMES)), True, rng.random(count) >= 0.02
            ),
        }
    )


def topics_table(topics: Topics) -> pa.Table:
    """The native table of topics."""
    ids = pa.array(topic_ids(topics))
    parent = pa.array(topics.parent, mask=topics.parent < 0)
    kind = ["Area" if up < 0 else "Topic" for up in topics.parent]
    about = [f"{k} of the sample community" for k in kind]
    return pa.table(
        {
            "topic_id": ids,
            "label": topics.labels,
            "parent_topic_id": ids.take(parent),
            "description": about,
        }
    )


def topic_ids(topics: Topics) -> list[str]:
    """Readable ids, from labels: "open-peer-review"."""
    return ["".join(c if c.isalnum() else "-" for c in label.lower()) for label in topics.labels]


def object_ids(things: Things) -> pa.Array:
    """The id of every object: from o000000 up."""
    return pa.array([f"o{i:06d}" for i in range(things.offsets[-1])])


def objects_table(topics: Topics, things: Things, rng: np.random.Generator) -> pa.Table:
    """The native table of threads, courses and events."""
    topic = things.topics()
    form = rng.integers(0, len(TITLES), len(topic))
    titles = [TITLES[f].format(topics.labels[t]) for f, t in zip(form, topic, strict=True)]
    titles = [title[0].upper() + title[1:] for title in titles]
    ids = pa.array(topic_ids(topics)).take(pa.array(topic))
    return pa.table({"object_id": object_ids(things), "topic_id": ids, "title": titles})


def goals_table(people: People, topics: Topics, rng: np.random.Generator) -> pa.Table:
    """The native table of goals: to learn what is next to one's interests, to offer what one knows.

    Six in ten have something to learn, newcomers nearly all; two in ten offer help.
    """
    count = len(people)
    recent = people.joined > clock.END - 80 * clock.DAY
    wants = rng.random((count, 2)) < np.where(recent, 0.9, 0.6)[:, None] * [1.0, 0.5]
    wants[[CONNECTOR, NEWCOMER]] = True
    who, which = np.nonzero(wants)
    near = (rng.random(len(who)) < 0.6) & (who != NEWCOMER)
    own = people.topics[who, which]
    learn = np.where(near, topics.siblings(own, rng), people.topics[who, 5 - which])
    offers = np.flatnonzero((rng.random(count) < 0.2) | (people.skill > 0.7))
    person = np.concatenate([who, offers])
    topic = np.concatenate([learn, people.topics[offers, 0]])
    direction = np.repeat(["learn", "offer"], [len(who), len(offers)])
    keep = _first_of(person, topic, len(topics.labels))
    person, topic, direction = person[keep], topic[keep], direction[keep]
    late = np.maximum(people.joined[person], clock.END - 300 * clock.DAY)
    set_at = late + (rng.random(len(person)) * (clock.END - late)).astype(np.int64)
    return pa.table(
        {
            "person_id": person_ids(count).take(pa.array(person)),
            "topic_id": pa.array(topic_ids(topics)).take(pa.array(topic)),
            "direction": direction,
            "level": pa.array(rng.integers(1, 5, len(person)), pa.float32()),
            "set_at": times(set_at),
        }
    )


def skills_table(people: People, topics: Topics, rng: np.random.Generator) -> pa.Table:
    """The native table of skills: one to three of one's own topics, better where one is expert."""
    count = len(people)
    states = rng.random((count, 3)) < [0.75, 0.5, 0.3]
    person, slot = np.nonzero(states)
    topic = people.topics[person, slot]
    level = 1.0 + 3.0 * np.clip(people.skill[person] + rng.normal(0, 0.2, len(person)), 0, 1)
    keep = _first_of(person, topic, len(topics.labels))
    return pa.table(
        {
            "person_id": person_ids(count).take(pa.array(person[keep])),
            "topic_id": pa.array(topic_ids(topics)).take(pa.array(topic[keep])),
            "level": pa.array(level[keep].round(1), pa.float32()),
        }
    )


def connections_table(people: People, ties: Ties, rng: np.random.Generator) -> pa.Table:
    """The native table of declared ties: most of the strong, some of the weak; few are ended."""
    declared = rng.random(len(ties)) < np.where(ties.sessions >= 3, 0.65, 0.12)
    turned = rng.random(len(ties)) < 0.5
    one = np.where(turned, ties.other, ties.one)[declared]
    other = np.where(turned, ties.one, ties.other)[declared]
    since = ties.begins[declared] + rng.integers(0, clock.DAY, len(one))
    over = rng.random(len(one)) < 0.02
    until = np.minimum(since + rng.integers(clock.DAY, 400 * clock.DAY, len(one)), clock.END - 1)
    ids = person_ids(len(people))
    return pa.table(
        {
            "person_id": ids.take(pa.array(one)),
            "contact_id": ids.take(pa.array(other)),
            "connected_at": times(np.minimum(since, clock.END - 1)),
            "ended_at": times(until, missing=~over),
        }
    )


def blocks_table(people: People, rng: np.random.Generator) -> pa.Table:
    """The native table of blocks: one for every fifty people, of each kind."""
    count = len(people)
    size = max(1, count // 50)
    person = rng.permutation(count)[:size]
    contact = (person + rng.integers(1, count, size)) % count
    ids = person_ids(count)
    return pa.table(
        {
            "person_id": ids.take(pa.array(person)),
            "contact_id": ids.take(pa.array(contact)),
            "kind": rng.choice(["block", "mute", "dismiss"], size, p=[0.25, 0.25, 0.5]),
            "created_at": times(clock.END - rng.integers(1, 300 * clock.DAY, size)),
        }
    )


def times(
    seconds: NDArray[np.int64],
    missing: NDArray[np.bool_] | None = None,
    micros: NDArray[np.int64] | int = 0,
) -> pa.Array:
    """Timestamps from seconds since 1970 and microseconds beyond, null where `missing`."""
    return pa.array(seconds * 1_000_000 + micros, mask=missing).cast(TIME)


def _first_of(person: NDArray[np.int64], topic: NDArray[np.int64], width: int) -> NDArray[np.intp]:
    """Places of the first of each pair of person and topic, in order of person."""
    first: NDArray[np.intp] = np.unique(person * width + topic, return_index=True)[1]
    return first


def _display_names(people: People, rng: np.random.Generator) -> list[str]:
    """Names of the region, each once while they last, then with a middle initial."""
    shuffled = [rng.permutation(len(r.first_names) * len(r.last_names)) for r in REGIONS]
    used = [0] * len(REGIONS)
    taken = set(_NAMES.values())
    names: list[str] = []
    for row, home in enumerate(people.region):
        region, order = REGIONS[home], shuffled[home]
        name = _NAMES.get(row, "")
        while not name:
            lap, place = divmod(used[home], len(order))
            used[home] += 1
            first, last = divmod(int(order[place]), len(region.last_names))
            middle = f" {chr(65 + (lap - 1) % 26)}." if lap else ""
            name = f"{region.first_names[first]}{middle} {region.last_names[last]}"
            name = "" if name in taken else name
        names.append(name)
    return names


def _extra_languages(people: People, rng: np.random.Generator) -> Sequence[tuple[str, ...]]:
    """Languages beyond the first: English for most, and now and then a neighbour's."""
    other = rng.integers(0, len(REGIONS), len(people))
    draw = rng.random((len(people), 2))
    return [
        (("en",) if english < 0.85 else ()) + ((REGIONS[o].languages[0],) if more < 0.15 else ())
        for o, (english, more) in zip(other, draw, strict=True)
    ]
