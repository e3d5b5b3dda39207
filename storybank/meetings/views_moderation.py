"""Reading answers before others see them: what waits, what was held or shown, and the log."""

from __future__ import annotations

from flask import Response as Answer
from flask import redirect, request, url_for

from storybank import web
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.meetings import moderating
from storybank.meetings.moderating import BACK, HOLD, NOT_READ, POLICY, REASONS, SHOW
from storybank.meetings.team import meeting_for
from storybank.meetings.views_live import Page, for_the_team, here, undoing
from storybank.web.jinja import plural
from storybank.web.tables import FILES, file_of

A_PAGE = 20
STATUSES = {"waiting": "Waiting", "held": "Held back", "shown": "Shown"}
SAID = {SHOW: "Shown", HOLD: "Held back", BACK: "Put back to wait"}


@for_the_team
def moderation(use: Use, purpose: str, workshop_id: int) -> Page:
    """A page of the answers that wait, or of those held or shown."""
    return _page(use, workshop_id)


@for_the_team
def decide(use: Use, purpose: str, workshop_id: int) -> Page:
    """Show, hold or put back: one answer by its own button, or all that are ticked."""
    form = request.form
    action, _, one = form.get("do", "").partition(" ")
    ids = [one] if one else form.getlist("answer")
    reason = form.get(f"reason-{one}" if one else "reason", "")
    try:
        done = moderating.decide(web.session(), use, workshop_id, ids, action, reason)
    except BadInput as no:
        return _page(use, workshop_id, {_field(action, one): no.sentence}, one), no.status
    if done:
        web.say(
            f"{SAID[action]}: {plural(done, 'answer')}.",
            **undoing(meeting_for(web.session(), use, workshop_id)[0]),
        )
    else:
        web.say("Nothing changed. It stands like that already, or was hidden.", "notice")
    args = {"purpose": purpose, "workshop_id": workshop_id, "status": _status(form.get("status"))}
    return redirect(url_for("meetings.moderation", **args), 303)  # type: ignore[arg-type]


@for_the_team
def moderation_log(use: Use, purpose: str, workshop_id: int) -> Page | Answer:
    """Who did what with which answer, and why: as a page, or with ``as`` as a file."""
    workshop, _ = meeting_for(web.session(), use, workshop_id)
    table = moderating.log(web.session(), workshop)
    if request.args.get("as") in FILES:
        return file_of("moderation_log", table)
    return web.render(
        "meetings/moderation_log.html", workshop=workshop, table=table, here=here(workshop),
        kinds=[one for one in ("csv", "xlsx") if one in FILES],
    )  # fmt: skip


@for_the_team
def policy(use: Use, purpose: str, workshop_id: int) -> Page:
    """What people are told before they join, and whether answers are read first."""
    session = web.session()
    workshop, _ = meeting_for(session, use, workshop_id)
    errors: dict[str, str] = {}
    words = workshop.policy or (POLICY if workshop.moderated else NOT_READ)
    if request.method == "POST":
        do, words = request.form.get("do", ""), request.form.get("words", words)
        try:
            if do == "off" and request.form.get("sure") != "yes":
                raise BadInput("Tick the box first, to say that you know what this means.")
            if do in ("off", "on"):
                moderating.switch(session, use, workshop_id, on=do == "on")
                web.say(SWITCHED[do])
            elif do == "words":
                moderating.save_policy(session, use, workshop_id, words)
                web.say("Saved. People read this before they join.")
            else:
                raise BadInput("Choose one of the buttons on this page.")
        except BadInput as no:
            errors = {"sure" if do == "off" else "words": no.sentence}
        else:
            return redirect(
                url_for("meetings.policy", purpose=purpose, workshop_id=workshop_id), 303
            )
    page = web.render(
        "meetings/policy.html", workshop=workshop, here=here(workshop), words=words, errors=errors,
        house=POLICY if workshop.moderated else NOT_READ,
    )  # fmt: skip
    return (page, 422) if errors else page


SWITCHED = {
    "off": "Moderation is off. Answers are shown at once, and the log says who switched it off.",
    "on": "Moderation is on. Answers wait until somebody has read them.",
}


def _status(word: str | None) -> str:
    return word if word in STATUSES else "waiting"


def _field(action: str, one: str) -> str:
    return f"reason-{one}" if one and action == HOLD else "reason"


def _page(use: Use, workshop_id: int, errors: dict[str, str] | None = None, one: str = "") -> str:
    session = web.session()
    workshop, before = meeting_for(session, use, workshop_id)
    status = _status(request.values.get("status"))
    page = min(max(1, request.args.get("page", 1, web.number)), 10_000)
    queued, total = moderating.queue(session, workshop_id, status, A_PAGE, page)
    return web.render(
        "meetings/moderation.html", use=before, workshop=workshop, here=here(workshop),
        status=status, statuses=STATUSES, queued=queued, total=total, page=page,
        pages=max(1, -(-total // A_PAGE)), reasons=REASONS, errors=errors or {}, tried=one,
        waits=moderating.waiting_count(session, workshop_id),
    )  # fmt: skip
