"""Who is who in a story that is there already, and what that means for codings on its words.

An interviewer's words are no story of the teller's. A code goes on them only when a coder says
so; one that was there before it was known is kept and shown, and lies aside from every figure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.coding.models import Coding
from storybank.coding.own import hold_story
from storybank.coding.seeing import seen
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.stories import reading, speaking
from storybank.stories.canon import Canon, Turn
from storybank.stories.reading import StoryText
from storybank.stories.rules import Speaks
from storybank.stories.speaking import Spoken, Stretches
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

VOICES = "who is who"
ASKS = (
    "An interviewer says these words; they are not the teller's. "
    "To code them on purpose, tick “Code the interviewer's words” and send again."
)
MOST_SHOWN = 3
"""Of each person, how many turns are shown to know them by."""
FIRST_WORDS = 160
"""How much of each turn, in code points."""
MOST_PARAGRAPHS = 400
"""In a story without names before the words, how many paragraphs can be marked."""


class AskedOnceMore(BadInput):
    """The words are an interviewer's, and nobody has said that they are coded on purpose."""


@dataclass(frozen=True)
class Voice:
    """Somebody who speaks in a story: ``name`` as it stands before their words, "" for none."""

    n: int
    name: str
    role: Speaks | None
    """As it was said; None where nobody has said anything."""
    likely: Speaks | None
    turns: int
    words: int
    samples: tuple[str, ...]


def check(asides: Stretches, places: Collection[tuple[int, int]], on_purpose: bool) -> None:
    """Raises AskedOnceMore where an interviewer says all of one of these passages, unless it is
    coded ``on_purpose``."""
    if not on_purpose and any(
        speaking.spoken(asides, *place) is Spoken.INTERVIEWER for place in places
    ):
        raise AskedOnceMore(ASKS)


def voices(session: Session, story: StoryText) -> list[Voice]:
    """Everybody who speaks in a story that was let out, in the order they first do."""
    canon = canon_of(story)
    said = speaking.roles(session, [story.story_id]).get(story.story_id, {})
    likely = speaking.likely_roles(canon)
    found = []
    for n, name in sorted(speaking.names_of(canon.text, canon.turns).items()):
        own = [turn for turn in canon.turns if turn.speaker == n]
        told = [story.text[turn.said : turn.end].strip() for turn in own]
        shown = tuple(_short(words) for words in told if words)[:MOST_SHOWN]
        many = sum(len(words.split()) for words in told)
        found.append(Voice(n, name, said.get(n), likely.get(n), len(own), many, shown))
    return found


def canon_of(story: StoryText) -> Canon:
    """A story with the turns that are known of it or, without, those its letters tell."""
    canon = Canon(story.text, story.blocks, story.marks, turns=story.turns)
    return canon if story.turns else speaking.turns_of(canon)


def set_roles(
    session: Session, use: Use, story_id: int, wanted: Mapping[int, Speaks], version: int
) -> tuple[dict[int, Speaks], int]:
    """Say who is who: what was said before, and how many codings lie aside because of it.

    Whoever is in no role of ``wanted`` is as good as the teller. One act to undo for a
    researcher. Raises as ``speaking.set_roles`` does; Conflict where the story is not at
    ``version`` any more.
    """
    hold_story(session, story_id)
    story = reading.story(session, use, story_id)
    if story.version != version:
        raise Conflict("The story has changed since you opened it. Open it again.")
    turns = canon_of(story).turns
    speaking.keep_turns(session, story_id, story.version, turns)
    before = speaking.set_roles(session, use, story_id, wanted)
    if before == dict(wanted):
        return before, 0
    many, meant = put_aside(session, story_id, story.version, turns, before, wanted)
    if use.purpose is Purpose.STUDY:
        detail = {"before": _plain(before), "after": _plain(wanted), "meant": meant}
        undoing.note(session, use, VOICES, detail, story_id=story_id)
    return before, many


