"""The page on which a person says what the columns of a table are, and the mappings they keep."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.receipts import SHORT_NAMES
from storybank.consent.rules import NameStyle, Purpose, Use
from storybank.db import begin_writing
from storybank.errors import BadInput, NotFound, StorybankError
from storybank.intake.sheets import Sheet
from storybank.receiving import columns, gathering, mapping, overview
from storybank.receiving.guessing import guess
from storybank.receiving.mapping import Columns
from storybank.receiving.models import Intake, IntakeFile
from storybank.receiving.overview import Overview
from storybank.receiving.rules import TABLE_KINDS, Stage
from storybank.stories.canon import normalise

Page = str | Response | tuple[str, int]

LABELS = {
    mapping.OUT: "Leave it out",
    mapping.TEXT: "Words of the story",
    mapping.TITLE: "Title of the story",
    mapping.ID: "Its own id",
    "about role": "They tell it as a (patient, carer...)",
    "about country": "Country",
    "about year": "Year",
    "about age_group": "Age group",
    "about condition": "Condition",
    mapping.EVIDENCE: "What shows that they said yes",
    **{part: f"Yes or no: {SHORT_NAMES[use]}" for part, use in mapping.ANSWERED.items()},
    mapping.USES: "The uses they said yes to, named",
    mapping.NAME: "Name to show",
    mapping.LANGUAGE: "Language",
}


@dataclass
class MappingForm:
    """The page as it was filled in, and a sentence for what needs mending."""

    mapping: Columns
    save_as: str = ""
    encoding: str | None = None
    """The codec a person chose; None for the one that was found."""
    saved: columns.Saved | None = None
    """The kept mapping that it was filled in from."""
    errors: dict[str, str] = field(default_factory=dict)


@uses(Purpose.TAKE_IN)
def map_columns(use: Use, intake_id: int, file_id: int) -> str:
    """A table's columns with some of what is in them, and what each is as far as it is known."""
    session = web.session()
    file = _file(session, intake_id, file_id)
    said = columns.said(session, file)
    found = columns.sheets(session, file)
    place = request.args.get("sheet", said.sheet if said else 0, int)
    heads = request.args.get("heads", said.heads if said else None, int)
    sheet = mapping.with_heads(columns.sheet_of(found, place), heads)
    form = _filled(session, sheet, said if said and said.sheet == place else None)
    form.mapping = columns.placed(form.mapping, place, heads)
    return _page(file, found, sheet, form, overview.look(sheet, said) if said else None)


@uses(Purpose.TAKE_IN)
def say_columns(use: Use, intake_id: int, file_id: int) -> Page:
    """Show what the rows would become, or have them read so; or say what needs mending."""
    session = web.session()
    file = _file(session, intake_id, file_id)
    # Reading a spreadsheet may take seconds and writes nothing: nobody else waits for the lock.
    session.rollback()
    ways = columns.ways(session, file)
    sent = request.form.get("encoding")
    codec = sent if sent in {way.codec for way in ways} else file.encoding
    found = columns.sheets(session, file, codec)
    place = request.form.get("sheet", 0, int)
    heads = request.form.get("heads", None, int)
    sheet = mapping.with_heads(columns.sheet_of(found, place), heads)
    form = _sent(sheet, place, heads)
    form.encoding = codec
    if form.errors:
        return _page(file, found, sheet, form, None), 422
    if request.form.get("then") != "use":
        return _page(file, found, sheet, form, overview.look(sheet, form.mapping))
    session.rollback()
    begin_writing(session)
    try:
        file = _file(session, intake_id, file_id)
        file.encoding = codec
        columns.say(session, file, form.mapping)
        columns.read_again(session, file)
        if form.save_as:
            columns.keep(session, use, form.save_as, form.mapping)
    except StorybankError as problem:
        session.rollback()
        form.errors["save_as" if isinstance(problem, BadInput) else "then"] = problem.sentence
        file = _file(session, intake_id, file_id)
        return _page(file, found, sheet, form, None), 422
    web.say("The rows are being read as you said. Nothing is taken in yet.")
    return redirect(back(intake_id), 303)


@uses(Purpose.TAKE_IN)
def mappings(use: Use) -> str:
    """The mappings that are kept, and what each says."""
    return web.render(
        "receiving/mappings.html", kept=columns.kept(web.session()), labels=LABELS,
        parts=mapping.PARTS,
    )  # fmt: skip


