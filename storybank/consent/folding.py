"""From what happened to what stands: each person's events are folded, then all are weighed.

Pure: values in, values out. The strictest answer of all who must agree is the story's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from storybank.consent.answers import (
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
)
from storybank.consent.purposes import EIGHT, Purpose

RESEARCH = frozenset({Purpose.STUDY, Purpose.REUSE})
"""What somebody who cannot decide may not be asked for without an ethics approval."""

OPEN = frozenset({Answer.YES, Answer.ASK})


@dataclass(frozen=True)
class Choice:
    """An answer about one use, and the time it holds for (UTC)."""

    answer: Answer
    since: datetime | None = None
    until: datetime | None = None

    def reason_against(self, at: datetime, stopped: Reason) -> Reason | None:
        """Why this choice does not allow the use at ``at``; None when it does."""
        if self.answer in UNSAID:
            return UNSAID[self.answer]
        if self.answer is Answer.STOPPED:
            return stopped
        if self.answer is Answer.NO:
            return Reason.SAID_NO
        if self.until is not None and self.until <= at:
            return Reason.RUN_OUT
        if self.since is not None and self.since > at:
            return Reason.NOT_YET
        return Reason.ASK_FIRST if self.answer is Answer.ASK else None


UNSAID = {Answer.WAITING: Reason.CO_TELLER, Answer.BLOCKED: Reason.CAPACITY}


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of one version: code points, end exclusive."""

    version: int
    start: int
    end: int

    def meets(self, other: Span) -> bool:
        return self.version == other.version and self.start < other.end and other.start < self.end


@dataclass(frozen=True, order=True)
class KeptBack:
    """A part that is kept back, and for a held one the account that may still see it."""

    span: Span
    mark: Mark
    lead: int = 0


@dataclass(frozen=True)
class Approval:
    """A yes to one asking: these words, for this use, at this event, before these people.

    ``sha256`` is that of the text as it will be shown.
    """

    ask_id: int
    span: Span
    use: Purpose
    event: str
    audience: str
    name_style: NameStyle
    name_ref: int
    variant: Variant
    sha256: str


@dataclass(frozen=True)
class Happening:
    """One consent event, as far as the rule needs it."""

    seq: int
    kind: Kind
    choices: Mapping[Purpose, Answer] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    at: datetime | None = None
    person_id: int = 0
    """Whose event it is; 0 where there is but one teller."""
    name_style: NameStyle | None = None
    name_ref: int | None = None
    not_for: tuple[str, ...] | None = None
    """The whole not-for list as it now stands, or None where this event left it alone."""
    media: frozenset[Medium] | None = None
    shorten: Change | None = None
    translate: Change | None = None
    facts: frozenset[Fact] | None = None
    span: Span | None = None
    mark: Mark | None = None
    ask: Approval | None = None
    """The asking that was answered; ``answered`` says how."""
    answered: Answer | None = None
    part: Part | None = None
    approved: bool = False
    """With a consultee: an ethics approval is named."""
    state: bool = False
    """With a note of capacity or age: cannot decide now, or is under 16."""
    counting: Counting | None = None


@dataclass(frozen=True)
class OwnState:
    """What one person's own events about a story add up to."""

    part: Part = Part.TELLER
    choices: Mapping[Purpose, Choice] = field(default_factory=dict)
    name_style: NameStyle = NameStyle.NONE
    name_ref: int = 0
    not_for: tuple[str, ...] = ()
    media: frozenset[Medium] = frozenset({Medium.WORDS})
    shorten: Change = Change.NO
    translate: Change = Change.NO
    facts: frozenset[Fact] = frozenset()
    paused: bool = False
    erased: bool = False
    marks: Mapping[Span, Mark] = field(default_factory=dict)
    approvals: Mapping[int, Approval] = field(default_factory=dict)
    unchecked: int = 0
    """The version that waits to be read back; 0 when none does."""
    under_age: bool = False
    cannot_decide: bool = False
    ethics: bool = False
    counting: Counting = Counting.OUT
    here: bool = True


@dataclass(frozen=True)
class Circumstances:
    """What others noted about a story, beside what its tellers said."""

    held: tuple[int, ...] = ()
    """For each open hold on the whole story: the account that leads it."""
    held_parts: tuple[tuple[Span, int], ...] = ()
    third: bool = False
    """Somebody named throughout is undecided."""
    third_parts: tuple[Span, ...] = ()
    asks_again: Mapping[Purpose, tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict
    )
    """Each time a question's meaning changed: (when, until when an earlier yes still holds)."""


