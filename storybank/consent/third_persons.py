"""Other people in a story: who they are, where they are spoken of, what was decided about each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.doing import change_around
from storybank.consent.folding import Span
from storybank.consent.happenings import UNDECIDED
from storybank.consent.models import ThirdPerson, ThirdPersonDecision, ThirdPersonPart
from storybank.errors import BadInput, NotFound
from storybank.people import sealing
from storybank.people.rules import Actor

OUTCOMES = {
    "names changed": "Names were changed, and somebody checked",
    "said yes": "They said yes",
    "already public": "It is public already",
    "has died": "They have died",
    "exempt": "An exemption applies",
    UNDECIDED: "Not decided",
}
INFORMED = {
    "told": "They were told",
    "impossible": "It is impossible to tell them",
    "disproportionate": "It would take a disproportionate effort",
    "would harm": "It would seriously harm what the story is for",
}
LIVING = ("yes", "no", "unknown")
RELATIONSHIPS = (
    "partner", "child", "parent", "brother or sister", "other family", "friend", "neighbour",
    "somebody cared for", "health or care worker", "other",
)  # fmt: skip


@dataclass(frozen=True)
class Known:
    """A third person as the steward sees them."""

    person: ThirdPerson
    label: str
    parts: tuple[Span, ...]
    outcome: str
    informed: str
    note: str

    @property
    def undecided(self) -> bool:
        return self.person.identifiable and self.outcome == UNDECIDED


def register(
    session: Session, by: Actor, story_id: int, label: str, *, relationship: str = "other",
    living: str = "unknown", child: bool = False, identifiable: bool = True,
    parts: Iterable[Span] = (), throughout: bool = False,
) -> ThirdPerson:  # fmt: skip
    """Note somebody who is spoken of. Until a decision, those parts stay inside the team.

    Raises BadInput without a label or for a word that is not offered; NotFound without story.
    """
    if not label.strip() or len(label) > 200:
        raise BadInput("Write who they are, in at most 200 letters.")
    if relationship not in RELATIONSHIPS or living not in LIVING:
        raise BadInput("Choose one of the answers.")
    person = ThirdPerson(
        story_id=story_id, label=sealing.seal(session, label.strip()), relationship=relationship,
        living=living, child=child, identifiable=identifiable, throughout=throughout,
        noted_by=by.account_id, noted_at=now(),
    )  # fmt: skip
    session.add(person)
    session.flush()
    for span in set(parts):
        session.add(
            ThirdPersonPart(
                third_person_id=person.id, version=span.version, start=span.start, end=span.end
            )
        )
    session.flush()
    if change_around(session, story_id) is None:
        raise NotFound("There is no such story.")
    return person


def decide(
    session: Session, by: Actor, third_person_id: int, outcome: str, informed: str, note: str
) -> ThirdPersonDecision:
    """Record what was decided about somebody; the last decision counts.

    Raises NotFound; BadInput for a word that is not offered, or without a note of why.
    """
    person = session.get(ThirdPerson, third_person_id)
    if person is None:
        raise NotFound("There is no such person.")
    if outcome not in OUTCOMES or (informed not in INFORMED and outcome != UNDECIDED):
        raise BadInput("Choose what was decided, and whether they were told.")
    if not note.strip() or len(note) > 1000:
        raise BadInput("Write why, in at most 1,000 letters.")
    decision = ThirdPersonDecision(
        third_person_id=person.id, outcome=outcome, informed=informed if informed else "",
        note=sealing.seal(session, note.strip()), decided_by=by.account_id, decided_at=now(),
    )  # fmt: skip
    session.add(decision)
    session.flush()
    change_around(session, person.story_id)
    return decision


def of_story(session: Session, story_id: int) -> list[Known]:
    """Everybody noted in a story, in the order they were noted."""
    people = session.scalars(
        select(ThirdPerson).where(ThirdPerson.story_id == story_id).order_by(ThirdPerson.id)
    ).all()
    return [_known(session, person) for person in people]


def _known(session: Session, person: ThirdPerson) -> Known:
    parts = session.scalars(
        select(ThirdPersonPart).where(ThirdPersonPart.third_person_id == person.id)
    )
    last = session.scalar(
        select(ThirdPersonDecision)
        .where(ThirdPersonDecision.third_person_id == person.id)
        .order_by(ThirdPersonDecision.id.desc())
        .limit(1)
    )
    return Known(
        person,
        sealing.unseal(session, person.label),
        tuple(sorted(Span(part.version, part.start, part.end) for part in parts)),
        last.outcome if last else UNDECIDED,
        last.informed if last else "",
        sealing.unseal(session, last.note) if last else "",
    )
