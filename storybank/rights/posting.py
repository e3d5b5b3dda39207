"""Which letter a request calls for as it stands: for a steward to print and post."""

from __future__ import annotations

from dataclasses import replace

from storybank.rights import letters
from storybank.rights.kinds import Kind
from storybank.rights.letters import Letter
from storybank.rights.receiving import about
from storybank.rights.standing import Standing


def to_post(one: Standing, answer: str) -> Letter:
    """The last thing the person is to be told, without an address of a page: it is paper.

    ``answer`` is what we answered, in words.
    """
    facts = replace(about(one.request), where=None)
    if one.outcome is not None:
        return letters.answered(facts, one.outcome, one.exemption, answer)
    if one.paused_for is not None:
        return letters.stopped(facts, one.paused_for)
    if one.extension_reason is not None:
        return letters.extended(facts, one.extension_reason)
    if one.pauses:
        return letters.started(facts)
    if one.kind is Kind.COMPLAINT and one.request.acknowledged_at is not None:
        return letters.acknowledged(facts)
    return letters.received(facts, one.acknowledge_by)
