"""What a live server tells Prometheus, and that the dashboard and the alerts ask for just that."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
import yaml
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from recommender.serving import server
from recommender.serving.access import DEFAULT, read_access
from recommender.serving.access_file import add_token
from recommender.serving.counts import BOUNDS, Counts
from recommender.serving.lifecycle import make_probes
from recommender.serving.readiness import Readiness
from recommender.serving.tenants import InForce
from recommender.serving.watching import Watched
from recommender.v1.network_service_pb2 import GetNetworkRequest
from recommender.v1.network_service_pb2_grpc import NetworkServiceStub
from recommender.v1.recommendation_service_pb2 import RecommendPeopleRequest
from recommender.v1.recommendation_service_pb2_grpc import RecommendationServiceStub
from tests.serving.fakes import CONFIG, INFO, SECRET, FakeRecommender, start, tenant_of
from tests.serving.promql import asked

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRAPED = {"instance", "job"}
"""Labels that Prometheus itself puts on everything."""
PERSON = "p007"


class Followed:
    """What happened since the model was trained, as far as metrics know it."""

    position, lag_seconds, ready = 42, 0.25, True

    def close(self) -> None:
        """There is nothing to end."""


def get(address, path: str) -> tuple[int, str]:
    """Status and text of a page."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}") as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture(scope="module")
def told(models, tmp_path_factory):
    """The metrics of a server that has had calls of all kinds: families by name, and the text."""
    tenant = tenant_of(FakeRecommender(), models)
    tenant.in_force = InForce(tenant.recommender, Followed())
    config = replace(CONFIG, threads=1, metrics_listen="127.0.0.1:0", reload="manual")
    file = tmp_path_factory.mktemp("access") / "access.toml"
    _, token = add_token(file, DEFAULT, ["query"], None, models)
    access = Watched("access file", [file], lambda: read_access(file))
    running = start(tenant, config, access=access)
    known = (("authorization", f"Bearer {token}"),)
    with grpc.insecure_channel(str(running.address)) as channel:
        lists, networks = RecommendationServiceStub(channel), NetworkServiceStub(channel)
        networks.GetNetwork(GetNetworkRequest(person_id=PERSON), metadata=known)
        lists.RecommendPeople(RecommendPeopleRequest(person_id=PERSON), metadata=known)
        with pytest.raises(grpc.RpcError):
            networks.GetNetwork(GetNetworkRequest(person_id=PERSON))
        for person_id in ("nobody", "boom", ""):
            with pytest.raises(grpc.RpcError):
                networks.GetNetwork(GetNetworkRequest(person_id=person_id), metadata=known)
    # What only comes about by misfortune is counted here as it is there.
    mine = running.counts.mine
    mine.count(("candidates", "shared_contacts"), 7)
    mine.count(("filtered", "blocked"))
    mine.count(("degraded", "OVERLOAD"))
    mine.count(("reloads", "default", "refused"))
    while running.desk.turns.in_flight:  # a call is over a moment after its answer is sent
        time.sleep(0.001)
    _, text = get(running.probes.metrics_address, "/metrics")
    running.stop()
    return {family.name: family for family in text_string_to_metric_families(text)}, text


@pytest.fixture(scope="module")
def labels(told):
    """Labels by the name of the sample."""
    families, _ = told
    found = {"up": set()}
    for family in families.values():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


def test_calls_are_counted_by_method_code_and_tenant(told):
    """Those that were answered, and those that were not."""
    counted = {
        (sample.labels["method"], sample.labels["code"], sample.labels["tenant"]): sample.value
        for sample in told[0]["pln_calls"].samples
    }
    network = "NetworkService/GetNetwork"
    assert counted[network, "OK", "default"] == 1
    assert counted[network, "UNAUTHENTICATED", ""] == 1
    assert counted[network, "NOT_FOUND", "default"] == 1
    assert counted[network, "INTERNAL", "default"] == 1
    assert counted[network, "INVALID_ARGUMENT", "default"] == 1
    assert counted["RecommendationService/RecommendPeople", "OK", "default"] == 1


