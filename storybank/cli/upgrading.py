"""Bringing the database up to this release while machines of the one before serve on."""

from __future__ import annotations

from datetime import timedelta

import click
import sqlalchemy as sa

from storybank import db, releases
from storybank.cli.setting_up import STARTER_CODEBOOK
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.config import Config
from storybank.consent import wordings
from storybank.errors import Conflict
from storybank.nodes.models import Node
from storybank.wiring import open_house

LIVING = timedelta(seconds=90)
"""A machine that was heard of within this time may still be serving."""
WAITING = (
    "Steps that wait, for older releases cannot serve after them: {}. When every machine runs this "
    "release: storybank upgrade --contract"
)
STILL_SERVED = (
    "Machines of an older release still serve: {}. Upgrade them first, or end them, and wait a "
    "minute and a half."
)
NOT_YET = "This release serves only after those steps."


@click.command()
@click.option(
    "--contract", is_flag=True, help="Take the steps after which older releases cannot serve, too."
)
def upgrade(contract: bool) -> None:
    """Bring the database up to this release; older releases serve on until --contract."""
    config = Config.from_environment()
    engine = db.make_engine(config.database_url)
    try:
        stop, waiting = releases.next_stop(engine)
        if contract and waiting:
            _refuse_older(engine)
            stop, waiting = "head", []
        if stop:
            db.upgrade(config.database_url, stop)
        serves = db.may_serve(engine)
    finally:
        engine.dispose()
    if serves:
        _bring_along(config)
    click.echo("The database is upgraded." if stop else "There is nothing to do now.")
    if waiting:
        click.echo(WAITING.format(", ".join(waiting)), err=True)
        if not serves:
            click.echo(NOT_YET, err=True)


def _refuse_older(engine: sa.Engine) -> None:
    """Raises Conflict while a machine lives that could not serve afterwards."""
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(Node.__tablename__):
            return
        living = sa.select(Node.name, Node.head).where(Node.seen_at > now() - LIVING)
        after = releases.served_after()
        older = sorted(name for name, head in connection.execute(living) if head not in after)
    if older:
        raise Conflict(STILL_SERVED.format(", ".join(older)))


def _bring_along(config: Config) -> None:
    """What a release ships beside its tables, as ``storybank init`` does."""
    house = open_house(config)
    try:
        with db.writing(house.sessions) as session:
            wordings.publish_shipped(session)
            codebook.load(session, STARTER_CODEBOOK)
    finally:
        house.close()
