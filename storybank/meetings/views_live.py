"""What the live pages of a workshop share: who may come, addresses, the square to join, polls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from flask import Response as Answer
from flask import current_app, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from storybank.config import public_url
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose
from storybank.web.qr import svg
from storybank.workshops.models import Workshop

for_the_team = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")
Page = str | Response | tuple[str, int]


def polled(now: str, part: Callable[[], str]) -> Answer:
    """204 where the page has this version; else the part, with its version."""
    if request.args.get("v") == now:
        return Answer(status=204)
    answer = Answer(part())
    answer.headers["X-Version"] = now
    return answer


def here(workshop: Workshop) -> dict[str, Any]:
    """The arguments of this workshop's live addresses."""
    return {"purpose": workshop.use, "workshop_id": workshop.id}


def square(workshop: Workshop) -> Markup | None:
    """The square that a phone reads to join; None where nobody can."""
    if workshop.join_code is None:
        return None
    return svg(
        join_address(workshop),
        css_class="mt-qr", says="A square to join with a phone's camera",
    )  # fmt: skip


def join_address(workshop: Workshop) -> str:
    """Where a phone joins, whole."""
    return public_url() + url_for("meetings.join", join_code=workshop.join_code)


def join_host() -> str:
    """Where people type the code, as they are told: "example.org/join"."""
    return public_url().partition("//")[2] + url_for("meetings.join")


def way(endpoint: str, **args: str | int) -> str | None:
    """The address of a page in a room above this one, where the house has it."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **args)  # type: ignore[arg-type]


class Undoing(TypedDict):
    """What ``web.say`` is given, to offer that an act be taken back."""

    undo: str
    fields: Mapping[str, str | int]


def undoing(workshop: Workshop) -> Undoing:
    """Where what was just done in a workshop is taken back."""
    return {"undo": url_for("meetings.undo"), "fields": {"workshop": workshop.id}}


def ways(workshop: Workshop) -> list[tuple[str, str]]:
    """What else belongs to this workshop: (address, what it is called)."""
    args = here(workshop)
    found = [
        (way("meetings.notes", **args), "Write for people (notes)"),
        (way("synthesis.clusters", **args), "Put answers together"),
        (way("synthesis.answer", **args), "The collective answer"),
    ]
    return [(address, name) for address, name in found if address]
