"""The page on which a steward fills in who looks after the stories, who else, why, how to stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import candidates
from storybank.consent import organisation as slots
from storybank.consent.organisation import Slots
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stories.canon import normalise

Page = str | Response | tuple[str, int]
MORE_ROWS = 2


@open_to(Role.STEWARD)
def organisation() -> Page:
    """What is filled in now."""
    row = slots.organisation(web.session())
    filled = slots.slots_of(row)
    if row.placeholder:
        # Left in, it could be kept unread: who asks, and who else, is for a person to say.
        filled = replace(filled, name="", address="", contact="", no_others=False)
    return _page(filled)


@open_to(Role.STEWARD)
def save_organisation() -> Page:
    """Keep what was typed; the live words still say what they said."""
    typed = _typed()
    if errors := slots.trouble(typed):
        return _page(typed, errors), 422
    slots.save(web.session(), current_actor(), typed)
    if candidates.stale(web.session()):
        web.say("This is kept. It is not live yet: publish the set.", "notice")
        return redirect(url_for("stewardship.compare_set"), 303)
    web.say("This is kept. The live words say so already.")
    return redirect(url_for("stewardship.organisation"), 303)


def _page(typed: Slots, errors: Mapping[str, str] | None = None) -> str:
    session = web.session()
    row = slots.organisation(session)
    others = [*typed.others, *[("", "", "")] * MORE_ROWS]
    return web.render(
        "stewardship/organisation.html", slots=typed, others=others, errors=errors,
        placeholder=row.name if row.placeholder else None, changed_at=row.changed_at,
        stale=candidates.stale(session),
    )  # fmt: skip


def _typed() -> Slots:
    parts = (request.form.getlist(f"other-{name}") for name in ("name", "address", "contact"))
    rows = [
        (_line(name), _line(address), _line(contact))
        for name, address, contact in zip_longest(*parts, fillvalue="")
    ]
    return Slots(
        name=_line(request.form.get("name", "")),
        address=_line(request.form.get("address", "")),
        contact=_line(request.form.get("contact", "")),
        others=tuple(row for row in rows if any(row)),
        no_others=request.form.get("no_others") == "yes",
        why=_line(request.form.get("why", "")),
        withdraw=_line(request.form.get("withdraw", "")),
    )


def _line(typed: str) -> str:
    return " ".join(normalise(typed)[0].split())
