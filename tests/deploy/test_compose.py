"""docker-compose.yml, read by Compose itself; no engine is needed."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
AGENCIES = {"registry", "health", "campaigns", "reporting"}
ENOUGH = {"BINHAN_UNITS": "09385", "BINHAN_SECRETS": "./secrets"}


def compose(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("docker-compose", path=str(Path(sys.executable).parent)) or "docker-compose"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BINHAN_")}
    return subprocess.run(
        [program, "--env-file", os.devnull, "-f", CHECKOUT / "docker-compose.yml", *arguments],
        env=environment | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@cache
def services_of(profile: str) -> dict[str, Any]:
    answer = compose("--profile", profile, "config", "--format", "json", **ENOUGH)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)["services"]
    return found


@pytest.mark.parametrize("agency", sorted(AGENCIES))
def test_one_agency_can_be_run_alone(agency: str):
    assert set(services_of(agency)) == {agency, "database", "broker"}


def test_a_whole_unit_is_four_agencies_on_one_database_server_and_one_broker():
    services = services_of("unit")
    assert set(services) == AGENCIES | {"database", "broker"}
    ports = {name: int(services[name]["ports"][0]["published"]) for name in AGENCIES}
    assert ports == {"reporting": 8000, "registry": 8001, "health": 8002, "campaigns": 8003}


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("BINHAN_UNITS", "Name the units served here, as codes of five digits"),
        ("BINHAN_SECRETS", "Name the folder of the passwords"),
    ],
)
def test_a_missing_setting_is_refused_with_a_sentence(missing: str, sentence: str):
    answer = compose("--profile", "unit", "config", "-q", **{k: v for k, v in ENOUGH.items() if k != missing})
    assert answer.returncode != 0
    assert sentence in answer.stderr


def test_only_the_agencies_that_know_people_get_the_secret_of_the_person_keys():
    services = services_of("unit")
    holders = {name for name in AGENCIES if "person-key" in [each["source"] for each in services[name]["secrets"]]}
    assert holders == {"registry", "health", "campaigns"}


def test_each_agency_gets_its_own_password_and_no_other():
    services = services_of("unit")
    for name in AGENCIES:
        passwords = [each["source"] for each in services[name]["secrets"] if each["source"] != "person-key"]
        assert passwords == [f"{name}-password"]


def test_no_password_is_in_an_environment_or_an_argument():
    for service in services_of("unit").values():
        for name, value in (service.get("environment") or {}).items():
            assert "PASSWORD" not in name or name.endswith("_FILE"), name
            assert "://" not in (value or "")


def test_database_and_broker_are_reachable_from_the_services_only():
    services = services_of("unit")
    for name in ("database", "broker"):
        assert "ports" not in services[name]
        assert set(services[name]["networks"]) == {"inside"}


def test_consoles_listen_on_this_machine_only_unless_asked_otherwise():
    assert {services_of("unit")[name]["ports"][0]["host_ip"] for name in AGENCIES} == {"127.0.0.1"}


@pytest.mark.parametrize("agency", sorted(AGENCIES))
def test_an_agency_runs_without_privileges_and_says_when_it_is_ready(agency: str):
    service = services_of("unit")[agency]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["healthcheck"]["test"] == ["CMD", "python", "/app/healthy.py"]
    assert service["build"]["args"]["SERVICE"] == agency


def test_every_file_that_compose_mounts_is_in_the_repository():
    for service in services_of("unit").values():
        for volume in service.get("volumes", []):
            if volume["type"] == "bind" and "secrets" not in volume["source"]:
                assert Path(volume["source"]).exists(), volume["source"]
