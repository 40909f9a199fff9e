"""Parts of serving by themselves: the error table, tokens, addresses, counts, logs."""

from __future__ import annotations

import errno
import io
import json
import socket
import sys

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.domain.errors import (
    AddressInUseError,
    BlockNotFoundError,
    EtagMismatchError,
    InvalidArgumentError,
    PersonNotFoundError,
    RecommenderError,
    RequestReusedError,
)
from recommender.serving import logs
from recommender.serving.addresses import Address, checked
from recommender.serving.refusals import STATUS, refusal_of
from recommender.serving.tokens import PageToken
from tests.serving.fakes import SECRET

WORDED = {
    InvalidArgumentError,
    PersonNotFoundError,
    RequestReusedError,
    EtagMismatchError,
    BlockNotFoundError,
}
"""Errors whose own words the caller reads: they hold what the caller said."""


def test_every_domain_error_has_a_status():
    """The table is total."""
    assert set(RecommenderError.__subclasses__()) == set(STATUS)


def test_no_two_errors_share_a_reason():
    """Programs can tell them apart."""
    reasons = [status.reason for status in STATUS.values()]
    assert len(set(reasons)) == len(reasons)


@pytest.mark.parametrize("kind", sorted(STATUS.keys() - WORDED, key=str))
def test_errors_about_files_keep_the_paths_to_themselves(kind):
    """What the server's disk looks like is not told."""
    refusal = refusal_of(kind(SECRET))
    assert SECRET not in str(refusal.to_status())
    assert refusal.message


def test_an_error_of_a_kind_nobody_foresaw_is_told_by_reference_only():
    """Also where it is a RecommenderError without a place in the table."""
    refusal = refusal_of(RecommenderError(SECRET))
    assert SECRET not in refusal.message
    assert refusal.reference in refusal.message


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=80), st.text(max_size=80), st.integers(1, 10**6))
def test_a_token_reads_back_as_it_was_written(model, request, offset):
    """Encoding loses nothing and uses only characters that are safe everywhere."""
    token = PageToken(model=model, request=request, offset=offset)
    text = token.encode()
    if len(text) <= 1024:
        assert PageToken.decode(text) == token
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@settings(deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_text_that_is_no_token_is_refused(text):
    """Whatever it is, the field is named."""
    with pytest.raises(InvalidArgumentError) as caught:
        PageToken.decode(text)
    assert caught.value.field == "page_token"


@pytest.mark.parametrize("offset", [0, -1])
def test_a_token_that_starts_before_the_second_page_is_refused(offset):
    """No page but the first starts at 0, and that one has no token."""
    with pytest.raises(InvalidArgumentError):
        PageToken.decode(PageToken(model="m", request="r", offset=offset).encode())


@pytest.mark.parametrize(
    "text", ["", "localhost", ":1", "1.2.3.4:", "h:x", "h:-1", "h:65536", "::1:5", "h:٣", "[::1]"]
)
def test_what_is_no_address_is_refused(text):
    """The setting is named."""
    with pytest.raises(InvalidArgumentError, match=r"^serve\.listen: "):
        Address.parse(text, "serve.listen")


@pytest.mark.parametrize("text", ["127.0.0.1:50051", "[::1]:0", "localhost:65535"])
def test_an_address_reads_back_as_it_was_written(text):
    """Numbers of both kinds and names."""
    assert str(Address.parse(text, "serve.listen")) == text


def test_calls_from_elsewhere_must_be_asked_for():
    """An address that other machines reach is refused unless insecure calls are allowed."""
    with pytest.raises(InvalidArgumentError, match="not encrypted"):
        checked("0.0.0.0:0", "serve.listen", 1, allow_insecure=False)
    assert checked("0.0.0.0:0", "serve.listen", 1, allow_insecure=True).host == "0.0.0.0"


def test_workers_must_have_ports():
    """The last worker's port is a port too."""
    with pytest.raises(InvalidArgumentError, match="pass 65535"):
        checked("127.0.0.1:65535", "serve.listen", 2, allow_insecure=False)


def test_a_taken_port_is_told_in_one_line():
    """The address is named, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = Address("127.0.0.1", taken.getsockname()[1])
        with pytest.raises(AddressInUseError, match="in use by another program") as caught:
            address.try_out("serve.listen")
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_refused(host):
    """Names that mean nothing and numbers that are not ours."""
    with pytest.raises(InvalidArgumentError, match=r"^serve\.listen: "):
        Address(host, 0).try_out("serve.listen")


def test_one_event_is_one_line_of_json(capsys):
    """Newlines and control characters in values forge no second line; long values are cut."""
    logs.configure()
    structlog.get_logger().info("event", id='x"\n{"event": "forged"}\x1b[31m' + "y" * 10_000)
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert (found["event"], found["level"], len(found["id"])) == ("event", "info", 201)


class Faulty(io.StringIO):
    """Takes nothing until it is mended."""

    def __init__(self, fault: Exception) -> None:
        super().__init__()
        self.fault: Exception | None = fault

    def write(self, text: str) -> int:
        if self.fault:
            raise self.fault
        return super().write(text)


@pytest.mark.parametrize(
    "fault", [OSError(errno.ENOSPC, "no space"), BrokenPipeError(), ValueError("closed")], ids=repr
)
def test_a_log_that_cannot_be_written_costs_no_call(fault, monkeypatch):
    """As when its disk is full, or whoever read it is gone; when it can be again, it is."""
    taker = Faulty(fault)
    monkeypatch.setattr(sys, "stderr", taker)
    logs.configure()
    log = structlog.get_logger()
    log.info("lost")
    taker.fault = None
    log.info("kept")
    assert [json.loads(line)["event"] for line in taker.getvalue().splitlines()] == ["kept"]
