"""Files out: codings, memos and the codebook, in each form, made while they are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from flask import Response, current_app, request
from sqlalchemy.orm import Session, sessionmaker

from storybank import web
from storybank.clock import now
from storybank.config import public_url
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.errors import NotFound
from storybank.exchange import (
    codebook_out,
    csv_rows,
    document,
    memos_out,
    page,
    pieces,
    sheets,
    web_annotations,
    workbook,
)
from storybank.exchange.choosing import Choice, choice_from
from storybank.exchange.finding import among
from storybank.exchange.noting import note
from storybank.exchange.outgoing import Chosen, choose
from storybank.people.login import open_to
from storybank.people.rules import Role

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}
"""The forms a file may have, and what each is to a browser. JSON is UTF-8 by itself."""
PURPOSES = (Purpose.STUDY, Purpose.REUSE)
"""What a researcher may take codings and memos out for."""

Piece = str | bytes
Writer = Callable[[Session, Chosen], Iterable[Piece]]


def _csv(session: Session, chosen: Chosen) -> Iterator[Piece]:
    yield csv_rows.MARK
    yield from csv_rows.lines(sheets.codings(session, chosen))


def _xlsx(session: Session, chosen: Chosen) -> Iterator[Piece]:
    return workbook.workbook([sheets.codings(session, chosen)], chosen.use.at, "Codings")


def _docx(session: Session, chosen: Chosen) -> Iterator[Piece]:
    return document.document(pieces.codings(session, chosen), chosen.use.at)


def _html(session: Session, chosen: Chosen) -> Iterator[Piece]:
    return page.page(pieces.codings(session, chosen))


def _json(session: Session, chosen: Chosen) -> Iterator[Piece]:
    return web_annotations.collection(session, chosen, house_address())


CODINGS: dict[str, Writer] = {
    "csv": _csv, "xlsx": _xlsx, "docx": _docx, "html": _html, "json": _json,
}  # fmt: skip


@uses(*PURPOSES, arg="purpose")
def codings(use: Use, purpose: str, form: str) -> Response:
    """Codings that this use allows, chosen as on the page of files, in one form."""
    return _codings(use, form, choice_from(request.args.to_dict(flat=False)))


@uses(Purpose.STUDY)
def codings_csv(use: Use) -> Response:
    """Every coding that study allows, as a spreadsheet can read it."""
    return _codings(use, "csv", Choice())


def _codings(use: Use, form: str, choice: Choice) -> Response:
    check_form(form)
    # That it leaves is written down, and committed, before the first line does.
    session = web.session()
    session.rollback()
    begin_writing(session)
    chosen = choose(session, use, choice, found_by(use, choice))
    # Where more goes out than the passages, that is written down too.
    note(session, chosen, form, web_annotations.context_of(chosen) if form == "json" else 0)
    name = f"codings-{use.purpose.value}"
    return sent(lambda later: CODINGS[form](later, chosen), form, name)


@uses(*PURPOSES, arg="purpose")
def memos(use: Use, purpose: str, form: str) -> Response:
    """Memos that this use allows, in one form."""
    check_form(form)

    def made(session: Session) -> Iterable[Piece]:
        if form == "json":
            return memos_out.collection(session, use, house_address())
        if form in ("docx", "html"):
            return _to_read(memos_out.paper(session, use), form, use.at)
        return _table(memos_out.sheet(session, use), form, use.at)

    return sent(made, form, f"memos-{use.purpose.value}")


@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def codebook(form: str) -> Response:
    """The codebook, in one form."""
    check_form(form)
    at = now()

    def made(session: Session) -> Iterable[Piece]:
        if form == "json":
            return codebook_out.data(session, at)
        if form in ("docx", "html"):
            return _to_read(codebook_out.paper(session, at), form, at)
        return _table(codebook_out.sheet(session, at), form, at)

    return sent(made, form, "codebook")


def found_by(use: Use, choice: Choice) -> list[int] | None:
    """The codings that the query line of a choice finds; None where it has none."""
    index = current_app.extensions["storybank"].index.at(web.session())
    return among(web.session(), use, choice.line, index)


def house_address() -> str:
    """Where this house is on the web, with a slash at the end: what the names of things begin with.

    Never what the reader's browser says it is.
    """
    return public_url().rstrip("/") + "/"


def check_form(form: str) -> None:
    """Raises NotFound for a form that files do not have."""
    if form not in TYPES:
        raise NotFound("There is no such kind of file.")


def sent(made: Callable[[Session], Iterable[Piece]], form: str, name: str) -> Response:
    """An answer that is the file, made while it is sent, in a session of its own: the request's
    is closed by then."""
    sessions = current_app.extensions["storybank"].sessions
    answer = Response(_afresh(sessions, made), content_type=TYPES[form])
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return answer


def _afresh(
    sessions: sessionmaker[Session], made: Callable[[Session], Iterable[Piece]]
) -> Iterator[bytes]:
    """Pieces of a file, the reading transaction ended after each: a database shows whoever reads
    on the house as it was when they began, and a stop must be seen by the next piece."""
    with sessions() as session:
        for some in made(session):
            session.commit()
            if some:
                yield some.encode(errors="replace") if isinstance(some, str) else some


def _to_read(paper: pieces.Paper, form: str, at: Any) -> Iterable[Piece]:
    return document.document(paper, at) if form == "docx" else page.page(paper)


def _table(sheet: sheets.Sheet, form: str, at: Any) -> Iterator[Piece]:
    if form == "xlsx":
        yield from workbook.workbook([sheet], at, sheet.name)
    else:
        yield csv_rows.MARK
        yield from csv_rows.lines(sheet)
