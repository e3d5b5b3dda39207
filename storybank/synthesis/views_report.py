"""The report: a page, a Word document and a tagged PDF, each made on request and kept nowhere."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response

from storybank import web
from storybank.consent.rules import Use
from storybank.db import begin_writing
from storybank.errors import NotFound
from storybank.meetings.team import meeting_for
from storybank.synthesis import answer_rules as rules
from storybank.synthesis import documents
from storybank.synthesis.answer_rules import Kind, Says
from storybank.synthesis.report import Report, record
from storybank.synthesis.report import report as made_of
from storybank.synthesis.views_answer import for_the_team
from storybank.web.pdf import pdf

AT = "/meetings/<purpose>/<int(max=2147483647):workshop_id>/report"
STYLE = Path(__file__).parent / "static" / "report_pdf.css"


@for_the_team
def report(use: Use, purpose: str, workshop_id: int) -> str:
    """The report as a page, as it may be told now."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    made = made_of(session, use, workshop)
    return web.render(
        "synthesis/report.html", use=use, workshop=workshop,
        here={"purpose": purpose, "workshop_id": workshop_id}, **_said(made, use),
    )  # fmt: skip


@for_the_team
def report_file(use: Use, purpose: str, workshop_id: int, form: str) -> Response:
    """The same as a file. That passages leave in it is written down before it goes."""
    if form not in ("docx", "pdf"):
        raise NotFound("There is no such kind of file.")
    session = web.session()
    session.rollback()
    begin_writing(session)
    workshop, use = meeting_for(session, use, workshop_id)
    made = made_of(session, use, workshop)
    record(session, use, made)
    if form == "docx":
        return _sent(documents.word(made, use.at), documents.WORD, "report.docx")
    page = web.render("synthesis/report_pdf.html", **_said(made, use))
    file = pdf(page, title=f"Report: {made.title}", css=[STYLE.read_text()])
    return _sent(file, "application/pdf", "report.pdf")


def _said(made: Report, use: Use) -> dict[str, object]:
    return {
        "report": made, "kinds": list(Kind), "says": list(Says),
        "pieces": rules.pieces_outside, "told": rules.told,
        "documents": documents, "where": rules.WHERE_COUNTED, "made_at": use.at,
    }  # fmt: skip


def _sent(file: bytes, kind: str, name: str) -> Response:
    answer = Response(file, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(AT)(report)
    bp.get(f"{AT}/<form>")(report_file)
