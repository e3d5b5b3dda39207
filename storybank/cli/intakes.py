"""What was brought, listed; and an intake taken out again."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from storybank import db
from storybank.cli import progress
from storybank.cli.choosing import StoryNumber
from storybank.cli.house import the_house
from storybank.people.rules import MACHINE
from storybank.receiving import gathering, intakes, undoing


@click.command("intakes")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an intake.")
def list_intakes(as_json: bool) -> None:
    """List what was brought, newest first, and how far each intake is."""
    with the_house() as house, house.sessions() as session:
        for line in intakes.newest(session, most=1_000):
            stands = line.progress
            if as_json:
                facts = {
                    "intake": line.id, "source": line.source, "stage": line.stage.value,
                    "made_at": line.made_at.isoformat(timespec="seconds") + "Z",
                    **asdict(stands),
                }  # fmt: skip
                click.echo(json.dumps(facts))
                continue
            click.echo(
                f"intake {line.id}: {line.made_at:%d %B %Y %H:%M} UTC, by {line.source}, "
                f"{line.stage.value}: {stands.taken} taken in, {stands.refused} refused, "
                f"{stands.waiting + stands.ready + stands.asked} waiting, of {stands.total}"
            )


@click.command("undo-intake")
@click.argument("intake_id", metavar="NUMBER", type=StoryNumber())
@click.option("--yes", is_flag=True, help="Do it without asking.")
def undo_intake(intake_id: int, yes: bool) -> None:
    """Take all stories of an intake out again, but for those that somebody has worked on.

    Receipts that were printed and copies that were made stay where they are."""
    with the_house() as house:
        with house.sessions() as session:
            goes = undoing.what_goes(session, intake_id)
        for kept in goes.kept:
            click.echo(kept.sentence)
        if not yes:
            click.confirm(f"Delete {goes.stories} stories of intake {intake_id} for good?",
                          abort=True, err=True)  # fmt: skip
        with db.writing(house.sessions) as session:
            undoing.begin(session, intake_id)
            left = undoing.next_ones(session, intake_id)
        gone = 0
        with progress.counted("Taking out", len(left)) as move_on:
            for item_id in left:
                with db.writing(house.sessions) as session:
                    gone += undoing.undo_one(session, MACHINE, item_id) is not None
                move_on(1)
        with db.writing(house.sessions) as session:
            undoing.end(session, gathering.hold(session, intake_id))
        progress.drain(house)
    click.echo(f"{gone} stories deleted, {len(goes.kept)} stay.", err=True)
