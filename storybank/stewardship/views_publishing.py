"""Making words live: old and new side by side, whether they mean the same, a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import candidates as fitness
from storybank.consent import drafts, publishing
from storybank.consent.candidates import Candidate
from storybank.consent.wording_rules import GRACE, MOST_AGE
from storybank.errors import BadInput, Conflict
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stewardship.rules import told_apart

Page = str | Response | tuple[str, int]

SAY_WHICH = "Say whether the new words mean the same."
BE_SURE = "Tick this to show that you know it cannot be undone."
ASKED = "A second steward is asked to look. Nothing is live yet."
LIVE = "The new words are live."


@open_to(Role.STEWARD)
def compare(code: str) -> Page:
    """Old and new words of one wording side by side, and the question what they mean."""
    drafts.live(web.session(), code)
    return _publish_page([code])


@open_to(Role.STEWARD)
def publish(code: str) -> Page:
    """Publish one wording, or ask a second steward to look at it."""
    drafts.live(web.session(), code)
    return _publish([code])


@open_to(Role.STEWARD)
def compare_set() -> Page:
    """Every wording that names the old organisation, with the new one in its place."""
    return _publish_page(fitness.stale(web.session()), whole_set=True)


@open_to(Role.STEWARD)
def publish_set() -> Page:
    """Publish them all, or ask a second steward to look at them."""
    return _publish(fitness.stale(web.session()), whole_set=True)


@open_to(Role.STEWARD)
def second_look(proposal_id: int) -> Page:
    """What another steward says means the same."""
    session = web.session()
    asked = publishing.proposal(session, proposal_id)
    found = fitness.candidates(session, asked.codes)
    return web.render(
        "stewardship/second_look.html", asked=asked, most_age=MOST_AGE,
        own=asked.asked_by == current_actor().account_id, **_side_by_side(found),
    )  # fmt: skip


@open_to(Role.STEWARD)
def answer_second_look(proposal_id: int) -> Response:
    """Yes, it means the same: live. No: it goes back to be a draft."""
    session, by = web.session(), current_actor()
    codes = publishing.proposal(session, proposal_id).codes
    answer = request.form.get("same")
    if answer == "yes":
        publishing.confirm_same(session, by, proposal_id)
        web.say(LIVE)
    elif answer == "no":
        publishing.disagree(session, by, proposal_id)
        web.say("The change goes no further. The draft is still there.", "notice")
    else:
        raise BadInput("Choose yes or no.")
    return redirect(_back_to(codes), 303)


def _publish(codes: Sequence[str], whole_set: bool = False) -> Page:
    session, by = web.session(), current_actor()
    meaning, seal = request.form.get("meaning"), request.form.get("seal", "")
    errors = {} if meaning in ("same", "changed") else {"meaning": SAY_WHICH}
    if meaning == "changed" and request.form.get("sure") != "yes":
        errors["sure"] = BE_SURE
    if errors:
        return _publish_page(codes, whole_set, errors), 422
    try:
        if meaning == "same":
            publishing.propose_same(session, by, codes, seal)
            web.say(ASKED)
        else:
            publishing.publish_change(session, by, codes, seal)
            web.say(LIVE)
    except (BadInput, Conflict) as no:
        session.rollback()
        return _publish_page(codes, whole_set, {"": no.sentence}), no.status
    return redirect(_back_to(codes), 303)


def _publish_page(
    codes: Sequence[str], whole_set: bool = False, errors: Mapping[str, str] | None = None
) -> str:
    session = web.session()
    found = fitness.candidates(session, codes)
    waiting = [one for one in publishing.proposals(session) if set(one.codes) & set(codes)]
    return web.render(
        "stewardship/publish.html", codes=codes, whole_set=whole_set, errors=errors,
        problems=fitness.problems(session, found), seal=fitness.seal_of(found),
        waiting=waiting[0] if waiting else None, form=request.form, days=GRACE.days,
        most_age=MOST_AGE, **_side_by_side(found),
    )  # fmt: skip


def _side_by_side(found: Sequence[Candidate]) -> dict[str, object]:
    """The wordings whose words change, with both texts in pieces; and the codes of the rest."""
    shown = [one for one in found if one.words_change]
    changed = {one.code for one in shown}
    return {
        "shown": [
            (
                one,
                *told_apart(one.old.text if one.old else "", one.text),
                *told_apart(one.old.help_text if one.old else "", one.help_text),
            )
            for one in shown
        ],
        "unchanged": list(dict.fromkeys(one.code for one in found if one.code not in changed)),
    }


def _back_to(codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return url_for("stewardship.wording", code=codes[0])
    return url_for("stewardship.wordings")
