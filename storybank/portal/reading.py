"""What a storyteller sees: each story with its choices, where it has been, what people noticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding import service as coding
from storybank.consent import asking
from storybank.consent.happenings import happenings
from storybank.consent.models import (
    ConsentChoice,
    ConsentEvent,
    PartyStanding,
    Receipt,
    StoryStanding,
)
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Kind,
    OwnState,
    Part,
    Purpose,
    Reason,
    StoryState,
    Use,
    own_state,
)
from storybank.consent.standing import state_of
from storybank.consent.terms import HOME, local_date
from storybank.errors import NotFound
from storybank.people.models import Account, Person
from storybank.portal.acting import acts_for
from storybank.portal.ahead import ComingUp, KeptPart, coming_up, kept_parts
from storybank.portal.choices import SAID, MyChoice, my_choices
from storybank.portal.where import BeenUsed, been_used
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

HELD = "No one can use it for now. Ask us why."
NOT_KEPT = "No one can use this story now. You can still read it."
NOT_YET = "No one uses this story yet. The other storyteller has to say yes too."
PAUSED_BY_ME = "You paused this story. No one uses it for now. Your choices stay as they are."
PAUSED_BY_OTHER = "The other storyteller paused this story. No one uses it for now."
UNDER_16 = "No one uses it yet. A parent has to say yes too."
UNCHECKED = "We wrote down what you said. Only our team sees it until you say it is right."
OTHERS = "It talks about someone else. Only our team sees it until that is sorted out."


@dataclass(frozen=True)
class MyStory:
    """A storyteller's story with its choices and where it has been."""

    story_id: int
    title: str
    attribution: str
    choices: tuple[MyChoice, ...]
    own: OwnState
    """What this person said, and no one else."""
    state: StoryState
    """What that and others' word add up to."""
    kept: bool
    """Keeping it is allowed now; without that nobody can use it."""
    notices: tuple[str, ...]
    """What stands in the way of the whole story, in sentences."""
    used: tuple[BeenUsed, ...]
    planned: tuple[ComingUp, ...]
    kept_back: tuple[KeptPart, ...]
    codings: int
    waiting: int
    """How many questions wait for this person's answer."""
    last_receipt: int | None
    can_put_back: bool
    """The last thing that happened was a stop."""
    for_teller: bool
    """Whoever looks decides for the teller, by law."""

    @property
    def any_open(self) -> bool:
        return any(choice.open for choice in self.choices)

    @property
    def paused(self) -> bool:
        """Paused by this person, who can start it again."""
        return self.own.paused

    @property
    def open_uses(self) -> tuple[MyChoice, ...]:
        """The uses that can be stopped one by one: keeping is stopped with all the others."""
        return tuple(one for one in self.choices if one.open and one.use is not Purpose.KEEP)


@dataclass(frozen=True)
class Bar:
    """What the four buttons at the top of a page need to know of its story."""

    story_id: int
    any_open: bool
    paused: bool


@dataclass(frozen=True)
class Noticed:
    """Part of the story that somebody put codes on."""

    excerpt: Excerpt
    codes: tuple[CodeCard, ...]


@dataclass(frozen=True)
class MyReceipt:
    """A receipt beside the story it is for."""

    receipt: Receipt
    story: MyStory | None
    """None where the story was deleted."""
    kind: Kind
    """What happened."""
    stopped: tuple[Purpose, ...]
    """The uses it stopped, if that is what it is for."""
    out: tuple[BeenUsed, ...]
    """Copies made under those uses before the stop: they can not be called back."""
    can_put_back: bool


@dataclass(frozen=True)
class Deleted:
    """A story that is no longer here: its number, the day, and the receipt if it was one's own."""

    story_id: int
    on: date
    by_me: bool
    receipt_id: int | None


def my_stories(session: Session, use: Use) -> list[MyStory]:
    """Every story of the person asking, newest first."""
    ids = sorted(reading.permitted_ids(session, use), reverse=True)
    heads = reading.titles(session, use, ids)
    counts = coding.count_by_story(session, use, ids)
    return [
        _my_story(session, use, heads[number], counts.get(number, 0))
        for number in ids
        if number in heads
    ]


