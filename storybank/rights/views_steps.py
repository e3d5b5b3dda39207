"""What a steward does with a request: each a form of its own on the request's page."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, Refused
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.rights import service
from storybank.rights.kinds import Exemption, ExtensionReason, Outcome, PauseReason
from storybank.rights.views_desk import one_page

Page = str | Response | tuple[str, int]
One = TypeVar("One", bound=StrEnum)


@open_to(Role.STEWARD)
def acknowledge(request_id: int) -> Page:
    """Say that a person has read it."""
    return _done(
        request_id,
        lambda: service.acknowledge(web.session(), current_actor(), request_id),
        "acknowledge",
        "It is noted that they were told.",
    )


@open_to(Role.STEWARD)
def stop_clock(request_id: int) -> Page:
    """The clock stands still until the person has told us something."""
    reason = _chosen(PauseReason, "pause_reason")
    if reason is None:
        return _page(request_id, {"pause_reason": "Choose why the clock stops."})
    return _done(
        request_id,
        lambda: service.pause(web.session(), current_actor(), request_id, reason),
        "pause_reason",
        "The clock is stopped, and the person is told why.",
    )


@open_to(Role.STEWARD)
def start_clock(request_id: int) -> Page:
    """The clock goes on."""
    return _done(
        request_id,
        lambda: service.start(web.session(), current_actor(), request_id),
        "start",
        "The clock goes on. The days it stood still are added.",
    )


@open_to(Role.STEWARD)
def extend(request_id: int) -> Page:
    """Take one or two more months."""
    reason = _chosen(ExtensionReason, "extension_reason")
    if reason is None:
        return _page(request_id, {"extension_reason": "Choose why more time is needed."})
    months = request.form.get("months", 0, web.number)
    return _done(
        request_id,
        lambda: service.extend(
            web.session(), current_actor(), request_id, months, reason,
            told=bool(request.form.get("told")),
        ),
        "months",
        "There is more time, and the person is told why.",
    )  # fmt: skip


@open_to(Role.STEWARD)
def answer(request_id: int) -> Page:
    """Answer; or propose a refusal to a second steward."""
    outcome = _chosen(Outcome, "outcome")
    if outcome is None:
        return _page(request_id, {"outcome": "Choose how it ends."})
    return _done(
        request_id,
        lambda: service.answer(
            web.session(), current_actor(), request_id, outcome, request.form.get("answer", ""),
            exemption=_chosen(Exemption, "exemption"), harm=request.form.get("harm", ""),
        ),
        "answer",
        "The answer is kept. If it needs a second steward, the person is told when one agrees.",
    )  # fmt: skip


@open_to(Role.STEWARD)
def sign_off(request_id: int) -> Page:
    """A second steward agrees."""
    return _done(
        request_id,
        lambda: service.sign_off(web.session(), current_actor(), request_id),
        "sign_off",
        "You agreed. The request is answered and the person is told.",
    )


@open_to(Role.STEWARD)
def send_back(request_id: int) -> Page:
    """The proposed answer is taken off the table."""
    return _done(
        request_id,
        lambda: service.send_back(web.session(), current_actor(), request_id),
        "sign_off",
        "The answer is sent back. The request is open as before.",
    )


@open_to(Role.STEWARD)
def take_back_for_them(request_id: int) -> Page:
    """The person took it back, and told us so."""
    return _done(
        request_id,
        lambda: service.take_back(web.session(), current_actor(), request_id),
        "take_back",
        "It is noted that they took it back.",
    )


@open_to(Role.STEWARD)
def note(request_id: int) -> Page:
    """Write something down for stewards."""
    text = request.form.get("note", "")
    return _done(
        request_id,
        lambda: service.add_note(web.session(), current_actor(), request_id, text),
        "note",
        "The note is kept.",
    )


def _done(request_id: int, act: Callable[[], object], field: str, sentence: str) -> Page:
    """Do it, and go back to the request's page; what stands against it is told beside the form."""
    try:
        act()
    except (BadInput, Refused) as no:
        web.session().rollback()
        return _page(request_id, {field: no.sentence})
    web.say(sentence)
    return redirect(url_for("rights.request_page", request_id=request_id), 303)


def _page(request_id: int, errors: dict[str, str]) -> tuple[str, int]:
    return one_page(request_id, errors), 422


def _chosen(words: type[One], field: str) -> One | None:
    return next((one for one in words if one.value == request.form.get(field)), None)
