"""`pln evaluate` and `pln train --gate`, as people run them.

Within one process, because each loads much; other tests hold that `pln` is the same from outside.
"""

from __future__ import annotations

import json
import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recommender.domain.errors import OutputError

CUTOFF = "2025-01-15"
CHOSEN = "2024-12-01"
"""The cutoff that is chosen from the data where one is asked for."""

QUICK = {
    "PLN_EVALUATE_RESAMPLES": "200",
    "PLN_EVALUATE_DEPTH": "10",
    "PLN_TRAIN_EMBEDDING_SIZE": "8",
    "PLN_TRAIN_RANKER": "plain",
    "PLN_TRAIN_LOOK_BACK": "2",
    "PLN_TRAIN_EMBEDDING_ITERATIONS": "3",
}


@pytest.fixture(scope="module")
def tables(here, tmp_path_factory):
    """A made-up community of eighty people."""
    folder = tmp_path_factory.mktemp("evaluated") / "tables"
    assert here("sample", "--people", 80, "--seed", 5, "--out", folder).returncode == 0
    return folder


@pytest.fixture(scope="module")
def evaluated(here, tables):
    """The folder of a report, and what was said on the way to it."""
    out = tables.parent / "report"
    done = here("evaluate", tables, "--out", out, "--cutoffs", CUTOFF, environ=QUICK)
    assert done.returncode == 0, done.stderr
    return out, done


@pytest.fixture
def begun(evaluated, tmp_path):
    """The same report in a folder of one's own, to go on from."""
    return shutil.copytree(evaluated[0], tmp_path / "report")


@pytest.fixture
def no_page(monkeypatch):
    """Leaves out the drawing of the page, which these tests do not look at."""
    monkeypatch.setattr("evaluation.run.write_html", lambda _: "")


@pytest.fixture(scope="module")
def models(here, tables):
    """Two models, of two times, the first of which is a cutoff anyway."""
    folders = []
    for as_of in (CHOSEN, "2025-02-15"):
        root = tables.parent / as_of
        for words in (
            ("ingest", tables, "--out", root / "snapshots", "--as-of", as_of),
            ("train", root / "snapshots", "--out", root / "models"),
        ):
            done = here(*words, environ=QUICK)
            assert done.returncode == 0, done.stderr
        folders.append(root / "models")
    return folders


def test_an_evaluation_says_its_verdict_and_where_the_report_is(evaluated):
    """Three sentences, a table a task, and the page."""
    out, done = evaluated
    for words in ("Verdict", "New people", "ours", "ndcg@10", str(out / "report.html")):
        assert words in done.stdout
    assert (out / "report.html").stat().st_size > 100_000


def test_an_evaluation_shows_its_progress(evaluated):
    """Which cutoff of how many, and what is being compared."""
    _, done = evaluated
    steps = [json.loads(line)["step"] for line in done.stderr.splitlines()]
    assert any(step.startswith(f"{CUTOFF} (1 of 1): people: adamic adar") for step in steps)
    assert "summing up" in steps


@pytest.mark.usefixtures("no_page")
def test_json_holds_the_same_figures_as_the_report(here, tables, begun):
    """And a second run takes up what the first has done."""
    words = ("evaluate", tables, "--out", begun, "--cutoffs", CUTOFF, "--json")
    done = here(*words, environ=QUICK)
    assert done.returncode == 0, done.stderr
    assert "adamic adar" not in done.stderr
    said = json.loads(done.stdout)["document"]
    kept = json.loads((begun / "report.json").read_text())
    assert said["verdict"] == kept["verdict"]
    assert [task["task"] for task in said["tasks"]] == [task["task"] for task in kept["tasks"]]


def test_spark_is_found_as_its_section_says(here, tables, tmp_path, monkeypatch):
    """Where the settings have it learn embeddings, for an evaluation too."""
    given = []

    def evaluate(_host, _out, settings, *_):
        given.append((settings.train.engine, settings.spark.master, dict(settings.spark.conf)))
        raise OutputError("stop")

    monkeypatch.setattr("evaluation.run.evaluate", evaluate)
    config = tmp_path / "pln.toml"
    config.write_text(
        '[train]\nengine = "spark"\n[spark]\nmaster = "local[3]"\n'
        '[spark.conf]\n"spark.driver.memory" = "3g"\n'
    )
    here("evaluate", tables, "--out", tmp_path / "report", "--config", config)
    assert given == [("spark", "local[3]", {"spark.driver.memory": "3g"})]


@pytest.mark.usefixtures("no_page")
def test_a_gate_decides_the_exit_code(here, tables, begun, tmp_path):
    """1 where a floor is not reached; every demand is told, and the report is there."""
    floors = '[floors]\n"people.ndcg@10" = 0.9999\n"reasons.reason truth" = 1.0\n'
    (tmp_path / "gate.toml").write_text(floors)
    words = ("evaluate", tables, "--out", begun, "--cutoffs", CUTOFF)
    done = here(*words, "--gate", tmp_path / "gate.toml", environ=QUICK)
    assert done.returncode == 1
    assert "✗ people.ndcg@10" in done.stdout
    assert "✓ reasons.reason truth" in done.stdout
    assert "gate stays shut" in done.stderr.splitlines()[-1]


