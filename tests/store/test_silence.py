"""A database that is gone, or says nothing any more, is noticed and never waited for long."""

from __future__ import annotations

import socket
import threading

import pytest

from recommender.domain.errors import StoreUnavailableError
from recommender.store import LearnerStore
from tests.databases import database
from tests.store.values import activity


class Line:
    """A line to PostgreSQL that can be made silent, cut, and mended."""

    def __init__(self) -> None:
        self.silent = threading.Event()
        self.cut = False
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self.listening.accept()
            except OSError:
                return
            if self.cut:
                one.close()
                continue
            other = socket.create_connection(("127.0.0.1", 5432))
            self.pairs.append((one, other))
            for pair in ((one, other), (other, one)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while content := source.recv(65536):
                if not self.silent.is_set():
                    target.sendall(content)
        except OSError:
            pass
        for each in (source, target):
            each.close()

    def hang_up(self) -> None:
        self.cut = True
        for pair in self.pairs:
            for each in pair:
                each.close()

    def close(self) -> None:
        self.listening.close()
        self.hang_up()


@pytest.fixture
def line():
    found = Line()
    yield found
    found.close()


@pytest.fixture
def store(tmp_path, line):
    with database("postgres", tmp_path) as url:
        found = LearnerStore.open(url.replace(":5432", f":{line.port}"), patience=0.5)
        with found.writing("t") as work:
            work.add_events([activity(1)])
        yield found
        found.close()


def test_a_database_that_falls_silent_is_given_up(store, line):
    """Reads and writes fail; while it is known to be silent, at once; then all is well again."""
    line.silent.set()
    with pytest.raises(StoreUnavailableError):
        store.position("t")
    with pytest.raises(StoreUnavailableError, match="just now"):
        store.position("t")
    with pytest.raises(StoreUnavailableError, match="just now"), store.writing("t"):
        raise AssertionError("it was opened")
    line.silent.clear()
    assert again(store) == 1


def test_a_database_that_falls_silent_within_a_write_takes_nothing(store, line):
    """The transaction is undone."""

    def half(work):
        work.add_events([activity(2)])
        line.silent.set()
        work.add_events([activity(3)])

    with pytest.raises(StoreUnavailableError), store.writing("t") as work:
        half(work)
    line.silent.clear()
    assert again(store) == 1


def test_a_connection_that_was_closed_is_made_anew(store, line):
    """Idle connections may be gone: nobody notices."""
    line.hang_up()
    line.cut = False
    assert store.position("t") == 1


def test_a_database_that_is_gone_is_an_error_of_the_store(store, line):
    """And once it is back, so is the store."""
    line.hang_up()
    with pytest.raises(StoreUnavailableError):
        store.position("t")
    line.cut = False
    assert again(store) == 1


def again(store):
    """The position, once the store tries again."""
    pause = threading.Event()
    for _ in range(200):
        try:
            return store.position("t")
        except StoreUnavailableError:
            pause.wait(0.05)
    raise AssertionError("the store never came back")
