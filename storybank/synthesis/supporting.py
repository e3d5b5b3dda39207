"""How people stand to a wording: said on their phones, or written down for a group."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import state
from storybank.meetings.models import Group, MeetingState, Participant, Segment
from storybank.meetings.seats import Seat
from storybank.synthesis import answer_rules as rules
from storybank.synthesis.answer_rules import Counts, Says
from storybank.synthesis.models import RecommendationText, SignOff, Support, SupportVote
from storybank.synthesis.recommending import AWAY, current, detail_of, one
from storybank.synthesis.writing import check_open
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop

KIND = "support"
"""The kind of act: figures written down for a group."""
NEW_WORDS = "The words changed while you were reading. Please read them again and choose."
OTHER_FIGURES = (
    "Somebody else wrote down figures for this group meanwhile. They stand in the table. What you "
    "wrote is below: put the two together, then save again."
)
NOT_NOW = "You cannot choose here now. The team will tell you when you can."


@dataclass(frozen=True)
class OfGroup:
    """How one group stands to one wording: on phones, written down for others, and both."""

    group_id: int | None
    phones: Counts
    written: Counts
    minority: str

    @property
    def all(self) -> Counts:
        return self.phones + self.written


def support(session: Session, text_ids: Collection[int]) -> dict[int, list[OfGroup]]:
    """{wording: [how each group stands to it]}, for groups that said anything; in two queries."""
    phones: dict[tuple[int, int | None], dict[str, int]] = {}
    rows = session.execute(
        select(SupportVote.text_id, SupportVote.group_id, SupportVote.says, sa.func.count())
        .where(SupportVote.text_id.in_(text_ids))
        .group_by(SupportVote.text_id, SupportVote.group_id, SupportVote.says)
    )
    for text_id, group_id, says, count in rows:
        phones.setdefault((text_id, group_id), {})[says] = count
    written = {
        (row.text_id, row.group_id): row
        for row in session.scalars(select(Support).where(Support.text_id.in_(text_ids)))
    }
    found: dict[int, list[OfGroup]] = {text_id: [] for text_id in text_ids}
    for key in sorted({*phones, *written}, key=lambda key: (key[0], key[1] is None, key[1] or 0)):
        row = written.get(key)
        found[key[0]].append(
            OfGroup(
                key[1], Counts.of(phones.get(key, {})), _counts(row), row.minority if row else ""
            )
        )
    return found


def write_down(
    session: Session, use: Use, workshop: Workshop, number: int, group_id: int, *,
    counts: Counts, minority: str, seen_n: int, seen: str | None = None,
) -> bool:  # fmt: skip
    """Write down how those of a group stand to a wording who did not say so on a phone.

    False where it stands so already. ``seen_n`` is the wording that was read out, ``seen`` the
    ``mark`` of the figures that this was written over. Raises NotFound; BadInput for too long a
    note; Conflict where another wording, or other figures, stand by now.
    """
    check_open(session, workshop)
    found = one(session, workshop, number)
    text = current(session, found.id)
    if found.removed_at is not None:
        raise Conflict(AWAY)
    if text.n != seen_n:
        raise Conflict("The wording changed meanwhile. Read it out again, then write this down.")
    group = session.get(Group, group_id)
    if group is None or group.workshop_id != workshop.id:
        raise NotFound("That group is not here any more.")
    note = rules.clean(minority, rules.LONGEST_NOTE, "the note", blank=True)
    before = written(session, text.id, group_id)
    after: list[int | str] = [*counts.all, note]
    if before == after:
        return False
    if seen is not None and seen != mark(session, text.id, group_id):
        raise Conflict(OTHER_FIGURES)
    put(session, use, text.id, group_id, after)
    detail = {"text": text.id, "group": group_id, "before": before, "after": after}
    undoing.note(session, use, KIND, detail_of(found) | detail)
    return True


def written(session: Session, text_id: int, group_id: int | None) -> list[int | str]:
    """What is written down for a group: four counts and the note."""
    row = _row(session, text_id, group_id)
    return [*_counts(row).all, row.minority if row else ""]


def mark(session: Session, text_id: int, group_id: int | None) -> str:
    """A short mark of what is written down for a group, to notice a change in between."""
    return rules.seen(repr(written(session, text_id, group_id)))


def put(session: Session, use: Use, text_id: int, group_id: int, said: list[int | str]) -> None:
    """Set what is written down for a group: four counts and the note."""
    row = _row(session, text_id, group_id)
    if row is None:
        row = Support(text_id=text_id, group_id=group_id)
        session.add(row)
    *counts, note = said
    row.for_n, row.live_with_n, row.unsure_n, row.against_n = map(int, counts)
    row.minority, row.made_by, row.at = str(note), undoing.account_of(use), now()
    session.flush()


class Asked:
    """Whether people with phones are asked what they think of recommendations."""

    NOT_YET, NOW, OVER = "not yet", "now", "over"


def asked(session: Session, workshop: Workshop) -> str:
    """They are asked while the part "recommend" runs and after the meeting, until it is closed."""
    if workshop.status == "closed":
        return Asked.OVER
    if workshop.status == "synthesis":
        return Asked.NOW
    if workshop.status != "live":
        return Asked.NOT_YET
    kind = session.scalar(
        select(Segment.kind)
        .join(MeetingState, MeetingState.segment_id == Segment.id)
        .where(MeetingState.workshop_id == workshop.id)
    )
    return Asked.NOW if kind == "recommend" else Asked.NOT_YET


def say(session: Session, seat: Seat, number: int, seen_n: int, says: str, agrees: bool) -> None:
    """A participant says how they stand to a wording, and whether its words are right.

    Saying it again changes it. Raises NotFound; BadInput where nothing was chosen; Conflict where
    another wording stands by now, or nobody is asked.
    """
    if says not in set(Says):
        raise BadInput("Choose one answer.")
    if asked(session, seat.workshop) != Asked.NOW:
        raise Conflict(NOT_NOW)
    # One at a time for each participant: a double press writes one row.
    session.refresh(seat.participant, with_for_update=True)
    found = one(session, seat.workshop, number)
    if found.removed_at is not None:
        raise NotFound("This was taken away.")
    text = current(session, found.id)
    if text.n != seen_n:
        raise Conflict(NEW_WORDS)
    vote = vote_of(session, seat.participant, text.id)
    if vote is None:
        vote = SupportVote(text_id=text.id, participant_id=seat.participant.id)
        session.add(vote)
    vote.says, vote.group_id, vote.at = says, seat.participant.group_id, now()
    sign = sign_of(session, seat.participant, text.id)
    if agrees and sign is None:
        session.add(
            SignOff(
                text_id=text.id, participant_id=seat.participant.id,
                group_id=seat.participant.group_id, at=now(),
            )
        )  # fmt: skip
    elif sign is not None and not agrees:
        sign.removed_at = now()
    session.flush()
    state.changed(session, seat.workshop.id)


def vote_of(session: Session, who: Participant, text_id: int) -> SupportVote | None:
    """What a participant said to a wording."""
    return session.scalar(
        select(SupportVote).where(
            SupportVote.text_id == text_id, SupportVote.participant_id == who.id
        )
    )


def sign_of(session: Session, who: Participant, text_id: int) -> SignOff | None:
    """A participant's agreement with a wording."""
    return session.scalars(
        select(SignOff).where(
            SignOff.text_id == text_id, SignOff.participant_id == who.id,
            SignOff.removed_at.is_(None),
        )
    ).first()  # fmt: skip


def votes(session: Session, who: Participant, texts: Mapping[int, int]) -> dict[int, str]:
    """{recommendation: what this participant said to its wording}; ``texts`` are {recommendation:
    wording}."""
    rows = session.execute(
        select(RecommendationText.recommendation_id, SupportVote.says)
        .join(SupportVote, SupportVote.text_id == RecommendationText.id)
        .where(SupportVote.participant_id == who.id, SupportVote.text_id.in_(texts.values()))
    )
    return {number: says for number, says in rows}


def _row(session: Session, text_id: int, group_id: int | None) -> Support | None:
    return session.scalar(
        select(Support).where(Support.text_id == text_id, Support.group_id == group_id)
    )


def _counts(row: Support | None) -> Counts:
    if row is None:
        return Counts()
    return Counts(row.for_n, row.live_with_n, row.unsure_n, row.against_n)