@dataclass(frozen=True)
class StoryState:
    """What a story's events add up to."""

    person_id: int
    choices: Mapping[Purpose, Choice] = field(default_factory=dict)
    name_style: NameStyle = NameStyle.NONE
    name_ref: int = 0
    not_for: tuple[str, ...] = ()
    last_seq: int = 0
    """How many events the story has had: another number means that something was said since."""
    media: frozenset[Medium] = frozenset({Medium.WORDS})
    shorten: Change = Change.NO
    translate: Change = Change.NO
    facts: frozenset[Fact] = frozenset()
    closed: Reason | None = None
    """ERASED, UNDER_16 or PAUSED: nobody but the teller; after ERASED nobody."""
    held: bool = False
    held_by: int = 0
    """The one account that leads every open hold; 0 where there is none such."""
    unchecked: bool = False
    third: bool = False
    kept_back: tuple[KeptBack, ...] = ()
    approvals: tuple[Approval, ...] = ()
    parties: Mapping[int, Part] = field(default_factory=dict)
    counting: Counting = Counting.OUT

    @property
    def owners(self) -> frozenset[int]:
        """Those whose story it is: they may always read it."""
        deciding = {number for number, part in self.parties.items() if part in OWNERS}
        return frozenset(deciding | {self.person_id})


OWNERS = frozenset({Part.TELLER, Part.CO_TELLER, Part.PARENT, Part.ATTORNEY})


def fold(
    person_id: int, happenings: Iterable[Happening], around: Circumstances | None = None
) -> StoryState:
    """Fold events, each person's in order of ``seq``, and weigh them together.

    ``person_id`` is the first teller; an event that names nobody is theirs.
    """
    own: dict[int, OwnState] = {person_id: OwnState()}
    count = 0
    for happening in happenings:
        count += 1
        number = happening.person_id or person_id
        own[number] = _after(own.get(number, OwnState(part=Part.SUBJECT)), happening, around)
    return _weigh(person_id, own, count, around or Circumstances())


def own_state(person_id: int, happenings: Iterable[Happening]) -> OwnState:
    """What this person alone has said: what their own page shows."""
    state = OwnState()
    for happening in happenings:
        if happening.person_id in (0, person_id):
            state = _after(state, happening, None)
    return state


def _after(own: OwnState, now: Happening, around: Circumstances | None) -> OwnState:
    match now.kind:
        case Kind.GIVEN:
            return _given(own, now, around)
        case Kind.WITHDRAWN:
            stopped = dict.fromkeys(now.choices, Choice(Answer.STOPPED))
            return _without_approvals(
                replace(
                    own,
                    choices={**own.choices, **stopped},
                    counting=now.counting or own.counting,
                ),
                now.choices,
            )
        case Kind.PAUSED:
            return replace(own, paused=True)
        case Kind.RESUMED:
            return replace(own, paused=False)
        case Kind.ERASED:
            return replace(own, erased=True, counting=now.counting or own.counting)
        case Kind.MARKED if now.span and now.mark:
            # A mark needs no evidence, so it may only narrow: to ask first about a part that
            # was left out, the old mark must be taken back.
            if own.marks.get(now.span) is Mark.LEAVE_OUT:
                return own
            return replace(own, marks={**own.marks, now.span: now.mark})
        case Kind.UNMARKED if now.span:
            left = {span: mark for span, mark in own.marks.items() if span != now.span}
            return replace(own, marks=left)
        case Kind.TRANSCRIBED if now.span:
            return replace(own, unchecked=now.span.version)
        case Kind.READ_BACK if now.span:
            waiting = 0 if now.span.version == own.unchecked else own.unchecked
            return replace(own, unchecked=waiting)
        case Kind.ASK_ANSWERED if now.ask:
            approvals = {k: v for k, v in own.approvals.items() if k != now.ask.ask_id}
            if now.answered is Answer.YES:
                approvals[now.ask.ask_id] = now.ask
            return replace(own, approvals=approvals)
        case Kind.JOINED if now.part:
            return replace(own, part=now.part, ethics=now.approved, here=True)
        case Kind.LEFT:
            return replace(own, here=False)
        case Kind.CAPACITY:
            return replace(own, cannot_decide=now.state)
        case Kind.AGE:
            return replace(own, under_age=now.state)
    return own


def _given(own: OwnState, now: Happening, around: Circumstances | None) -> OwnState:
    choices = dict(own.choices)
    for purpose, answer in now.choices.items():
        until = now.until
        for changed, last in around.asks_again.get(purpose, ()) if around else ():
            if answer in OPEN and now.at is not None and now.at < changed:
                until = min(until or last, last)
        choices[purpose] = Choice(answer, now.since, until)
    given = replace(
        own,
        choices=choices,
        name_style=now.name_style or own.name_style,
        name_ref=own.name_ref if now.name_ref is None else now.name_ref,
        not_for=own.not_for if now.not_for is None else now.not_for,
        media=own.media if now.media is None else now.media,
        shorten=now.shorten or own.shorten,
        translate=now.translate or own.translate,
        facts=own.facts if now.facts is None else now.facts,
    )
    return _without_approvals(given, now.choices)


