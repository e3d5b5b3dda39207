"""A workshop that has been held: groups, answers, clusters, and what its people say together."""

from __future__ import annotations

import uuid
from datetime import timedelta

from factories import Factory
from sqlalchemy import select
from workshops.meeting import FIRST, SECOND, THIRD, Meeting

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings import state
from storybank.meetings.models import Group, Participant, Prompt, Response, Segment
from storybank.meetings.seats import Seat, hash_of
from storybank.people.rules import Actor, Role
from storybank.synthesis import recommending
from storybank.synthesis.answer_rules import Kind
from storybank.synthesis.models import (
    Cluster,
    ClusterItem,
    Evidence,
    Recommendation,
    RecommendationText,
    Support,
    SynthesisPart,
    TellerTold,
)
from storybank.workshops import freezing
from storybank.workshops.models import FrozenItem, Workshop
from storybank.workshops.service import for_meeting

MODES = ("room", "online", "phone", "mixed")


class Answered(Meeting):
    """With three cards frozen, a group of each mode, and one question to all."""

    def __init__(
        self, a: Factory, groups: int = 4, purpose: Purpose = Purpose.WORKSHOP, **told
    ) -> None:
        super().__init__(a, purpose, ["Riverside Council"])
        self.workshop.status, self.workshop.decider = "synthesis", "Riverside Council"
        self.workshop.reply_by = (now() + timedelta(days=60)).date()
        self.use = for_meeting(self.use, self.workshop)
        self.places = [self.passage(quote, **told) for quote in (FIRST, SECOND, THIRD)]
        self.items = self.draw(*self.places)
        freezing.freeze(self.session, self.use, self.pack.id)
        self.groups = [
            Group(workshop_id=self.workshop.id, position=at, name=f"Table {at + 1}",
                  mode=MODES[at % len(MODES)])
            for at in range(groups)
        ]  # fmt: skip
        self.prompt = Prompt(
            workshop_id=self.workshop.id, position=1, kind="open", text="What helps?", max_len=500
        )
        self.session.add_all([*self.groups, self.prompt])
        state.of(self.session, self.workshop.id)
        self.session.flush()

    def seat(self, group: Group | None = None, kind: str | None = None) -> Seat:
        """Somebody takes part."""
        person = Participant(
            workshop_id=self.workshop.id, group_id=group.id if group else None,
            token_hash=hash_of(uuid.uuid4().hex), joined_at=now(), kind=kind,
        )  # fmt: skip
        self.session.add(person)
        self.session.flush()
        actor = Actor(None, None, frozenset({Role.PARTICIPANT}), "A participant")
        use = for_meeting(Use.claim(actor, self.use.purpose, now()), self.workshop)
        return Seat(person, self.workshop, use)

    def answer(self, text: str, group: Group | None = None, **more) -> Response:
        """An answer that was let through."""
        made = Response(
            id=str(uuid.uuid4()), workshop_id=self.workshop.id, prompt_id=self.prompt.id,
            group_id=group.id if group else None, text=text, made_at=now(), received_at=now(),
            **{"captured": "self", "status": "shown", "may_quote": True} | more,
        )  # fmt: skip
        self.session.add(made)
        return made

    def cluster(self, title: str, *answers: Response, items: tuple[int, ...] = ()) -> Cluster:
        """Answers and passages under a title."""
        who = self.use.actor.account_id
        made = Cluster(
            workshop_id=self.workshop.id, position=1, title=title, summary="", made_by=who,
            made_at=now(),
        )  # fmt: skip
        self.session.add(made)
        self.session.flush()
        self.session.add_all(
            [ClusterItem(cluster_id=made.id, response_id=one.id, added_by=who, added_at=now())
             for one in answers]
            + [ClusterItem(cluster_id=made.id, pack_item_id=one, added_by=who, added_at=now())
               for one in items]
        )  # fmt: skip
        self.session.flush()
        return made

    def recommend(self, text: str, kind: Kind = Kind.RECOMMENDATION) -> Recommendation:
        """One more for the list."""
        return recommending.add(self.session, self.use, self.workshop, kind, text)


def answer_in(session, workshop_id: int, account_id: int, teller_id: int) -> dict[str, list]:
    """On a workshop as it stands: a recommendation on all its cards, one more, one withdrawn, and
    somebody who was told of them. A number for the argument of an address."""
    by = {"made_by": account_id, "made_at": now()}
    made = [
        Recommendation(workshop_id=workshop_id, kind="recommendation", number=number, **by)
        for number in (1, 2, 3)
    ]
    made[2].removed_at = now()
    session.add_all(made)
    session.flush()
    found = made[0].id
    session.add_all(
        RecommendationText(recommendation_id=one.id, n=1, text="Answer in writing", why="", **by)
        for one in made
    )
    workshop = session.get_one(Workshop, workshop_id)
    items = session.scalars(
        select(FrozenItem.pack_item_id).where(
            FrozenItem.pack_version_id == workshop.pack_version_id
        )
    )
    session.add_all(
        Evidence(recommendation_id=found, pack_item_id=item, added_by=account_id, added_at=now())
        for item in items
    )
    session.flush()
    text = session.scalars(
        select(RecommendationText).where(RecommendationText.recommendation_id == found)
    ).first()
    groups = session.scalars(select(Group).where(Group.workshop_id == workshop_id)).all()
    for group in groups[:2]:
        session.add(
            Support(text_id=text.id, group_id=group.id, for_n=6, live_with_n=5, against_n=2,
                    minority="Two of us would wait.", made_by=account_id, at=now())
        )  # fmt: skip
    session.add_all(
        [
            TellerTold(workshop_id=workshop_id, person_id=teller_id, people=24, told_at=now()),
            SynthesisPart(workshop_id=workshop_id, part="room", text="They were asked first.",
                          changed_by=account_id, changed_at=now()),
        ]
    )  # fmt: skip
    # While this part runs, people with phones read it too.
    state.of(session, workshop_id).segment_id = session.scalar(
        select(Segment.id).where(Segment.workshop_id == workshop_id, Segment.kind == "recommend")
    )
    session.flush()
    return {"recommendation_id": [found]}
