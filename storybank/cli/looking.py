"""Searching, and looking for copies that should not be there."""

from __future__ import annotations

import json

import click

from storybank.cli import progress
from storybank.cli.house import the_house
from storybank.clock import now
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.people import service as people
from storybank.search import service
from storybank.search.results import BEST, EACH, SORTS, STORY


@click.command()
@click.argument("query")
@click.option("--as", "email", required=True, help="Whose search it is: an account's e-mail.")
@click.option("--purpose", required=True, help="What the words are wanted for.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--page", type=click.IntRange(1, 1_000_000), default=1, show_default=True)
@click.option("--sort", type=click.Choice(list(SORTS)), default=BEST, show_default=True)
@click.option("--each", type=click.Choice(list(EACH)), default=STORY, show_default=True)
@click.option("--exact", is_flag=True, help="Not words that mean the same.")
@click.option("--words", is_flag=True, help="Print the words that fit, below each title.")
@click.option("--counts", is_flag=True, help="Print how many carry each code, family and fact.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def search(
    query: str,
    email: str,
    purpose: str,
    limit: int,
    page: int,
    sort: str,
    each: str,
    exact: bool,
    words: bool,
    counts: bool,
    as_json: bool,
) -> None:
    """Search as a person may, for one purpose."""
    names = {use.value: use for use in EIGHT}
    if purpose not in names:
        raise BadInput("Name a purpose from: " + ", ".join(names) + ".")
    with the_house() as house, house.sessions() as session:
        account = people.account_by_email(session, email)
        if account is None or account.disabled_at is not None:
            raise NotFound("There is no open account with that e-mail address.")
        use = Use.claim(people.actor_for(session, account), Purpose(purpose), now())
        found = service.search(
            session, house.index.at(session), use, query, page=page, per_page=limit,
            sort=sort, each=each, same=not exact,
        )  # fmt: skip
        if as_json:
            click.echo(json.dumps(service.as_json(found), ensure_ascii=False))
            return
        for note in found.notes:
            click.echo(note, err=True)
        for hit in found.hits:
            click.echo(f"{hit.story_id}\t{hit.score:.2f}\t{hit.title}")
            for passage in hit.excerpts if words else ():
                codes = ", ".join(code.key for code in passage.codes)
                click.echo(f"\t{' '.join(passage.excerpt.words.split())}")
                click.echo(f"\t{passage.excerpt.attribution}{f' [{codes}]' if codes else ''}")
        for count in found.facets if counts else ():
            click.echo(f"{count.field}:{count.value}\t{count.stories}\t{count.name}")
        others = "; ".join(f"{said}: {', '.join(same)}" for said, same in found.same.items())
        if others and found.widened:
            click.echo(f"Also looked for, as they mean the same: {others}.", err=True)
        for typed, better in found.spelling:
            click.echo(f"Nothing has {typed}. Did you mean {better}?", err=True)
        click.echo(f"{found.total} found.", err=True)


@click.command()
def strays() -> None:
    """Print each copy that should not be there; exit 1 if any."""
    with the_house() as house, house.sessions() as session:
        count = 0
        for _, line in house.strays(session):
            click.echo(line)
            count += 1
        if count:
            raise click.exceptions.Exit(1)
        click.echo("No stray copies.", err=True)


@click.command()
def reindex() -> None:
    """Build the search index anew beside the old one, then change over."""
    with the_house() as house:
        house.runner.drain()
        with house.sessions() as session:
            ids = house.index.wanted_ids(session)
            with progress.counted("Indexing", len(ids)) as move_on:
                count = house.index.reindex(session, progress=move_on)
        click.echo(f"Indexed {count} stories.")
