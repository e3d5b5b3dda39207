"""What a facilitator's guide and answer sheets say: the plan of a workshop, and no story word."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.consent.organisation import organisation
from storybank.errors import NotReady
from storybank.meetings.agenda import Agenda, agenda
from storybank.workshops.models import Workshop


@dataclass(frozen=True)
class Plan:
    """A workshop's parts and questions in order, and whom to ring."""

    agenda: Agenda
    contact: str
    """Who looks after the stories and how to reach them; blank where nobody said."""


def plan_of(session: Session, workshop: Workshop) -> Plan:
    """The plan of this workshop as it stands."""
    return Plan(agenda(session, workshop.id), contact_of(session))


def contact_of(session: Session) -> str:
    """Who looks after the stories and how to reach them; blank where nobody said."""
    try:
        keepers = organisation(session)
    except NotReady:
        return ""
    return "" if keepers.placeholder else f"{keepers.name}, {keepers.contact}"
