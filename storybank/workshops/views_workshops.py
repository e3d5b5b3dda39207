"""Planning workshops: what is asked, when, who will be there, and which packs they have."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.web.jinja import plural
from storybank.workshops import helping, rehearsing, rules, service
from storybank.workshops.forms import AudienceForm, PackForm, WorkshopForm
from storybank.workshops.hub import hub
from storybank.workshops.models import Workshop

STATUS = {
    "draft": "Not open yet", "open": "People can join", "live": "Running", "synthesis": "Ended",
    "closed": "Closed",
}  # fmt: skip

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
        web.say("The workshop is planned. Next, say what is in scope and who decides.")
        return redirect(url_for("workshops.workshop", workshop_id=made.id), 303)
    page = web.render(
        "workshops/new_workshop.html", form=form, errors=form.errors, purposes=rules.PURPOSES
    )
    return (page, 422) if form.errors else page


@open_to(Role.FACILITATOR)
def workshop(workshop_id: int) -> str:
    """One workshop and its packs."""
    session, actor = web.session(), current_actor()
    found = service.workshop(session, workshop_id)
    runs, use = helping.runs(session, actor, found), _use(found)
    return web.render(
        "workshops/workshop.html", workshop=found, purpose=Purpose(found.use), runs=runs,
        packs=service.packs_of(session, use, found),
        hub=hub(session, use, found, runs=runs, pages=current_app.view_functions),
        practice=rehearsing.rehearsal_of(session, workshop_id), status=STATUS[found.status],
        invented=rehearsing.CARDS if found.rehearsal else (),
    )  # fmt: skip


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
