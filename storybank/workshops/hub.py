"""The steps of a workshop: before it, in the room, and afterwards; what is done of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.workshops import freezing, opening, real_involvement, service
from storybank.workshops.models import Workshop
from storybank.workshops.opening import Missing

DONE, TO_DO, LATER = "done", "to do", "later"


@dataclass(frozen=True)
class Step:
    """One thing to do: what, what is known of it, and the pages where it is done."""

    name: str
    says: str = ""
    state: str = ""
    """done, to do, or blank where it is neither."""
    links: tuple[tuple[str, str, dict[str, Any]], ...] = ()
    """(text, endpoint, arguments)."""


@dataclass(frozen=True)
class Hub:
    """A workshop's steps."""

    before: tuple[Step, ...]
    room: tuple[Step, ...]
    after: tuple[Step, ...]
    missing: tuple[Missing, ...] = field(default=())
    """What it lacks before it can be opened."""


def hub(
    session: Session, use: Use, meeting: Workshop, *, runs: bool, pages: Collection[str]
) -> Hub:
    """The steps of a workshop for the person asking; ``pages`` are the endpoints that there are.

    Whoever does not run it is led to its packs alone.
    """
    lacks = tuple(opening.missing(meeting))
    one: dict[str, Any] = {"workshop_id": meeting.id}
    live: dict[str, Any] = {"purpose": meeting.use, "workshop_id": meeting.id}

    def there(
        *links: tuple[str, str, dict[str, Any]],
    ) -> tuple[tuple[str, str, dict[str, Any]], ...]:
        return tuple(link for link in links if runs and link[1] in pages)

    before = [_plan(meeting, lacks, there(("Plan", "workshops.plan", one)))]
    if not meeting.rehearsal:
        before += [_pack(session, use, meeting, runs), _check(meeting, there)]
    before.append(
        Step(
            "Groups and questions",
            "Who sits where, and what each part asks.",
            links=there(
                ("Groups", "meetings.plan_groups", live),
                ("Parts and questions", "meetings.plan_prompts", live),
                ("The team", "meetings.team", live),
            ),
        )
    )
    room = (
        Step(
            "Run it",
            _room(meeting),
            links=there(
                ("Stage", "meetings.stage", live),
                ("Wall", "meetings.wall", live),
                ("Answers to check", "meetings.moderation", live),
                ("Notes and paper", "meetings.notes", live),
                ("Code to show", "meetings.code_qr", live),
            ),
        ),
    )
    after = (
        Step(
            "One answer",
            "Group what was said, write what you recommend, and report.",
            links=there(
                ("Clusters", "synthesis.clusters", live),
                ("The answer", "synthesis.answer", live),
                ("Report", "synthesis.report", live),
            ),
        ),
    )
    return Hub(
        tuple(step for step in before if step.links or step.state),
        tuple(step for step in room if step.links),
        tuple(step for step in after if step.links),
        lacks if runs else (),
    )  # fmt: skip


def _plan(meeting: Workshop, lacks: Collection[Missing], links: Any) -> Step:
    mine = [one.sentence for one in lacks if one.key not in ("pack", "check")]
    if mine:
        return Step("Plan", " ".join(mine), TO_DO, links)
    return Step("Plan", "The question, what it is about, who decides and who helps.", DONE, links)


def _check(meeting: Workshop, there: Any) -> Step:
    links = there(("Check", "workshops.check", {"workshop_id": meeting.id}))
    left = len(real_involvement.unanswered(meeting.self_check))
    if left:
        return Step("Is it real involvement?", "Some questions wait for an answer.", TO_DO, links)
    warned = len(real_involvement.warnings(meeting.self_check))
    says = "Answered. Look at the advice." if warned else "Answered."
    return Step("Is it real involvement?", says, DONE, links)


def _pack(session: Session, use: Use, meeting: Workshop, runs: bool) -> Step:
    """The pack that is shown: frozen, and what left it since."""
    version = freezing.version_of(session, meeting)
    if version is None:
        if meeting.no_passages:
            return Step("Passages", "No passages are shown in this workshop.", DONE)
        return Step("Passages", "Make a pack, then freeze it.", TO_DO)
    here = service.for_meeting(use, meeting)
    left = len(freezing.pulled_since(session, here, version))
    says = f"Version {version.n} is frozen."
    if left:
        says += f" {left} {'card has' if left == 1 else 'cards have'} left it since."
    pack: dict[str, Any] = {"purpose": meeting.use, "pack_id": version.pack_id}
    return Step("Passages", says, DONE, (("The frozen pack", "workshops.frozen", pack),))


def _room(meeting: Workshop) -> str:
    return {
        opening.DRAFT: "Open it first, so that people can join.",
        opening.OPEN: "People can join. Start when they are there.",
        opening.LIVE: "It is running now.",
        opening.SYNTHESIS: "It has ended. People can still sign off the wording.",
        opening.CLOSED: "It is closed.",
    }.get(meeting.status, "")
