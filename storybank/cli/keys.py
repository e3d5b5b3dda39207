"""Changing the key of personal details from the command line."""

from __future__ import annotations

import click

from storybank.cli import progress
from storybank.cli.house import the_house
from storybank.errors import Conflict
from storybank.nodes import marks, presence
from storybank.people import rotation
from storybank.people.sealing import sealer_of
from storybank.tables import metadata

ELSEWHERE = (
    "Other machines serve this house: {}. Stop Storybank there, then try again; copy the new file "
    "of keys to them before they start."
)


@click.command("rotate-keys")
def rotate_keys() -> None:
    """Seal all personal details with a new key, then take the old key away."""
    tables = rotation.sealed_tables(metadata)
    with the_house() as house, rotation.alone(house.config.keys_file):
        with house.sessions() as session:
            if elsewhere := presence.others(session):
                raise Conflict(ELSEWHERE.format(", ".join(elsewhere[:5])))
            made = rotation.start(sealer_of(session))
            rows = rotation.left(session, tables)
        went_on = "An earlier change of keys was cut off. Going on with it."
        click.echo("A new key is made." if made else went_on, err=True)
        with progress.counted("Sealing anew", rows) as move_on:
            count = rotation.finish(house.sessions, tables, move_on)
        marks.check(house.engine, house.config, anew=True)
    click.echo(f"{count} sealed anew. The old key is taken away.")
    click.echo(
        "Copy the file of keys to its safe place now. Keep the old copy as long as you keep "
        "backups from before today.",
        err=True,
    )
