"""Framework matrices: begin one, read it, write into its cells."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from storybank import web
from storybank.analysis import frameworks as service
from storybank.analysis.frameworks import EMPTY, Cell, FrameworkCard
from storybank.analysis.views_pictures import Page
from storybank.coding import reading as codings_of
from storybank.coding.showing import shelf_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.stories import reading
from storybank.web.tables import FILES, Table, file_of
from storybank.web.tables import Cell as TableCell

A_PAGE = 20


@uses(Purpose.STUDY)
def frameworks(use: Use) -> Page:
    """Every framework matrix."""
    session = web.session()
    return web.render(
        "analysis/frameworks.html", use=use, cards=service.frameworks(session),
        shelf=shelf_of(session),
    )  # fmt: skip


@uses(Purpose.STUDY)
def new_framework(use: Use) -> Page:
    """Begin a matrix: a name, its codes, and which stories."""
    if request.method == "GET":
        return _form(None)
    try:
        made = service.make(web.session(), use, *_sent())
    except BadInput as no:
        return _form(None, no), 422
    web.say(
        "The framework matrix is there.", undo=url_for("coding.undo"), fields={"back": "frameworks"}
    )
    return _go(url_for("analysis.framework", framework_id=made.id))


@uses(Purpose.STUDY)
def change_framework(use: Use, framework_id: int) -> Page:
    """Give a matrix another name, other codes or other stories."""
    card = service.framework(web.session(), framework_id)
    if request.method == "GET":
        return _form(card)
    try:
        service.change(web.session(), use, framework_id, *_sent())
    except BadInput as no:
        return _form(card, no), 422
    web.say(
        "The framework matrix is changed.",
        undo=url_for("coding.undo"),
        fields={"back": "frameworks"},
    )
    return _go(url_for("analysis.framework", framework_id=framework_id))


@uses(Purpose.STUDY)
def remove_framework(use: Use, framework_id: int) -> Page:
    """Take a matrix away."""
    service.remove(web.session(), use, framework_id)
    web.say(
        "The framework matrix is taken away.",
        undo=url_for("coding.undo"),
        fields={"back": "frameworks"},
    )
    return _go(url_for("analysis.frameworks"))


@uses(Purpose.STUDY)
def framework(use: Use, framework_id: int) -> Page:
    """The matrix: twenty stories a page, or with ``?as=csv`` all of them as a file."""
    session = web.session()
    card = service.framework(session, framework_id)
    shelf = shelf_of(session)
    every = service.story_ids(session, use, card)
    if request.args.get("as") in FILES:
        return file_of(f"framework-{framework_id}", as_table(use, card, every))
    pages = max(1, -(-len(every) // A_PAGE))
    number = min(max(1, request.args.get("page", 1, int)), pages)
    ids = every[(number - 1) * A_PAGE : number * A_PAGE]
    return web.render(
        "analysis/framework.html", use=use, card=card, shelf=shelf, page=number, pages=pages,
        count=len(every), ids=ids, titles=reading.titles(session, use, ids), empty=EMPTY,
        cells=service.cells(session, use, card, ids), coded=service.coded(session, use, card, ids),
        written=len(service.cells(session, use, card, every)),
    )  # fmt: skip


@uses(Purpose.STUDY)
def cell(use: Use, framework_id: int, story_id: int, code_id: int) -> Page:
    """One cell, its passages beside it; with JavaScript, as a part of the matrix."""
    session = web.session()
    card = service.framework(session, framework_id)
    there = service.cell(session, use, card, story_id, code_id)
    if request.method == "GET":
        if request.args.get("show") == "cell":
            return _shown(card, story_id, code_id, there)
        return _cell(use, card, story_id, code_id, there)
    body, seal = request.form.get("body", ""), request.form.get("seal", "")
    try:
        service.write(session, use, card, story_id, code_id, body, seal)
    except BadInput as no:
        return _cell(use, card, story_id, code_id, there, {"body": no.sentence}, body), 422
    except Conflict as no:
        session.rollback()
        there = service.cell(session, use, card, story_id, code_id)
        return _cell(use, card, story_id, code_id, there, {"body": no.sentence}, body, True), 409
    if _wants_part():
        now_there = service.cell(session, use, card, story_id, code_id)
        return _shown(card, story_id, code_id, now_there)
    web.say("The summary is saved.", undo=url_for("coding.undo"), fields={"back": "frameworks"})
    return _go(url_for("analysis.framework", framework_id=framework_id, _anchor=f"s{story_id}"))


def as_table(use: Use, card: FrameworkCard, ids: list[int]) -> Table:
    """The matrix as a table: a row a story, a column a code."""
    session = web.session()
    shelf = shelf_of(session)
    titles = reading.titles(session, use, ids)
    cells = service.cells(session, use, card, ids)
    rows: tuple[tuple[TableCell, ...], ...] = tuple(
        (
            story, titles[story].title,
            *(cells.get((story, code), EMPTY).body for code in card.code_ids),
        )
        for story in ids
        if story in titles
    )  # fmt: skip
    finding = f"{len(cells):,} of {len(rows) * len(card.code_ids):,} cells have a summary."
    heads = ("Story", "Title", *(shelf.codes[code].name for code in card.code_ids))
    return Table(card.name, finding, heads, rows)


def _cell(
    use: Use, card: FrameworkCard, story_id: int, code_id: int, there: Cell,
    errors: dict[str, str] | None = None, body: str | None = None, clash: bool = False,
) -> str:  # fmt: skip
    session = web.session()
    shelf = shelf_of(session)
    version = reading.stories(session, use, [story_id])[0].version
    cards = codings_of.on_story(session, use, story_id, version)
    places = dict.fromkeys(one.place for one in cards if one.code_id == code_id)
    name = "analysis/_cell_form.html" if _wants_part() else "analysis/cell.html"
    return web.render(
        name, use=use, card=card, story_id=story_id, code=shelf.codes[code_id], there=there,
        style=shelf.style(code_id), errors=errors or {}, clash=clash,
        body=there.body if body is None else body, part=_wants_part(),
        title=reading.titles(session, use, [story_id])[story_id].title,
        excerpts=reading.excerpts(session, use, places),
    )  # fmt: skip


def _shown(card: FrameworkCard, story_id: int, code_id: int, there: Cell) -> str:
    return web.render(
        "analysis/_cell.html", card=card, story_id=story_id, code_id=code_id, there=there,
        name=shelf_of(web.session()).codes[code_id].name, passages=None,
    )  # fmt: skip


def _form(card: FrameworkCard | None, no: BadInput | None = None) -> str:
    sent = request.method == "POST"
    errors = {}
    if no is not None:
        name, codes, _ = _sent()
        field = "name" if not name.strip() else "codes" if not codes else "line"
        errors[field] = no.sentence
    return web.render(
        "analysis/framework_form.html", card=card, errors=errors, shelf=shelf_of(web.session()),
        name=request.form.get("name", "") if sent else card.name if card else "",
        chosen=_sent()[1] if sent else card.code_ids if card else (),
        line=request.form.get("line", "") if sent else card.line if card else "",
        most=service.MOST_CODES,
    )  # fmt: skip


def _sent() -> tuple[str, list[int], str]:
    form = request.form
    return form.get("name", ""), form.getlist("code", type=web.number), form.get("line", "")


def _wants_part() -> bool:
    return request.headers.get("HX-Request") == "true"


def _go(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]