def my_story(session: Session, use: Use, story_id: int) -> MyStory:
    """One story of the person asking.

    Raises NotFound when it is not theirs.
    """
    head = reading.titles(session, use, [story_id]).get(story_id)
    if head is None:
        raise NotFound("That story is not here.")
    count = coding.count_by_story(session, use, [story_id]).get(story_id, 0)
    return _my_story(session, use, head, count)


def bar(session: Session, use: Use, story_id: int) -> Bar | None:
    """What can be paused, stopped or started again of a story; None where it is not theirs."""
    if not reading.may(session, use, story_id):
        return None
    mine = own(session, acts_for(session, use, story_id), story_id)
    return Bar(
        story_id,
        any(
            choice.answer in SAID
            and choice.reason_against(use.at, Reason.STOPPED) is not Reason.RUN_OUT
            for choice in mine.choices.values()
        ),
        mine.paused,
    )


def deleted(session: Session, use: Use) -> list[Deleted]:
    """The stories of the person asking that were deleted, newest first."""
    rows = session.execute(
        select(ConsentEvent.story_id, ConsentEvent.at, ConsentEvent.person_id, Receipt.id)
        .join(Receipt, Receipt.event_id == ConsentEvent.id)
        .join(PartyStanding, PartyStanding.story_id == ConsentEvent.story_id)
        .join(StoryStanding, StoryStanding.story_id == ConsentEvent.story_id)
        .where(
            ConsentEvent.kind == Kind.ERASED.value,
            StoryStanding.closed == Reason.ERASED.value,
            PartyStanding.person_id == use.actor.person_id,
            PartyStanding.owns,
        )
        .order_by(ConsentEvent.at.desc())
    )
    return [
        Deleted(story_id, _day(session, use.actor.person_id or 0, at), mine, number)
        for story_id, at, person_id, number in rows
        for mine in [person_id == acts_for(session, use, story_id)]
    ]


def noticed(session: Session, use: Use, story_id: int, version: int) -> list[Noticed]:
    """The parts of a story that people put codes on, in reading order, each code once."""
    codes = codebook.codes_by_id(session)
    put_on: dict[Place, set[int]] = {}
    for card in coding.on_story(session, use, story_id, version):
        put_on.setdefault(card.place, set()).add(card.code_id)
    return [
        Noticed(excerpt, tuple(code for code in codes.values() if code.id in put_on[excerpt.place]))
        for excerpt in reading.excerpts(session, use, put_on)
    ]


def receipt(session: Session, use: Use, receipt_id: int) -> Receipt:
    """One receipt of the person asking, or of the teller they decide for.

    Raises NotFound when it is not theirs.
    """
    found = session.get(Receipt, receipt_id)
    if found is None or use.actor.person_id is None:
        raise NotFound("That receipt is not here.")
    if found.person_id not in {use.actor.person_id, acts_for(session, use, found.story_id)}:
        raise NotFound("That receipt is not here.")
    return found


def my_receipt(session: Session, use: Use, receipt_id: int) -> MyReceipt:
    """A receipt of the person asking, with its story and the copies that are out.

    Raises NotFound when it is not theirs.
    """
    found = receipt(session, use, receipt_id)
    theirs = reading.may(session, use, found.story_id)
    story = my_story(session, use, found.story_id) if theirs else None
    kind = Kind(session.get_one(ConsentEvent, found.event_id).kind)
    stopped = _stopped_by(session, found, kind)
    zone = _zone(session, found.person_id)
    out = tuple(
        one
        for one in been_used(session, use, found.story_id, zone)
        if one.use in stopped and one.at <= found.made_at
    )
    last = (
        story is not None
        and story.can_put_back
        and story.last_receipt == found.id
        and not story.for_teller
    )
    return MyReceipt(found, story, kind, stopped, out, last)


