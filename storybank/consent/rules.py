"""The consent rule in plain Python: a story's state answers for a use, layer by layer.

Nothing here knows a database, a clock or a page. ``permits`` says the same as SQL. Layers and
their order are those of the design's table: the strictest wins, and a part can only narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from storybank.consent.answers import (
    COUNTED,
    MAY_DECIDE,
    MUST_AGREE,
    Answer,
    Change,
    Counting,
    Fact,
    Kind,
    Mark,
    Medium,
    NameStyle,
    Part,
    Reason,
    Variant,
    audience_key,
)
from storybank.consent.folding import (
    Approval,
    Choice,
    Circumstances,
    Happening,
    KeptBack,
    OwnState,
    Span,
    StoryState,
    fold,
    own_state,
)
from storybank.consent.purposes import CLAIMS, EIGHT, OUTSIDE_TEAM, WHOLE_STORY, Purpose
from storybank.errors import Refused
from storybank.people.rules import Actor

__all__ = [
    "CLAIMS", "COUNTED", "EIGHT", "MAY_DECIDE", "MUST_AGREE", "OUTSIDE_TEAM", "WHOLE_STORY",
    "Answer", "Approval", "Change", "Choice", "Circumstances", "Counting", "Decision", "Fact",
    "Happening", "KeptBack", "Kind", "Mark", "Medium", "NameStyle", "OwnState", "Part",
    "Purpose", "Reason", "Span", "StoryState", "Use", "Variant", "audience_key", "explain",
    "fold", "own_state", "rule_purpose",
]  # fmt: skip

ANSWERED_BY = {Purpose.SUGGEST: Purpose.STUDY, Purpose.DETAILS: Purpose.KEEP}
MASKED = {
    Mark.LEAVE_OUT: Reason.LEFT_OUT,
    Mark.HELD: Reason.HELD,
    Mark.THIRD_PERSON: Reason.THIRD_PERSON,
}
"""Marks that deny; a part marked "ask first" asks."""


@dataclass(frozen=True)
class Use:
    """The key to the door: who wants words, for what, when, before whom, in which form."""

    actor: Actor
    purpose: Purpose
    at: datetime
    audience: frozenset[str] = frozenset()
    """Keys (``audience_key``) of the organisations, places and teams that will be there."""
    event: str = ""
    """What it is for, as a short key such as "workshop-12": an approval is for one event."""
    medium: Medium = Medium.WORDS
    variant: Variant = Variant.ORIGINAL
    sha256: str = field(default="", repr=False)
    """Of the text to be shown, where that is a changed one."""

    @classmethod
    def claim(
        cls, actor: Actor, purpose: Purpose, at: datetime, audience: Iterable[str] = ()
    ) -> Use:
        """Declare a use. Where the actor works counts as part of the audience.

        Raises Refused when no role of the actor may claim this purpose.
        """
        if not any(purpose in CLAIMS.get(role, frozenset()) for role in actor.roles):
            raise Refused("Your account does not let you use stories in this way.")
        return cls(actor, purpose, at).before(audience)

    def before(self, audience: Iterable[str], event: str | None = None) -> Use:
        """The same use, with these organisations in the room, at this event."""
        people = frozenset(map(audience_key, [*audience, *self.actor.places])) - {""}
        return replace(self, audience=people, event=self.event if event is None else event)

    @property
    def audience_words(self) -> str:
        """The audience as one line, in one spelling: what an approval is tied to."""
        own = set(map(audience_key, self.actor.places))
        return "\n".join(sorted(self.audience - own))


@dataclass(frozen=True)
class Decision:
    """The answer to "may I?", with every reason against."""

    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        return not self.reasons

    @property
    def asks(self) -> bool:
        """Nothing stands against it but that the storyteller wants to be asked."""
        return bool(self.reasons) and set(self.reasons) == {Reason.ASK_FIRST}


def rule_purpose(purpose: Purpose) -> Purpose:
    """The use of the eight that answers for ``purpose``: suggestions are part of study, and to
    look for personal details is part of keeping."""
    return ANSWERED_BY.get(purpose, purpose)


def explain(state: StoryState, use: Use, span: Span | None = None) -> Decision:
    """May these words be used so? The strictest layer wins; every reason against is named.

    Without ``span`` the question is of the story as a whole: parts that are kept back are
    masked by the door, and do not close the rest.
    """
    if use.purpose is Purpose.OWN:
        if state.closed is Reason.ERASED:
            return Decision((Reason.ERASED,))
        return Decision(() if use.actor.person_id in state.owners else (Reason.NOT_YOURS,))
    if use.purpose is Purpose.TAKE_IN:
        # Writing a story down reads nothing back.
        return Decision((Reason.NOT_ASKED,))
    if use.purpose is Purpose.INDEX:
        return Decision(_reasons_against_indexing(state, use, span))
    reasons = [*_of_story(state, use), *_of_answers(state, use), *_of_audience(state, use)]
    reasons += _of_part(state, use, span) if span else ()
    reasons += _of_outside(state, use)
    if use.medium not in state.media:
        reasons.append(Reason.MEDIUM)
    asks = Reason.ASK_FIRST in reasons
    changed = _of_variant(state, use)
    if changed is Reason.ASK_FIRST:
        asks = True
    elif changed:
        reasons.append(changed)
    reasons = [reason for reason in dict.fromkeys(reasons) if reason is not Reason.ASK_FIRST]
    if asks and not (span and approved(state, use, span)):
        reasons.append(Reason.ASK_FIRST)
    return Decision(tuple(reasons))


def approved(state: StoryState, use: Use, span: Span) -> bool:
    """Has everybody who must agree said yes to exactly this?"""
    return any(
        yes.span == span
        and yes.use is rule_purpose(use.purpose)
        and yes.event == use.event
        and yes.audience == use.audience_words
        and (yes.name_style, yes.name_ref) == (state.name_style, state.name_ref)
        and yes.variant is use.variant
        and (use.variant is Variant.ORIGINAL or yes.sha256 == use.sha256)
        for yes in state.approvals
    )


def _of_story(state: StoryState, use: Use) -> list[Reason]:
    reasons = [state.closed] if state.closed else []
    leads = use.purpose is Purpose.KEEP and _leads(state.held_by, use)
    if state.held and not leads:
        reasons.append(Reason.HELD)
    return reasons


def _leads(lead: int, use: Use) -> bool:
    return bool(lead) and lead == use.actor.account_id


def _of_answers(state: StoryState, use: Use) -> list[Reason]:
    reasons: list[Reason] = []
    kept = state.choices.get(Purpose.KEEP)
    against_keeping = kept.reason_against(use.at, Reason.STOPPED) if kept else Reason.NOT_KEPT
    if against_keeping in (Reason.STOPPED, Reason.RUN_OUT, Reason.CO_TELLER):
        reasons.append(against_keeping)
    elif against_keeping is not None:
        reasons.append(Reason.NOT_KEPT)
    choice = state.choices.get(rule_purpose(use.purpose))
    against = choice.reason_against(use.at, Reason.STOPPED) if choice else Reason.NOT_ASKED
    if against is not None:
        reasons.append(against)
    return reasons


def _of_audience(state: StoryState, use: Use) -> list[Reason]:
    not_for = {audience_key(label) for label in state.not_for}
    return [Reason.NOT_FOR] if use.audience & not_for else []


def _of_part(state: StoryState, use: Use, span: Span) -> list[Reason]:
    return [
        MASKED.get(part.mark, Reason.ASK_FIRST)
        for part in state.kept_back
        if part.span.meets(span)
        and not (part.mark is Mark.THIRD_PERSON and use.purpose not in OUTSIDE_TEAM)
        and not (part.mark is Mark.HELD and use.purpose is Purpose.KEEP and _leads(part.lead, use))
    ]


def _of_outside(state: StoryState, use: Use) -> list[Reason]:
    if use.purpose not in OUTSIDE_TEAM:
        return []
    reasons = [Reason.THIRD_PERSON] if state.third else []
    return [*reasons, Reason.NOT_CHECKED] if state.unchecked else reasons


def _of_variant(state: StoryState, use: Use) -> Reason | None:
    if use.variant is Variant.ORIGINAL:
        return None
    may = state.shorten if use.variant is Variant.SHORTENED else state.translate
    if may is Change.YES:
        return None
    return Reason.ASK_FIRST if may is Change.SHOW else Reason.CHANGED


def _reasons_against_indexing(state: StoryState, use: Use, span: Span | None) -> tuple[Reason, ...]:
    """The index may hold words while anybody at all may search them, kept back from no one."""
    if span and any(part.span.meets(span) for part in state.kept_back):
        return (Reason.LEFT_OUT,)
    for purpose in EIGHT:
        asked = Use(use.actor, purpose, use.at)
        if explain(state, asked).allowed:
            return ()
    return (Reason.NOT_KEPT,)
