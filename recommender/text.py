"""What topics and objects are called, as vectors: near where the words are alike.

Pieces of words (3 to 5 letters, within words), weighed by TF-IDF and brought down to a few
dimensions by a truncated singular value decomposition (latent semantic analysis; Deerwester et
al. 1990). Pieces need no dictionary, no list of stop words and no word breaks of one language, and
they see that "learners" and "learning" are related. Nothing is fetched: it is learned from this
community's own words.

A name that is only an id says nothing, and where there are too few names there are no vectors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommender.domain.ids import StringTable
from recommender.embeddings import unit
from recommender.matrices import Snapshot

SIZE = 64
"""Numbers per vector, at most."""

LEAST_TEXTS = 3
"""Different texts below which nothing can be told about which words are common."""

MOST_LEARNED_FROM, MOST_TITLES = 20_000, 200_000
"""Titles that the space is learned from, and that get a vector: evenly spaced where there are
more. They bound time and memory."""

PIECES = 20_000
"""Pieces of words that are kept, the most frequent ones."""

_BLOCK = 20_000


@dataclass(frozen=True, slots=True)
class Texts:
    """Vectors of what things are called, of length 1, or 0 where there is no text.

    topics: float32 [t, d]: label, description and the labels above it; objects: float32 [o, d].
    """

    topics: NDArray[np.float32]
    objects: NDArray[np.float32]


def texts_of(snapshot: Snapshot) -> Texts | None:
    """The vectors of a snapshot's names; None where there is too little text.

    What things are called does not change as one looks back: the vectors are kept for as long as
    the names are, and every earlier snapshot shares them.
    """
    if snapshot.topic_labels not in _KEPT:
        _KEPT[snapshot.topic_labels] = _learn(_topic_texts(snapshot), _object_texts(snapshot))
    return _KEPT[snapshot.topic_labels]


_KEPT: WeakKeyDictionary[StringTable, Texts | None] = WeakKeyDictionary()


def topic_vectors(snapshot: Snapshot) -> NDArray[np.float32] | None:
    """What each topic is about: float32 [t, d], of length 1 or 0; None where there is no text.

    Half is what the topic is called, half what its objects are called, each by the square root of
    the events that put it there.
    """
    texts = texts_of(snapshot)
    if texts is None:
        return None
    held = unit(np.asarray(_objects_of_topics(snapshot) @ texts.objects, np.float32))
    return unit(held + texts.topics)


def person_vectors(snapshot: Snapshot) -> NDArray[np.float32] | None:
    """What each person's threads and documents are called: float32 [n, d], of length 1 or 0.

    Each by the square root of her decayed part in it (half-life 180 days). None where there is no
    text.
    """
    texts = texts_of(snapshot)
    if texts is None or not texts.objects.any():
        return None
    met = snapshot.person_object
    part = met.csr("decay_180", met.taking_part())
    part.data = np.sqrt(part.data)
    return unit(np.asarray(part @ texts.objects, np.float32))


def _objects_of_topics(snapshot: Snapshot) -> sp.csr_matrix:
    """Square root of the events by topic and object: float32 CSR [t, o]."""
    both = (snapshot.activities, snapshot.interactions)
    topics, objects = (
        np.concatenate([getattr(events, name) for events in both]) for name in ("topics", "objects")
    )
    known = (topics >= 0) & (objects >= 0)
    shape = (len(snapshot.topic_ids), len(snapshot.object_ids))
    cells = (topics[known], objects[known])
    counts = sp.csr_matrix((np.ones(known.sum(), np.float32), cells), shape)
    counts.data = np.sqrt(counts.data)
    return counts


def _topic_texts(snapshot: Snapshot) -> list[str]:
    labels = _names(snapshot.topic_labels, snapshot.topic_ids)
    parents = [labels[row] if row >= 0 else "" for row in snapshot.topic_parents]
    told = snapshot.topic_descriptions.take(np.arange(len(labels)))
    return [" ".join(filter(None, words)) for words in zip(labels, told, parents, strict=True)]


def _object_texts(snapshot: Snapshot) -> list[str]:
    titles = _names(snapshot.object_titles, snapshot.object_ids)
    if len(titles) <= MOST_TITLES:
        return titles
    kept = set(_spaced(len(titles), MOST_TITLES).tolist())
    return [title if row in kept else "" for row, title in enumerate(titles)]


def _names(names: StringTable, ids: StringTable) -> list[str]:
    """The names that are no ids; "" for the others."""
    rows = np.arange(len(names))
    pairs = zip(names.take(rows), ids.take(rows), strict=True)
    return [name if name != known else "" for name, known in pairs]


def _spaced(length: int, count: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, length - 1, min(length, count)).astype(np.int64))


def _learn(topics: list[str], objects: list[str]) -> Texts | None:
    said = [text for text in objects if text]
    sample = [said[place] for place in _spaced(len(said), MOST_LEARNED_FROM)]
    sample += [text for text in topics if text]
    if len({text.lower() for text in sample}) < LEAST_TEXTS:
        return None
    space = _Space.of(sample)
    return None if space is None else Texts(space.vectors(topics), space.vectors(objects))


class _Space:
    """Pieces of words, their weights, and the directions in which texts differ most."""

    def __init__(self, pieces: Any, directions: NDArray[np.float32]) -> None:
        self._pieces = pieces
        self._directions = directions

    @classmethod
    def of(cls, sample: list[str]) -> _Space | None:
        """Learned from `sample`; None where no text has a piece of three letters."""
        # Loaded here: only training needs it, and a server starts faster without.
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

        pieces = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(3, 5),
            sublinear_tf=True,
            max_features=PIECES,
            dtype=np.float32,
        )
        try:
            weighed = pieces.fit_transform(sample)
        except ValueError:  # its way to say that the vocabulary is empty
            return None
        with threadpool_limits(1, "blas"):
            svd = TruncatedSVD(min(SIZE, *weighed.shape), n_iter=3, random_state=0).fit(weighed)
        return cls(pieces, np.asarray(svd.components_.T, np.float32))

    def vectors(self, texts: list[str]) -> NDArray[np.float32]:
        """Float32 [m, d], of length 1, or 0 where there is no text."""
        out = np.zeros((len(texts), self._directions.shape[1]), np.float32)
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            out[start : start + len(block)] = self._pieces.transform(block) @ self._directions
        return unit(out)
