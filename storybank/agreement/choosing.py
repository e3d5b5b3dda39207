"""What a page compares, as its address says it: a round or some coders, a story, a unit."""

from __future__ import annotations

from typing import Any

from flask import request

from storybank import web
from storybank.agreement.gathering import Scope
from storybank.agreement.rules import MAX_CODERS
from storybank.agreement.units import Unit

Page = Any


def scope(story_id: int | None = None) -> Scope:
    """The scope that the address or the form names."""
    sent = request.values
    coders = tuple(sorted(set(sent.getlist("coder", type=web.number))))[:MAX_CODERS]
    number = sent.get("round", type=web.number)
    only = story_id or sent.get("story", type=web.number)
    return Scope(number or None, coders, (only,) if only else ())


def args(one: Scope, **more: Any) -> dict[str, Any]:
    """The scope as arguments of an address; nothing that is not set."""
    found = {"round": one.round_id, "coder": list(one.coder_ids) or None, **more}
    return {name: value for name, value in found.items() if value not in (None, "")}


def unit() -> Unit:
    """The unit asked for; letters, and so passages as they were cut, where none is."""
    asked = request.args.get("unit", "")
    return Unit(asked) if asked in set(Unit) else Unit.CHARACTER
