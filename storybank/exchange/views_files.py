"""The page of files in and out: what would leave for a use, in which form, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.exchange import about
from storybank.exchange.choosing import BY_CODE, BY_STORY, choice_from, coders
from storybank.exchange.outgoing import Chosen, choose
from storybank.exchange.unchecked import leaving
from storybank.exchange.views_out import PURPOSES, found_by

FORMS = (
    ("csv", "CSV", "For spreadsheets and statistics."),
    ("xlsx", "XLSX", "A workbook for Excel or LibreOffice, with a sheet about the file."),
    ("docx", "DOCX", "A document for Word or LibreOffice, to read and write in."),
    ("html", "HTML", "One web page, to read or print."),
    ("json", "JSON", "W3C Web Annotations, for other programs."),
)
"""The forms of a file: what it ends in, its name, what it is good for."""
BYTES = {"csv": (420, 1.1), "xlsx": (130, 0.4), "docx": (60, 0.4), "html": (190, 1.1),
         "json": (1250, 1.3)}  # fmt: skip
"""About how many bytes a coding takes in each form, and each letter of its words."""
A_SECOND = 7_000
"""About how many codings leave in a second."""
A_WHILE = 5
LABELS = {"study": "For our study", "reuse": "For another research team"}


@dataclass(frozen=True)
class Form:
    """One form in which a file can be had."""

    name: str
    says: str
    href: str
    size: str


@uses(*PURPOSES, arg="purpose")
def files(use: Use, purpose: str) -> str | tuple[str, int]:
    """Choose what to take out, and in which form; where files come in."""
    session, errors = web.session(), dict[str, str]()
    chosen: Chosen | None = None
    try:
        choice = choice_from(request.args.to_dict(flat=False))
        chosen = choose(session, use, choice, found_by(use, choice))
    except (BadInput, NotFound) as problem:
        errors[_field(problem)] = problem.sentence
    shown = web.render(
        "exchange/files.html", use=use, errors=errors, chosen=chosen,
        families=codebook.families(session), coders=coders(session, use), typed=_typed(),
        forms=_forms(use, chosen) if chosen else (), orders=(BY_STORY, BY_CODE),
        memo_forms=_plain_forms("exchange.memos", purpose=purpose),
        codebook_forms=_plain_forms("exchange.codebook"),
        reasons=sorted(chosen.left_out.items()) if chosen else (),
        left_out=chosen.left_out.total() if chosen else 0,
        leaving=leaving(session, chosen) if chosen else None, checks_as=Purpose.STUDY.value,
        seconds=_seconds(chosen) if chosen else 0, duty=about.DUTY,
        purposes=[(LABELS[one.value], one.value, one is use.purpose) for one in PURPOSES],
    )  # fmt: skip
    return (shown, 422) if errors else shown


def _typed() -> Mapping[str, object]:
    """What stands in the form, as it was sent."""
    one = {name: request.args.get(name, "") for name in ("q", "coder", "since", "until", "order")}
    stories = ", ".join(request.args.getlist("story"))
    return {**one, "story": stories, "code": set(request.args.getlist("code"))}


def _field(problem: BadInput | NotFound) -> str:
    """The field that a sentence is about, as far as it says so."""
    said = problem.sentence
    if isinstance(problem, NotFound) or "codes and" in said:
        return "codes"
    for words, name in (("day", "since"), ("story by its number", "story"), ("coder", "coder")):
        if words in said:
            return name
    return "q"


def _forms(use: Use, chosen: Chosen) -> list[Form]:
    args: dict[str, Any] = {"purpose": use.purpose.value, **chosen.choice.args()}
    return [
        Form(name, says, url_for("exchange.codings", form=form, **args), _size(chosen, form))
        for form, name, says in FORMS
    ]


def _plain_forms(endpoint: str, **args: Any) -> list[tuple[str, str]]:
    return [(name, url_for(endpoint, form=form, **args)) for form, name, _ in FORMS]


def _size(chosen: Chosen, form: str) -> str:
    each, letter = BYTES[form]
    kilobytes = (8_000 + chosen.codings * each + chosen.letters * letter) / 1000
    if kilobytes < 1000:
        return f"about {max(10, round(kilobytes, -1)):.0f} kB"
    return f"about {kilobytes / 1000:.1f} MB"


def _seconds(chosen: Chosen) -> int:
    """About how long it takes, where that is worth telling; else 0."""
    seconds = round(chosen.codings / A_SECOND)
    return seconds if seconds >= A_WHILE else 0