def receipts(session: Session, use: Use, story_id: int) -> list[Receipt]:
    """Every receipt for a story of the person asking, newest first."""
    people = {use.actor.person_id, acts_for(session, use, story_id)}
    rows = session.scalars(
        select(Receipt)
        .where(Receipt.story_id == story_id, Receipt.person_id.in_(people))
        .order_by(Receipt.id.desc())
    )
    return list(rows)


def way_in_is_closed(session: Session, use: Use) -> bool:
    """Can the person asking not come in as this storyteller any more?"""
    account = session.get(Account, use.actor.account_id)
    return account is None or account.person_id is None or account.disabled_at is not None


def own(session: Session, person_id: int, story_id: int) -> OwnState:
    """What this person alone said about a story."""
    return own_state(person_id, happenings(session, story_id, person_id))


def _my_story(session: Session, use: Use, head: reading.Title, codings: int) -> MyStory:
    story_id, me = head.story_id, use.actor.person_id or 0
    person_id = acts_for(session, use, story_id)
    state = state_of(session, story_id) or StoryState(person_id)
    mine, zone = own(session, person_id, story_id), _zone(session, person_id)
    papers = receipts(session, use, story_id)
    kept = state.choices.get(Purpose.KEEP)
    is_kept = kept is not None and kept.reason_against(use.at, Reason.STOPPED) is None
    asks = {ask.id for one in {me, person_id} for ask in asking.open_asks(session, one, use.at)
            if ask.story_id == story_id}  # fmt: skip
    return MyStory(
        story_id=story_id,
        title=head.title,
        attribution=head.attribution,
        choices=my_choices(session, story_id, person_id, mine, state, use.at, zone),
        own=mine,
        state=state,
        kept=is_kept,
        notices=_notices(mine, state, is_kept),
        used=been_used(session, use, story_id, zone),
        planned=coming_up(session, use, story_id, local_date(use.at, zone)),
        kept_back=kept_parts(session, use, story_id, mine.marks),
        codings=codings,
        waiting=len(asks),
        last_receipt=papers[0].id if papers else None,
        can_put_back=bool(papers) and _is_stop(session, papers[0]),
        for_teller=state.parties.get(me) is Part.ATTORNEY,
    )


def _notices(mine: OwnState, state: StoryState, kept: bool) -> tuple[str, ...]:
    """Why the story as a whole is not used, or not outside the team; the weightiest first."""
    found = [HELD] if state.held else []
    if state.closed is Reason.PAUSED:
        found.append(PAUSED_BY_ME if mine.paused else PAUSED_BY_OTHER)
    elif state.closed is Reason.UNDER_16:
        found.append(UNDER_16)
    if not kept:
        keep = state.choices.get(Purpose.KEEP)
        waits = keep is not None and keep.answer is Answer.WAITING
        found.append(NOT_YET if waits else NOT_KEPT)
    if not found:
        found += [UNCHECKED] if state.unchecked else []
        found += [OTHERS] if state.third else []
    return tuple(found)


def _is_stop(session: Session, receipt: Receipt) -> bool:
    return session.get_one(ConsentEvent, receipt.event_id).kind == Kind.WITHDRAWN.value


def _stopped_by(session: Session, receipt: Receipt, kind: Kind) -> tuple[Purpose, ...]:
    """The uses that the event of this receipt ended, for now or for good; none where it gave."""
    if kind in (Kind.ERASED, Kind.PAUSED):
        return EIGHT
    if kind is not Kind.WITHDRAWN:
        return ()
    chosen = session.scalars(
        select(ConsentChoice.use).where(ConsentChoice.event_id == receipt.event_id)
    ).all()
    return tuple(purpose for purpose in EIGHT if purpose.value in chosen)


def _zone(session: Session, person_id: int) -> str:
    return session.scalar(select(Person.time_zone).where(Person.id == person_id)) or HOME


def _day(session: Session, person_id: int, at: datetime) -> date:
    return local_date(at, _zone(session, person_id))
