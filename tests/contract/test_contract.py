"""The contract keeps its own rules, its past promises and the vocabulary's words."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from recommender.domain.answer import Layer, ReasonKind
from recommender.domain.slate import FACTORS, HEADLINES, SIGNALS, Kind
from recommender.v1 import (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_pb2,
    recommendation_service_pb2,
    steering_pb2,
    tie_pb2,
    topic_pb2,
)

ROOT = Path(__file__).parents[2]
BUF = Path(sys.executable).parent / "buf"
BASELINE = "proto/baseline.binpb"
PROTOS = sorted((ROOT / "proto/recommender/v1").glob("*.proto"))
FILES = (
    event_service_pb2,
    learner_service_pb2,
    model_service_pb2,
    network_service_pb2,
    recommendation_pb2,
    recommendation_service_pb2,
    steering_pb2,
    tie_pb2,
    topic_pb2,
)
ENUMS = [enum for file in FILES for enum in file.DESCRIPTOR.enum_types_by_name.values()]
MESSAGES = [m for file in FILES for m in file.DESCRIPTOR.message_types_by_name.values()]


def run(*command: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
    )


def named(enum) -> set[str]:
    """The values' names without the enum's prefix, in the vocabulary's spelling."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    return {v.name.removeprefix(prefix).lower() for v in enum.values if v.number}


def test_the_contract_passes_its_lint():
    """The standard rules of buf hold, and every element has a comment."""
    found = run(BUF, "lint")
    assert found.returncode == 0, found.stdout


def test_the_contract_breaks_no_promise():
    """Nothing in the committed baseline has moved, vanished or changed its type."""
    found = run(BUF, "breaking", "--against", BASELINE)
    assert found.returncode == 0, found.stdout


def test_a_field_taken_away_is_noticed(tmp_path):
    """The breaking check fails on a removed field, so that it can be trusted when it passes."""
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    shutil.copy(ROOT / "buf.yaml", tmp_path)
    broken = tmp_path / "proto/recommender/v1/topic.proto"
    broken.write_text(broken.read_text().replace("  string label = 2;\n", ""))
    found = run(BUF, "breaking", "--against", BASELINE, cwd=tmp_path)
    assert found.returncode != 0
    assert '"label"' in found.stdout


def test_the_stubs_are_what_the_contract_gives():
    """Nobody edited the generated code, or forgot to make it anew."""
    found = run(sys.executable, "proto/generate.py", "--check")
    assert found.returncode == 0, found.stderr


@pytest.mark.parametrize("path", PROTOS, ids=lambda path: path.stem)
def test_only_well_known_types_are_imported(path):
    """A caller needs no other contract than this one to read it."""
    for name in re.findall(r'^import "(.*)";', path.read_text(), re.MULTILINE):
        assert name.startswith(("google/protobuf/", "recommender/v1/"))


@pytest.mark.parametrize("path", PROTOS, ids=lambda path: path.stem)
def test_every_field_says_who_sets_it(path):
    """Field comments start with Required, Optional or Output only."""
    text = re.sub(r"(?ms)^enum .*?^}|^  oneof .*?^  }", "", path.read_text())
    for comment, field in re.findall(r"((?:^ +//.*\n)+)^ +[\w. ]+ (\w+) = \d+;", text, re.M):
        assert re.match(r" +// (Required|Optional|Output only)\. ", comment), field


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.name)
def test_every_enum_says_whether_it_may_grow(enum):
    """Callers learn from the comment that they must expect values they do not know."""
    text = "\n".join(path.read_text() for path in PROTOS)
    comment = re.search(rf"((?:^//.*\n)+)enum {enum.name} ", text, re.MULTILINE)
    assert comment is not None
    assert "alues may be added" in comment[1].replace("\n// ", " ")


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_pages_have_one_shape(message):
    """What pages has size and token; the results are field 1 of the response."""
    fields = message.fields_by_name
    assert ("page_size" in fields) == ("page_token" in fields)
    if "next_page_token" in fields:
        assert message.fields[0].number == 1
        assert message.fields[0].is_repeated


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
def test_nothing_is_loosely_typed(message):
    """No maps and no values of any type."""
    for field in message.fields:
        kind = field.message_type
        assert kind is None or not kind.GetOptions().map_entry
        assert kind is None or kind.name not in {"Any", "Struct", "Value"}


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        (tie_pb2.TieLayer.DESCRIPTOR, set(Layer)),
        (recommendation_pb2.ReasonKind.DESCRIPTOR, set(ReasonKind)),
        (recommendation_pb2.ListKind.DESCRIPTOR, set(Kind)),
        (recommendation_pb2.CandidateSource.DESCRIPTOR, {*SIGNALS, "past_ties", "caller"}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_enums_have_the_words_of_the_vocabulary(enum, words):
    """A layer, reason, list or source that the domain knows can be told, and no other."""
    assert named(enum) == words


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (recommendation_pb2.Factors.DESCRIPTOR, FACTORS),
        (recommendation_pb2.HeadlineScores.DESCRIPTOR, HEADLINES),
        (steering_pb2.Dials.DESCRIPTOR, HEADLINES),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_messages_have_the_words_of_the_vocabulary(message, words):
    """Factors, headline scores and dials are named and ordered as in the domain."""
    assert tuple(field.name for field in message.fields) == words
