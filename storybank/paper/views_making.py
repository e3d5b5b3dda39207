"""Choosing what to make of a pack; it is written down, then it is there to print or fetch."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details.leaving import of_places
from storybank.errors import BadInput
from storybank.paper import collecting, printing, rules
from storybank.paper.deck import deck, practice_deck
from storybank.paper.files import answer
from storybank.paper.sheets import Made
from storybank.people.rules import Role
from storybank.web.jinja import plural

for_a_room = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")

Page = str | Response | tuple[str, int]
PRACTISED = ("cards", "easy", "slides", "answers")
"""Forms that are offered with invented words."""


@for_a_room
def make(use: Use, purpose: str, pack_id: int) -> Page:
    """What a pack can be made into, what was made of it, and what must come back."""
    return _page(use, pack_id, request.args)


@for_a_room
def make_it(use: Use, purpose: str, pack_id: int) -> Page:
    """Write it down, then lead to it."""
    typed = request.form
    form, file = typed.get("form", ""), typed.get("file", "")
    copies = _number(typed.get("copies", ""))
    errors = rules.trouble(form, file, copies)
    if errors:
        return _page(use, pack_id, typed, errors), 422
    try:
        run = printing.make(web.session(), use, pack_id, copies, form, file)
    except BadInput as problem:
        return _page(use, pack_id, typed, {"": problem.sentence}), 422
    made = plural(copies, "copy", "copies")
    if run.cards:
        web.say(f"Written down: {made} of {plural(run.cards, 'card')}.")
    else:
        web.say(f"Written down: {made}.")
    if file == rules.HTML:
        where = url_for("paper.file", purpose=purpose, pack_id=pack_id, run_id=run.id, file=file)
    else:
        where = url_for("paper.run", purpose=purpose, pack_id=pack_id, run_id=run.id)
    return redirect(where, 303)


@for_a_room
def practice(use: Use, purpose: str, pack_id: int, shape: str, file: str) -> Response:
    """Invented cards, marked PRACTICE. Nothing is written down: they are nobody's words."""
    made = Made(rules.form_named(shape), practice_deck(web.session(), use, pack_id))
    return answer(made, file, here={"purpose": purpose, "pack_id": pack_id})


@for_a_room
def old_cards(use: Use, purpose: str, pack_id: int) -> Response:
    """Where cards used to be printed."""
    return redirect(url_for("paper.make", purpose=purpose, pack_id=pack_id), 303)


def _page(
    use: Use, pack_id: int, typed: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    session = web.session()
    made_of = deck(session, use, pack_id)
    form = typed.get("form", "")
    return web.render(
        "paper/make.html", use=use, deck=made_of, forms=rules.FORMS, files=rules.FILES,
        form=form if form in rules.FORMS else "cards", errors=errors,
        file=typed.get("file", "") if typed.get("file") in rules.FILES else rules.HTML,
        copies=typed.get("copies", "1")[:20], past=made_of.pack.use_until < now().date(),
        here={"purpose": use.purpose.value, "pack_id": pack_id},
        runs=printing.runs(session, pack_id),
        collect=collecting.to_collect(session, use, pack_id),
        leaving=of_places(session, [card.place for card in made_of.cards if card.place]),
        checks_as=_checks_as(use), only=rules.ONLY[use.purpose], most=rules.MAX_CARDS,
        practised=[rules.FORMS[key] for key in PRACTISED],
    )  # fmt: skip


def _number(typed: str) -> int:
    """Copies as somebody typed them; nought for what is no number."""
    try:
        return web.number(typed.strip()[:20])
    except ValueError:
        return 0


def _checks_as(use: Use) -> str:
    """The purpose for which this person may check stories for personal details, if for any."""
    purposes = {Role.STEWARD: Purpose.KEEP, Role.RESEARCHER: Purpose.STUDY}
    return next((one.value for role, one in purposes.items() if role in use.actor.roles), "")
