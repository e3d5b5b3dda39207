"""What an operator copies from ``deploy/`` is right: units, settings, alerts."""

from __future__ import annotations

import re
import shutil
import subprocess

import houses
import pytest
from deploy.serving import PROJECT
from house.test_readme import SETTINGS

from storybank.cli.main import commands

DEPLOY = PROJECT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
COMMAND = re.compile(r"^ExecStart=/srv/storybank-code/\.venv/bin/storybank (.*)$", re.MULTILINE)


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


class TestUnits:
    def test_systemd_understands_them(self, tmp_path):
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd is not installed")
        program = shutil.which("true")
        names = []
        for unit in UNITS:
            path = tmp_path / unit.name
            # The program they start is not installed at its place here.
            path.write_text(re.sub(r"/srv/\S+/storybank", program, unit.read_text()))
            names.append(path)
        said = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *names], capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert (said.returncode, said.stderr) == (0, "")

    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_they_start_commands_with_options_that_there_are(self, unit):
        for line in COMMAND.findall(unit.read_text()):
            name, *words = line.split()
            if name == "work" and "work" not in commands.commands:
                pytest.skip("this release has no workers yet")
            told = {option for one in commands.commands[name].params for option in one.opts}
            assert {word for word in words if word.startswith("--")} <= told

    def test_what_runs_always_leaves_no_picture_of_memory_and_may_do_little(self):
        for unit in DEPLOY.glob("*.service"):
            lines = unit.read_text().splitlines()
            assert {"LimitCORE=0", "NoNewPrivileges=yes", "User=storybank"} <= set(lines)


class TestSettings:
    def test_the_example_names_every_setting_and_no_other(self):
        named = re.findall(r"^#?([A-Z_]+)=", text("storybank.env.example"), re.MULTILINE)
        assert sorted(named) == sorted(SETTINGS)

    def test_a_house_can_be_opened_with_it(self, monkeypatch, tmp_path):
        from storybank.config import Config, prepare_home

        houses.alone()
        for line in text("storybank.env.example").splitlines():
            name, given, value = line.partition("=")
            if given and not name.startswith("#"):
                monkeypatch.setenv(name, value)
        prepare_home(tmp_path)
        config = Config.from_environment(tmp_path)
        assert (config.on_server, config.proxies, config.work) == (True, 1, "apart")
        assert config.ledger_database


class TestAlerts:
    def test_they_speak_only_of_figures_that_there_are(self, app, house, monkeypatch):
        monkeypatch.setenv("STORYBANK_METRICS_TOKEN", "a-monitor")
        client = app.test_client()
        sent = {"Authorization": "Bearer a-monitor"}
        client.get("/about")
        told = client.get("/metrics", headers=sent).text
        there = set(re.findall(r"^# TYPE (\w+)", told, re.MULTILINE))
        there |= {f"{name}_bucket" for name in there}
        rules = text("alerts.yml")
        named = set(re.findall(r"\bstorybank_\w+", rules))
        assert named and named - there == set()
        assert rules.count("- alert:") == rules.count("expr:") == rules.count("summary:")


class TestPostgres:
    @pytest.mark.postgres
    def test_a_server_takes_every_hint(self, postgres_url):
        import sqlalchemy as sa

        hints = re.findall(r"^(\w+) = ('[^']*'|\S+)", text("postgresql.conf"), re.MULTILINE)
        engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            known = {name: kind for name, kind in connection.execute(
                sa.text("SELECT name, vartype FROM pg_settings"))}  # fmt: skip
            # Asked in a transaction that is rolled back: it says whether the value can be read.
            for name, value in hints:
                assert name in known, name
                if known[name] == "integer" and value[-1] == "B":
                    size = connection.scalar(sa.text("SELECT pg_size_bytes(:it)"), {"it": value})
                    assert size > 0
        engine.dispose()
