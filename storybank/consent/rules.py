"""The consent rule in plain Python: events are folded to a state, and the state answers.

Nothing here knows a database, a clock or a page. ``permits`` says the same as SQL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from storybank.consent.purposes import CLAIMS, EIGHT, OUTSIDE_TEAM, WHOLE_STORY, Purpose
from storybank.errors import Refused
from storybank.people.rules import Actor

__all__ = [
    "CLAIMS", "EIGHT", "OUTSIDE_TEAM", "WHOLE_STORY", "Answer", "Choice", "Decision",
    "Happening", "Kind", "NameStyle", "Purpose", "Reason", "StoryState", "Use", "audience_key",
    "explain", "fold",
]  # fmt: skip


class Answer(StrEnum):
    """What a storyteller said about one use; ``stopped`` is a yes that was taken back."""

    YES = "yes"
    ASK = "ask"
    NO = "no"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        return ANSWER_WORDS[self]


ANSWER_WORDS = {
    Answer.YES: "Yes",
    Answer.ASK: "Ask me each time",
    Answer.NO: "No",
    Answer.STOPPED: "Stopped",
}


class NameStyle(StrEnum):
    """The name a storyteller wants shown outside the team."""

    REAL = "real"
    FIRST = "first"
    CHOSEN = "chosen"
    NONE = "none"

    @property
    def sentence(self) -> str:
        return NAME_SENTENCES[self]


NAME_SENTENCES = {
    NameStyle.REAL: "My real name",
    NameStyle.FIRST: "Only my first name",
    NameStyle.CHOSEN: "A name I pick",
    NameStyle.NONE: "No name",
}


class Kind(StrEnum):
    """What happened to a consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Why words are held back. Each has a sentence that says nothing about the story."""

    NOT_KEPT = "not kept"
    STOPPED = "stopped"
    NOT_ASKED = "not asked"
    SAID_NO = "said no"
    ASK_FIRST = "ask first"
    NOT_YET = "not yet"
    RUN_OUT = "run out"
    NOT_FOR = "not for"
    NOT_YOURS = "not yours"

    @property
    def sentence(self) -> str:
        return REASON_SENTENCES[self]


REASON_SENTENCES = {
    Reason.NOT_KEPT: "The storyteller has not let us keep the story.",
    Reason.STOPPED: "The storyteller stopped this use.",
    Reason.NOT_ASKED: "The storyteller has not answered about this use. Blank means no.",
    Reason.SAID_NO: "The storyteller said no to this use.",
    Reason.ASK_FIRST: "The storyteller wants to be asked each time.",
    Reason.NOT_YET: "The storyteller's yes has not started yet.",
    Reason.RUN_OUT: "The storyteller's yes has run out.",
    Reason.NOT_FOR: "The storyteller does not want it used where these people are.",
    Reason.NOT_YOURS: "This is not your story.",
}

COUNTED = frozenset(
    {Reason.NOT_ASKED, Reason.SAID_NO, Reason.ASK_FIRST, Reason.NOT_YET, Reason.RUN_OUT}
    | {Reason.NOT_FOR}
)
"""Reasons a facilitator may be given a count of. A stopped story is in no count at all."""


def audience_key(label: str) -> str:
    """One spelling for a place, team or organisation: folded case and forms, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())


@dataclass(frozen=True)
class Use:
    """The key to the door: who wants words, for what, when, and before whom."""

    actor: Actor
    purpose: Purpose
    at: datetime
    audience: frozenset[str] = frozenset()
    """Keys (``audience_key``) of the organisations, places and teams that will be there."""

    @classmethod
    def claim(
        cls, actor: Actor, purpose: Purpose, at: datetime, audience: Iterable[str] = ()
    ) -> Use:
        """Declare a use.

        Raises Refused when no role of the actor may claim this purpose.
        """
        if not any(purpose in CLAIMS.get(role, frozenset()) for role in actor.roles):
            raise Refused("Your account does not let you use stories in this way.")
        return cls(actor, purpose, at, frozenset(map(audience_key, audience)) - {""})

    def before(self, audience: Iterable[str]) -> Use:
        """The same use, with these organisations in the room."""
        return replace(self, audience=frozenset(map(audience_key, audience)) - {""})


