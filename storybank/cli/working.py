"""``storybank work``: a program that does promised work, as many of them as the house needs."""

from __future__ import annotations

import os

import click

from storybank.cli.house import the_house
from storybank.errors import NotReady
from storybank.jobs.queues import ALL, QUEUES, SUGGESTING

ON_SQLITE = (
    "A house on SQLite does its work in the web server. Workers need PostgreSQL: "
    "set STORYBANK_DATABASE_URL."
)


@click.command()
@click.option("--queue", "queues", type=click.Choice([*QUEUES, ALL]), multiple=True, default=[ALL],
              show_default=True, help="Whose work to do; may be said several times.")  # fmt: skip
@click.option("--once", is_flag=True, help="End when nothing is left to do.")
def work(queues: tuple[str, ...], once: bool) -> None:
    """Do promised work until told to stop (SIGTERM ends it after the work at hand)."""
    with the_house() as house:
        if house.workers is None:
            raise NotReady(ON_SQLITE)
        if set(queues) == {SUGGESTING}:
            # Nothing else waits here, so what spaCy needs is loaded in this very program.
            os.nice(10)
            house.workers.keeper.learner = house.worker
        click.echo(f"Working for: {', '.join(queues)}", err=True)
        house.workers.keeper.watch()
        here = house.appear("work")
        try:
            house.workers.work(queues, once=once)
        finally:
            here.end()
