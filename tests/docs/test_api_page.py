"""docs/api.md says what the contract says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.api_page import ENDS, api_page
from docs.contract import read

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def contract():
    return read()


def test_the_page_is_what_the_contract_gives():
    """A change in proto/ is followed by `make docs`."""
    assert api_page() == PAGE


def test_every_part_has_one_heading_and_every_link_leads_to_one(contract):
    """Services, methods, messages and enums; the page has no other headings but three."""
    heads = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    assert sorted(heads) == sorted([*contract.names(), "The API", "Messages", "Enums"])
    assert set(re.findall(r"\]\(#(.+?)\)", PAGE)) <= {head.lower() for head in heads}


def test_every_field_and_value_has_a_row_below_its_heading(contract):
    """With its number."""
    sections = dict(re.findall(r"^#### (\w+)\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL))
    for message in contract.messages.values():
        for field in message.field:
            assert re.search(
                rf"^\| `{field.name}` \|.*\| {field.number} \|", sections[message.name], re.M
            )
    for enum in contract.enums.values():
        for value in enum.value:
            assert f"| `{value.name}` | {value.number} | " in sections[enum.name]


def test_errors_are_told_where_they_are_met():
    """Those named in the words on a method, on its request, and on what these refer to."""
    for method, said in [
        ("RecommendPeople", "FAILED_PRECONDITION (MODEL_CHANGED), INVALID_ARGUMENT"),
        ("RecommendReactivations", "FAILED_PRECONDITION (MODEL_CHANGED), INVALID_ARGUMENT"),
        ("DeleteBlock", "NOT_FOUND (BLOCK_NOT_FOUND)"),
    ]:
        section = PAGE.split(f"### {method}\n")[1].split("####")[0]
        assert f"Besides the errors of the service: {said}.\n" in section


def test_what_is_asked_and_given_stands_with_its_method(contract):
    """A request right below its method, and before the next one."""
    for service in contract.services.values():
        for method in service.method:
            section = PAGE.split(f"\n### {method.name}\n")[1].split("\n### ")[0].split("\n## ")[0]
            for end in ENDS:
                assert (f"#### {method.name}{end}\n" in section) == (
                    method.name + end in contract.messages
                )
