"""The rhythm of ties, redone by hand; who is around; what fades and what sleeps."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from recommender.domain.times import DAY_MICROSECONDS
from recommender.ties.contacts import Contacts
from recommender.ties.presence import Presence
from recommender.ties.rhythm import LEAST_VARIANCE, PRIOR_GAPS, Rhythm, Sessions, rhythms
from recommender.ties.states import DORMANT_RATIO, RATIOS, Outcomes, dormant_ratio
from recommender.ties.traits import burstiness
from tests.recommender.ties_by_hand import Looked, at, contacts
from tests.world_builder import World


def test_contacts_within_a_day_are_one_session():
    """Three sessions, 9 and 30 days apart; the gap runs from the last contact of a session."""
    found = Sessions.of(contacts([(0, 1, 0), (1, 0, 0.9), (0, 1, 9.9), (1, 0, 39.9)]))
    assert found.count.tolist() == [3]
    assert found.gaps.tolist() == [2]
    assert found.log_sum[0] == pytest.approx(np.log(9) + np.log(30))
    assert found.log_squares[0] == pytest.approx(np.log(9) ** 2 + np.log(30) ** 2)
    assert (found.first[0], found.last[0]) == (0, at(39.9))


def test_gaps_are_of_one_tie_only():
    """The last contact of a pair and the first of the next are no gap."""
    found = Sessions.of(contacts([(0, 1, 0), (0, 1, 5), (2, 3, 100)]))
    assert found.count.tolist() == [2, 1]
    assert found.log_sum.tolist() == [pytest.approx(np.log(5)), 0]


def test_a_rhythm_is_drawn_towards_what_is_usual_for_the_person():
    """By hand: everybody's mean, hers, the tie's."""
    said = contacts([(0, 1, day) for day in (0, 10, 20, 30)] + [(0, 2, 0), (0, 2, 40)])
    low, high = rhythms(said, Sessions.of(said))
    ten, forty = np.log(10), np.log(40)
    everybody = (3 * ten + forty) / 4
    hers = (3 * ten + forty + PRIOR_GAPS * everybody) / (4 + PRIOR_GAPS)
    theirs = (3 * ten + PRIOR_GAPS * everybody) / (3 + PRIOR_GAPS)
    assert low.mean[0] == pytest.approx((3 * ten + PRIOR_GAPS * hers) / (3 + PRIOR_GAPS))
    assert high.mean[0] == pytest.approx((3 * ten + PRIOR_GAPS * theirs) / (3 + PRIOR_GAPS))
    assert low.mean[1] == pytest.approx((forty + PRIOR_GAPS * hers) / (1 + PRIOR_GAPS))
    assert (low.spread**2 >= LEAST_VARIANCE).all()


def test_nobody_needs_a_gap():
    """Single contacts have the usual rhythm, and no contacts at all have none."""
    single = contacts([(0, 1, 0)])
    low, _ = rhythms(single, Sessions.of(single))
    assert np.exp(low.mean[0]) == pytest.approx(30)
    nobody = contacts([])
    assert len(rhythms(nobody, Sessions.of(nobody))[0].mean) == 0


def test_dormancy_is_the_share_of_gaps_that_are_shorter():
    """One half at the usual gap; more with every day of silence."""
    rhythm = Rhythm(mean=np.log(np.full(4, 10.0)), spread=np.full(4, 0.7))
    silence = np.array([0.0, 5.0, 10.0, 80.0])
    surely = rhythm.dormancy(silence)
    assert surely[2] == pytest.approx(0.5)
    assert surely[3] == pytest.approx(norm.cdf(np.log(8) / 0.7))
    assert (np.diff(surely) > 0).all()
    assert rhythm.ratio(silence).tolist() == pytest.approx([0, 0.5, 1, 8])


@pytest.mark.parametrize(
    ("days", "expected"),
    [(range(0, 100, 10), -1.0), ([0, 0.001, 0.002, 1000], 1.0), ([0, 50], 0.0), ([3], 0.0)],
    ids=["regular", "a burst and one more", "two contacts", "one contact"],
)
def test_burstiness_of_known_ties(days, expected):
    """Kim and Jo's corrected measure at its ends."""
    found = burstiness(contacts([(0, 1, day) for day in days]))
    assert found[0] == pytest.approx(expected, abs=0.01)


