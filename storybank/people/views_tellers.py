"""The steward's pages of storytellers: find one, see how to reach them, write it down."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.db import begin_writing
from storybank.errors import NotFound
from storybank.people import details_form, identity
from storybank.people.administration import Page, bp, form_page, go
from storybank.people.login import current_actor, open_to
from storybank.people.reading import person
from storybank.people.rules import Role

TELLER = "/people/tellers/<int(max=2147483647):person_id>"
A_PAGE = 25
NOBODY = (
    "Nobody was found. Write the whole code, e-mail address, phone number or name, as it was "
    "written down."
)


@bp.get("/people/tellers")
@open_to(Role.STEWARD)
def tellers() -> Page:
    return _list_page()


@bp.post("/people/tellers")
@open_to(Role.STEWARD)
def find_teller() -> Page:
    """Sent as a form, because an address would keep the name in histories and logs."""
    found = identity.find(web.session(), current_actor(), request.form.get("who", ""))
    if len(found) == 1:
        return go(url_for("people.teller", person_id=found[0].id))
    if not found:
        return _list_page({"who": NOBODY})
    return web.render("people/tellers_found.html", found=found)


@bp.get(TELLER)
@open_to(Role.STEWARD)
def teller(person_id: int) -> Page:
    # Who was shown the details is written down with the showing: both, or neither.
    session = web.session()
    session.rollback()
    begin_writing(session)
    details = identity.read_details(session, current_actor(), person_id)
    return _page(person_id, **details_form.context(session, person_id, details))


@bp.post(TELLER)
@open_to(Role.STEWARD)
def save_teller(person_id: int) -> Page:
    session, form = web.session(), request.form
    _there(person_id)
    errors = details_form.save(session, current_actor(), person_id, form)
    if errors:
        return _page(person_id, errors, **details_form.context(session, person_id, None, form))
    web.say("The details are saved.")
    return go(url_for("people.teller", person_id=person_id))


def _there(person_id: int) -> None:
    if person(web.session(), person_id) is None:
        raise NotFound("There is no storyteller with this code.")


def _list_page(errors: dict[str, str] | None = None) -> Page:
    count = identity.count_tellers(web.session())
    pages = max(1, -(-count // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    rows = identity.tellers(web.session(), (page - 1) * A_PAGE, A_PAGE)
    return form_page("tellers", errors, rows=rows, count=count, page=page, pages=pages)


def _page(person_id: int, errors: dict[str, str] | None = None, **context: object) -> Page:
    return form_page(
        "teller", errors, person=person(web.session(), person_id), yours=False, **context
    )
