"""Which learner store a job looks at, where nobody names one."""

from __future__ import annotations

from recommender.commands.decided import store_beside
from recommender.domain.serve_config import ServeConfig


def test_it_is_the_one_that_a_server_would_use(tmp_path):
    """Beside the models, or beside the access file; none where there is no such file yet."""
    models, access = tmp_path / "models", tmp_path / "etc" / "access.toml"
    models.mkdir()
    access.parent.mkdir()
    alone, shared = ServeConfig(), ServeConfig(access=str(access))
    assert [store_beside(models, config) for config in (alone, shared)] == ["", ""]
    (models / "learners.db").touch()
    (access.parent / "learners.db").touch()
    assert store_beside(models, alone) == f"sqlite:///{models / 'learners.db'}"
    assert store_beside(models, shared) == f"sqlite:///{access.parent / 'learners.db'}"


def test_one_that_is_named_counts(tmp_path):
    """Whether it is there or not, which opening it will tell; or none."""
    for named, found in (("sqlite:////x.db", "sqlite:////x.db"), ("none", "")):
        assert store_beside(tmp_path, ServeConfig(store=named)) == found
