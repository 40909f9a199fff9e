"""Settings: what wins, and that no mistake passes in silence."""

from __future__ import annotations

import pytest

from ingestion.schema import TABLES
from recommender.domain.config import NATIVE_TABLES, Settings
from recommender.domain.errors import InvalidArgumentError
from recommender.domain.settings import all_settings, load_settings


@pytest.fixture
def toml(tmp_path):
    """Writes a settings file."""

    def write(text):
        path = tmp_path / "pln.toml"
        path.write_text(text)
        return path

    return write


def test_nothing_given_means_the_defaults():
    """No file, no variables, no flags."""
    assert load_settings(None, {}, {}) == Settings()


def test_flags_win_over_variables_over_the_file(toml):
    """Each layer covers the one below it, setting by setting."""
    path = toml("[train]\nseed = 1\ncandidates = 100\nembedding_size = 16\n")
    environ = {"PLN_TRAIN_SEED": "2", "PLN_TRAIN_CANDIDATES": "50", "HOME": "/"}
    train = load_settings(path, environ, {"train.seed": 3, "train.candidates": None}).train
    assert (train.seed, train.candidates, train.embedding_size) == (3, 50, 16)


@pytest.mark.parametrize("name", all_settings())
def test_every_setting_can_be_set_in_all_three_ways(toml, name):
    """A setting's default, written in the file, a variable or a flag, gives the default."""
    setting = all_settings()[name]
    section, field = name.split(".")
    value = setting.default
    written = str(value).lower() if isinstance(value, bool) else repr(value)
    assert load_settings(toml(f"[{section}]\n{field} = {written}\n"), {}, {}) == Settings()
    if setting.variable:  # none holds a table
        assert load_settings(None, {setting.variable: str(value)}, {}) == Settings()
    assert load_settings(None, {}, {name: value}) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[train]\nembeding_size = 8\n", "train.embedding_size"),
        ("[trian]\nseed = 1\n", "did you mean train"),
        ("seed = 1\n", "no such section"),
        ("[train]\nseed = '1'\n", "whole number"),
        ("[train]\nseed = true\n", "whole number"),
        ("[train]\nseed = 1.5\n", "whole number"),
        ("[serve]\nreflection = 1\n", "true or false"),
        ("[serve]\nlisten = 50051\n", "a text"),
        ("[dials]\ndiversity = nan\n", "not a number"),
        ("[train]\nseed = -1\n", "below 0"),
        ("[train\n", "not TOML"),
        ("[train]\nseed = " + "[" * 5000, "nested too deeply"),
        ("[source.sql]\npeple = 'SELECT 1'\n", "source.sql.peple: .*did you mean people"),
        ("[source.sql]\npeople = 1\n", "source.sql.people: 1 is not a text"),
        ("[source.sql]\npeople = ' '\n", "write a query"),
        ("[source]\nsql = 'SELECT 1'\n", "source.sql: .*not a table"),
        ("[ingest.verbs]\nview = 'much'\n", "ingest.verbs.view: 'much' is not a number"),
        ("[ingest.verbs]\nview = -1\n", "ingest.verbs.view: .*between 0"),
        ("[ingest.verbs]\nview = nan\n", "ingest.verbs.view: .*between 0"),
        ("[ingest.verbs]\nView = 1\n", "ingest.verbs.View: .*lower case"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_the_file(toml, text, said):
    """Unknown names, wrong types and values out of range: one error, which names the file."""
    path = toml(text)
    with pytest.raises(InvalidArgumentError, match=said) as caught:
        load_settings(path, {}, {})
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PLN_TRAIN_SEEDS", "1", "did you mean PLN_TRAIN_SEED"),
        ("PLN_COLOUR", "1", "no such setting"),
        ("PLN_TRAIN_SEED", "one", "not a whole number"),
        ("PLN_SERVE_REFLECTION", "maybe", "not true or false"),
        ("PLN_TRAIN_SEED", "-1", "below 0"),
        ("PLN_SOURCE_SQL", "{}", r"in the settings file, as \[source.sql\]"),
    ],
)
def test_a_mistake_in_a_variable_is_named(variable, value, said):
    """The error names the variable, also where the value is only out of range."""
    with pytest.raises(InvalidArgumentError, match=said) as caught:
        load_settings(None, {variable: value}, {})
    assert variable in str(caught.value)


def test_a_whole_number_will_do_for_a_number(toml):
    """TOML's 1 is good enough for a dial."""
    assert load_settings(toml("[dials]\ndiversity = 1\n"), {}, {}).dials.diversity == 1.0


def test_dials_that_are_all_zero_are_refused_with_their_origin():
    """A fault of several settings together names where they were set."""
    flags = {f"dials.{name}": 0.0 for name in ("like_mindedness", "collaboration", "diversity")}
    with pytest.raises(InvalidArgumentError, match="the flags"):
        load_settings(None, {}, flags)


def test_a_settings_file_that_is_not_there_is_an_error(tmp_path):
    """A file that was named must exist."""
    with pytest.raises(InvalidArgumentError, match="cannot be read"):
        load_settings(tmp_path / "none.toml", {}, {})


def test_the_debug_variable_is_no_setting():
    """PLN_DEBUG may be set without being taken for a mistake."""
    assert load_settings(None, {"PLN_DEBUG": "1"}, {}) == Settings()


def test_a_table_of_texts_is_read_from_the_file(toml):
    """Queries of any length, by native table."""
    path = toml("[source.sql]\npeople = '''\nSELECT id AS person_id\nFROM users\n'''\n")
    queries = load_settings(path, {}, {}).source.sql
    assert queries == {"people": "SELECT id AS person_id\nFROM users\n"}


def test_the_native_tables_that_settings_know_are_those_of_ingestion():
    """In the same order."""
    assert tuple(TABLES) == NATIVE_TABLES
