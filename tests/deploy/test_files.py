"""Files for operators name settings, commands and files that exist."""

import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from config import Settings, WrongSetting, read
from marketplace.cli import PLACES
from tests.structure.house import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTINGS = {one.name.upper() for one in fields(Settings)} | {"INSTANCE", "PROMETHEUS_MULTIPROC_DIR"}
# Read by Python and by the images of the database.
OTHERS = {"PYTHONUNBUFFERED", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB"}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def flask_words(command: list[str]) -> str | None:
    """The command of ours that a command line runs, if any."""
    if "--app" not in command:
        return None
    return command[command.index("--app") + 2]


def lines_of_units(beginning: str) -> list[str]:
    lines = [line for path in UNITS for line in path.read_text().splitlines()]
    return [line.partition("=")[2] for line in lines if line.startswith(beginning)]


def named_settings() -> set[str]:
    example = re.findall(r"^([A-Z_]+)=", (DEPLOY / "settings.example").read_text(), re.M)
    docker = re.findall(r"\b([A-Z_]{3,})=", (DEPLOY / "Dockerfile").read_text())
    units = re.findall(r"\b([A-Z_]{3,})=", "\n".join(lines_of_units("Environment=")))
    services = compose()["services"].values()
    containers = [name for one in services for name in one.get("environment", {})]
    return {*example, *docker, *units, *containers}


def test_every_variable_is_a_setting() -> None:
    assert named_settings() - SETTINGS - OTHERS == set()


def test_the_settings_of_the_example_can_be_read(tmp_path: Path) -> None:
    lines = (DEPLOY / "settings.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    own = {name: value.replace("change-me", "our-owns!") for name, value in given.items()}
    settings = read({**own, "PRODUCTION": "1", "INSTANCE": str(tmp_path)})
    assert settings.trusted_proxies == 1
    assert settings.redis_url == given["REDIS_URL"]


def test_every_command_is_one_of_ours() -> None:
    lines = [shlex.split(line) for line in lines_of_units("Exec")]
    lines += [shlex.split(line[2]) for line in lines if line[:2] == ["/bin/sh", "-c"]]
    lines += [one["command"] for one in compose()["services"].values() if "command" in one]
    asked = {words for line in lines if (words := flask_words(line))}
    assert asked == {"backup", "db", "prepare", "worker"}
    # `db` is Flask-Migrate's.
    assert asked <= {*PLACES, "db"}


@pytest.mark.parametrize("path", [*UNITS, DEPLOY / "Dockerfile", DEPLOY / "compose.yaml"])
def test_every_file_of_ours_that_is_named_is_there(path: Path) -> None:
    named = re.findall(r"\bdeploy/[\w./]+\.\w+", path.read_text())
    mounted = re.findall(r"- \./([\w./]+\.conf):", path.read_text())
    missing = [one for one in named if not (ROOT / one).exists()]
    missing += [one for one in mounted if not (DEPLOY / one).exists()]
    assert missing == []


def test_each_node_of_the_compose_file_keeps_its_own_folder() -> None:
    services = compose()["services"]
    folders = {name: one["volumes"] for name, one in services.items() if name[-1].isdigit()}
    assert folders["web1"] == folders["worker1"]
    assert folders["web2"] == folders["worker2"]
    assert folders["web1"] != folders["web2"]
    nodes = (DEPLOY / "nodes.compose.conf").read_text()
    doors = re.findall(r"server (unix:\S+)", nodes)
    assert doors == [services[name]["command"][4] for name in ("web1", "web2")]


def test_the_containers_of_one_machine_speak_by_sockets_they_share(tmp_path: Path) -> None:
    """In production nothing else would be let start: what they are given can be read."""
    services = compose()["services"]
    given = services["web1"]["environment"]
    password = given["DATABASE_URL"].replace("${POSTGRES_PASSWORD:?set it}", "secret")
    ground = {"PRODUCTION": "1", "SECRET_KEY": "k" * 40, "INSTANCE": str(tmp_path)}
    settings = read({**given, **ground, "DATABASE_URL": password})
    assert make_url(settings.database_url).query["host"] == "/var/run/postgresql"
    folders = {volume.split(":")[1]: volume.split(":")[0] for volume in services["web1"]["volumes"]}
    for service, inside, seen in (
        ("database", "/var/run/postgresql", "/var/run/postgresql"),
        ("redis", "/data", "/run/redis"),
        ("clamav", "/tmp", "/run/clamav"),
        ("nginx", "/run/bangfu", "/run/bangfu"),
    ):
        assert f"{folders[seen]}:{inside}" in services[service]["volumes"]
    assert [name for name, one in services.items() if "ports" in one] == ["nginx"]


def test_nginx_repeats_no_form_and_lets_nobody_name_the_visitor() -> None:
    """What a page posts is sent to one node alone; what a visitor says of proxies is replaced."""
    said = (DEPLOY / "nginx.conf").read_text()
    keyed = said[said.index("location @keyed") :].partition("}")[0]
    assert said.count("non_idempotent") == keyed.count("non_idempotent") == 1
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in said
    assert "TRUSTED_PROXIES=1" in (DEPLOY / "settings.example").read_text()
    assert "limit_req zone=visitors" in said
    assert re.search(r"location /api/ \{ return 403; \}", said)


def test_nginx_takes_no_host_from_whoever_asks() -> None:
    said = (DEPLOY / "nginx.conf").read_text()
    assert "$host$request_uri" not in said
    assert "return 301 https://$server_name$request_uri;" in said
    for door in ("listen 80 default_server;", "ssl_reject_handshake on;"):
        assert f"{door}\n        return 444;" in said


def test_a_credential_of_systemd_is_a_setting(tmp_path: Path) -> None:
    lines = lines_of_units("LoadCredentialEncrypted=")
    names = {line.partition(":")[0] for line in lines}
    assert {"SECRET_KEY", "HOUSEHOLD_KEY", "LINK_KEY"} <= names <= SETTINGS
    (tmp_path / "SECRET_KEY").write_text("k" * 40 + "\n")
    (tmp_path / "notes.txt").write_text("no setting")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path), "INSTANCE": str(tmp_path), "PRODUCTION": "1"}
    assert read(given).secret_key == "k" * 40
    assert read({**given, "SECRET_KEY": "o" * 40}).secret_key == "k" * 40


def test_the_example_asks_database_and_redis_by_certificates(tmp_path: Path) -> None:
    lines = (DEPLOY / "settings.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert "sslmode=verify-full" in given["DATABASE_URL"]
    assert given["REDIS_URL"].startswith("rediss://")
    for url in (given["DATABASE_URL"], given["REDIS_URL"]):
        assert ":change-me@" not in url


def test_no_shop_opens_with_the_secrets_of_the_example(tmp_path: Path) -> None:
    lines = (DEPLOY / "settings.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    own = {name: value.replace("change-me", "our-owns!") for name, value in given.items()}
    ground = {"PRODUCTION": "1", "INSTANCE": str(tmp_path)}
    left = {name: value for name, value in given.items() if "change-me" in value}
    assert {"SECRET_KEY", "HOUSEHOLD_KEY", "LINK_KEY", "METRICS_TOKEN", "MAIL_URL"} <= set(left)
    for name, value in left.items():
        with pytest.raises(WrongSetting, match=name):
            read({**own, **ground, name: value})


def test_the_image_holds_neither_history_nor_tests() -> None:
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".git", "tests", "benchmarks", "instance", "deploy/settings"} <= set(left_out)