def _without_approvals(own: OwnState, changed: Iterable[Purpose]) -> OwnState:
    # An answer that is given anew is a new answer: what was approved under the old one lapses.
    gone = set(changed)
    kept = {number: yes for number, yes in own.approvals.items() if yes.use not in gone}
    return replace(own, approvals=kept)


def _weigh(
    person_id: int, own: Mapping[int, OwnState], count: int, around: Circumstances
) -> StoryState:
    parties = {number: state.part for number, state in own.items() if state.here}
    agreeing = [own[person_id]]
    agreeing += [
        state
        for number, state in own.items()
        if number != person_id and state.here and state.part in MUST_AGREE
    ]
    teller = own[person_id]
    ethics = any(s.here and s.part is Part.CONSULTEE and s.ethics for s in own.values())
    return StoryState(
        person_id=person_id,
        choices=_choices(agreeing, ethics),
        name_style=teller.name_style,
        name_ref=teller.name_ref,
        not_for=tuple(dict.fromkeys(label for one in agreeing for label in one.not_for)),
        last_seq=count,
        media=frozenset.intersection(*(one.media for one in agreeing)),
        shorten=_strictest(one.shorten for one in agreeing),
        translate=_strictest(one.translate for one in agreeing),
        facts=frozenset.intersection(*(one.facts for one in agreeing)),
        closed=_closed(agreeing, erased=any(one.erased for one in own.values())),
        held=bool(around.held),
        held_by=around.held[0] if len(set(around.held)) == 1 else 0,
        unchecked=any(one.unchecked for one in agreeing),
        third=around.third,
        kept_back=_kept_back(agreeing, around),
        approvals=_approvals(agreeing),
        parties=parties,
        counting=_counting(agreeing),
    )


def _choices(agreeing: list[OwnState], ethics: bool) -> dict[Purpose, Choice]:
    found: dict[Purpose, Choice] = {}
    for purpose in EIGHT:
        said = [one.choices.get(purpose) for one in agreeing]
        if purpose in RESEARCH and any(one.cannot_decide for one in agreeing) and not ethics:
            if any(said):
                found[purpose] = Choice(Answer.BLOCKED)
        elif any(said):
            found[purpose] = _one_choice(said)
    return found


def _one_choice(said: list[Choice | None]) -> Choice:
    given = [choice for choice in said if choice is not None]
    answers = {choice.answer for choice in given}
    if Answer.STOPPED in answers:
        return Choice(Answer.STOPPED)
    first = said[0]
    if first is not None and first.answer is Answer.NO:
        return Choice(Answer.NO, first.since, first.until)
    if len(given) < len(said) or Answer.NO in answers:
        return Choice(Answer.WAITING)
    answer = Answer.ASK if Answer.ASK in answers else Answer.YES
    begins = [choice.since for choice in given if choice.since]
    ends = [choice.until for choice in given if choice.until]
    return Choice(answer, max(begins, default=None), min(ends, default=None))


def _strictest(changes: Iterable[Change]) -> Change:
    order = (Change.NO, Change.SHOW, Change.YES)
    return min(changes, key=order.index)


def _closed(agreeing: list[OwnState], *, erased: bool) -> Reason | None:
    if erased:
        # The words are gone, whatever becomes of whoever asked for it.
        return Reason.ERASED
    parent = any(one.part is Part.PARENT for one in agreeing)
    if any(one.under_age for one in agreeing) and not parent:
        return Reason.UNDER_16
    return Reason.PAUSED if any(one.paused for one in agreeing) else None


def _kept_back(agreeing: list[OwnState], around: Circumstances) -> tuple[KeptBack, ...]:
    found = {KeptBack(span, mark) for one in agreeing for span, mark in one.marks.items()}
    found |= {KeptBack(span, Mark.HELD, lead) for span, lead in around.held_parts}
    found |= {KeptBack(span, Mark.THIRD_PERSON) for span in around.third_parts}
    return tuple(sorted(found))


def _approvals(agreeing: list[OwnState]) -> tuple[Approval, ...]:
    """Those that everybody who must agree has said yes to."""
    first, *others = agreeing
    every = [yes for number, yes in first.approvals.items()
             if all(number in other.approvals for other in others)]  # fmt: skip
    return tuple(sorted(every, key=lambda yes: yes.ask_id))


def _counting(agreeing: list[OwnState]) -> Counting:
    number = all(one.counting is Counting.NUMBER for one in agreeing)
    return Counting.NUMBER if number else Counting.OUT
