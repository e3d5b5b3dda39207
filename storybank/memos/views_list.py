"""The list of memos: narrowed, put in order, taken out as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import Response, current_app, request

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import NotFound
from storybank.memos import files, naming, reading, service
from storybank.memos.reading import Order, Talk, Wanted
from storybank.memos.rules import Kind
from storybank.memos.views_page import for_cards
from storybank.stories import reading as stories

A_PAGE = 25
LONGEST = 200
FIELDS = ("kind", "code", "story", "writer", "q", "since", "until", "talk", "named", "order")
HERE = ZoneInfo("Europe/London")

Word = TypeVar("Word", bound=StrEnum)


@uses(Purpose.STUDY)
def memos(use: Use) -> str:
    """The memos this person may see: ``?kind=&code=&story=&writer=&q=&since=&until=&talk=&named=
    &order=&page=``."""
    session = web.session()
    numbers = reading.found(session, use, wanted(use))
    pages = max(1, -(-len(numbers) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    cards = reading.cards(session, use, numbers[(page - 1) * A_PAGE : page * A_PAGE])
    chosen = {name: request.args.get(name, "")[:LONGEST] for name in FIELDS}
    chosen = {name: value for name, value in chosen.items() if value}
    narrowed = {name: value for name, value in chosen.items() if name != "order"}
    noted = reading.noted(session, use)
    context: dict[str, Any] = for_cards(use, cards)
    return web.render(
        "memos/memos.html",
        **context,
        cards=cards, count=len(numbers), page=page, pages=pages, chosen=chosen, narrowed=narrowed,
        unread=naming.unread(session, use), kinds=tuple(Kind), orders=tuple(Order),
        writers=noted.writers,
        noted_codes=[card for number, card in context["codes"].items() if number in noted.code_ids],
        has_files="exchange.files" in current_app.view_functions,
        noted_stories=stories.titles(session, use, noted.story_ids),
    )  # fmt: skip


@uses(Purpose.STUDY)
def as_csv(use: Use) -> Response:
    """The list as a table for a spreadsheet."""
    return _file(use, files.table, "memos.csv", "text/csv")


@uses(Purpose.STUDY)
def as_markdown(use: Use) -> Response:
    """The list as one text."""
    return _file(use, files.text, "memos.md", "text/markdown")


def _file(use: Use, lines: Any, name: str, kind: str) -> Response:
    session = web.session()
    cards = reading.for_export(session, use, wanted(use))
    made: Iterator[str] = lines(cards, codebook.codes_by_id(session))
    answer = Response(made, mimetype=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def wanted(use: Use) -> Wanted:
    """What the address narrows the list to; what cannot be understood narrows nothing."""
    asked = request.args
    return Wanted(
        kind=_one_of(Kind, asked.get("kind")),
        code_id=_code(asked.get("code", "")),
        story_id=asked.get("story", type=web.number),
        writer_id=use.actor.account_id
        if asked.get("writer") == "me"
        else asked.get("writer", type=web.number),
        text=asked.get("q", "")[:LONGEST],
        since=_moment(asked.get("since", ""), 0),
        until=_moment(asked.get("until", ""), 1),
        talk=_one_of(Talk, asked.get("talk")),
        names_me=bool(asked.get("named")),
        order=_one_of(Order, asked.get("order")) or Order.CHANGED,
    )


def _one_of(words: type[Word], typed: str | None) -> Word | None:
    return words(typed) if typed in tuple(words) else None


def _code(typed: str) -> int | None:
    if not typed:
        return None
    try:
        return service.code_number(web.session(), typed)
    except NotFound:
        return None


def _moment(typed: str, days: int) -> datetime | None:
    """When a day of ours begins (or, a day on, ends), in UTC."""
    try:
        day = date.fromisoformat(typed) + timedelta(days)
        return datetime.combine(day, time(), HERE).astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
