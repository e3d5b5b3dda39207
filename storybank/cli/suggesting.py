"""Suggestions from the command line: all at once with a bar, or as the program that serves them."""

from __future__ import annotations

import json
import os
from time import monotonic, sleep

import click
import sqlalchemy as sa
from sqlalchemy import select

from storybank import db
from storybank.cli import progress
from storybank.cli.choosing import StoryNumber
from storybank.cli.house import the_house
from storybank.consent.service import person_of
from storybank.errors import Conflict
from storybank.jobs.apart import end_with_parent
from storybank.jobs.keeping import the_only_one
from storybank.stories.models import Story
from storybank.suggest import promising
from storybank.suggest import service as suggesting
from storybank.wiring import House

IDLE = 30.0
"""Seconds after which a program that has nothing to do ends."""
ELSEWHERE = "Storybank is learning or suggesting already. Wait until that is done."


@click.command()
@click.option("--story", type=StoryNumber(), help="One story only.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.option("--work", is_flag=True, hidden=True)
def suggest(story: int | None, as_json: bool, work: bool) -> None:
    """Learn from what people answered, look for codes that may fit, and keep them for a person
    to answer."""
    with the_house() as house:
        if work:
            _work(house)
            return
        _promise(house, story)
        _keep_promises(house)
        with house.sessions() as session:
            found = suggesting.as_json(session, None if story is None else [story])
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        check = "  check the meaning" if row["check_meaning"] else ""
        click.echo(f"story {row['story']}: {row['code']} {row['start']}-{row['end']}{check}")
    click.echo(f"{len(found)} suggestions wait.", err=True)


def _promise(house: House, story: int | None) -> None:
    with db.writing(house.sessions) as session:
        if story is not None:
            person_of(session, story)
            promising.promise_reading(session, [story])
        else:
            promising.promise_fit(session)
            promising.promise_renewal(session)


def _keep_promises(house: House) -> None:
    """Raises Conflict where another process is at it."""
    with house.sessions() as session:
        many = session.scalar(select(sa.func.count(Story.id))) or 0
    with progress.counted("Learning and suggesting", many) as move_on:
        house.worker.drain(move_on, at_once=True)
    with the_only_one(house.worker.models.lock) as alone:
        if not alone or house.worker.due(at_once=True):
            raise Conflict(ELSEWHERE)


def _work(house: House) -> None:
    """Do what is promised until there was nothing for a while, or whoever started this is gone."""
    end_with_parent()
    os.nice(10)
    last = monotonic()
    while monotonic() - last < IDLE:
        if house.worker.drain():
            last = monotonic()
        sleep(1.0)
