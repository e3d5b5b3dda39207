"""A machine with other keys than the house is not let in."""

from __future__ import annotations

from dataclasses import replace

import commands
import pytest

from storybank import db
from storybank.config import new_key
from storybank.errors import NotReady
from storybank.nodes import facts, marks
from storybank.wiring import open_house

pytestmark = pytest.mark.postgres


def let_in(config, finishing=False):
    open_house(config, finishing).close()


def test_another_secret_key_is_refused_and_told(houses, configs):
    with pytest.raises(NotReady, match="another secret key"):
        let_in(replace(configs[1], secret_key="x" * 64))
    let_in(configs[1])


def test_a_machine_without_the_key_that_seals_is_refused_until_it_has_it(houses, configs, tmp_path):
    first, second = configs
    own = tmp_path / "keys"
    own.write_text(new_key() + "\n")
    with pytest.raises(NotReady, match="identity_keys"):
        let_in(replace(second, keys_elsewhere=own))
    # One who has both takes the house along to the newer; then the others need it too.
    both = own.read_text() + first.keys_file.read_text()
    own.write_text(both)
    let_in(replace(second, keys_elsewhere=own))
    with pytest.raises(NotReady, match="identity_keys"):
        let_in(first)
    let_in(first, finishing=True)
    let_in(second)


def test_of_the_keys_nothing_is_kept(houses, configs):
    with houses[0].sessions() as session:
        noted = str(facts.get(session, marks.FACT))
    for line in (configs[0].secret_key, *configs[0].keys_file.read_text().split()):
        assert line not in noted


def test_keys_are_not_changed_while_another_machine_serves(houses, configs, monkeypatch, capsys):
    monkeypatch.setenv("STORYBANK_HOME", str(configs[0].home))
    monkeypatch.setenv("STORYBANK_DATABASE_URL", configs[0].database_url)
    monkeypatch.setenv("STORYBANK_LEDGER", str(configs[0].ledger_file))
    before = configs[0].keys_file.read_text()
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("STORYBANK_NODE", "other")
        there = houses[1].appear("serve")
    try:
        there.note()
        done = commands.Terminal(monkeypatch, capsys)("rotate-keys")
        assert "Other machines serve this house: other serve" in str(done)
        assert configs[0].keys_file.read_text() == before
    finally:
        there.end()


def test_a_fact_is_noted_over_what_was_noted(houses):
    with db.writing(houses[0].sessions) as session:
        facts.put(session, "a fact", {"one": 1})
        facts.put(session, "a fact", {"two": 2})
    with houses[1].sessions() as session:
        assert facts.get(session, "a fact").value == {"two": 2}
        assert facts.get(session, "no fact") is None
