"""Adding, rewording, moving and retiring codes."""

from __future__ import annotations

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import changes, changing, service
from storybank.codebook.forms import CodeForm, number_typed, typed
from storybank.codebook.rules import COLOURS, within
from storybank.codebook.service import CodeCard
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, StorybankError

Page = str | Response | tuple[str, int]


def said(sentence: str, key: str = "") -> None:
    """Say what was changed, with a way to undo it that leads back to the codebook."""
    web.say(sentence, undo=url_for("coding.undo"), fields={"back": "codebook", "key": key})


def to_entry(key: str) -> Response:
    return redirect(url_for("codebook.entry", key=key), 303)


def to_book(anchor: str = "") -> Response:
    target = url_for("codebook.codes", _anchor=anchor or None)
    return redirect(target, 303)


@uses(Purpose.STUDY)
def new_code(use: Use) -> Page:
    """Add a code."""
    session = web.session()
    form = CodeForm(family=request.args.get("family", ""), parent=request.args.get("under", ""))
    if request.method == "POST":
        form = CodeForm.sent(request.form)
        if not form.errors:
            try:
                with session.begin_nested():
                    code = changing.add_code(
                        session, use, form.family, form.words, key=form.key,
                        parent_key=form.parent, why=form.why,
                    )  # fmt: skip
            except StorybankError as problem:
                field = "key" if "key" in problem.sentence.lower() else "family"
                form = form.wrong(**{field: problem.sentence})
            else:
                said(f"“{code.name}” is in the codebook.", code.key)
                return to_entry(code.key)
    page = web.render(
        "codebook/new_code.html", form=form, errors=form.errors, colours=COLOURS,
        families=service.families(session),
    )  # fmt: skip
    return (page, 422) if form.errors else page


@uses(Purpose.STUDY)
def edit_code(use: Use, key: str) -> Page:
    """Say a code in other words."""
    session = web.session()
    card = service.code(session, key)
    form = CodeForm.of(card, changes.last_of(session, card.id))
    status = 200
    if request.method == "POST":
        form = CodeForm.sent(request.form)
        status = 422
        if not form.errors:
            try:
                done = changing.edit_code(
                    session, use, card.key, form.words, why=form.why, seen=form.seen
                )
            except Conflict as problem:
                form, status = form.wrong(name=problem.sentence), 409
            else:
                if done:
                    said(f"“{form.words.name}” is reworded.", card.key)
                return to_entry(card.key)
    page = web.render(
        "codebook/edit_code.html", code=card, form=form, errors=form.errors, colours=COLOURS
    )
    return (page, status) if form.errors else page


@uses(Purpose.STUDY)
def move_code(use: Use, key: str) -> Page:
    """Put a code elsewhere: in another family, below another code, after another one."""
    session = web.session()
    card = service.code(session, key)
    errors: dict[str, str] = {}
    if request.method == "POST":
        family, parent, after = _place_sent(session, card)
        try:
            with session.begin_nested():
                moved = changing.move_code(
                    session, use, card.key, family, parent, after, why=typed(request.form, "why")
                )
        except BadInput as problem:
            errors["where"] = problem.sentence
        else:
            if moved:
                said(f"“{card.name}” is moved.", card.key)
            return to_entry(card.key)
    families = service.families(session, retired=True)
    parents = {one.id: one.parent_id for family in families for one in family.codes}
    page = web.render(
        "codebook/move.html", code=card, families=families, errors=errors,
        below=within(parents, card.id),
    )  # fmt: skip
    return (page, 422) if errors else page


def _place_sent(session: Session, card: CodeCard) -> tuple[str, str, str]:
    """ "family:KEY", "under:KEY" or "after:KEY", as the page sends it."""
    how, _, key = typed(request.form, "where").partition(":")
    if how == "family":
        return key, "", ""
    there = service.code(session, key)
    if how == "under":
        return there.family, there.key, ""
    parent = service.codes_by_id(session).get(there.parent_id or 0)
    return there.family, parent.key if parent else "", there.key


@uses(Purpose.STUDY)
def shift_code(use: Use, key: str) -> Page:
    """One place up or down among those of the same parent."""
    session = web.session()
    card = service.code(session, key)
    by = -1 if request.form.get("way") == "up" else 1
    if changing.shift(session, use, card.key, by):
        said(f"“{card.name}” is moved {'up' if by < 0 else 'down'}.", card.key)
    else:
        web.say(f"“{card.name}” is {'first' if by < 0 else 'last'} already.", "notice")
    return to_entry(card.key)


@uses(Purpose.STUDY)
def retire(use: Use, key: str) -> Page:
    """Take a code out of use, with the reason."""
    session = web.session()
    card = service.code(session, key)
    if request.method == "POST":
        if changing.retire(session, use, card.key, why=typed(request.form, "why")):
            said(f"“{card.name}” is out of use. What carries it keeps it.", card.key)
        return to_entry(card.key)
    return web.render("codebook/retire.html", code=card)


@uses(Purpose.STUDY)
def bring_back(use: Use, key: str) -> Page:
    """Let a retired code be put on again."""
    session = web.session()
    card = service.code(session, key)
    if changing.bring_back(session, use, card.key, why=typed(request.form, "why")):
        said(f"“{card.name}” is in use again.", card.key)
    return to_entry(card.key)


def page_asked() -> int:
    """The page of a list that was asked for, from 1."""
    return max(1, number_typed(request.args, "page") or 1)
