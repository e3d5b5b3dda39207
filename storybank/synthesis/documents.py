"""The report as files: a Word document to work with, and a tagged PDF from the page's own HTML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from storybank.consent.receipts import plain_date
from storybank.exchange.document import document
from storybank.exchange.pieces import FACTS, HEADING, PASSAGE, PLAIN, SMALLER, TERM, Paper, Piece
from storybank.synthesis import answer_rules as rules
from storybank.synthesis.answer_rules import Counts, Kind, Part
from storybank.synthesis.lines import Line
from storybank.synthesis.report import Report

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
QUOTED = "These are the first answers under each heading that their givers let us quote."
SMALL = (
    "To protect people, we write “fewer than 5” where a number of people is small, and “not told” "
    "where a number would give a small one away."
)
GONE = "Some cards were taken away. That is all right."


def word(made: Report, at: datetime) -> bytes:
    """The report as a Word document; its properties name nobody."""
    about = (
        f"Report of a workshop held on {plain_date(made.workshop.held_on)}",
        f"Made on {plain_date(at.date())}. Ask for a new one before you use it: storytellers can "
        "change their minds.",
    )
    return b"".join(document(Paper(made.title, about, [list(_paragraphs(made))]), at))


def _paragraphs(made: Report) -> Iterator[Piece]:
    """The pieces, each paragraph of a longer text by itself."""
    for kind, words in pieces(made):
        for some in words.split("\n\n") if kind == PLAIN else (words,):
            yield kind, some


def pieces(made: Report) -> Iterator[Piece]:
    """What the report says, in the order of its page."""
    workshop = made.workshop
    yield from _blocks("The question", workshop.question)
    if workshop.decider:
        yield TERM, "Who decides"
        yield PLAIN, workshop.decider
    if workshop.reply_by:
        yield TERM, "They promised to reply by"
        yield PLAIN, plain_date(workshop.reply_by)
    yield from _people(made)
    yield from _how(made)
    yield HEADING, "The answer in three parts"
    for number, (title, some) in enumerate(PARTS, start=1):
        yield SMALLER, f"{number}. {title}"
        for part in some:
            if len(some) > 1:
                yield TERM, part.heading
            yield PLAIN, made.parts[part].text or "Nothing was written."
    for kind in Kind:
        if made.of_kind(kind):
            yield HEADING, f"{kind.value.capitalize()}s"
            for line in made.of_kind(kind):
                yield from _line(made, line)
    yield from _clusters(made)
    yield from _passages(made)
    yield from _groups(made)


PARTS = (
    (Part.ROOM.heading, (Part.ROOM,)),
    (Part.ONLINE.heading, (Part.ONLINE,)),
    ("Where they agree and where they differ", (Part.AGREE, Part.DIFFER)),
)
"""The three parts, each with its texts."""


def _blocks(heading: str, text: str) -> Iterator[Piece]:
    if text:
        yield HEADING, heading
        yield PLAIN, text


def _people(made: Report) -> Iterator[Piece]:
    people = made.people
    yield HEADING, "Who took part"
    if people.total:
        yield PLAIN, f"{people.total} people joined."
    for name, how, count in people.groups if not people.gone else ():
        yield PLAIN, f"{name}, {how}: {count}"
    if people.kinds:
        yield TERM, "From where they speak"
        for sentence, count in people.kinds:
            yield PLAIN, f"{sentence}: {count}"
    if people.gone:
        yield PLAIN, "What we knew of who took part was deleted, as promised."
    yield PLAIN, SMALL


def _how(made: Report) -> Iterator[Piece]:
    workshop, people = made.workshop, made.people
    yield HEADING, "How it was done"
    for title, text in (("Aim", workshop.why), ("In scope", workshop.in_scope),
                        ("Out of scope", workshop.out_of_scope)):  # fmt: skip
        if text:
            yield TERM, title
            yield PLAIN, text
    yield TERM, "Methods"
    yield PLAIN, how(made)
    for segment in made.segments:
        yield PLAIN, f"{segment.title}, {segment.minutes} minutes"
    yield PLAIN, rules.WHERE_COUNTED
    if people.written:
        yield PLAIN, f"{people.written:,} answers were written down for people, or came on paper."


def how(made: Report) -> str:
    """In one sentence or two, how a workshop was held."""
    where = {"room": "in a room", "online": "online", "both": "in a room and online"}
    groups = len(made.people.groups)
    said = f"People met {where.get(made.workshop.mode, 'together')}"
    said += f", in {groups} groups. " if groups > 1 else ". "
    said += f"They gave {made.people.answers:,} answers. "
    if made.workshop.moderated:
        said += "Somebody of the team read each answer before others saw it. "
    return said + "People put answers that belong together into clusters; no machine did."


def _clusters(made: Report) -> Iterator[Piece]:
    if not made.clusters:
        return
    yield HEADING, "What people said, cluster by cluster"
    yield FACTS, QUOTED
    for one in made.clusters:
        yield SMALLER, one.of.title
        if one.of.summary:
            yield PLAIN, one.of.summary
        yield FACTS, from_where(one.of.sides)
        for theme in one.themes:
            yield PLAIN, theme
        for quote in one.quotes:
            yield PASSAGE, f"“{quote}”"
        for card in one.cards:
            yield PLAIN, f"Beside it stands card {card.number}."


def _passages(made: Report) -> Iterator[Piece]:
    if made.cards or made.gone:
        yield HEADING, "Passages of stories"
    for card in made.cards.values():
        yield TERM, f"Card {card.number}"
        if card.note:
            yield PLAIN, f"Before you read it: {card.note}"
        yield PASSAGE, card.words
        yield FACTS, card.attribution
    if made.gone:
        yield PLAIN, GONE


def from_where(counts: dict[rules.Side, int]) -> str:
    """ "Room 12, online 8"."""
    told = [f"{side.heading} {counts[side]:,}" for side in rules.Side if counts[side]]
    return f"Answers: {', '.join(told)}." if told else "No answers."


def _line(made: Report, line: Line) -> Iterator[Piece]:
    yield SMALLER, line.name
    yield PLAIN, line.text
    if line.why:
        yield PLAIN, line.why
    yield PLAIN, stands_on(made, line)
    yield PLAIN, told(line.support)
    for one in line.groups:
        if one.minority:
            yield PLAIN, f"Minority note: {one.minority}"
    yield PLAIN, agreed(line)


def _groups(made: Report) -> Iterator[Piece]:
    some = [(line, rows) for line in made.lines if (rows := by_group(made, line))]
    if some:
        yield HEADING, "Support by group"
        yield PLAIN, SMALL
    for line, rows in some:
        yield TERM, line.name
        for name, counts in rows:
            each = zip(rules.Says, counts, strict=True)
            said = ", ".join(f"{says.words.lower()} {count}" for says, count in each)
            yield FACTS, f"{name}: {said}."


def told(counts: Counts) -> str:
    """Support in words, small counts hidden."""
    if not counts.total:
        return "Nobody said how they stand to it."
    each = [f"{says.words.lower()} {rules.told(count)}" for says, count in counts.each]
    return f"{', '.join(each).capitalize()}."


def by_group(made: Report, line: Line) -> list[tuple[str, list[str]]]:
    """How each group stands to it: (name, what is told of for, live with, unsure, against). Empty
    where one group alone said so: that is told above."""
    some = [one for one in line.groups if one.all.total]
    if len(some) < 2:
        return []
    columns = zip(*(one.all.all for one in some), strict=True)
    rows = zip(*(rules.told_each(column) for column in columns), strict=True)
    names = [made.groups.get(one.group_id, "A group") for one in some]
    return [(name, list(row)) for name, row in zip(names, rows, strict=True)]


def stands_on(made: Report, line: Line) -> str:
    """What it stands on, in words."""
    if line.bare:
        return "No evidence yet."
    if line.left_bare:
        return "What this stood on was taken away. Nothing is left under it."
    things = [f"“{title}”" for _, title in line.clusters]
    things += [f"card {made.cards[item].number}" for item in line.passages if item in made.cards]
    more = " Something it stood on was taken away." if line.gone else ""
    return f"Stands on {rules.listed(things)}.{more}"


def agreed(line: Line) -> str:
    """Whether its words were agreed, in words."""
    if line.signed:
        who = []
        if line.signed.people:
            who.append(f"{rules.told(line.signed.people)} people on phones")
        if line.signed.group_ids:
            count = len(line.signed.group_ids)
            who.append(f"{count} group{'s' if count > 1 else ''}")
        return f"Words agreed by {rules.listed(who)}."
    if line.reopened:
        return "The words changed after people agreed, and nobody has agreed with the new ones yet."
    return "Nobody has agreed with these words yet."
