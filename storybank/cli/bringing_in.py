"""Stories in from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from storybank import db
from storybank.cli import progress
from storybank.cli.choosing import read_uses, read_words
from storybank.cli.house import the_house
from storybank.consent.rules import Answer, Fact, Medium, NameStyle
from storybank.consent.service import Proof
from storybank.errors import StorybankError
from storybank.intake import bulk
from storybank.intake.reading import read_path
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices, receive
from storybank.people.rules import MACHINE
from storybank.wiring import House

TAKEN, REFUSED = "taken in", "refused"


@click.command("take-in")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--uses", default="", help="Uses the storyteller said yes to: keep,study,...")
@click.option("--evidence", default="", help="How they said yes, and who saw it.")
@click.option(
    "--attribution",
    default="none",
    show_default=True,
    type=click.Choice([style.value for style in NameStyle]),
    help="The name to show.",
)
@click.option("--name", default="", help="The name itself, unless attribution is none.")
@click.option("--lasts", default="2 years", show_default=True, help="How long the yes lasts.")
@click.option(
    "--media",
    default="words",
    show_default=True,
    help="How people may get it: words,voice,image,read aloud.",
)
@click.option(
    "--facts", default="", help="What else may be said: services,carer,area,condition,age group."
)
@click.option(
    "--transcript", is_flag=True, help="Somebody else wrote it down: it waits to be read back."
)
@click.option("--channel", default="paper", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
def take_in(paths: tuple[Path, ...], uses: str, evidence: str, attribution: str, name: str,
            lasts: str, media: str, facts: str, transcript: bool, channel: str,
            as_json: bool) -> None:  # fmt: skip
    """Take stories in, a file each (.txt, .md, .docx, .odt, .fodt, .rtf, .pdf, .html, .vtt, .srt,
    .sbv, .eaf), or many in a .csv or .jsonl file."""
    choices = Choices(
        answers=dict.fromkeys(read_uses(uses), Answer.YES) if uses.strip() else {},
        proof=Proof("witness_note", evidence) if evidence.strip() else None,
        channel=channel,
        lasts=lasts,
        name_style=NameStyle(attribution),
        name=name,
        media=read_words(media, Medium, "ways"),
        facts=read_words(facts, Fact, "facts"),
        transcript=transcript,
    )
    taken = refused = 0
    with the_house() as house:
        with progress.walked("Taking in", arrivals(paths)) as incoming:
            for source, arrival in incoming:
                result = _take_one(house, source, arrival, choices)
                taken += result["outcome"] == TAKEN
                refused += result["outcome"] == REFUSED
                click.echo(json.dumps(result, ensure_ascii=False) if as_json else _line(result))
        progress.drain(house)
    click.echo(f"{taken} taken in, {refused} refused.", err=True)
    if refused:
        raise click.exceptions.Exit(1)


def arrivals(paths: tuple[Path, ...]) -> Iterator[tuple[dict[str, Any], Arrival | str]]:
    """Each story that comes, with where it came from; a sentence in its place when it cannot."""
    for path in paths:
        # A name need not be in UTF-8; what other programs read from us is.
        name = os.fsencode(path.name or path).decode("utf-8", "replace")
        source: dict[str, Any] = {"source": name}
        if path.is_dir():
            yield source, "This is a folder. Name the files in it: folder/*.txt, for example."
            continue
        if path.suffix.lower() in (".jsonl", ".ndjson", ".csv", ".tsv"):
            try:
                for row in bulk.read_rows(path):
                    if isinstance(row, bulk.BadRow):
                        where = source | {"line": row.line, "external_id": row.external_id}
                        yield where, row.reason
                    else:
                        yield source, row
            except StorybankError as problem:
                yield source, problem.sentence
            continue
        try:
            yield source, read_path(path)
        except StorybankError as problem:
            yield source, problem.sentence


def _take_one(
    house: House, source: dict[str, Any], arrival: Arrival | str, choices: Choices
) -> dict[str, Any]:
    if isinstance(arrival, str):
        return {"story": None, "external_id": None, **source, "outcome": REFUSED, "reason": arrival}
    head = {"story": None, "external_id": arrival.external_id, **source}
    try:
        with db.writing(house.sessions) as session:
            story, _ = receive(session, MACHINE, arrival, choices)
            head["story"] = story.id
    except StorybankError as problem:
        return head | {"story": None, "outcome": REFUSED, "reason": problem.sentence}
    return head | {"outcome": TAKEN, "warnings": list(arrival.canon.warnings)}


def _line(result: dict[str, Any]) -> str:
    where = result["source"] + (f" line {result['line']}" if "line" in result else "")
    if result["outcome"] == TAKEN:
        return f"story {result['story']}: taken in from {where}"
    return f"refused: {where}: {result['reason']}"
