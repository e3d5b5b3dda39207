"""Notes of somebody who writes for others, and clusters that were changed and changed back: so that
every form about them stands on a page."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings import noting
from storybank.meetings.agenda import agenda
from storybank.meetings.grouping import groups
from storybank.meetings.noted import Entry
from storybank.people.rules import Actor
from storybank.synthesis import moving, themes
from storybank.synthesis.acts import UNDOERS, within
from storybank.synthesis.themes import Relation
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop


def noted_in(session: Session, actor: Actor, workshop_id: int, cluster_id: int) -> None:
    """In a workshop of this person that is under way, with questions, groups and a cluster."""
    workshop = session.get_one(Workshop, workshop_id)
    use = Use.claim(actor, Purpose(workshop.use), now())
    asked = next(
        one for one in agenda(session, workshop_id).prompts if one.kind in ("open", "same")
    )
    group = groups(session, workshop_id)[0]
    sent = [
        Entry(str(uuid4()), asked.id, group.id, f"Somebody said {word}.", stance="same")
        for word in ("this", "that")
    ]
    noting.note(session, use, workshop_id, sent)
    noting.take_back(session, use, workshop_id, [sent[1].id])
    themes.link(session, use, workshop_id, cluster_id, Relation.NEW, None)
    moving.make(session, use, workshop_id, "Another")
    moving.make(session, use, workshop_id, "Undone")
    undoing.undo(session, use, UNDOERS, within(workshop_id))
