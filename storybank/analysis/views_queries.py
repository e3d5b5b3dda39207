"""Pages of queries: asking in a line or with rows, what was found, queries with names."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.analysis import saved
from storybank.analysis.builder import JOINS, MOST_ROWS, NOT, TYPED, Row, query_of, rows_of
from storybank.analysis.choices import Group, choices
from storybank.analysis.conditions import HAS, unknown
from storybank.analysis.language import MAX_LETTERS, Mistake, hint, parse
from storybank.analysis.queries import matching
from storybank.analysis.query import FIELDS, MOST, Unit
from storybank.analysis.results import Page, page_of
from storybank.coding.showing import shelf_of
from storybank.consent.guards import uses
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput

Shown = str | Response | tuple[str, int]


@uses(Purpose.STUDY)
def queries(use: Use) -> Shown:
    """A query line, what it finds, and the queries that were kept."""
    session = web.session()
    asked = request.args.get("q", "").strip()
    page: Page | None = None
    errors: dict[str, str] = {}
    notes: list[str] = []
    mistake: Mistake | None = None
    if asked:
        try:
            node = parse(asked)
            found = matching(
                session, use, asked, current_app.extensions["storybank"].index.at(web.session())
            )
            number = request.args.get("page", 1, int)
            page = page_of(session, use, found, shelf_of(session), number)
            notes = [one for one in (hint(node),) if one]
            notes += [] if found.passages else unknown(session, use, node)
        except BadInput as problem:
            errors = {"q": problem.sentence}
            mistake = problem if isinstance(problem, Mistake) and problem.line else None
    cards = saved.saved_queries(session, use)
    shown = web.render(
        "analysis/queries.html",
        use=use,
        asked=asked[: 4 * MAX_LETTERS],
        found=page,
        notes=notes,
        errors=errors,
        mistake=mistake,
        cards=cards,
        named=next((card for card in cards if page and card.line == page.found.line), None),
        max_letters=MAX_LETTERS,
    )
    return (shown, BadInput.status) if errors else shown


@uses(Purpose.STUDY)
def build(use: Use) -> Shown:
    """The same question as rows of a form; without JavaScript each press sends them all."""
    session = web.session()
    rows = _sent()
    errors: dict[str, str] = {}
    line = request.args.get("q", "").strip()
    bracketed = False
    if rows:
        try:
            line = str(query_of(rows))
            if request.args.get("do") == "find":
                return redirect(url_for("analysis.queries", q=line), 303)
        except BadInput as problem:
            line = ""
            if request.args.get("do") == "find":
                errors = {"row-1": problem.sentence}
    elif line:
        try:
            rows = rows_of(parse(line)) or []
            bracketed = not rows
        except BadInput as problem:
            errors = {"": problem.sentence}
    more = request.args.get("do") == "add" or len(rows) < 2
    rows = [*rows, *[Row()] * (max(2 - len(rows), 1) if more else 0)][:MOST_ROWS]
    shown = web.render(
        "analysis/build.html",
        use=use,
        rows=rows,
        line=line,
        bracketed=bracketed,
        groups=choices(session, use),
        joins=JOINS,
        typed=TYPED,
        units=[unit.value for unit in Unit],
        most_rows=MOST_ROWS,
        errors=errors,
        other=_other,
        leave_out=NOT,
    )
    return (shown, BadInput.status) if errors else shown


@uses(Purpose.STUDY)
def query_help(use: Use) -> str:
    """What can be written in a query, with examples."""
    return web.render(
        "analysis/query_help.html", use=use, fields=FIELDS, has=HAS, uses=EIGHT, most=MOST
    )


@uses(Purpose.STUDY)
def save_query(use: Use) -> Shown:
    """Keep a query under a name."""
    sent = request.form
    line = sent.get("line", "")
    made = saved.save(web.session(), use, sent.get("name", ""), line, "shared" in sent)
    web.say(
        f"The query is kept as {made.name}.",
        undo=url_for("coding.undo"),
        fields={"back": "queries"},
    )
    return redirect(url_for("analysis.queries", q=made.line), 303)


@uses(Purpose.STUDY)
def saved_query(use: Use, query_id: int) -> Shown:
    """Give a query of one's own another name, or share it."""
    session = web.session()
    errors: dict[str, str] = {}
    found = saved.saved_query(session, use, query_id)
    name, shared = found.name, found.shared
    if request.method == "POST":
        name, shared = request.form.get("name", ""), "shared" in request.form
        try:
            saved.rename(session, use, query_id, name, shared)
            web.say(
                "The query is changed.", undo=url_for("coding.undo"), fields={"back": "queries"}
            )
            return redirect(url_for("analysis.queries"), 303)
        except BadInput as problem:
            errors = {"name": problem.sentence}
    page = web.render(
        "analysis/saved_query.html", query=found, name=name, shared=shared, errors=errors,
        max_name=saved.MAX_NAME,
    )  # fmt: skip
    return (page, BadInput.status) if errors else page


@uses(Purpose.STUDY)
def remove_query(use: Use, query_id: int) -> Shown:
    """Take a query of one's own away."""
    gone = saved.remove(web.session(), use, query_id)
    web.say(
        f"The query {gone.name} is removed.",
        undo=url_for("coding.undo"),
        fields={"back": "queries"},
    )
    return redirect(url_for("analysis.queries"), 303)


def _sent() -> list[Row]:
    """The rows of the form as they were sent, at most as many as there may be."""
    sent = request.args
    names = ("join", "what", "typed", "number", "unit")
    columns = (sent.getlist(name)[:MOST_ROWS] for name in names)
    return [Row(*(cell[:200] for cell in row)) for row in zip(*columns, strict=False)]


def _other(groups: list[Group], what: str) -> bool:
    """Is this a choice that no list offers, such as several codes at once?"""
    offered = {value for group in groups for value, _ in group.choices}
    return bool(what) and what not in offered and what not in TYPED