def test_pairs_that_are_picked_keep_their_contacts():
    """And nobody else's."""
    said = contacts([(0, 1, 1), (2, 1, 2), (0, 1, 3), (3, 2, 4), (2, 3, 5)])
    picked = said.pick(np.array([0, 2]))
    assert (picked.low.tolist(), picked.high.tolist()) == ([0, 2], [1, 3])
    assert picked.pair.tolist() == [0, 0, 1, 1]
    assert (picked.at // DAY_MICROSECONDS).tolist() == [1, 3, 4, 5]
    assert picked.forth.tolist() == [True, True, False, True]


def shared(presence: Presence, since: float, until: float) -> float:
    """Days that persons 0 and 1 share."""
    rows = np.array([0]), np.array([1])
    return float(presence.shared_days(*rows, np.array([at(since)]), at(until))[0])


def test_only_days_on_which_both_were_around_count():
    """Stretches 0-10 and 50-60 against 5-55: overlaps of five days each."""
    presence = Presence(
        indptr=np.array([0, 2, 3]),
        start=np.array([at(0), at(50), at(5)]),
        end=np.array([at(10), at(60), at(55)]),
    )
    assert shared(presence, 0, 100) == 10
    assert shared(presence, 7, 100) == 8
    assert shared(presence, 7, 52) == 5
    assert shared(presence, 56, 100) == 0
    assert presence.around(at(56)).tolist() == [True, False]
    assert presence.around(at(5)).tolist() == [True, False]


def test_shared_days_are_those_of_a_count_day_by_day():
    """Many people with random stretches, against marks on a calendar."""
    random, people, days = np.random.default_rng(5), 30, 200
    calendar = random.random((people, days)) < 0.5
    edges = np.diff(calendar, axis=1, prepend=False, append=False)
    rows, places = np.nonzero(edges)
    presence = Presence(
        indptr=np.searchsorted(rows[::2], np.arange(people + 1)),
        start=places[::2] * DAY_MICROSECONDS,
        end=places[1::2] * DAY_MICROSECONDS,
    )
    a, b = random.integers(0, people, (2, 300))
    since = random.integers(0, days, 300)
    found = presence.shared_days(a, b, since * DAY_MICROSECONDS, at(150))
    true = [
        (calendar[i] & calendar[j])[start:150].sum()
        for i, j, start in zip(a, b, since, strict=True)
    ]
    assert found.tolist() == true


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """Ties of ma that stopped; everybody has worked every ten days since, but for gone."""
    world = (
        World().talk("ma", "weekly", *range(120, 220, 7)).talk("ma", "gone", *range(120, 220, 7))
    )
    world.talk("ma", "yearly", 150, 515, 880, 1245).talk("ma", "lately", *range(3, 100, 7))
    world.talk("ma", "slowing", *range(35, 220, 8)).says("ma", "word", 150)
    for name in ("ma", "weekly", "yearly", "lately", "slowing", "word"):
        world.works(name, "soil", *range(1, 230, 10))
    return Looked(world, tmp_path_factory.mktemp("stopped"))


def column(network, name):
    """A column of ma's ties by contact."""
    ties, me = network.ties, network.people.index("ma")
    mine = ties.of(me)
    names = [network.people[row] for row in ties.contacts[mine]]
    return dict(zip(names, getattr(ties, name)[mine].tolist(), strict=True))


def test_ties_sleep_and_fade_by_their_own_rhythm(network):
    """120 days are long for a weekly tie and nothing for a yearly one."""
    dormant, fading = column(network, "dormant"), column(network, "fading")
    assert [name for name, so in dormant.items() if so] == ["gone", "weekly"]
    assert [name for name, so in fading.items() if so] == ["slowing"]


def test_days_without_one_of_the_two_are_no_silence_of_the_tie(network):
    """Gone was around for 90 more days after the last contact; weekly to this day."""
    silence = column(network, "silence")
    assert silence["weekly"] == pytest.approx(120, abs=0.02)
    assert silence["gone"] == pytest.approx(90, abs=0.02)


def test_a_regular_tie_is_the_more_surely_dormant_the_longer_it_is_silent(network):
    """And what is usual for it lies near its gaps."""
    gap, surely = column(network, "usual_gap"), column(network, "dormancy")
    assert gap["lately"] == pytest.approx(7, rel=0.3)
    assert gap["yearly"] > 2 * gap["weekly"]
    assert surely["weekly"] > 0.99
    assert surely["weekly"] > surely["yearly"] > surely["lately"]
    assert column(network, "sessions") == {
        "gone": 15, "lately": 14, "slowing": 24, "weekly": 15, "word": 1, "yearly": 4,
    }  # fmt: skip


def silences(ratios: list[float], ended: list[bool]) -> Outcomes:
    """Silences of the past, fifty times each."""
    return Outcomes(ratios=np.repeat(ratios, 50), ended=np.repeat(ended, 50))


def test_the_ratio_of_a_host_is_the_least_from_which_four_in_five_stay_silent():
    """Half of those at 4 came back, and few of those at 10."""
    known = [silences([4.5, 4.5, 11, 11, 11, 11, 11], [True, True, True, *[False] * 4])]
    assert dormant_ratio(known) == 5
    assert dormant_ratio([silences([40, 40, 40], [False] * 3)]) == RATIOS[0]
    assert dormant_ratio([silences([40, 40, 40], [True] * 3)]) == RATIOS[-1]


@pytest.mark.parametrize("few", [[], [silences([9.0], [False])]], ids=["none", "fifty"])
def test_a_host_without_silences_has_the_usual_ratio(few):
    """Below a hundred they tell nothing."""
    assert dormant_ratio(few) == DORMANT_RATIO


def test_no_pairs_have_no_sessions():
    """Nor places."""
    nobody: Contacts = contacts([])
    assert len(Sessions.of(nobody).count) == 0
    assert nobody.place(np.array([0]), np.array([1])).tolist() == [-1]
