"""The manifests in deploy/kubernetes are valid, and consistent with the compose file."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.config.deploy.test_compose import COMPOSE, READ_BY_BOTO, ROOT, settings_read

FOLDER = ROOT / "deploy" / "kubernetes"
EXAMPLE = FOLDER / "secret.example.yaml"
OURS = ("web", "screens", "worker", "papers", "beat")
# The oldest version that is looked after, and the newest that is out.
VERSIONS = ("1.34", "1.37")
# Resources of others, whose schemas no package has: CloudNativePG's, and kubectl's own.
OF_OTHERS = {"Cluster", "ObjectStore", "ScheduledBackup", "Kustomization"}
# What is read by others than config/settings.py: gunicorn, Prometheus, Valkey's client.
READ_BY_OTHERS = {"WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "REDISCLI_AUTH"}


def _documents(*paths: Path) -> Iterator[dict[str, Any]]:
    for path in paths or sorted(FOLDER.glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text())


def _of_kind(*kinds: str) -> list[dict[str, Any]]:
    return [one for one in _documents() if one["kind"] in kinds]


def _pods() -> dict[str, dict[str, Any]]:
    """What runs, by name."""
    return {
        one["metadata"]["name"]: one["spec"]["template"]["spec"]
        for one in _of_kind("Deployment", "StatefulSet", "Job")
    }


def _containers() -> dict[str, dict[str, Any]]:
    return {
        f"{name}/{container['name']}": container
        for name, pod in _pods().items()
        for container in [*pod.get("initContainers", []), *pod["containers"]]
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_the_api_knows_every_field(version: str) -> None:
    schemas = pytest.importorskip("kubernetes_validate")
    for one in _documents():
        if one["kind"] not in OF_OTHERS:
            schemas.validate(one, version, strict=True)


def test_every_manifest_is_applied_but_the_example() -> None:
    [applied] = _of_kind("Kustomization")
    named = {FOLDER / name for name in applied["resources"]}
    assert named == {*FOLDER.glob("*.yaml")} - {EXAMPLE, FOLDER / "kustomization.yaml"}
    assert [image["name"] for image in applied["images"]] == ["consultations"]


def test_every_container_is_confined_and_says_what_it_needs() -> None:
    for pod in _pods().values():
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
    for container in _containers().values():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {*container["resources"]["requests"]} == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]


def test_each_process_is_that_of_the_compose_file() -> None:
    for name in OURS:
        [container] = _pods()[name]["containers"]
        assert container["image"] == "consultations"
        assert container.get("command") == COMPOSE["services"][name].get("command")
    [migrate] = _pods()["migrate"]["containers"]
    assert migrate["command"] == COMPOSE["services"]["migrate"]["command"]


def test_each_process_is_probed_and_waits_for_its_tables() -> None:
    for name in OURS:
        pod = _pods()[name]
        assert "livenessProbe" in pod["containers"][0]
        assert pod["initContainers"][0]["name"] == "tables"
    for name in ("web", "screens"):
        [container] = _pods()[name]["containers"]
        asked = {
            container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")
        }
        assert asked == {"/health/live/"}


def test_a_node_that_is_emptied_takes_one_of_each_at_a_time() -> None:
    several = {
        one["metadata"]["name"] for one in _of_kind("Deployment") if one["spec"]["replicas"] > 1
    }
    budgets = {
        one["metadata"]["name"]: one["spec"]["selector"]["matchLabels"]
        for one in _of_kind("PodDisruptionBudget")
    }
    assert several == {"web", "worker", "papers"} == {*budgets}
    for name, labels in budgets.items():
        assert labels["app.kubernetes.io/component"] == name


def test_the_owner_of_the_tables_is_known_to_the_migration_alone() -> None:
    """Its secret is no part of what every process is given."""
    given = {
        name
        for name, container in _containers().items()
        if any(row["name"] == "DATABASE_OWNER_URL" for row in container.get("env", []))
    }
    assert given == {"migrate/migrate"}
    shared = {
        source[kind]["name"]
        for container in _containers().values()
        for source in container.get("envFrom", [])
        for kind in source
    }
    assert shared == {"consultations"}
    [all_get] = [
        one
        for one in _documents(EXAMPLE)
        if one["metadata"]["name"] == "consultations" and one["kind"] == "Secret"
    ]
    assert "DATABASE_OWNER_URL" not in all_get["stringData"]


def test_every_value_that_is_given_is_read() -> None:
    names = {name for one in _of_kind("ConfigMap") for name in one["data"]}
    names |= {
        row["name"] for container in _containers().values() for row in container.get("env", [])
    }
    for one in _documents(EXAMPLE):
        if one["metadata"]["name"] == "consultations":
            names |= {*one["stringData"]}
    assert names <= settings_read() | READ_BY_OTHERS | READ_BY_BOTO
    assert {"FILES_BUCKET", *READ_BY_BOTO} <= names


def test_a_process_of_ours_keeps_nothing_in_its_pod() -> None:
    """Files are in the bucket, whatever the node; /tmp goes with the pod."""
    for name in (*OURS, "migrate"):
        assert _pods()[name]["volumes"] == [{"name": "tmp", "emptyDir": {}}], name
    for name, container in _containers().items():
        if name.split("/")[0] != "valkey":
            assert container["volumeMounts"] == [{"name": "tmp", "mountPath": "/tmp"}], name


def test_the_bucket_of_files_is_not_that_of_backups() -> None:
    """Its key lists and deletes; what retention deletes here is kept there."""
    [store] = _of_kind("ObjectStore")
    [given] = _of_kind("ConfigMap")
    assert (
        store["spec"]["configuration"]["destinationPath"]
        != f"s3://{given['data']['FILES_BUCKET']}/"
    )


def test_every_secret_and_service_that_is_named_is_there() -> None:
    text = "\n".join(path.read_text() for path in FOLDER.glob("*.yaml"))
    made = {one["metadata"]["name"] for one in _documents() if one["kind"] != "Kustomization"}
    for reference in ("secretKeyRef: {name: ", "secretRef: {name: ", "configMapRef: {name: "):
        named = {part.split(",")[0].split("}")[0] for part in text.split(reference)[1:]}
        assert named <= made
    [ingress] = _of_kind("Ingress")
    paths = ingress["spec"]["rules"][0]["http"]["paths"]
    assert {path["backend"]["service"]["name"] for path in paths} == {"screens", "web"} <= made


def test_the_screens_lines_are_the_address_of_the_proxies_files() -> None:
    [ingress] = _of_kind("Ingress")
    lines = ingress["spec"]["rules"][0]["http"]["paths"][0]["path"]
    assert lines in (ROOT / "deploy" / "nginx" / "consultations.conf").read_text()


def test_the_words_of_a_shell_are_whole() -> None:
    for container in _containers().values():
        command = container.get("command", [])
        if command[:2] == ["sh", "-c"]:
            assert shlex.split(command[2])
