"""The stage: the page from which a workshop is run. Every button is a form of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response as Answer
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.config import public_url
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.meetings import running, stage, watching
from storybank.meetings.running import Started
from storybank.meetings.team import meeting_for
from storybank.meetings.views_live import (
    Page,
    for_the_team,
    here,
    join_host,
    polled,
    square,
    ways,
)
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

Act = Callable[[Use, int], None]


@for_the_team
def stage_page(use: Use, purpose: str, workshop_id: int) -> Page:
    """Where the workshop stands, and the buttons to lead it."""
    return page(use, workshop_id)


@for_the_team
def poll_stage(use: Use, purpose: str, workshop_id: int) -> Answer:
    """The parts of the stage as they stand, or nothing where ``v`` is what stands."""
    session = web.session()
    workshop, before = meeting_for(session, use, workshop_id)
    now = stage.version(session, before, workshop)
    return polled(now, lambda: web.render("meetings/_stage.html", **_context(before, workshop)))


@for_the_team
def act(use: Use, purpose: str, workshop_id: int) -> Response:
    """Do what one of the stage's buttons says."""
    word = request.form.get("do", "")
    if word not in ACTS:
        raise BadInput("Choose one of the buttons on the stage.")
    ACTS[word](use, workshop_id)
    anchor = "questions" if word in ("ask", "unask", "reveal", "hide") else None
    here = url_for("meetings.stage", purpose=purpose, workshop_id=workshop_id, _anchor=anchor)
    return redirect(here, 303)


@for_the_team
def observers(use: Use, purpose: str, workshop_id: int) -> Page:
    """Make the observers' link anew, or end it. The link stands on the page that makes it, and
    never again."""
    if request.form.get("do") == "end":
        watching.end(web.session(), use, workshop_id)
        web.say("The observers' link opens nothing any more.")
        here = url_for("meetings.stage", purpose=purpose, workshop_id=workshop_id)
        return redirect(here, 303)
    token = watching.make(web.session(), use, workshop_id)
    workshop, _ = meeting_for(web.session(), use, workshop_id)
    return web.render(
        "meetings/observers.html", use=use, workshop=workshop,
        link=public_url() + url_for("meetings.watch", token=token),
    )  # fmt: skip


def page(use: Use, workshop_id: int) -> str:
    """The stage, whole."""
    session = web.session()
    workshop, before = meeting_for(session, use, workshop_id)
    return web.render(
        "meetings/stage.html", version=stage.version(session, before, workshop),
        **_context(before, workshop),
    )  # fmt: skip


def sentence_of(pack: Started) -> str:
    """What became of the frozen pack, in words."""
    if not pack.left:
        return f"All {plural(pack.passages, 'passage')} may be shown." if pack.passages else ""
    gone = plural(len(pack.left), "card")
    numbers = ", ".join(map(str, pack.left))
    verb = "has" if len(pack.left) == 1 else "have"
    return f"{gone} {verb} left the pack since it was frozen: number {numbers}. That is all right."


def _context(use: Use, workshop: Workshop) -> Mapping[str, object]:
    found = stage.stage(web.session(), use, workshop)
    return {
        "use": use, "stage": found, "workshop": workshop, "here": here(workshop),
        "square": square(workshop), "join_host": join_host(), "ways": ways(workshop),
        "pack_says": sentence_of(found.pack),
    }  # fmt: skip


def _thing() -> int:
    found = request.form.get("thing", type=web.number)
    if found is None:
        raise BadInput("Choose one of the buttons on the stage.")
    return found


def _start(use: Use, number: int) -> None:
    pack = running.start(web.session(), use, number)
    web.say(f"The workshop has started. {sentence_of(pack)}".strip())


def _end(use: Use, number: int) -> None:
    running.end(web.session(), use, number)
    workshop, _ = meeting_for(web.session(), use, number)
    web.say(
        "The meeting is over. Now put the answers together.",
        undo=url_for("meetings.act", purpose=workshop.use, workshop_id=number),
        fields={"do": "reopen"}, label="Go on with the meeting",
    )  # fmt: skip


def _reopen(use: Use, number: int) -> None:
    running.reopen(web.session(), use, number)
    web.say("The meeting goes on.")


def _timer(word: str) -> Act:
    return lambda use, number: running.timer(web.session(), use, number, word)


def _reveal(seen: bool) -> Act:
    return lambda use, number: running.reveal(web.session(), use, number, _thing(), seen=seen)


def _pause(paused: bool) -> Act:
    return lambda use, number: running.pause(web.session(), use, number, paused=paused)


def _ask(use: Use, number: int) -> None:
    running.ask(web.session(), use, number, _thing())


def _unask(use: Use, number: int) -> None:
    running.ask(web.session(), use, number, None)


def _enter(use: Use, number: int) -> None:
    running.enter(web.session(), use, number, _thing())


ACTS: dict[str, Act] = {
    "start": _start, "end": _end, "reopen": _reopen, "part": _enter, "ask": _ask, "unask": _unask,
    "reveal": _reveal(True), "hide": _reveal(False), "pause": _pause(True),
    "resume": _pause(False), "timer-start": _timer("start"), "timer-stop": _timer("stop"),
    "timer-minute": _timer("minute"),
}  # fmt: skip