def test_times_are_counted_in_buckets_that_sum_up(told):
    """The last bucket has all calls of the method; stages have times of their own."""
    samples = told[0]["pln_call_seconds"].samples
    of = [s for s in samples if s.labels["method"] == "NetworkService/GetNetwork"]
    buckets = [s.value for s in of if s.name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    assert len(buckets) == len(BOUNDS) + 1
    assert buckets[-1] == 4
    assert [s.value for s in of if s.name.endswith("_count")] == [4]
    assert "answer" in {s.labels["stage"] for s in told[0]["pln_stage_seconds"].samples}


def test_calls_that_were_turned_away_are_counted_by_reason(told):
    """Those that nobody let in are no calls of any tenant."""
    shed = {s.labels["reason"]: s.value for s in told[0]["pln_shed"].samples}
    assert shed == {"TOKEN_INVALID": 1}


def test_the_model_and_the_store_are_told(told):
    """Which model answers, how old it is, and how far behind the store it is."""
    families = told[0]
    (model,) = families["pln_model_info"].samples
    assert model.labels == {"tenant": "default", "model": INFO.name, "snapshot": INFO.snapshot}
    assert families["pln_model_age_seconds"].samples[0].value > 0
    assert families["pln_model_people"].samples[0].value == INFO.person_count
    assert families["pln_store_lag_seconds"].samples[0].value == 0.25
    assert families["pln_live_version"].samples[0].value == 42
    assert families["pln_ready"].samples[0].value == 1
    assert families["pln_calls_room"].samples[0].value == 4
    assert families["pln_calls_in_flight"].samples[0].value == 0
    assert families["pln_build_info"].samples[0].labels["version"]


def test_metrics_name_nobody(told):
    """No person, no name, nothing of a request."""
    for word in (PERSON, "nobody", "boom", SECRET, "Ada"):
        assert word not in told[1]


def expressions() -> dict[str, str]:
    """Every expression of the dashboard and the alerts, by where it stands."""
    found = {}
    for panel in json.loads((DEPLOY / "grafana.json").read_text())["panels"]:
        for target in panel["targets"]:
            found[f"{panel['title']} {target['refId']}"] = target["expr"]
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            found[rule["alert"]] = rule["expr"]
    return found


@pytest.mark.parametrize("place", expressions())
def test_whatever_is_asked_for_is_told_by_a_live_server(labels, place):
    """Every metric by its name, with every label that is matched or summed by."""
    found = asked(expressions()[place])
    assert found.metrics
    for metric, matched in found.metrics.items():
        assert metric in labels
        assert matched | found.groups <= labels[metric] | SCRAPED, metric


def test_what_a_legend_or_a_summary_names_is_there(labels):
    """Labels within braces are those that the expression leaves."""
    for panel in json.loads((DEPLOY / "grafana.json").read_text())["panels"]:
        for target in panel["targets"]:
            named = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
            assert named <= left(target["expr"], labels), panel["title"]
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            named = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
            assert named <= left(rule["expr"], labels), rule["alert"]


def left(expression: str, labels: dict[str, set[str]]) -> set[str]:
    """Labels of what an expression gives."""
    found = asked(expression)
    if found.groups:
        return set(found.groups)
    return SCRAPED.union(*(labels[metric] for metric in found.metrics))


def test_the_documentation_explains_every_alert_and_metric(told):
    """What an alert means is in the operators' page, as is every metric of ours."""
    page = (DEPLOY.parent / "docs" / "operate.md").read_text()
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert f"`{rule['alert']}`" in page
    for name in told[0]:
        if name.startswith("pln_"):
            assert f"`{name}" in page, name


def test_the_scrape_configuration_asks_where_workers_answer():
    """The ports are those beside the default address of calls."""
    (job,) = yaml.safe_load((DEPLOY / "prometheus.yml").read_text())["scrape_configs"]
    assert job["static_configs"][0]["targets"] == ["127.0.0.1:52051", "127.0.0.1:52052"]


def test_probes_are_up_before_the_models_are(models):
    """Live at once, ready only when calls are answered, and not once the server drains."""
    config = replace(CONFIG, metrics_listen="127.0.0.1:0", health_listen="127.0.0.1:0")
    probes = make_probes(config)
    page, health = probes.metrics_address, str(probes.health_address)
    with grpc.insecure_channel(health) as channel:
        check = health_pb2_grpc.HealthStub(channel).Check

        def served(name: str) -> bool:
            return check(health_pb2.HealthCheckRequest(service=name)).status == 1

        assert get(page, "/livez") == (200, "live\n")
        assert get(page, "/readyz") == (503, "not ready\nmodels are being opened\n")
        assert (served("live"), served("ready"), served("")) == (True, False, False)
        running = server.start([tenant_of(FakeRecommender(), models)], config, None, probes)
        assert get(page, "/readyz") == (200, "ready\n")
        assert served("ready")
        assert served("recommender.v1.NetworkService")
        running.turn_away()
        assert get(page, "/readyz") == (503, "not ready\nthe server is ending\n")
        assert get(page, "/livez")[0] == 200
        assert (served("live"), served("ready"), served("")) == (True, False, False)
        assert not served("recommender.v1.NetworkService")
        assert get(page, "/etc/passwd")[0] == 404
        running.stop()


def test_a_tenant_whose_store_is_being_read_keeps_the_server_from_being_ready(models):
    """Its blocks do not count yet."""
    tenant = tenant_of(FakeRecommender(), models)
    behind = Followed()
    behind.ready = False
    tenant.in_force = InForce(tenant.recommender, behind)
    running = start(tenant, CONFIG)
    assert running.probes.readiness.missing() == ["tenant default: the store is being read"]
    behind.ready = True
    assert running.probes.readiness.missing() == []
    running.stop()


def test_what_is_not_open_yet_is_not_ready():
    """From the first moment on."""
    assert Readiness().missing()


def test_threads_count_for_themselves_and_are_summed():
    """Nothing is lost, whichever thread counted it."""
    counts = Counts([])

    def work(_):
        for _ in range(1000):
            counts.mine.count(("calls", "a"))
            counts.mine.time(("call", "a"), 0.001)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))
    total = counts.total()
    assert total.counts == {("calls", "a"): 8000}
    assert sum(total.times["call", "a"].buckets) == 8000
    assert total.times["call", "a"].total == pytest.approx(8.0)
    assert total.times["call", "a"].buckets[BOUNDS.index(0.001)] == 8000
