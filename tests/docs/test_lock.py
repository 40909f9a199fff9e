"""The check of the lock file finds what it is for."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HASH = "--hash=sha256:" + "0" * 64


@pytest.fixture(scope="module")
def faults():
    spec = importlib.util.spec_from_file_location("check_lock", ROOT / ".ci" / "check_lock.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.faults


def test_our_lock_file_is_clean(faults):
    """Exact versions, hashes, and no places."""
    assert faults((ROOT / "requirements.lock").read_text(encoding="utf-8")) == []


def test_a_pinned_and_hashed_requirement_is_clean(faults):
    """Also with a marker and a comment."""
    text = f"one==1.0 ; python_version < '3.12' \\\n    {HASH} \\\n    {HASH}\n    # via two\n"
    assert faults(text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"one>=1.0 \\\n    {HASH}\n", "no exact version"),
        ("one==1.0\n", "no hash"),
        ("one==1.0 \\\n    --hash=md5:00\n", "no hash"),
        (f"one @ https://example.org/one.whl \\\n    {HASH}\n", "names a place"),
        (f"--index-url https://example.org\none==1.0 {HASH}\n", "names a place"),
    ],
)
def test_whatever_is_loose_is_named(faults, text, said):
    """Versions, hashes and places."""
    assert any(said in fault for fault in faults(text))
