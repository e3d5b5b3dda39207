"""Telling storytellers, once, what their words did at a workshop: to how many, and what came of it.

Whom, and how often, follows the notices of uses: who wants every notice, or a few a year, gets a
letter their own way; anybody else finds it on their own page. While something is looked into,
nobody is written to about that story.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import ConsentEvent, UseRecord
from storybank.consent.rules import Reason, StoryState, Use
from storybank.consent.standing import states
from storybank.consent.telling import write
from storybank.errors import Conflict
from storybank.mail.models import Message
from storybank.meetings.models import Participant
from storybank.stories.asked import must_agree
from storybank.synthesis import letters
from storybank.synthesis.answer_rules import Kind
from storybank.synthesis.models import (
    Cluster,
    ClusterItem,
    Evidence,
    Recommendation,
    TellerTold,
)
from storybank.synthesis.recommending import standing
from storybank.workshops.models import Pack, PackItem, Workshop
from storybank.workshops.opening import FirstDo
from storybank.workshops.service import event_key

EVERY, SOME = "every", "some"
"""What people answer to "tell me about a use": every time, or a few times a year. Any other
answer, or none, is no letter."""
A_WHILE = timedelta(days=91)
"""Who wants to know a few times a year gets one letter in so many days, at most."""
ABOUT = "came of it"
NOTHING = "There is nothing to tell yet: write a resolution or a recommendation first."


class Way(StrEnum):
    """How a storyteller learns of it."""

    LETTER = "letter"
    PAGE = "page"
    LATER = "later"
    TOLD = "told"

    @property
    def sentence(self) -> str:
        """The same for the page that shows how many."""
        return {
            "letter": "get a letter, an e-mail or a call, the way they asked for",
            "page": "see it on their own page: they did not ask for letters",
            "later": "cannot be written to now, as something is being looked into",
            "told": "know already",
        }[self.value]


@dataclass(frozen=True)
class Teller:
    """A storyteller whose words were used in a workshop."""

    person_id: int
    way: Way
    people: int | None
    """To how many their words were shown, where that is known."""
    evidence: bool
    """A resolution or recommendation stands on their words."""


def tellers(session: Session, workshop: Workshop) -> list[Teller]:
    """Everybody whose words were shown in a workshop, or stand under its answer.

    Who had their story deleted is not among them.
    """
    if workshop.rehearsal:
        return []
    evidence, shown = _under(session, workshop.id), _shown(session, workshop)
    standing_now = states(session, evidence | set(shown))
    told = set(
        session.scalars(select(TellerTold.person_id).where(TellerTold.workshop_id == workshop.id))
    )
    of: dict[int, list[int]] = {}
    for story_id in sorted(evidence | set(shown)):
        state = standing_now.get(story_id)
        if state is not None and state.closed is not Reason.ERASED:
            for person_id in must_agree(state):
                of.setdefault(person_id, []).append(story_id)
    wishes = _wishes(session, of)
    lately = _written_lately(session, of, now())
    joined = session.scalar(select(sa.func.count()).where(Participant.workshop_id == workshop.id))
    return [
        Teller(
            person_id,
            Way.TOLD
            if person_id in told
            else _way(
                [standing_now[one] for one in stories],
                {wishes.get((person_id, one), "") for one in stories},
                person_id in lately,
            ),
            max((shown.get(one) or 0 for one in stories), default=0) or joined or None,
            bool(evidence & set(stories)),
        )
        for person_id, stories in of.items()
    ]


def letter(session: Session, workshop: Workshop, people: int | None) -> str:
    """What somebody is sent. Raises Conflict where there is nothing to tell yet."""
    resolutions, recommendations = (
        len(standing(session, workshop.id, kind)) for kind in (Kind.RESOLUTION, Kind.RECOMMENDATION)
    )
    if not resolutions and not recommendations:
        raise Conflict(NOTHING)
    return letters.came_of_it(
        workshop.title, workshop.held_on, workshop.question, people, resolutions,
        recommendations, workshop.decider, workshop.reply_by,
    )  # fmt: skip


def tell(session: Session, use: Use, workshop: Workshop) -> int:
    """Tell everybody who is not told yet and may be now; how many that are. Twice tells nobody
    twice. Raises Conflict where there is nothing to tell yet."""
    session.refresh(workshop, with_for_update=True)
    letter(session, workshop, None)
    done = 0
    for one in tellers(session, workshop):
        if one.way in (Way.TOLD, Way.LATER):
            continue
        session.add(
            TellerTold(
                workshop_id=workshop.id, person_id=one.person_id, people=one.people or 0,
                told_at=now(),
            )
        )  # fmt: skip
        if one.way is Way.LETTER:
            write(
                session, one.person_id, letters.SUBJECT, letter(session, workshop, one.people),
                page_of(workshop), f"{ABOUT}:{workshop.id}",
            )  # fmt: skip
        done += 1
    session.flush()
    return done


def untold(session: Session, workshop: Workshop) -> int:
    """How many storytellers whose words the answer stands on have to be told still."""
    return sum(
        one.evidence and one.way in (Way.LETTER, Way.PAGE) for one in tellers(session, workshop)
    )


def page_of(workshop: Workshop) -> str:
    """The address of a storyteller's page on a workshop."""
    return f"/my/workshops/{workshop.id}"


