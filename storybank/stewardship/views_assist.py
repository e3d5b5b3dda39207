"""Beginning half an hour with a storyteller, ending it, and finding a story to stop."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.deciding import window
from storybank.consent.models import AssistedWindow
from storybank.consent.wording_rules import Format
from storybank.errors import BadInput, NotFound
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role, code_of
from storybank.stewardship import assisting
from storybank.stewardship.rules import ASSISTED_BY
from storybank.stories import listing
from storybank.stories.choices_asked import CHANNEL_WORDS, HELPERS

Page = str | Response | tuple[str, int]
for_helpers = open_to(Role.STEWARD, Role.FACILITATOR)


@for_helpers
def assist() -> Page:
    """Begin with somebody, or find the story of somebody who wants to stop."""
    return _start_page()


@for_helpers
def begin_assisting() -> Page:
    """Begin the half hour. Sent as a form, because an address would keep a name in histories."""
    session, form, actor = web.session(), request.form, current_actor()
    found = assisting.find_people(session, actor, form.get("who", ""))
    if len(found) != 1:
        steward = Role.STEWARD in actor.roles
        more = ", or their whole e-mail address, phone number or name" if steward else ""
        nobody = f"Nobody was found. Write their code like ST-0012{more}."
        many = "More than one was found. Choose one by the code."
        return _start_page({"who": many if found else nobody}, found), 422
    try:
        assisting.begin(
            session, actor, found[0].id, form.get("channel", ""),
            form.get("format_used") or Format.STANDARD.value, form.getlist("helped"),
        )  # fmt: skip
    except BadInput as problem:
        return _start_page({"channel": problem.sentence}), 422
    numbers = assisting.stories_of(session, found[0].id)
    if len(numbers) == 1:
        return go("stewardship.assist_story", story_id=numbers[0])
    return go("stewardship.assist")


@for_helpers
def end_assisting() -> Page:
    """The half hour is over before its time."""
    assisting.end(web.session(), current_actor())
    web.say("Ended. A stop can still be written down at any time.")
    return go("stewardship.assist")


@for_helpers
def find_assisted() -> Page:
    """Go to a story by its number or its teller's code."""
    typed = request.args.get("q", "")
    try:
        numbers = listing.numbers_for(web.session(), typed)
    except NotFound as nothing:
        return _start_page({"q": nothing.sentence}), 404
    if len(numbers) == 1:
        return go("stewardship.assist_story", story_id=numbers[0])
    return _start_page(numbers=numbers)


def _start_page(
    errors: dict[str, str] | None = None, found: object = (), numbers: object = ()
) -> str:
    session, actor, open_now = web.session(), current_actor(), open_window()
    return web.render(
        "stewardship/assist.html", errors=errors, found=found, numbers=numbers,
        typed=request.form.get("who", ""), asked_for=request.args.get("q", ""),
        chosen=request.form, open_now=open_now, steward=Role.STEWARD in actor.roles,
        code=code_of(open_now.person_id) if open_now else "", code_of=code_of,
        stories=assisting.stories_of(session, open_now.person_id) if open_now else (),
        channels={way: CHANNEL_WORDS[way] for way in ASSISTED_BY}, all_channels=CHANNEL_WORDS,
        formats={one.value: one.label for one in Format},
        helpers={part.value: words for part, words in HELPERS.items()},
        log=assisting.log_of(session, actor),
    )  # fmt: skip


def open_window() -> AssistedWindow | None:
    return window(web.session(), current_actor(), None, now())


def go(endpoint: str, **args: object) -> Response:
    return redirect(url_for(endpoint, **args), 303)  # type: ignore[arg-type]
