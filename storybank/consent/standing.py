"""Standing: what stands now, folded from events and kept as rows for the SQL rule to read.

It is a cache. Dropping it and rebuilding gives the same rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.answers import (
    Answer,
    Change,
    Counting,
    Fact,
    Mark,
    Medium,
    NameStyle,
    Part,
    Reason,
    Variant,
    audience_key,
)
from storybank.consent.folding import (
    OWNERS,
    Approval,
    Choice,
    KeptBack,
    Span,
    StoryState,
    fold,
)
from storybank.consent.happenings import circumstances, first_tellers, happenings
from storybank.consent.purposes import EIGHT, Purpose
from storybank.consent.standing_models import (
    STANDINGS,
    ApprovalStanding,
    NotForStanding,
    PartStanding,
    PartyStanding,
    StoryStanding,
    UseStanding,
)
from storybank.consent.wording_rules import BEAR_ON_ALL, GRACE
from storybank.db import slices


def refold(session: Session, story_id: int, person_id: int, *, new: bool = False) -> StoryState:
    """Fold a story's events anew and keep what they add up to; ``new`` where nothing stood."""
    state = fold(person_id, happenings(session, story_id), circumstances(session, story_id))
    save_standing(session, story_id, state, new=new)
    return state


def save_standing(session: Session, story_id: int, state: StoryState, *, new: bool) -> None:
    """Write a folded state over whatever stood there."""
    for table in () if new else STANDINGS:
        session.execute(
            sa.delete(table).where(table.story_id == story_id),
            execution_options={"synchronize_session": False},
        )
    for table, rows in _rows(state).items():
        if rows:
            session.execute(sa.insert(table), [{"story_id": story_id, **row} for row in rows])


def _rows(state: StoryState) -> dict[Any, list[dict[str, Any]]]:
    labels = {audience_key(label): label for label in state.not_for}
    return {
        StoryStanding: [{
            "person_id": state.person_id,
            "name_style": state.name_style.value,
            "name_ref": state.name_ref,
            "last_seq": state.last_seq,
            "closed": state.closed.value if state.closed else None,
            "held": state.held,
            "held_by": state.held_by,
            "unchecked": state.unchecked,
            "third": state.third,
            "media": _barred(state.media),
            "shorten": state.shorten.value,
            "translate": state.translate.value,
            "facts": _barred(state.facts),
            "counting": state.counting.value,
        }],
        UseStanding: [
            {"use": use.value, "answer": choice.answer.value,
             "effective_from": choice.since, "valid_until": choice.until}
            for use, choice in state.choices.items()
        ],
        NotForStanding: [
            {"key": key, "position": place, "label": label}
            for place, (key, label) in enumerate(labels.items())
        ],
        PartyStanding: [
            {"person_id": person_id, "part": part.value, "owns": part in OWNERS}
            for person_id, part in state.parties.items()
        ],
        PartStanding: [
            {"version": part.span.version, "start": part.span.start, "end": part.span.end,
             "mark": part.mark.value, "lead": part.lead}
            for part in state.kept_back
        ],
        ApprovalStanding: [
            {"ask_id": yes.ask_id, "version": yes.span.version, "start": yes.span.start,
             "end": yes.span.end, "use": yes.use.value, "event": yes.event,
             "audience": yes.audience, "name_style": yes.name_style.value,
             "name_ref": yes.name_ref, "variant": yes.variant.value, "sha256": yes.sha256}
            for yes in state.approvals
        ],
    }  # fmt: skip


def _barred(words: Collection[str]) -> str:
    return "|" + "".join(f"{word}|" for word in sorted(words))


def might_ask(session: Session, purpose: Purpose, variant: Variant) -> set[int] | None:
    """The stories of which anything has to be asked about for this purpose, and maybe some more;
    None where that may be any story. Whoever looks for what to ask folds no others."""
    if variant is not Variant.ORIGINAL:
        return None
    answered = select(UseStanding.story_id).where(
        UseStanding.use == purpose.value, UseStanding.answer == Answer.ASK.value
    )
    return set(session.scalars(answered.union(select(PartStanding.story_id))))


