"""Setting the house up, opening it, and seeing whether it is sound."""

from __future__ import annotations

import json
from dataclasses import replace

import click
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from storybank import db
from storybank.app import create_app
from storybank.backups import lineage
from storybank.cli import serving
from storybank.cli.house import the_house
from storybank.codebook import service as codebook
from storybank.config import PROJECT, Config, home_folder, keys_elsewhere, prepare_home
from storybank.consent import ledger, wordings
from storybank.demo import loading
from storybank.errors import NotReady, StorybankError
from storybank.jobs import queue
from storybank.operating.parts import parts
from storybank.operating.rules import Part
from storybank.stories.models import Story
from storybank.web import asset_files
from storybank.wiring import House, open_house

NEW_LEDGER = (
    "The ledger was missing, and a new one was begun: {}. If the old one is found, put it back in "
    "its place. Make a backup now: earlier ones do not go with the new ledger."
)
STARTER_CODEBOOK = PROJECT / "corpus" / "codebook.toml"


@click.command()
def init() -> None:
    """Make the data folder, secret key, database, starter codebook and search index."""
    home = home_folder()
    prepare_home(home, keys_elsewhere())
    config = Config.from_environment()
    db.upgrade(config.database_url)
    begun = ledger.begin(config)
    house = open_house(config)
    try:
        with db.writing(house.sessions) as session:
            wordings.publish_shipped(session)
            codebook.load(session, STARTER_CODEBOOK)
        house.index.prepare()
        lineage.note(house.engine, ledger.of(config))
        with house.sessions() as session:
            if house.index.trouble(session) and queue.waiting(session) == 0:
                # The folder was lost: an index is rebuilt, never restored.
                click.echo("Building the search index anew...", err=True)
                house.index.reindex(session)
        if begun and _has_stories(house):
            click.echo(NEW_LEDGER.format(ledger.of(config).where), err=True)
    finally:
        house.close()
    click.echo("Storybank is set up.")


@click.command()
def demo() -> None:
    """Load the invented corpus, with an account for each role, into an empty house."""
    with the_house() as house:
        if _has_stories(house):
            click.echo("There are stories here already; the invented ones were not loaded.")
        else:
            count = loading.load(house)
            click.echo(f"Loaded {count} invented stories.")
    click.echo(loading.how_to_sign_in())


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(1, 65535), envvar="PORT", default=8000, show_default=True
)
@click.option(
    "--processes", type=click.IntRange(1, serving.MOST_PROCESSES), default=1, show_default=True,
    help="On PostgreSQL: how many processes answer.",
)  # fmt: skip
@click.option(
    "--threads", type=click.IntRange(1, serving.MOST_THREADS), default=serving.THREADS,
    show_default=True, help="How many requests each process answers at once.",
)  # fmt: skip
@click.option(
    "--closing", type=click.IntRange(0, serving.LONGEST_CLOSING), default=None,
    help="Seconds that it says it is closing before it does; 2 on PostgreSQL, else none.",
)  # fmt: skip
def serve(host: str, port: int, processes: int, threads: int, closing: int | None) -> None:
    """Open the house at http://HOST:PORT."""
    config = Config.from_environment()
    if processes > 1 and not config.on_server:
        raise NotReady("Several processes need PostgreSQL. Leave --processes out.")
    house = open_house(config)
    try:
        if not db.may_serve(house.engine):
            raise NotReady("The database is not up to date. Run: storybank init")
    finally:
        house.close()

    def opening() -> tuple[Flask, House]:
        opened = open_house(config)
        return create_app(house=opened), opened

    pause = closing if closing is not None else 2 if config.on_server else 0
    serving.run(opening, serving.Serving(host, port, processes, threads, pause))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def routes(as_json: bool) -> None:
    """List every page: methods, purposes, and the roles that may come."""
    with the_house() as house:
        app = create_app(house=house)
        rows = []
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            view = app.view_functions[rule.endpoint]
            rows.append(
                {
                    "route": rule.rule,
                    "endpoint": rule.endpoint,
                    "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
                    "purpose": list(getattr(view, "purposes", ())),
                    "roles": list(getattr(view, "roles", ("anyone",))),
                }
            )
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        purpose = ", ".join(row["purpose"]) or "no words"
        click.echo(
            f"{','.join(row['methods']):6} {row['route']}  [{purpose}; {', '.join(row['roles'])}]"
        )


@click.command()
def check() -> None:
    """Say whether database, consent, ledger, index, jobs, backups and assets are sound."""
    found = [*_look(), Part("assets", asset_files.trouble())]
    for part in found:
        click.echo(f"{part.name}: {part.wrong or 'ok'}")
    if any(part.unsound for part in found):
        raise click.exceptions.Exit(1)


def _look() -> list[Part]:
    try:
        house = open_house(replace(Config.from_environment(), jobs="held"))
    except StorybankError as problem:
        return [Part("database", problem.sentence)]
    try:
        if not db.may_serve(house.engine):
            return [Part("database"), Part("migrations", "not up to date; run: storybank init")]
        with house.sessions() as session:
            return parts(session, house.config, house.index, house.strays(session))
    except SQLAlchemyError as problem:
        kind = type(problem).__name__
        wrong = f"cannot be read ({kind}); see STORYBANK_DATABASE_URL and its disk"
        return [Part("database", wrong)]
    finally:
        house.close()


def _has_stories(house: House) -> bool:
    with house.sessions() as session:
        return session.scalar(select(Story.id).limit(1)) is not None
