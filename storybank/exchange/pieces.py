"""Files to be read: headings, passages and facts, in pieces that any writer can set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.exchange import about
from storybank.exchange.choosing import BY_CODE
from storybank.exchange.outgoing import Chosen, Going, slices
from storybank.exchange.sheets import flags
from storybank.stories.speaking import Spoken

HEADING, SMALLER, PASSAGE, FACTS, PLAIN, TERM = "h2", "h3", "passage", "facts", "p", "term"
SPOKEN = {
    Spoken.INTERVIEWER: ["an interviewer says these words, not the teller"],
    Spoken.BOTH: ["some of these words are an interviewer's"],
}
Piece = tuple[str, str]
"""(what it is, its words)."""


@dataclass(frozen=True)
class Paper:
    """A file to be read, from its title on; ``pieces`` come in slices."""

    title: str
    about: tuple[str, ...]
    pieces: Iterable[Sequence[Piece]]


def codings(session: Session, chosen: Chosen) -> Paper:
    """Every chosen coding with its words, under its story or under its code."""
    return Paper("Codings", tuple(about.of_codings(chosen)), _codings(session, chosen))


def _codings(session: Session, chosen: Chosen) -> Iterator[list[Piece]]:
    above: object = None
    for some in slices(session, chosen):
        found: list[Piece] = []
        for one in some:
            by_code = chosen.choice.order == BY_CODE
            here: object = one.code.id if by_code else one.excerpt.story_id
            if here != above:
                found += _head_of_code(one) if by_code else _head_of_story(one)
                above = here
            found += [(PASSAGE, one.excerpt.words), (FACTS, _facts(one, by_code))]
        yield found


def _head_of_story(one: Going) -> list[Piece]:
    return [(HEADING, one.excerpt.title), (FACTS, f"{_story(one)}. {one.terms.sentence}")]


def _head_of_code(one: Going) -> list[Piece]:
    return [(HEADING, f"{one.code.name} ({one.code.key})"), (PLAIN, one.code.definition)]


def _facts(one: Going, by_code: bool) -> str:
    said = (
        [f"{one.excerpt.title}; {_story(one)}"]
        if by_code
        else [f"{one.code.name} ({one.code.key})"]
    )
    said += SPOKEN.get(one.excerpt.spoken, ())
    said.append(f"letters {one.excerpt.start:,} to {one.excerpt.end:,}")
    said.append(f"coded by {one.coder} on {one.made_at:%Y-%m-%d}")
    said += ["suggested by the machine"] if one.suggested else []
    said += ["to be checked: the words were corrected"] if one.to_check else []
    said += [flags(one)] if one.flags else []
    said += [f"the storyteller says: {one.says}"] if one.says else []
    said += [one.terms.sentence.rstrip(".")] if by_code else []
    return "; ".join(said) + "."


def _story(one: Going) -> str:
    outside = f", {one.external_id}" if one.external_id else ""
    return f"{one.excerpt.teller}, story {one.excerpt.story_id}{outside}"
