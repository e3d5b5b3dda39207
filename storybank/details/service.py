"""Answering suggestions of personal details, pointing to others, and signing for a story."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.details import acts
from storybank.details.derivative import LikelyDetails
from storybank.details.finding import mentions
from storybank.details.looking import number
from storybank.details.models import Detail, DetailsCheck
from storybank.details.reading import rows_of
from storybank.details.rules import Answer, Kind, Tier, clean_replacement
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK
from storybank.undoing import service as undoing

CHANGED = "The story has changed since you looked at it. Look at it again."
NOT_THERE = "Those words are not in the story. Write them just as they stand there."
SHORTEST, LONGEST = 2, 200


def answer(
    session: Session,
    use: Use,
    story_id: int,
    version: int,
    detail_ids: Collection[int],
    said: Answer | None,
    instead: str = "",
) -> int:
    """Answer these mentions; None takes answers back. How many changed.

    Where one is to be replaced, every other mention of the same words is proposed as well.
    Raises Conflict where the story changed, NotFound for mentions that are not there, BadInput
    without words to stand there.
    """
    story = _story(session, use, story_id, version)
    rows = [row for row in rows_of(session, story_id, version) if row.id in set(detail_ids)]
    rows = [row for row in rows if MASK not in story.text[row.start : row.end]]
    if not rows:
        raise NotFound("That suggestion is not here any more.")
    words = clean_replacement(instead) if said is Answer.REPLACE else ""
    changed = []
    for row in rows:
        before = (row.answer, row.instead)
        after = (said.value if said else None, words)
        if before == after:
            continue
        row.answer, row.instead = after
        row.answered_by, row.answered_at = (use.actor.account_id, now()) if said else (None, None)
        changed.append([row.id, *before, *after])
    if changed:
        detail = {"rows": changed, "answer": said.value if said else None}
        undoing.note(session, use, acts.ANSWER, detail, story_id=story_id)
    if said is Answer.REPLACE:
        _propose_all(session, story, rows)
    session.flush()
    return len(changed)


def add(
    session: Session, use: Use, story_id: int, version: int, words: str, kind: Kind
) -> tuple[int, int]:
    """Point to a detail by its words: every mention of them. (its thing, how many were added)

    Raises BadInput where the words are not in the story; Conflict where all of it is in the
    list already, or the story changed.
    """
    story = _story(session, use, story_id, version)
    said = " ".join(words.split())
    if not SHORTEST <= len(said) <= LONGEST or MASK in said:
        raise BadInput("Write the words of the detail, just as they stand in the story.")
    places = mentions(story.text, said)
    if not places:
        raise BadInput(NOT_THERE)
    rows = rows_of(session, story_id, version)
    fresh = [
        place
        for place in places
        if not any(row.start < place[1] and place[0] < row.end for row in rows)
    ]
    if not fresh:
        # It lies in the list already: where the house was not sure, it is likely now.
        met = [r for r in rows if any(r.start < e and s < r.end for s, e in places)]
        for row in met:
            row.tier, row.kind = Tier.LIKELY.value, kind.value
        session.flush()
        return met[0].thing, 0
    thing = max((row.thing for row in rows), default=0) + 1
    detail = {"version": version, "kind": kind.value, "rows": [[*at, thing] for at in fresh]}
    made = [acts.made_by_hand(story_id, detail, *at, thing) for at in fresh]
    session.add_all(made)
    undoing.note(session, use, acts.ADD, detail, story_id=story_id)
    session.flush()
    return thing, len(made)


def sign(session: Session, use: Use, story_id: int, version: int) -> DetailsCheck:
    """Somebody says: I have looked at this story for personal details.

    Raises Conflict where the story changed, where likely details wait for an answer, or where
    some are to be replaced first.
    """
    _story(session, use, story_id, version)
    rows = in_sight(session, story_id, version)
    waiting = sum(row.answer is None and row.tier == Tier.LIKELY.value for row in rows)
    if waiting:
        raise Conflict(f"{waiting} likely details wait for an answer. Answer them first.")
    if any(row.answer == Answer.REPLACE.value for row in rows):
        raise Conflict("Some details are to be replaced. A steward puts the words in, and signs.")
    return signed(session, use, story_id, version)


def in_sight(session: Session, story_id: int, version: int) -> list[Detail]:
    """Every mention but those that wait in a part which was kept back since: nobody is to answer
    what nobody may read."""
    LikelyDetails().reconcile(session, [story_id])
    return rows_of(session, story_id, version)


def signed(session: Session, use: Use, story_id: int, version: int) -> DetailsCheck:
    """Write the sign-off down; who asks has seen to the rest."""
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    check = DetailsCheck(
        story_id=story_id, version=version, account_id=use.actor.account_id, at=now()
    )
    session.add(check)
    session.flush()
    undoing.note(session, use, acts.SIGN, {"check": check.id}, story_id=story_id)
    return check


def _story(session: Session, use: Use, story_id: int, version: int) -> StoryText:
    story = reading.story(session, use, story_id)
    current = session.scalar(
        select(Story.current_version).where(Story.id == story_id).with_for_update()
    )
    if current != version or story.version != version:
        raise Conflict(CHANGED)
    return story


def _propose_all(session: Session, story: StoryText, rows: Collection[Detail]) -> None:
    """Every other mention of what is to be replaced, in whatever case, as likely too."""
    every = rows_of(session, story.story_id, story.version)
    for row in rows:
        if row.kind not in (Kind.PERSON, Kind.PLACE, Kind.ORGANISATION, Kind.OTHER):
            continue
        for start, end in mentions(story.text, story.text[row.start : row.end]):
            met = [one for one in every if one.start < end and start < one.end]
            for one in met:
                if (one.start, one.end) == (start, end) and one.answer is None:
                    one.tier, one.thing = Tier.LIKELY.value, row.thing
            if not met:
                made = Detail(
                    story_id=story.story_id, version=story.version, start=start, end=end,
                    kind=row.kind, tier=Tier.LIKELY.value, thing=row.thing, by_hand=False,
                    instead="",
                )  # fmt: skip
                session.add(made)
                every.append(made)
    session.flush()


__all__ = ["add", "answer", "number", "sign", "signed"]
