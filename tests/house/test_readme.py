"""The README names every setting, role, purpose, command and room."""

from __future__ import annotations

import re

import pytest

from storybank.cli.main import commands
from storybank.config import PROJECT
from storybank.consent.purposes import Purpose
from storybank.people.rules import Role

README = (PROJECT / "README.md").read_text(encoding="utf-8")
SETTINGS = {
    name
    for path in (PROJECT / "storybank").rglob("*.py")
    for name in re.findall(r'"(STORYBANK_[A-Z_]+|PORT)"', path.read_text(encoding="utf-8"))
} - {
    "STORYBANK_LIMITS",  # a switch of the tests, in the application's own configuration
    "STORYBANK_PARENT",  # what a program that the house starts is told by the house
}


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_is_told(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("role", list(Role))
def test_every_role_is_told(role):
    assert f"`{role.value}`" in README


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_purpose_is_told(purpose):
    assert f"`{purpose.value}`" in README or f"(`{purpose.value}`)" in README


@pytest.mark.parametrize("command", sorted(commands.commands))
def test_every_command_is_told(command):
    assert f"storybank {command}" in README


def test_every_room_stands_in_the_house_on_one_page():
    page = README.split("## The house on one page")[1].split("## Words we use")[0]
    rooms = {path.parent.name for path in (PROJECT / "storybank").glob("*/__init__.py")}
    assert {room for room in rooms if not re.search(rf"\b{room}\b", page)} == set()


def test_every_picture_and_file_it_points_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (PROJECT / target).exists(), target