@dataclass(frozen=True)
class Choice:
    """A storyteller's current answer about one use, and the time it holds for (UTC)."""

    answer: Answer
    since: datetime | None = None
    until: datetime | None = None

    def reason_against(self, at: datetime, stopped: Reason) -> Reason | None:
        """Why this choice does not allow the use at ``at``; None when it does."""
        if self.answer is Answer.STOPPED:
            return stopped
        if self.answer is Answer.NO:
            return Reason.SAID_NO
        if self.until is not None and self.until <= at:
            return Reason.RUN_OUT
        if self.since is not None and self.since > at:
            return Reason.NOT_YET
        return Reason.ASK_FIRST if self.answer is Answer.ASK else None


@dataclass(frozen=True)
class Happening:
    """One consent event, as far as the rule needs it."""

    seq: int
    kind: Kind
    choices: dict[Purpose, Answer] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    name_style: NameStyle | None = None
    name_ref: int | None = None
    not_for: tuple[str, ...] | None = None
    """The whole not-for list as it now stands, or None where this event left it alone."""


@dataclass(frozen=True)
class StoryState:
    """What a story's events add up to."""

    person_id: int
    choices: dict[Purpose, Choice] = field(default_factory=dict)
    name_style: NameStyle = NameStyle.NONE
    name_ref: int = 0
    not_for: tuple[str, ...] = ()
    last_seq: int = 0


@dataclass(frozen=True)
class Decision:
    """The answer to "may I?", with every reason against."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons


def fold(person_id: int, happenings: Iterable[Happening]) -> StoryState:
    """Fold events, in order of ``seq``, to the state they leave."""
    state = StoryState(person_id)
    for happening in happenings:
        choices = dict(state.choices)
        if happening.kind is Kind.WITHDRAWN:
            for purpose in happening.choices:
                choices[purpose] = Choice(Answer.STOPPED)
        else:
            for purpose, answer in happening.choices.items():
                choices[purpose] = Choice(answer, happening.since, happening.until)
        state = replace(
            state,
            choices=choices,
            name_style=happening.name_style or state.name_style,
            name_ref=state.name_ref if happening.name_ref is None else happening.name_ref,
            not_for=state.not_for if happening.not_for is None else happening.not_for,
            last_seq=happening.seq,
        )
    return state


def explain(state: StoryState, use: Use) -> Decision:
    """May these words be used so? The strictest layer wins; every reason against is named."""
    if use.purpose is Purpose.OWN:
        mine = use.actor.person_id is not None and use.actor.person_id == state.person_id
        return Decision(() if mine else (Reason.NOT_YOURS,))
    if use.purpose is Purpose.INDEX:
        return Decision(_reasons_against_indexing(state, use))
    if use.purpose is Purpose.TAKE_IN:
        # Writing a story down reads nothing back.
        return Decision((Reason.NOT_ASKED,))
    purpose = Purpose.STUDY if use.purpose is Purpose.SUGGEST else use.purpose
    reasons: list[Reason] = []
    kept = state.choices.get(Purpose.KEEP)
    against_keeping = kept.reason_against(use.at, Reason.STOPPED) if kept else Reason.NOT_KEPT
    if against_keeping is Reason.STOPPED:
        reasons.append(Reason.STOPPED)
    elif against_keeping is Reason.RUN_OUT:
        reasons.append(Reason.RUN_OUT)
    elif against_keeping is not None:
        reasons.append(Reason.NOT_KEPT)
    choice = state.choices.get(purpose)
    against = choice.reason_against(use.at, Reason.STOPPED) if choice else Reason.NOT_ASKED
    if against is not None and against not in reasons:
        reasons.append(against)
    if use.audience & {audience_key(label) for label in state.not_for}:
        reasons.append(Reason.NOT_FOR)
    return Decision(tuple(reasons))


def _reasons_against_indexing(state: StoryState, use: Use) -> tuple[Reason, ...]:
    """The index may hold a story while anybody at all may search it."""
    for purpose in EIGHT:
        if explain(state, replace(use, purpose=purpose, audience=frozenset())).allowed:
            return ()
    return (Reason.NOT_KEPT,)
