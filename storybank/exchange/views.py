"""Files out."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Blueprint, Response, stream_with_context

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.exchange import csv_rows
from storybank.exchange.noting import note_codings

bp = Blueprint("exchange", __name__)


@bp.get("/codings.csv")
@uses(Purpose.STUDY)
def codings_csv(use: Use) -> Response:
    """Every coding this use allows, as a spreadsheet can read it."""
    # That it leaves is written down, and committed, before the first line does.
    session = web.session()
    session.rollback()
    begin_writing(session)
    note_codings(session, use)
    rows = stream_with_context(csv_rows.codings(web.session(), use))
    # The mark at the start tells spreadsheets that the letters are UTF-8.
    answer = Response(_with_mark(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = "attachment; filename=codings.csv"
    return answer


def _with_mark(rows: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from rows