@dataclass(frozen=True)
class Heard:
    """A workshop that a storyteller was told of."""

    workshop: Workshop
    people: int
    told_at: datetime


def heard(session: Session, person_id: int | None) -> list[Heard]:
    """The workshops that a person was told of, the last first."""
    if person_id is None:
        return []
    rows = session.execute(
        select(Workshop, TellerTold.people, TellerTold.told_at)
        .join(TellerTold, TellerTold.workshop_id == Workshop.id)
        .where(TellerTold.person_id == person_id)
        .order_by(TellerTold.told_at.desc(), Workshop.id)
    )
    return [Heard(*row) for row in rows]


def _shown(session: Session, workshop: Workshop) -> dict[int, int | None]:
    """{story: to how many it was shown}, from the records of use in this workshop."""
    codes = session.scalars(select(Pack.code).where(Pack.workshop_id == workshop.id))
    names = [event_key(workshop.id), *codes]
    rows = session.execute(
        select(UseRecord.story_id, sa.func.max(UseRecord.audience_size))
        .where(sa.or_(*(UseRecord.reference.like(f"{name} / %") for name in names)))
        .group_by(UseRecord.story_id)
    )
    return {story_id: people for story_id, people in rows}


def _under(session: Session, workshop_id: int) -> set[int]:
    """Stories that a standing resolution or recommendation stands on, by itself or by a cluster."""
    links = (
        select(Evidence.pack_item_id, Evidence.cluster_id)
        .join(Recommendation, Recommendation.id == Evidence.recommendation_id)
        .where(
            Recommendation.workshop_id == workshop_id,
            Recommendation.removed_at.is_(None),
            Evidence.removed_at.is_(None),
        )
        .subquery()
    )
    in_clusters = (
        select(ClusterItem.pack_item_id)
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .where(
            Cluster.removed_at.is_(None),
            ClusterItem.removed_at.is_(None),
            ClusterItem.cluster_id.in_(select(links.c.cluster_id)),
        )
    )
    return set(
        session.scalars(
            select(PackItem.story_id).where(
                sa.or_(PackItem.id.in_(select(links.c.pack_item_id)), PackItem.id.in_(in_clusters))
            )
        )
    )


def _wishes(session: Session, people: Collection[int]) -> dict[tuple[int, int], str]:
    """{(person, story): how often they want to know}, as they said last."""
    rows = session.execute(
        select(ConsentEvent.person_id, ConsentEvent.story_id, ConsentEvent.preferences)
        .where(ConsentEvent.person_id.in_(people), ConsentEvent.preferences.is_not(None))
        .order_by(ConsentEvent.person_id, ConsentEvent.seq)
    )
    return {
        (person_id, story_id): preferences["tell"]
        for person_id, story_id, preferences in rows
        if preferences and "tell" in preferences
    }


def _written_lately(session: Session, people: Collection[int], at: datetime) -> set[int]:
    """Who had a letter about a use of their words in the last three months."""
    about = sa.or_(Message.about.like("uses:%"), Message.about.like(f"{ABOUT}:%"))
    rows = select(Message.person_id).where(
        Message.person_id.in_(people), about, Message.made_at > at - A_WHILE
    )
    return {person_id for person_id in session.scalars(rows) if person_id is not None}


def _way(stories: Collection[StoryState], wishes: set[str], lately: bool) -> Way:
    if any(state.held for state in stories):
        return Way.LATER
    if all(state.closed is Reason.PAUSED for state in stories):
        return Way.PAGE
    if EVERY in wishes or (SOME in wishes and not lately):
        return Way.LETTER
    return Way.PAGE


def check_told(session: Session, use: Use, workshop: Workshop) -> None:
    """Before a workshop closes. Raises FirstDo where storytellers whose words the answer stands on
    are not told yet."""
    if left := untold(session, workshop):
        who = "1 storyteller is" if left == 1 else f"{left} storytellers are"
        raise FirstDo(
            "Before you close the workshop, tell storytellers what came of their words. "
            f"{who} not told yet: press the button on this page.",
            f"/meetings/{workshop.use}/{workshop.id}/told",
        )
