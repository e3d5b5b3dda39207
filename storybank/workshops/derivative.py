"""Packs keep places that were allowed once; what is not allowed now is pulled from them."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Reason, Use, explain
from storybank.consent.standing import states
from storybank.people.rules import MACHINE
from storybank.workshops.models import Pack, PackItem, Workshop
from storybank.workshops.service import for_meeting


class Packs:
    """The packs of every workshop, as a keeper of copies."""

    name = "packs"

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Pull the passages of these stories that their workshop may not use now.

        A pulled passage does not come back by itself: a facilitator draws it again.
        """
        ids = set(story_ids)
        standing = states(session, ids)
        for item, meeting in self._unpulled(session, ids):
            state = standing.get(item.story_id)
            span = item.place.span
            reasons = explain(state, _use(meeting), span).reasons if state else (Reason.NOT_KEPT,)
            if reasons:
                item.pulled_at = now()
                item.pulled_because = reasons[0].value
        session.flush()

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Passages still in a pack whose workshop may not use them now."""
        for meeting in session.scalars(select(Workshop).order_by(Workshop.id)):
            rows = session.execute(
                select(PackItem.story_id, Pack.code)
                .join(Pack, Pack.id == PackItem.pack_id)
                .where(
                    Pack.workshop_id == meeting.id,
                    PackItem.pulled_at.is_(None),
                    ~permits(_use(meeting), PackItem.story_id, PackItem),
                )
                .order_by(PackItem.story_id, Pack.id)
            )
            for story_id, code in rows:
                yield story_id, f"pack {code} holds a passage of story {story_id}"

    def _unpulled(self, session: Session, ids: set[int]) -> Iterator[tuple[PackItem, Workshop]]:
        yield from session.execute(
            select(PackItem, Workshop)
            .join(Pack, Pack.id == PackItem.pack_id)
            .join(Workshop, Workshop.id == Pack.workshop_id)
            .where(PackItem.story_id.in_(ids), PackItem.pulled_at.is_(None))
        )


def _use(meeting: Workshop) -> Use:
    # The machine may not claim this purpose, and reads no words here: it only asks the rule
    # whether others still may, so the use is made without a claim.
    return for_meeting(Use(MACHINE, Purpose(meeting.use), now()), meeting)
