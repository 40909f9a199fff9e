"""Where host data is said to be: paths, globs, `file:` URLs, and URLs of elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.places import Place
from recommender.domain.errors import InputDataError, InvalidArgumentError


def test_a_path_is_itself_even_where_it_looks_like_something_else(tmp_path, monkeypatch):
    """A folder may be called like a glob or a URL."""
    monkeypatch.chdir(tmp_path)
    for name in ("tables", "t[a]bles*", "s3:"):
        (tmp_path / name).mkdir()
        assert Place.of(name).paths == (Path(name),)
    (tmp_path / "s3:/bucket").mkdir()
    assert Place.of("s3:/bucket", ["s3"]).paths == (Path("s3:/bucket"),)


def test_a_glob_is_all_that_it_matches_in_order(tmp_path, monkeypatch):
    """From here or from the root, at any depth."""
    monkeypatch.chdir(tmp_path)
    for name in ("2025-02", "2025-01", "old/2025-03"):
        (tmp_path / name).mkdir(parents=True)
    assert Place.of("2025-*").paths == (Path("2025-01"), Path("2025-02"))
    assert Place.of(f"{tmp_path}/**/2025-0[13]").paths == (
        tmp_path / "2025-01",
        tmp_path / "old/2025-03",
    )


@pytest.mark.parametrize("source", ["nowhere", "no*where", Path("nowhere")])
def test_where_nothing_is_that_is_said(source):
    """By the name that was given."""
    with pytest.raises(InputDataError, match="where is not there; give the host's data"):
        Place.of(source)


def test_a_url_of_a_kind_that_is_read_is_kept(tmp_path):
    """In any case of its scheme; others are refused by what is read."""
    place = Place.of("S3://bucket/tables", ["s3", "sqlite"])
    assert (place.url, place.scheme, place.name) == ("S3://bucket/tables", "s3", "tables")
    assert Place(url="s3://bucket").name == "bucket"
    with pytest.raises(InvalidArgumentError, match="file:///PATH, or s3:, or sqlite:"):
        Place.of("ftp://host/tables", ["s3", "sqlite"])
    with pytest.raises(InputDataError, match="is not on this machine"):
        _ = place.path


def test_several_paths_are_not_one(tmp_path):
    """For kinds of data that lie in one place."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with pytest.raises(InputDataError, match="stands for 2 paths"):
        _ = Place.of(f"{tmp_path}/*").path


def test_no_password_is_shown():
    """Whatever it holds; the name of the user may be."""
    for password in ("secret", "se:cr:et", "%40"):
        shown = str(Place(url=f"mysql://reader:{password}@db:3306/forum"))
        assert shown == "mysql://reader:***@db:3306/forum"
    assert str(Place(url="mysql://db:3306/forum")) == "mysql://db:3306/forum"
