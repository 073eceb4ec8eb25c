"""What can be known of compose.yaml without Docker: that it says what the Dockerfile and the settings have."""

import json
import re
import shlex

import yaml
from click.testing import CliRunner
from support import ROOT
from test_dockerfile import INSTRUCTIONS, value

from index.storage.postgresql.place import place_of
from index.stores import check_url
from qa.cli.main import main
from qa.settings import Settings

TEXT = (ROOT / "compose.yaml").read_text()
COMPOSE = yaml.safe_load(TEXT)
SERVICE, ONE, TWO, DATABASE = (COMPOSE["services"][name] for name in ("quoth", "quoth-1", "quoth-2", "postgresql"))


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


def test_one_service_keeps_its_data_in_a_named_volume() -> None:
    assert list(COMPOSE) == ["services", "volumes"]
    assert [name for name, service in COMPOSE["services"].items() if "profiles" not in service] == ["quoth"]
    assert SERVICE["build"] == {"context": "."}
    (argument,) = re.findall(r"args: \{(\w+):", TEXT)
    assert argument in [rest.split("=")[0] for name, rest in INSTRUCTIONS if name == "ARG"]
    assert SERVICE["volumes"] == [f"{next(iter(COMPOSE['volumes']))}:{value('VOLUME')}"]
    assert f"QUOTH_DATA={value('VOLUME')}" in value("ENV").split()


def test_it_is_reached_from_this_machine_alone_at_the_port_of_the_image() -> None:
    assert SERVICE["ports"] == [f"127.0.0.1:{value('EXPOSE')}:{value('EXPOSE')}"]


def test_it_can_do_no_more_than_it_must() -> None:
    assert SERVICE["read_only"] is True
    assert SERVICE["cap_drop"] == ["ALL"]
    assert SERVICE["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in SERVICE
    assert SERVICE["mem_limit"] == SERVICE["memswap_limit"] == "3g"
    assert SERVICE["pids_limit"] == 256
    assert SERVICE["ulimits"] == {"nofile": 65536, "core": 0}
    assert [mount.split(":")[0] for mount in SERVICE["tmpfs"]] == ["/tmp"]  # noqa: S108


def test_it_is_asked_whether_it_is_ready_as_the_image_is() -> None:
    assert SERVICE["healthcheck"]["test"] == ["CMD", *json.loads(value("HEALTHCHECK").partition("CMD ")[2])]
    for name, option in {"interval": "interval", "timeout": "timeout", "start_period": "start-period"}.items():
        assert f"--{option}={SERVICE['healthcheck'][name]}" in value("HEALTHCHECK").split()


def test_it_has_longer_to_end_than_the_server_takes() -> None:
    longest = int(SERVICE["environment"].get("QUOTH_SHUTDOWN_SECONDS", Settings().shutdown_seconds))
    assert seconds(SERVICE["stop_grace_period"]) > longest


def test_every_setting_named_there_is_one() -> None:
    known = {f"QUOTH_{name.upper()}" for name in Settings.model_fields}
    set_here = {name: text for name, text in SERVICE["environment"].items() if name.startswith("QUOTH_")}
    assert set(re.findall(r"QUOTH_\w+", TEXT)) <= known
    commented = dict(re.findall(r'^ +# (QUOTH_\w+): "?([^"\s]+)', TEXT, re.MULTILINE))
    assert len(commented) >= 4
    set_here |= {"QUOTH_STORE": ONE["environment"]["QUOTH_STORE"]}  # which a replica is of
    Settings(**{name.removeprefix("QUOTH_").lower(): text for name, text in {**commented, **set_here}.items()})


def test_its_commands_are_real() -> None:
    commands = [shlex.split(line) for line in re.findall(r"^#   docker compose (.*?)(?:   .*)?$", TEXT, re.MULTILINE)]
    commands = [[word for word in command if word not in ("--profile", "postgresql")] for command in commands]
    assert [command[0] for command in commands] == ["build", "run", "up", "run"] * 2
    for command in commands:
        named = [word for word in command if word in COMPOSE["services"]]
        if command[0] == "run":
            quoth = command[command.index(named[0]) + 1 :]
            assert CliRunner().invoke(main, [*quoth, "--help"]).exit_code == 0


def test_two_servers_over_one_database_are_as_confined_and_keep_nothing() -> None:
    assert (ONE["profiles"], TWO["profiles"], DATABASE["profiles"]) == (["postgresql"],) * 3
    assert {**ONE, "ports": 0} == {**TWO, "ports": 0}
    assert [service["ports"] for service in (ONE, TWO)] == [[f"127.0.0.1:{port}:8000"] for port in (8001, 8002)]
    differs = {"profiles", "ports", "volumes", "environment", "depends_on"}
    assert {name for name in ONE if ONE[name] != SERVICE.get(name)} == differs
    assert ONE["volumes"] == []
    assert ONE["depends_on"] == {"postgresql": {"condition": "service_healthy"}}
    assert "ports" not in DATABASE  # it is reached from the servers alone
    assert DATABASE["volumes"][0].split(":")[0] in COMPOSE["volumes"]
    settings, database = ONE["environment"], DATABASE["environment"]
    place = place_of(settings["QUOTH_STORE"].removeprefix("postgresql://"))
    user = f"{database['POSTGRES_USER']}@postgresql/{database['POSTGRES_DB']}"
    assert place.url == check_url(settings["QUOTH_STORE"]) == f"postgresql://{user}"
    assert settings["PGPASSWORD"] == database["POSTGRES_PASSWORD"]
    (version,) = re.findall(r"pgvector:(\d+)\.(\d+)\.(\d+)-pg", DATABASE["image"])
    assert tuple(map(int, version)) >= (0, 8, 4)