def test_two_models_are_compared_by_what_followed(here, tables, models):
    """Overlap, exposure, and with the host's data who was met after both were made."""
    done = here("evaluate", tables, "--against", *models, "--json", environ=QUICK)
    assert done.returncode == 0, done.stderr
    lists = json.loads(done.stdout)["lists"]
    assert 0 < lists[0]["overlap"]["jaccard"]["value"] < 1
    assert lists[0]["outcome"] is not None


def test_training_publishes_only_past_the_gate(here, tables, models, tmp_path):
    """Short of a floor there is no model, the one in force stays, and the exit code is 1."""
    snapshots = models[1].parent / "snapshots"
    gate = tmp_path / "gate.toml"
    words = ("train", snapshots, "--out", models[0], "--gate", gate, "--source", tables)
    environ = QUICK | {"PLN_EVALUATE_CUTOFFS": "1"}
    before = (models[0] / "CURRENT").read_text()
    gate.write_text('[floors]\n"people.ndcg@10" = 0.9999\n')
    refused = here(*words, environ=environ)
    assert refused.returncode == 1
    assert "people.ndcg@10" in refused.stderr.splitlines()[-1]
    assert (models[0] / "CURRENT").read_text() == before
    gate.write_text('[current]\nmetrics = ["people.ndcg@10"]\n')
    passed = here(*words, "--json", environ=environ)
    assert passed.returncode == 0, passed.stderr
    assert (models[0] / "CURRENT").read_text() != before
    document = json.loads((models[0] / "gate-report" / "report.json").read_text())
    assert [one["cutoff"][:10] for one in document["cutoffs"]] == [CHOSEN]
    families = {row["family"] for task in document["tasks"] for row in task["rows"]}
    assert "current" in families


def test_feedback_too_thin_to_judge_by_is_refused_with_the_reason(here, tmp_path):
    """One line, exit code 1."""
    log = {
        "answer_id": ["a", "b"],
        "person_id": ["p", "q"],
        "contact_id": ["x", "y"],
        "position": [1, 1],
        "propensity": [0.5, 0.5],
        "reward": [1.0, 0.0],
        "target_propensity": [1.0, 0.0],
    }
    pq.write_table(pa.table(log), tmp_path / "log.parquet")
    done = here("evaluate", "--feedback", tmp_path / "log.parquet")
    assert done.returncode == 1
    assert "200" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "SOURCE"),
        (("TABLES",), "--out"),
        (("TABLES", "--out", "OUT", "--cutoffs", "yesterday"), "yesterday"),
        (("TABLES", "--out", "OUT", "--gate", "no-such.toml"), "no-such.toml"),
    ],
)
def test_what_is_missing_or_wrong_is_named(here, tables, tmp_path, words, said):
    """Exit code 2, one line, and nothing is written."""
    places = {"TABLES": tables, "OUT": tmp_path / "report"}
    done = here("evaluate", *(places.get(word, word) for word in words))
    assert done.returncode == 2, done.stderr
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "report" / "report.json").exists()


def test_a_cutoff_outside_the_data_is_bad_input(here, tables, tmp_path):
    """Exit code 3, with the times that there are."""
    done = here("evaluate", tables, "--out", tmp_path / "r", "--cutoffs", "2035-01-01")
    assert done.returncode == 3
    assert "2035-01-01" in done.stderr.splitlines()[-1]


def test_a_gate_needs_the_data_to_judge_by(here, models, tmp_path):
    """`pln train --gate` alone is a mistake."""
    (tmp_path / "gate.toml").write_text('[floors]\n"people.ndcg@10" = 0.1\n')
    snapshots = models[0].parent / "snapshots"
    words = ("train", snapshots, "--out", tmp_path / "m", "--gate", tmp_path / "gate.toml")
    done = here(*words)
    assert done.returncode == 2
    assert "--source" in done.stderr


@pytest.mark.parametrize(
    ("words", "idle"),
    [
        (("--feedback", "log", "--against", "a", "b"), "--against"),
        (("--feedback", "log", "--gate", "gate.toml"), "--gate"),
        (("tables", "--feedback", "log"), "SOURCE"),
        (("--against", "a", "b", "--out", "report"), "--out"),
        (("tables", "--against", "a", "b", "--cutoffs", CUTOFF), "--cutoffs"),
        (("--against", "a", "b", "--model", "c"), "--model"),
        (("--against", "a", "b", "--horizon-days", "30"), "--horizon-days"),
        (("--out", "report", "--from", "folder"), "--from"),
    ],
)
def test_a_flag_without_effect_is_refused_by_name(here, words, idle):
    """Rather than ignored: whoever gives it expects something of it."""
    done = here("evaluate", *words)
    assert done.returncode == 2
    assert done.stderr.startswith(f"pln: {idle}: is of no use with")


@pytest.mark.parametrize("words", [("--gate", "gate.toml"), ("--source", "tables")])
def test_a_gate_and_what_to_judge_by_go_together(here, words):
    """Training takes both or neither."""
    done = here("train", "snapshots", "--out", "models", *words)
    assert done.returncode == 2
    assert done.stderr.startswith("pln: --source: ")
