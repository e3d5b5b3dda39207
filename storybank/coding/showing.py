"""What the desk shows of a story: its rows, its codings, and the codebook beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard, FamilyCard
from storybank.coding import checks, flags, rounds
from storybank.coding import reading as codings_of
from storybank.coding.checks import Said, Tally
from storybank.coding.drawing import Drawn, Row, draw, style_of, touched
from storybank.coding.flags import Flags
from storybank.coding.models import Coding
from storybank.coding.reading import CodingCard, next_alike
from storybank.coding.rounds import RoundCard
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.stories import drawing, reading
from storybank.stories.reading import Excerpt, StoryText
from storybank.stories.rules import Place


@dataclass(frozen=True)
class Shelf:
    """The codebook as the desk holds it: families in order, codes by number, their styles."""

    families: Sequence[FamilyCard]
    codes: Mapping[int, CodeCard]
    styles: Mapping[str, str]

    def style(self, code_id: int) -> str:
        return self.styles[self.codes[code_id].family]


@dataclass(frozen=True)
class Desk:
    """A story with everything on it, for one use."""

    story: StoryText
    codings: Sequence[CodingCard]
    shelf: Shelf
    recent: Sequence[CodeCard]
    tally: Tally
    """What its storytellers say to the codes on it."""
    said: Mapping[int, Said]
    """The same for each coding, by its number."""
    flags: Mapping[int, Mapping[str, str]]
    """{coding number: {name: value}}."""
    blind: Sequence[RoundCard]
    """The rounds in which the reader codes this story without seeing others' codes."""

    @property
    def mine(self) -> int:
        return sum(coding.mine for coding in self.codings)

    @property
    def to_check(self) -> list[CodingCard]:
        """Those whose words were corrected since."""
        return [coding for coding in self.codings if coding.to_check]

    @property
    def coders(self) -> int:
        return len({coding.coder_id for coding in self.codings})

    def rows(self, only: Collection[int] | None = None) -> list[Row]:
        """The paragraphs to show, or only those at these positions."""
        story, shelf = self.story, self.shelf
        drawn = (
            Drawn(
                coding.id,
                coding.place.start,
                coding.place.end,
                coding.code_id,
                shelf.codes[coding.code_id].name,
                shelf.style(coding.code_id),
                coding.mine,
                shelf.codes[coding.code_id].initial,
            )
            for coding in self.codings
        )
        more = drawing.beside(story)
        return draw(story.text, story.blocks, story.marks, drawn, only, more)

    def rows_at(self, places: Iterable[Place]) -> list[Row]:
        """The paragraphs that these places lie in."""
        return self.rows(self.positions(places))

    def positions(self, places: Iterable[Place]) -> set[int]:
        """The positions of the paragraphs that these places lie in."""
        stretches = [(place.start, place.end) for place in places]
        return touched(self.story.blocks, stretches)

    def number_of(self, place: Place) -> int:
        """The number of the paragraph that a place begins in."""
        return min(self.positions([place])) + 1

    def in_paragraph(self, number: int) -> list[CodingCard]:
        """The codings on the paragraph with this number; none where there is no such one."""
        if not 0 < number <= len(self.story.blocks):
            return []
        block = self.story.blocks[number - 1]
        return self.between(block.start, block.end)

    def between(self, start: int, end: int) -> list[CodingCard]:
        """The codings on any of these words."""
        return [one for one in self.codings if one.place.start < end and one.place.end > start]


def shelf_of(session: Session) -> Shelf:
    """The codebook, read once for a page."""
    families, codes = codebook.book(session)
    styles = {family.key: style_of(position) for position, family in enumerate(families)}
    return Shelf(families, codes, styles)


def desk_of(session: Session, use: Use, story_id: int, story: StoryText | None = None) -> Desk:
    """The desk with this story on it, as it was read for this use just now or as it is read here.

    Raises NotFound where the use does not allow the story.
    """
    story = story or reading.story(session, use, story_id)
    shelf = shelf_of(session)
    cards = codings_of.on_story(session, use, story_id, story.version)
    shown = {card.id for card in cards}
    every = checks.said_on_story(session, story_id)
    said = {number: answer for number, answer in every.items() if number in shown}
    recent = [shelf.codes[number] for number in codings_of.recent_codes(session, use)]
    return Desk(
        story, cards, shelf, [code for code in recent if not code.retired],
        checks.tally_of(said.values()),
        said,
        flags.on_story(session, story_id),
        rounds.blind_on(session, use, story_id),
    )  # fmt: skip


@dataclass(frozen=True)
class One:
    """One coding by itself, with all that can be changed of it."""

    card: CodingCard
    words: Excerpt
    code: CodeCard
    style: str
    flags: Mapping[str, str]
    known_flags: Flags
    said: Said | None
    alike: int | None
    """The person's next coding with this code, which it could be merged with."""


def one_of(session: Session, use: Use, coding_id: int) -> One:
    """A coding with its words. Raises NotFound where it is not there for this use."""
    cards = codings_of.with_ids(session, use, [coding_id])
    excerpts = reading.excerpts(session, use, [card.place for card in cards])
    if not cards or not excerpts:
        raise NotFound("That coding is not there.")
    card, shelf = cards[0], shelf_of(session)
    return One(
        card, excerpts[0], shelf.codes[card.code_id], shelf.style(card.code_id),
        flags.on_codings(session, use, [card.id]).get(card.id, {}), flags.known(session),
        checks.said_to(session, [card.id]).get(card.id),
        next_alike(session, card) if card.mine else None,
    )  # fmt: skip


def places_of(codings: Iterable[Coding]) -> list[Place]:
    return [Place(one.story_id, one.version, one.start, one.end) for one in codings]
