"""Resolutions and recommendations: made, worded anew, put in order, withdrawn and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import state
from storybank.synthesis import answer_rules as rules
from storybank.synthesis.answer_rules import Kind
from storybank.synthesis.models import Recommendation, RecommendationText
from storybank.synthesis.writing import Between, check_open
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop

ADD, REWORD, MOVE = "recommend", "reword", "order recommendations"
WITHDRAW, BRING_BACK = "withdraw", "bring back"
NOT_HERE = "That is not here any more."
AWAY = "It was withdrawn. Bring it back first."


def add(
    session: Session, use: Use, workshop: Workshop, kind: Kind, text: str, why: str = ""
) -> Recommendation:
    """A new one, last of its kind.

    Raises BadInput for blank or too long words, or too many of them; Conflict where the workshop
    is closed.
    """
    check_open(session, workshop)
    text, why = _clean(kind, text, why)
    made_by = undoing.account_of(use)
    every = session.scalar(select(sa.func.count()).where(Recommendation.workshop_id == workshop.id))
    if (every or 0) >= rules.MOST:
        raise BadInput(f"One workshop can have {rules.MOST} of these. Put some together.")
    made = Recommendation(
        workshop_id=workshop.id, kind=kind.value, made_by=made_by, made_at=now(),
        number=len(standing(session, workshop.id, kind)) + 1,
    )  # fmt: skip
    session.add(made)
    session.flush()
    word(session, use, made, text, why)
    undoing.note(session, use, ADD, detail_of(made))
    return made


def reword(
    session: Session, use: Use, workshop: Workshop, number: int, text: str, why: str, seen_n: int
) -> bool:
    """Another wording, which stands from now on and asks everybody anew; False where the words
    are the same. ``number`` is the row's id, ``seen_n`` the wording it was written over.

    Raises NotFound; BadInput for blank or too long words; Between where another wording stands
    by now; Conflict where it was withdrawn or the workshop is closed.
    """
    check_open(session, workshop)
    found = one(session, workshop, number)
    text, why = _clean(Kind(found.kind), text, why)
    if found.removed_at is not None:
        raise Conflict(AWAY)
    before = current(session, found.id)
    if (before.text, before.why) == (text, why):
        return False
    if before.n != seen_n:
        raise Between(before.text, text)
    after = word(session, use, found, text, why)
    detail = {"n": after.n, "before": [before.text, before.why], "after": [text, why]}
    undoing.note(session, use, REWORD, detail_of(found) | detail)
    return True


def move(session: Session, use: Use, workshop: Workshop, number: int, way: str) -> None:
    """Put one ``up``, ``down`` or ``first`` among its kind. Raises NotFound, Conflict."""
    check_open(session, workshop)
    found = one(session, workshop, number)
    if found.removed_at is not None:
        raise Conflict(AWAY)
    before = standing(session, workshop.id, Kind(found.kind))
    after = rules.moved(before, found, way)
    if after != before:
        renumber(session, after)
        detail = {
            "workshop": workshop.id, "kind": found.kind,
            "before": [one.id for one in before], "after": [one.id for one in after],
        }  # fmt: skip
        undoing.note(session, use, MOVE, detail)


def withdraw(session: Session, use: Use, workshop: Workshop, number: int) -> None:
    """Take one out; those after it move up. Raises NotFound, Conflict."""
    check_open(session, workshop)
    found = one(session, workshop, number)
    if take_out(session, found):
        undoing.note(session, use, WITHDRAW, detail_of(found))


def bring_back(session: Session, use: Use, workshop: Workshop, number: int) -> None:
    """Put one that was withdrawn back at the number it had. Raises NotFound, Conflict."""
    check_open(session, workshop)
    found = one(session, workshop, number)
    if put_back(session, found):
        undoing.note(session, use, BRING_BACK, detail_of(found))


def take_out(session: Session, found: Recommendation) -> bool:
    """The same without noting it; False where it is out already."""
    if found.removed_at is not None:
        return False
    found.removed_at = now()
    session.flush()
    renumber(session, standing(session, found.workshop_id, Kind(found.kind)))
    state.changed(session, found.workshop_id)
    return True


def put_back(session: Session, found: Recommendation) -> bool:
    """The same without noting it; False where it stands."""
    if found.removed_at is None:
        return False
    others = standing(session, found.workshop_id, Kind(found.kind))
    found.removed_at = None
    session.flush()
    renumber(session, rules.with_back(others, found, found.number))
    return True


def one(session: Session, workshop: Workshop, number: int) -> Recommendation:
    """One of this workshop's, standing or not. Raises NotFound."""
    found = session.get(Recommendation, number, populate_existing=True)
    if found is None or found.workshop_id != workshop.id:
        raise NotFound(NOT_HERE)
    return found


def standing(session: Session, workshop_id: int, kind: Kind) -> list[Recommendation]:
    """Those of a kind that stand, in order."""
    rows = select(Recommendation).where(
        Recommendation.workshop_id == workshop_id, Recommendation.kind == kind.value,
        Recommendation.removed_at.is_(None),
    )  # fmt: skip
    return list(session.scalars(rows.order_by(Recommendation.number, Recommendation.id)))


def current(session: Session, recommendation_id: int) -> RecommendationText:
    """The wording that stands."""
    return history(session, recommendation_id)[0]


def history(session: Session, recommendation_id: int) -> list[RecommendationText]:
    """Every wording, the one that stands first."""
    return list(
        session.scalars(
            select(RecommendationText)
            .where(RecommendationText.recommendation_id == recommendation_id)
            .order_by(RecommendationText.n.desc())
        )
    )


def word(
    session: Session, use: Use, found: Recommendation, text: str, why: str
) -> RecommendationText:
    """Give one its next wording."""
    last = session.scalar(
        select(sa.func.max(RecommendationText.n)).where(
            RecommendationText.recommendation_id == found.id
        )
    )
    made = RecommendationText(
        recommendation_id=found.id, n=(last or 0) + 1, text=text, why=why,
        made_by=undoing.account_of(use), made_at=now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    state.changed(session, found.workshop_id)
    return made


def detail_of(found: Recommendation) -> dict[str, Any]:
    """What every act on one notes of it."""
    return {"workshop": found.workshop_id, "recommendation": found.id}


def renumber(session: Session, order: Sequence[Recommendation]) -> None:
    """Number these from 1, in this order."""
    for number, found in enumerate(order, start=1):
        found.number = number
    session.flush()
    for workshop_id in {found.workshop_id for found in order}:
        state.changed(session, workshop_id)


def _clean(kind: Kind, text: str, why: str) -> tuple[str, str]:
    return (
        rules.clean(text, rules.LONGEST_WORDING, f"the {kind}"),
        rules.clean(why, rules.LONGEST_WHY, "the reason", blank=True),
    )