@uses(Purpose.TAKE_IN)
def drop_mapping(use: Use, mapping_id: int) -> Response:
    """Take a mapping away."""
    columns.take_away(web.session(), mapping_id)
    put_back = url_for("receiving.put_mapping_back", mapping_id=mapping_id)
    web.say("The mapping is taken away. What was taken in with it stays.", undo=put_back)
    return redirect(url_for("receiving.mappings"), 303)


@uses(Purpose.TAKE_IN)
def put_mapping_back(use: Use, mapping_id: int) -> Response:
    """Offer a mapping again that was taken away."""
    columns.put_back(web.session(), mapping_id)
    web.say("The mapping is there again.")
    return redirect(url_for("receiving.mappings"), 303)


def back(intake_id: int) -> str:
    """The address of the intake's own page."""
    if "receiving.intake" in current_app.view_functions:
        return url_for("receiving.intake", intake_id=intake_id)
    return url_for("intake.take_in")


def _file(session: Session, intake_id: int, file_id: int) -> IntakeFile:
    """A file of this intake. Raises NotFound."""
    file = session.get(IntakeFile, file_id)
    intake = session.get(Intake, intake_id)
    gone = intake is None or intake.status == Stage.UNDONE.value
    if file is None or gone or file.intake_id != intake_id or file.kind not in TABLE_KINDS:
        raise NotFound("There is no such table. It may have been taken in or taken out already.")
    return file


def _filled(session: Session, sheet: Sheet, said: Columns | None) -> MappingForm:
    """What was said, else a kept mapping for such columns, else a guess by their names."""
    wanted = request.args.get("saved", None, int)
    if said is not None and wanted is None:
        return MappingForm(said)
    offered = columns.offered(session, sheet.columns)
    chosen = next((one for one in offered if one.id == wanted), None)
    if chosen is None and wanted is None and offered:
        chosen = offered[0]
    if chosen is not None:
        return MappingForm(chosen.fitted(sheet.columns), saved=chosen)
    return MappingForm(guess(sheet))


def _sent(sheet: Sheet, place: int, heads: int | None) -> MappingForm:
    typed = {
        column.name: request.form.get(f"part-{n}", mapping.OUT)
        for n, column in enumerate(sheet.columns)
    }
    form = MappingForm(Columns(typed), normalise(request.form.get("save_as", ""))[0].strip())
    said = {}
    for name in ("yes", "ask", "no"):
        try:
            said[name] = mapping.words(request.form.get(name, ""))
        except BadInput as problem:
            form.errors[name] = problem.sentence
            said[name] = ()
    form.mapping = columns.placed(
        Columns(
            typed, request.form.get("several", mapping.ONE), said["yes"], said["ask"], said["no"],
            request.form.get("name_style", NameStyle.NONE.value),
        ),
        place, heads,
    )  # fmt: skip
    try:
        mapping.check(form.mapping, sheet.columns)
    except BadInput as problem:
        form.errors[_place_of(problem.sentence)] = problem.sentence
    if len(form.save_as) > columns.MAX_NAME:
        form.errors["save_as"] = columns.LONG_NAME
    return form


def _place_of(sentence: str) -> str:
    """The field beside which a refusal of a mapping stands."""
    return {mapping.NO_STYLE: "name_style", mapping.SAME_WORD: "yes"}.get(sentence, "part-0")


def _page(
    file: IntakeFile, found: list[Sheet], sheet: Sheet, form: MappingForm, seen: Overview | None
) -> str:
    session = web.session()
    return web.render(
        "receiving/mapping.html", file=file, name=gathering.name_of(session, file), sheets=found,
        sheet=sheet, form=form, mapping=form.mapping, errors=form.errors, labels=LABELS, seen=seen,
        parts=mapping.PARTS, several=mapping.SEVERAL, examples=overview.examples(sheet),
        offered=columns.offered(session, sheet.columns), styles=NameStyle, short=SHORT_NAMES,
        back=back(file.intake_id), read_rows=columns.rows_there(session, file.id),
        ways=columns.ways(session, file),
        way=form.encoding or (columns.way_of(session, file) if file.kind == "csv" else ""),
        longest_name=columns.MAX_NAME, lines_named=overview.LINES_NAMED,
    )  # fmt: skip
