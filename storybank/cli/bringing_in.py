"""Stories in from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from storybank import db
from storybank.cli import coming_in, progress
from storybank.cli.choosing import read_uses, read_words
from storybank.cli.coming_in import Coming
from storybank.cli.house import the_house
from storybank.consent.rules import Answer, Fact, Medium, NameStyle
from storybank.consent.service import Proof
from storybank.errors import BadInput, StorybankError
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices, receive
from storybank.people.rules import MACHINE
from storybank.receiving import (
    by_command,
    choosing,
    gathering,
    mapping,
    reporting,
    working,
)
from storybank.receiving.reading import Read
from storybank.wiring import House

TAKEN, REFUSED, WOULD_BE = "taken in", "refused", "would be taken in"
NOTED_TOGETHER = 50
"""How many refusals are noted in one transaction, where no story comes between."""


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
@click.option("--look", is_flag=True, help="Show what would be taken in, and save nothing.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(path_type=Path),
    help="A .json file that says what each column of a table is.",
)
@click.option(
    "--keep-originals", is_flag=True, help="Keep each file of one story, sealed, with its story."
)
@click.option(
    "--ocr", is_flag=True, help="Have pages that are pictures read by ocrmypdf, where it is here."
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="Write what became of each into this .csv."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a story.")
def take_in(paths: tuple[Path, ...], uses: str, evidence: str, attribution: str, name: str,
            lasts: str, media: str, facts: str, transcript: bool, channel: str, look: bool,
            map_file: Path | None, keep_originals: bool, ocr: bool,
            report: Path | None, as_json: bool) -> None:  # fmt: skip
    """Take stories in: files of one story (.txt, .md, .docx, .odt, .fodt, .rtf, .pdf, .html,
    .vtt, .srt, .sbv, .ttml, .eaf) or of many (.csv, .tsv, .xlsx, .jsonl), folders and zips of them.

    Where it was cut off, the same command goes on; undo-intake takes all of it out again."""
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
    columns = _mapping(map_file) if map_file else None
    if look:
        _look(paths, columns, ocr, as_json)
        return
    asked = {
        "paths": [coming_in.looks(path) for path in coming_in.found(paths)],
        "choices": [
            uses, evidence, attribution, name, lasts, media, facts, transcript, channel,
            keep_originals, ocr,
        ],
        "columns": columns.to_json() if columns else None,
    }  # fmt: skip
    with the_house() as house:
        taking = _Taking(house, choices, asked, keep_originals, as_json)
        try:
            taking.all_of(paths, columns, ocr)
        finally:
            if report:
                _write_report(house, taking.intake_id, report)
        progress.drain(house)
    click.echo(f"{taking.taken} taken in, {taking.refused} refused.", err=True)
    if taking.refused:
        raise click.exceptions.Exit(1)


class _Taking:
    """One run of the command: what it took in and refused, noted as it goes."""

    def __init__(
        self, house: House, choices: Choices, asked: Any, keep_originals: bool, as_json: bool
    ) -> None:
        self.house, self.choices, self.as_json = house, choices, as_json
        self.keep_originals = keep_originals
        with db.writing(house.sessions) as session:
            self.going = by_command.begin(session, MACHINE, asked, keep_originals=keep_originals)
        self.intake_id = self.going.intake_id
        self.taken = self.refused = 0
        self._refusals: list[tuple[Coming, str]] = []

    def all_of(self, paths: tuple[Path, ...], columns: mapping.Columns | None, ocr: bool) -> None:
        """Take in whatever was not done before."""
        before = self.going
        if before.done:
            click.echo(
                f"Going on with intake {before.intake_id}: {before.taken} taken in before, "
                f"{before.refused} refused.", err=True,
            )  # fmt: skip
        files = coming_in.files(paths)
        stories = coming_in.stories(files, dict(before.done), columns, ocr)
        with progress.walked("Taking in", stories) as incoming:
            for coming in incoming:
                self._tell(self._one(coming))
        with db.writing(self.house.sessions) as session:
            self._note_refusals(session)
            by_command.end(session, self.intake_id)

    def _one(self, coming: Coming) -> dict[str, Any]:
        head = _head(coming)
        if not isinstance(coming.story, Arrival):
            return self._refuse(coming, _reason(coming))
        try:
            with db.writing(self.house.sessions) as session:
                self._note_refusals(session)
                intake = by_command.check_going(session, self.intake_id)
                head["story"] = self._take(session, intake, coming, coming.story)
        except by_command.Stopped:
            raise
        except StorybankError as problem:
            return self._refuse(coming, problem.sentence)
        self._refusals.clear()
        self.taken += 1
        return head | {"outcome": TAKEN, "warnings": list(coming.story.canon.warnings)}

    def _take(self, session: Any, intake: Any, coming: Coming, arrival: Arrival) -> int:
        read = Read.from_arrival(arrival)
        choices = choosing.with_row(self.choices, read)
        story, _ = receive(session, MACHINE, arrival, choices)
        original = coming_in.opened(coming.data) if self.keep_originals else None
        working.beside(session, MACHINE, story, arrival.canon, original)
        by_command.note(
            session, intake, coming.file.came(coming.line), story_id=story.id,
            warnings=arrival.canon.warnings,
        )  # fmt: skip
        return story.id

    def _refuse(self, coming: Coming, reason: str) -> dict[str, Any]:
        self._refusals.append((coming, reason))
        self.refused += 1
        if len(self._refusals) >= NOTED_TOGETHER:
            with db.writing(self.house.sessions) as session:
                self._note_refusals(session)
            self._refusals.clear()
        return _head(coming) | {"outcome": REFUSED, "reason": reason}

    def _note_refusals(self, session: Any) -> None:
        """Note them before the next story, so that what is done is always the beginning."""
        intake = gathering.hold(session, self.intake_id)
        for coming, reason in self._refusals:
            by_command.note(session, intake, coming.file.came(coming.line), reason=reason)

    def _tell(self, result: dict[str, Any]) -> None:
        click.echo(json.dumps(result, ensure_ascii=False) if self.as_json else _line(result))


def _head(coming: Coming) -> dict[str, Any]:
    """What is said of a story whatever becomes of it."""
    story = coming.story
    external_id = None if isinstance(story, str) else story.external_id
    head: dict[str, Any] = {
        "story": None, "external_id": external_id, "source": coming.file.name,
    }  # fmt: skip
    if coming.line is not None and not isinstance(story, Arrival):
        head["line"] = coming.line
    return head


def _reason(coming: Coming) -> str:
    return coming.story if isinstance(coming.story, str) else getattr(coming.story, "reason", "")


def _line(result: dict[str, Any]) -> str:
    where = result["source"] + (f" line {result['line']}" if "line" in result else "")
    if result["outcome"] == TAKEN:
        return f"story {result['story']}: taken in from {where}"
    if result["outcome"] == WOULD_BE:
        beside = "".join(
            f", {result[what]} {what}" for what in ("speakers", "notes") if result[what]
        )
        told = "".join(f"\n  {warning}" for warning in result["warnings"])
        return f"would be taken in: {where}: {result['words']} words{beside}{told}"
    return f"refused: {where}: {result['reason']}"


def _mapping(path: Path) -> mapping.Columns:
    try:
        return mapping.from_json(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as wrong:
        raise BadInput(mapping.NOT_A_MAPPING) from wrong


def _look(
    paths: tuple[Path, ...], columns: mapping.Columns | None, ocr: bool, as_json: bool
) -> None:
    """Say what is in each file, without a house: nothing is compared, nothing saved."""
    refused = 0
    for coming in coming_in.stories(coming_in.files(paths), {}, columns, ocr):
        result = _head(coming)
        if isinstance(coming.story, Arrival):
            canon = working.as_read(coming.story).canon
            result |= {
                "outcome": WOULD_BE,
                "words": len(canon.text.split()),
                "speakers": len({turn.speaker for turn in canon.turns}),
                "notes": len(canon.notes),
                "warnings": list(canon.warnings),
            }
        else:
            refused += 1
            result |= {"outcome": REFUSED, "reason": _reason(coming)}
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else _line(result))
    if refused:
        raise click.exceptions.Exit(1)


def _write_report(house: House, intake_id: int, path: Path) -> None:
    with house.sessions() as session:
        body = reporting.table(session, intake_id).as_csv
    path.write_text(body, encoding="utf-8", newline="")
