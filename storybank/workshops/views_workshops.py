"""Planning workshops: what is asked, when, who will be there, and which packs they have."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.web.jinja import plural
from storybank.workshops import rules, service
from storybank.workshops.forms import AudienceForm, PackForm, WorkshopForm
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str, int]


@open_to(Role.FACILITATOR)
def workshops() -> str:
    """Every workshop, those to come first."""
    today = now().date()
    found = service.workshops(web.session())
    return web.render(
        "workshops/workshops.html",
        coming=[one for one in reversed(found) if one.held_on >= today],
        past=[one for one in found if one.held_on < today],
    )


@open_to(Role.FACILITATOR)
def new_workshop() -> Page:
    """Plan a workshop."""
    form = WorkshopForm.sent(request.form) if request.method == "POST" else WorkshopForm()
    if request.method == "POST" and not form.errors:
        use = Use.claim(current_actor(), form.use, now())
        made = service.plan(
            web.session(), use, title=form.title, question=form.question, held_on=form.day,
            purpose=form.use, audience=form.audience.splitlines(),
        )  # fmt: skip
        web.say("The workshop is planned. Now make a pack for it.")
        return redirect(url_for("workshops.workshop", workshop_id=made.id), 303)
    page = web.render(
        "workshops/new_workshop.html", form=form, errors=form.errors, purposes=rules.PURPOSES
    )
    return (page, 422) if form.errors else page


@open_to(Role.FACILITATOR)
def workshop(workshop_id: int) -> str:
    """One workshop and its packs."""
    session = web.session()
    found = service.workshop(session, workshop_id)
    return web.render(
        "workshops/workshop.html",
        workshop=found,
        purpose=Purpose(found.use),
        packs=service.packs_of(session, _use(found), found),
    )


@open_to(Role.FACILITATOR)
def audience(workshop_id: int) -> Page:
    """Change who will be there. What may not be used before them leaves the packs."""
    session = web.session()
    found = service.workshop(session, workshop_id)
    form = AudienceForm.sent(request.form) if request.method == "POST" else AudienceForm.for_(found)
    if request.method == "POST" and not form.errors:
        gone = service.change_audience(session, _use(found), workshop_id, form.names)
        left = f" {plural(gone, 'passage')} left the packs: not for these people." if gone else ""
        web.say(f"Saved who will be there.{left}")
        return redirect(url_for("workshops.workshop", workshop_id=workshop_id), 303)
    page = web.render("workshops/audience.html", workshop=found, form=form, errors=form.errors)
    return (page, 422) if form.errors else page


@open_to(Role.FACILITATOR)
def new_pack(workshop_id: int) -> Page:
    """Make an empty pack."""
    session = web.session()
    meeting = service.workshop(session, workshop_id)
    form = PackForm.sent(request.form) if request.method == "POST" else PackForm.for_(meeting)
    if request.method == "POST" and not form.errors:
        pack = service.new_pack(
            session, _use(meeting), workshop_id, title=form.title, use_until=form.last_day
        )
        web.say("The pack is ready. Draw passages into it.")
        return redirect(url_for("workshops.draw", purpose=meeting.use, pack_id=pack.id), 303)
    page = web.render("workshops/new_pack.html", workshop=meeting, form=form, errors=form.errors)
    return (page, 422) if form.errors else page


def _use(meeting: Workshop) -> Use:
    return Use.claim(current_actor(), Purpose(meeting.use), now())