def states(session: Session, story_ids: Collection[int]) -> dict[int, StoryState]:
    """The standing of these stories as states; a story without one is left out."""
    found: dict[int, StoryState] = {}
    for ids in slices(story_ids):
        found.update(_some_states(session, ids))
    return found


def _some_states(session: Session, ids: list[int]) -> dict[int, StoryState]:
    stories = [rows[0] for rows in _by_story(session, StoryStanding, ids).values()]
    if not stories:
        return {}
    uses = _by_story(session, UseStanding, ids)
    labels = _by_story(session, NotForStanding, ids)
    parties = _by_story(session, PartyStanding, ids)
    parts = _by_story(session, PartStanding, ids)
    approvals = _by_story(session, ApprovalStanding, ids)
    return {
        row.story_id: StoryState(
            person_id=row.person_id,
            choices={
                Purpose(use.use): Choice(Answer(use.answer), use.effective_from, use.valid_until)
                for use in uses.get(row.story_id, ())
            },
            name_style=NameStyle(row.name_style),
            name_ref=row.name_ref,
            not_for=tuple(
                one.label
                for one in sorted(labels.get(row.story_id, ()), key=lambda one: one.position)
            ),
            last_seq=row.last_seq,
            media=frozenset(Medium(word) for word in row.media.split("|") if word),
            shorten=Change(row.shorten),
            translate=Change(row.translate),
            facts=frozenset(Fact(word) for word in row.facts.split("|") if word),
            closed=Reason(row.closed) if row.closed else None,
            held=row.held,
            held_by=row.held_by,
            unchecked=row.unchecked,
            third=row.third,
            kept_back=tuple(sorted(map(_kept_back, parts.get(row.story_id, ())))),
            approvals=tuple(
                sorted(map(_approval, approvals.get(row.story_id, ())), key=lambda y: y.ask_id)
            ),
            parties={one.person_id: Part(one.part) for one in parties.get(row.story_id, ())},
            counting=Counting(row.counting),
        )
        for row in stories
    }


def _by_story(session: Session, table: Any, ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    # Columns, not objects: rows are written past the session and must not be read from it.
    columns = table.__table__.columns
    for row in session.execute(select(*columns).where(columns.story_id.in_(ids))):
        found.setdefault(row.story_id, []).append(row)
    return found


def _kept_back(row: Any) -> KeptBack:
    return KeptBack(Span(row.version, row.start, row.end), Mark(row.mark), row.lead)


def _approval(row: Any) -> Approval:
    return Approval(
        row.ask_id, Span(row.version, row.start, row.end), Purpose(row.use), row.event,
        row.audience, NameStyle(row.name_style), row.name_ref, Variant(row.variant), row.sha256,
    )  # fmt: skip


def state_of(session: Session, story_id: int) -> StoryState | None:
    return states(session, [story_id]).get(story_id)


def answers_run_out(session: Session, codes: Collection[str], changed_at: datetime) -> None:
    """The meaning of these questions changed just now: every yes so far holds for GRACE at most.

    One statement for all stories, and what folding them anew would come to.
    """
    uses = EIGHT if set(codes) & set(BEAR_ON_ALL) else [use for use in EIGHT if use in codes]
    last, until = changed_at + GRACE, UseStanding.valid_until
    session.execute(
        sa.update(UseStanding)
        .where(
            UseStanding.use.in_([use.value for use in uses]),
            UseStanding.answer.in_([Answer.YES.value, Answer.ASK.value]),
            sa.or_(until.is_(None), until > last),
        )
        .values(valid_until=last),
        execution_options={"synchronize_session": False},
    )


def rebuild(session: Session) -> int:
    """Drop every standing and fold all events again; return how many stories there were."""
    # A story that came in held has no event yet, and stands with nothing granted all the same.
    unsaid = select(StoryStanding.story_id, StoryStanding.person_id)
    held = session.execute(unsaid.where(StoryStanding.last_seq == 0)).all()
    for table in STANDINGS:
        session.execute(sa.delete(table))
    owners = {**dict(held), **first_tellers(session)}
    for story_id, person_id in owners.items():
        refold(session, story_id, person_id, new=True)
    return len(owners)
