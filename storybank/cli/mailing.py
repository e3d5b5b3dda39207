"""The outbox from the command line: how it stands, and sending what is due."""

from __future__ import annotations

import click

from storybank.cli.house import the_house
from storybank.config import ON_THIS_MACHINE
from storybank.mail import reading
from storybank.mail.rules import State
from storybank.wiring import House


@click.group(invoke_without_command=True)
@click.pass_context
def mail(context: click.Context) -> None:
    """Say how the outbox stands: where letters go, how many wait, how many failed."""
    if context.invoked_subcommand is None:
        with the_house() as house:
            _say_where(house)
            _say_counts(house)


@mail.command()
def send() -> None:
    """Send what is due now, and say how the outbox stands."""
    with the_house() as house:
        house.runner.errands.drain()
        _say_counts(house)


def _say_where(house: House) -> None:
    post = house.postman
    click.echo(f"Letters go to: {post.carrier.says()}")
    click.echo(f"They come from: {post.sender.name} <{post.sender.email}>")
    here = " (set STORYBANK_PUBLIC_URL)" if house.config.public_url == ON_THIS_MACHINE else ""
    click.echo(f"Links begin with: {house.config.public_url}{here}")


def _say_counts(house: House) -> None:
    with house.sessions() as session:
        counts = reading.counts(session)
    for state in State:
        if counts[state] or state in (State.WAITING, State.FAILED):
            click.echo(f"{state.value}: {counts[state]}")
