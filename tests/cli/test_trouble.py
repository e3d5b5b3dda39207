"""Whatever goes wrong, a command says one plain sentence, ends with a code, and shows no trace."""

from __future__ import annotations

import sqlite3

import click
import pytest
from commands import YES

from storybank import db
from storybank.cli import looking
from storybank.cli.main import commands
from storybank.jobs import queue

NOT_SET_UP = "Storybank is not set up here yet. Run: storybank init\n"
CALLS = {
    "init": (),
    "demo": (),
    "serve": (),
    "check": (),
    "routes": ("--json",),
    "people add": ("--email", "jo@example.org", "--role", "researcher"),
    "take-in": ("a.txt", *YES),
    "suggest": ("--json",),
    "bring-in": ("a.qdpx", "--by", "jo@example.org"),
    "stop": ("1", "--all", "--channel", "phone"),
    "allow": ("1", "--use", "study", "--evidence", "x"),
    "search": ("x", "--as", "jo@example.org", "--purpose", "study", "--json"),
    "strays": (),
    "reindex": (),
    "erase": ("1", "--channel", "phone", "--yes"),
    "rotate-keys": (),
    "mail send": (),
    "backup": (),
    "restore": ("--finish",),
    "move": ("--to", "postgresql+psycopg://nobody@127.0.0.1:9/none"),
    "intakes": (),
    "undo-intake": ("1", "--yes"),
    "upgrade": (),
    "work": ("--once",),
}
"""Every command, called as it should be."""
READERS = sorted(set(CALLS) - {"init", "serve", "check", "restore", "move"})


def names(group: click.Group = commands, before: tuple[str, ...] = ()) -> set[str]:
    found = set()
    for name, command in group.commands.items():
        inside = isinstance(command, click.Group)
        found |= names(command, (*before, name)) if inside else {" ".join((*before, name))}
    return found


def test_these_are_all_the_commands():
    assert names() == set(CALLS)


def in_one_sentence(said, code: int = 1) -> str:
    assert (said.code, said.out) == (code, "")
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    return said.err


class TestBeforeInit:
    def test_each_command_says_what_to_run(self, bare):
        for name in (*READERS, "serve"):
            assert in_one_sentence(bare(*name.split(), *CALLS[name])) == NOT_SET_UP

    def test_a_check_says_it_in_its_table(self, bare):
        said = bare("check")
        assert (said.code, said.err) == (1, "")
        assert said.lines[0] == f"database: {NOT_SET_UP}".strip()

    def test_looking_makes_nothing(self, bare, tmp_path):
        bare("check")
        bare("strays")
        assert list(tmp_path.iterdir()) == []


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("address", "sentence"),
        [
            ("nonsense", "The database address cannot be used. Check STORYBANK_DATABASE_URL.\n"),
            ("nosuch://x", "The database address cannot be used. Check STORYBANK_DATABASE_URL.\n"),
            ("sqlite:////nowhere/at/all.db", "The database does not answer, or is not set up."),
        ],
    )
    def test_an_address_that_is_wrong_is_told(self, storybank, monkeypatch, address, sentence):
        monkeypatch.setenv("STORYBANK_DATABASE_URL", address)
        for name in (*READERS, "serve", "init"):
            assert in_one_sentence(storybank(*name.split(), *CALLS[name])).startswith(sentence)

    def test_one_that_is_locked_is_told(self, storybank, house, monkeypatch):
        monkeypatch.setattr(db, "BUSY", 50)
        with sqlite3.connect(house.config.home / "storybank.db") as other:
            other.execute("BEGIN IMMEDIATE")
            said = storybank("stop", 1, "--all", "--channel", "phone")
            other.rollback()
        other.close()
        assert in_one_sentence(said).startswith("The database does not answer")

    def test_a_file_that_is_none_is_told(self, storybank, monkeypatch, tmp_path):
        (tmp_path / "other.db").write_bytes(b"somebody's own words" * 100)
        monkeypatch.setenv("STORYBANK_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
        said = storybank("strays")
        assert "somebody" not in in_one_sentence(said)


class TestTheDataFolder:
    def test_a_file_in_its_place_is_told(self, bare, tmp_path):
        (tmp_path / "home").write_text("a file")
        assert in_one_sentence(bare("init")) == f"Cannot use {tmp_path / 'home'}: File exists.\n"

    def test_a_file_above_it_is_told(self, bare, tmp_path):
        (tmp_path / "file").write_text("a file")
        bare.in_house(tmp_path / "file" / "home")
        assert in_one_sentence(bare("init")).endswith(": Not a directory.\n")

    def test_one_that_no_one_can_write_to_is_told(self, bare):
        bare.in_house("/proc/storybank")
        assert in_one_sentence(bare("init")).startswith("Cannot use /proc/storybank")


class TestUse:
    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("frobnicate",), "No such command 'frobnicate'. See: storybank --help\n"),
            (("stop", "--zz"), "No such option '--zz'. See: storybank stop --help\n"),
            (("take-in",), "Missing argument 'PATHS...'. See: storybank take-in --help\n"),
            (("people", "remove"), "No such command 'remove'. See: storybank people --help\n"),
            (("serve", "--port", "x"), "Invalid value for '--port': 'x' is not a valid integer"),
        ],
    )
    def test_what_was_meant_otherwise_is_told_with_where_to_look(self, bare, words, sentence):
        assert in_one_sentence(bare(*words), code=2).startswith(sentence)

    @pytest.mark.parametrize("words", [(), ("--help",), ("-h",), ("people",), ("stop", "--help")])
    def test_help_is_given_to_whoever_asks(self, bare, words):
        said = bare(*words)
        assert "Usage: storybank" in said.out + said.err
        assert "Traceback" not in said.err

    def test_every_command_says_what_it_is_for(self, bare):
        for name in CALLS:
            said = bare(*name.split(), "--help")
            assert said.code == 0
            assert len(said.lines[2].strip()) > 10, name

    def test_the_version_is_told(self, bare):
        assert bare("--version").out.startswith("storybank, version ")


class TestAFault:
    def test_its_kind_and_place_are_told_and_none_of_its_words(self, storybank, monkeypatch):
        def broken(*args, **more):
            raise ValueError("hedgehog, said the storyteller")

        monkeypatch.setattr(looking.people, "account_by_email", broken)
        told = in_one_sentence(storybank("search", *CALLS["search"]), code=70)
        assert told.startswith("This is a fault in Storybank: ValueError at ")
        assert "test_trouble.py" in told
        assert "hedgehog" not in told

    def test_log_lines_go_to_standard_error(self, storybank, house):
        with db.writing(house.sessions) as session:
            queue.put(session, "no such work")
        said = storybank("reindex")
        assert said.out == "Indexed 0 stories.\n"
        assert "job_put_off" in said.err
