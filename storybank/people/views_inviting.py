"""The steward's pages: ask a storyteller in, by e-mail or with a slip to print."""

from __future__ import annotations

from flask import url_for

from storybank import web
from storybank.config import public_url
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people import invitations, reading
from storybank.people.administration import Page, bp, form_page, go
from storybank.people.invitations import How
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role, code_of
from storybank.web import qr

TELLER = "/people/tellers/<int(max=2147483647):person_id>"


@bp.get(f"{TELLER}/invite")
@open_to(Role.STEWARD)
def invite(person_id: int) -> Page:
    return _page(person_id)


@bp.post(f"{TELLER}/invite")
@open_to(Role.STEWARD)
def send_invitation(person_id: int) -> Page:
    try:
        invitations.invite(web.session(), current_actor(), person_id, How.EMAIL)
    except (BadInput, Conflict) as no:
        return _page(person_id, {"": no.sentence})
    web.say("The invitation goes out by e-mail. One they had before does not work any more.")
    return go(url_for("people.invite", person_id=person_id))


@bp.post(f"{TELLER}/slip")
@open_to(Role.STEWARD)
def print_slip(person_id: int) -> Page:
    """A new slip, shown at once and never again: what is on it is kept nowhere.

    So it is the answer to the form itself. To load it again is to ask for another one.
    """
    try:
        made = invitations.invite(web.session(), current_actor(), person_id, How.SLIP)
    except Conflict as no:
        return _page(person_id, {"": no.sentence})
    house = public_url()
    link = house + url_for("people.open_invitation", token=made.token)
    return form_page(
        "slip", None, made=made, teller=code_of(person_id),
        qr=qr.svg(link, css_class="sb-slip__qr"), door=house + url_for("people.come_in"),
    )  # fmt: skip


@bp.post(f"{TELLER}/void")
@open_to(Role.STEWARD)
def void_invitation(person_id: int) -> Page:
    invitations.void(web.session(), current_actor(), person_id)
    web.say("The invitation does not work any more.")
    return go(url_for("people.invite", person_id=person_id))


def _page(person_id: int, errors: dict[str, str] | None = None) -> Page:
    session = web.session()
    person = reading.person(session, person_id)
    if person is None:
        raise NotFound("There is no storyteller with this code.")
    return form_page(
        "invite", errors, person=person,
        reason=invitations.reason_not_to(session, person_id),
        waiting=next(iter(invitations.open_invitations(session, person_id)), None),
        claimed=invitations.last_claimed(session, person_id),
        has_address=bool(invitations.address_of(session, person_id)),
    )  # fmt: skip