def mark_paragraphs(
    session: Session, use: Use, story_id: int, asked: Collection[int], version: int
) -> int:
    """Say which paragraphs (by position) an interviewer says, in a story without names before
    the words; how many codings lie aside because of it.

    Raises BadInput for a paragraph that is not there, or where the story has names; Conflict
    where it is not at ``version`` any more.
    """
    hold_story(session, story_id)
    story = reading.story(session, use, story_id)
    if story.version != version:
        raise Conflict("The story has changed since you opened it. Open it again.")
    if canon_of(story).turns:
        raise BadInput("Names stand before the words of this story. Say who is who by them.")
    if not asked or not set(asked) <= set(range(len(story.blocks))):
        raise BadInput("Tick the paragraphs that the interviewer says.")
    turns: list[Turn] = []
    for position, block in enumerate(story.blocks):
        who = 1 if position in asked else 2
        if turns and turns[-1].speaker == who:
            turns[-1] = Turn(turns[-1].start, block.end, turns[-1].said, who)
        else:
            turns.append(Turn(block.start, block.end, block.start, who))
    speaking.keep_turns(session, story_id, story.version, turns)
    wanted = {1: Speaks.INTERVIEWER, 2: Speaks.TELLER}
    return set_roles(session, use, story_id, wanted, version)[1]


def count_aside(session: Session, use: Use, story_id: int) -> int:
    """How many codings on a story that the use may see lie aside."""
    rows = select(sa.func.count()).where(Coding.story_id == story_id, Coding.aside, seen(use))
    return session.scalar(rows.select_from(Coding)) or 0


def put_aside(
    session: Session,
    story_id: int,
    version: int,
    turns: Sequence[Turn],
    before: Mapping[int, Speaks],
    after: Mapping[int, Speaks],
) -> tuple[int, list[int]]:
    """Let codings that lie in an interviewer's words since now lie aside, and no others of those
    whose words changed hands: how many lie aside now that did not; and the numbers of those that
    were coded on purpose, on words that are not an interviewer's any more."""
    was, now = (speaking.asides_of(turns, _asking(roles)) for roles in (before, after))
    many, meant = 0, []
    codings = select(Coding).where(Coding.story_id == story_id, Coding.version == version)
    for coding in session.scalars(codings):
        then = speaking.spoken(was, coding.start, coding.end) is Spoken.INTERVIEWER
        inside = speaking.spoken(now, coding.start, coding.end) is Spoken.INTERVIEWER
        if then != inside:
            many += inside and coding.removed_at is None
            if then and not coding.aside:
                meant.append(coding.id)
            coding.aside = inside
    session.flush()
    events.publish(session, events.Coded(story_id))
    return many, meant


class SaidWho:
    """Who is who was said. Taken back only while nobody has said anything else since."""

    def says(self, act: Act) -> str:
        return "who is who in a story"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "after", "before")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, "before", "after")

    def _set(self, session: Session, use: Use, act: Act, now: str, then: str) -> Done:
        story_id = act.story_id or 0
        story = next(iter(reading.stories(session, use, [story_id])), None)
        there = speaking.roles(session, [story_id]).get(story_id, {})
        if story is None or there != _roles(act.detail[now]):
            return Done("Who is who was said anew since, and stays.", act.story_id)
        wanted = _roles(act.detail[then])
        speaking.set_roles(session, use, story_id, wanted)
        put_aside(session, story_id, story.version, story.turns, there, wanted)
        for coding in session.scalars(select(Coding).where(Coding.id.in_(act.detail["meant"]))):
            coding.aside = False
        session.flush()
        return Done("Who is who in the story.", story_id)


def _asking(roles: Mapping[int, Speaks]) -> set[int]:
    return {n for n, role in roles.items() if role is Speaks.INTERVIEWER}


def _plain(roles: Mapping[int, Speaks]) -> dict[str, str]:
    return {str(n): role.value for n, role in roles.items()}


def _roles(plain: Mapping[str, str]) -> dict[int, Speaks]:
    return {int(n): Speaks(role) for n, role in plain.items()}


def _short(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= FIRST_WORDS else line[:FIRST_WORDS].rpartition(" ")[0] + " \u2026"


UNDOERS: dict[str, undoing.Undoer] = {VOICES: SaidWho()}
