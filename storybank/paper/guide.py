"""What a facilitator's guide says, as headings and blocks: the same on a page and in files."""

from __future__ import annotations

from dataclasses import dataclass

from storybank.paper.deck import Deck
from storybank.paper.plan import Plan
from storybank.web.jinja import day


@dataclass(frozen=True)
class Lines:
    """A list, with bullets or numbers."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under their columns' names; the first of each row is its name."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = str | Lines | Table
Part = tuple[str, list[Block]]

UPSET = (
    "Stop. There is time.",
    "Ask quietly: would you like to step out, or to stay?",
    "One of you goes with them. The others take a break.",
    "Do not ask what happened to them. Listen if they want to say.",
    "Ask whom they would like to call. See that they get home.",
    "Ring them the next day, if they say you may.",
    "Look after yourselves too. Talk together before you go home.",
)
LOOKED_AT = "Say that somebody looks at answers before all can see them."
CALL = (
    "If a life is at risk: 999.",
    "To talk to somebody, day and night: Samaritans, 116 123. It is free.",
    "For advice on health, or in a mental health crisis: NHS 111.",
    "If a child or an adult is not safe: your safeguarding lead. Name and number: "
    "______________________________",
)


def guide(deck: Deck, plan: Plan) -> list[Part]:
    """The guide's parts in order: a heading and what stands under it. No storyteller's words."""
    parts: list[Part] = [
        ("What this is about", _about(deck)),
        ("Before you begin", [Lines(_before(deck))]),
        ("The plan", _plan(plan)),
        ("The questions", _questions(plan)),
        ("The cards, and what to say before each", [_notes(deck)]),
        ("If somebody is upset", [Lines(UPSET, numbered=True)]),
        ("Who to call", [Lines((*CALL, *_keepers(plan)))]),
        ("At the end", [Lines(_after(deck))]),
    ]
    return [part for part in parts if part[1]]


def _about(deck: Deck) -> list[Block]:
    meeting = deck.workshop
    lines = [f"The day: {day(meeting.held_on)}."]
    if meeting.in_scope:
        lines.append(f"We can talk about: {meeting.in_scope}")
    if meeting.out_of_scope:
        lines.append(f"We cannot change here: {meeting.out_of_scope}")
    if meeting.decider:
        lines.append(f"Who decides: {meeting.decider}")
    if meeting.reply_by:
        lines.append(f"They promised to reply by {day(meeting.reply_by)}.")
    blocks: list[Block] = [meeting.question]
    return [*blocks, *filter(None, [meeting.why]), Lines(tuple(lines))]


def _before(deck: Deck) -> tuple[str, ...]:
    return (
        "Read every card yourself, and its content note.",
        "A storyteller may change their mind at any time. If you printed some days ago, look in "
        "Storybank which cards you must take back.",
        "Find a quiet room close by. Agree who sits there with somebody who needs it.",
        "Say at the start: nobody has to read, to speak or to stay.",
        "Say: please do not photograph the cards, and hand them back.",
        *([LOOKED_AT] if deck.workshop.moderated else ()),
    )


def _plan(plan: Plan) -> list[Block]:
    if not plan.agenda.segments:
        return []
    rows = [(part.title, str(part.minutes), part.says) for part in plan.agenda.segments]
    rows.append(("In all", str(plan.agenda.minutes), ""))
    return [Table(("Part", "Minutes", "What people do"), tuple(rows))]


def _questions(plan: Plan) -> list[Block]:
    asked = tuple(
        f"{prompt.text} ({prompt.help_text})" if prompt.help_text else prompt.text
        for prompt in plan.agenda.prompts
    )
    return [Lines(asked, numbered=True)] if asked else []


def _notes(deck: Deck) -> Block:
    if not deck.cards:
        return "No card of this pack may be shown now."
    rows = tuple((f"Card {card.number}", card.note or "Nothing") for card in deck.cards)
    return Table(("Card", "Say before it is read"), rows)


def _keepers(plan: Plan) -> list[str]:
    return [f"Who looks after the stories: {plan.contact}."] if plan.contact else []


def _after(deck: Deck) -> tuple[str, ...]:
    return (
        "Collect every card and count them. Write the number down in Storybank.",
        f"Destroy them by {day(deck.pack.use_until)}. Their code is {deck.pack.code}.",
        "If a card’s square says stop, take it back at once.",
        "Tell people what happens next, and when they will hear.",
    )
