"""The door: the only way out for words. Every function takes a ``Use`` and asks the rule anew.

What the use does not allow is simply not there: missing and withheld look the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent import access
from storybank.consent.models import ApprovalStanding, StoryStanding
from storybank.consent.permits import permits
from storybank.consent.rules import (
    WHOLE_STORY,
    NameStyle,
    Purpose,
    Use,
    Variant,
    explain,
    rule_purpose,
)
from storybank.consent.standing import might_ask, states
from storybank.db import slices
from storybank.errors import NotFound, Refused
from storybank.people import sealing
from storybank.stories import masking, speaking
from storybank.stories.allowed import (
    attributes_of,
    external_ids,
    hidden,
    may,
    permitted,
    permitted_among,
    permitted_ids,
    tells,
)
from storybank.stories.canon import (
    Block,
    Mark,
    Time,
    Turn,
    blocks_from,
    marks_from,
    times_from,
    turns_from,
)
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import MAX_PART, Kept, Place, attribution, shortened
from storybank.stories.speaking import Spoken, Stretches
from storybank.stories.words import SealedWords, StoryWords, UngovernedRead, guard_words

__all__ = [
    "Excerpt", "StoryText", "Title", "UngovernedRead", "attributes_of", "correction", "excerpts",
    "external_ids", "fingerprints", "fragments", "guard_words", "has_sealed", "hidden", "may",
    "note_words", "original", "permitted", "permitted_among", "permitted_ids",
    "stories", "story", "tells", "titles",
]  # fmt: skip


@dataclass(frozen=True)
class Title:
    """What a story is called, and the name to show beside it for this use."""

    story_id: int
    title: str
    attribution: str


@dataclass(frozen=True)
class Excerpt:
    """Words let out for one use; lives for one request. ``start``/``end`` in code points.

    ``attribution`` says so where an interviewer speaks in them: they are not the teller's then.
    """

    story_id: int
    version: int
    start: int
    end: int
    words: str
    title: str
    attribution: str
    spoken: Spoken = Spoken.TELLER
    teller: str = ""
    """The name to show of whoever told the story, whoever says these words of it."""

    @property
    def place(self) -> Place:
        return Place(self.story_id, self.version, self.start, self.end)


@dataclass(frozen=True)
class StoryText:
    """A whole story let out for one use."""

    story_id: int
    external_id: str | None
    version: int
    title: str
    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...]
    sha256: str
    word_count: int
    attribution: str
    attributes: dict[str, str]
    turns: tuple[Turn, ...] = ()
    times: tuple[Time, ...] = ()
    asides: Stretches = ()
    """Where an interviewer speaks."""


def story(session: Session, use: Use, story_id: int) -> StoryText:
    """One whole story.

    Raises Refused where the purpose allows short parts only; NotFound where the story is not
    there for this use.
    """
    found = stories(session, use, [story_id])
    if not found:
        raise NotFound("There is no such story here.")
    access.note_reading(session, use, story_id)
    return found[0]


def stories(session: Session, use: Use, story_ids: Collection[int]) -> list[StoryText]:
    """These stories whole, those that the use allows, in the order asked for.

    Raises Refused where the purpose allows short parts only.
    """
    _check_whole(use)
    found: dict[int, StoryText] = {}
    for ids in slices(story_ids):
        attributes = attributes_of(session, use, ids)
        closed = masking.closed_parts(session, use, ids)
        asking = speaking.asking(session, ids)
        text = aliased(StoryWords)
        rows = session.execute(
            _titles(use)
            .add_columns(
                text.body,
                StoryVersion.blocks,
                StoryVersion.marks,
                StoryVersion.sha256,
                StoryVersion.word_count,
                StoryVersion.turns,
                StoryVersion.times,
            )
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .join(text, _words_of(text, "text", Story.current_version))
            .where(Story.id.in_(ids)),
            execution_options={"use": use},
        )
        for row in rows:
            head = _title(use, row)
            turns = turns_from(row.turns)
            found[row.id] = StoryText(
                story_id=row.id,
                external_id=row.external_id,
                version=row.current_version,
                title=head.title,
                text=masking.mask(row[7], closed.get((row.id, row.current_version), ())),
                blocks=blocks_from(row.blocks),
                marks=marks_from(row.marks),
                sha256=row.sha256,
                word_count=row.word_count,
                attribution=head.attribution,
                attributes=attributes.get(row.id, {}),
                turns=turns,
                times=times_from(row.times),
                asides=speaking.asides_of(turns, asking.get(row.id, ())),
            )
    return [found[story_id] for story_id in story_ids if story_id in found]


def titles(
    session: Session,
    use: Use,
    story_ids: Collection[int],
    where: sa.ColumnElement[bool] | None = None,
) -> dict[int, Title]:
    """Titles and names of these stories, those that the use allows (or that ``where`` does)."""
    found: dict[int, Title] = {}
    for ids in slices(story_ids):
        rows = session.execute(
            _titles(use, where).where(Story.id.in_(ids)), execution_options={"use": use}
        )
        found.update((row.id, _title(use, row)) for row in rows)
    return found


def excerpts(
    session: Session, use: Use, places: Iterable[Place], kept: Mapping[Place, Kept] | None = None
) -> list[Excerpt]:
    """The words at these places, in order; a place the use does not allow is left out.

    Of those in ``kept`` only these parts come out: the use must be of a shortened text.
    """
    places, kept = list(places), kept or {}
    if kept and use.variant is not Variant.SHORTENED:
        raise Refused("Ask for the shorter text, not for the whole.")
    ids = {place.story_id for place in places}
    texts = _texts(session, use, {(place.story_id, place.version) for place in places})
    heads = titles(session, use, ids)
    closed = masking.closed_parts(session, use, ids)
    asides = speaking.asides(session, texts)
    found: dict[Place, Excerpt] = {}
    for place in set(places):
        whole = (place.story_id, place.version)
        there = place.story_id in heads and whole in texts
        if there and not masking.meets(place, closed.get(whole, ())):
            head = heads[place.story_id]
            asked = asides.get(whole, ())
            found[place] = _excerpt(use, head, place, texts[whole], asked, kept.get(place))
    found.update(_approved(session, use, set(places) - set(found), kept))
    return [found[place] for place in places if place in found]


def fragments(
    session: Session,
    use: Use,
    story_ids: Collection[int],
    find: Callable[[str], list[tuple[int, int]]],
) -> dict[int, list[Excerpt]]:
    """Short parts of these stories, chosen by ``find(text) -> [(start, end)]``."""
    versions = dict(
        session.execute(
            select(Story.id, Story.current_version).where(Story.id.in_(list(story_ids)))
        ).all()
    )
    texts = _texts(session, use, set(versions.items()))
    heads = titles(session, use, versions)
    closed = masking.closed_parts(session, use, versions)
    asides = speaking.asides(session, texts)
    found: dict[int, list[Excerpt]] = {}
    for (story_id, version), text in texts.items():
        if story_id in heads:
            parts = closed.get((story_id, version), ())
            places = (Place(story_id, version, *at) for at in find(masking.mask(text, parts)))
            asked = asides.get((story_id, version), ())
            found[story_id] = [
                _excerpt(use, heads[story_id], place, text, asked)
                for place in places
                if not masking.meets(place, parts)
            ]
    return found


def correction(session: Session, use: Use, story_id: int, ref: int) -> str:
    """What a storyteller says a sentence should say, for them and for whoever keeps the story.

    Raises Refused for any other use; NotFound where it is not there for this one.
    """
    if use.purpose not in (Purpose.KEEP, Purpose.OWN):
        raise Refused("Only the storyteller and a steward can see this.")
    words = session.scalar(
        select(StoryWords.body).where(
            StoryWords.story_id == story_id,
            StoryWords.kind == "correction",
            StoryWords.ref == ref,
            permits(use, StoryWords.story_id),
        ),
        execution_options={"use": use},
    )
    if words is None:
        raise NotFound("That correction is not here any more.")
    return words


def original(session: Session, use: Use, story_id: int, version: int) -> str:
    """The words of a version that was sealed, as it was told, for whoever keeps the story.

    Parts that are kept back stay masked. The caller writes down who opened it and why. Raises
    Refused for any other use; NotFound where there is none for this one; NotReady without keys.
    """
    if use.purpose is not Purpose.KEEP:
        raise Refused("Only a steward can open what was sealed.")
    sealed = session.scalar(
        select(SealedWords.body).where(
            SealedWords.story_id == story_id,
            SealedWords.ref == version,
            permits(use, SealedWords.story_id),
        ),
        execution_options={"use": use},
    )
    if sealed is None:
        raise NotFound("There is nothing sealed of this story.")
    closed = masking.closed_parts(session, use, [story_id])
    access.note_reading(session, use, story_id)
    return masking.mask(sealing.unseal(session, sealed), closed.get((story_id, version), ()))


def has_sealed(session: Session, story_id: int) -> bool:
    """Were personal details of this story replaced, so that its words as told are sealed?"""
    sealed = select(sa.literal(1)).where(SealedWords.story_id == story_id)
    return bool(session.scalar(sealed.limit(1)))


def note_words(session: Session, use: Use, story_id: int) -> dict[int, str]:
    """{ref: who wrote it, a line end, its words} of the notes that came in a file with a story.

    Raises Refused for a use that neither studies nor keeps it, and is not its teller's.
    """
    if use.purpose not in (Purpose.STUDY, Purpose.KEEP, Purpose.OWN):
        raise Refused("Only the team and the storyteller can see these notes.")
    rows = session.execute(
        select(StoryWords.ref, StoryWords.body).where(
            StoryWords.story_id == story_id,
            StoryWords.kind == "note",
            permits(use, StoryWords.story_id),
        ),
        execution_options={"use": use},
    )
    return {ref: body for ref, body in rows}


def fingerprints(session: Session, use: Use, places: Iterable[Place]) -> dict[Place, str]:
    """sha256 of the words at places for which ``use`` would have to ask: no word comes out.

    A place where asking would not help is left out.
    """
    asking = might_ask(session, rule_purpose(use.purpose), use.variant)
    wanted = {place for place in places if asking is None or place.story_id in asking}
    standing = states(session, {place.story_id for place in wanted})
    askable = {
        place
        for place in wanted
        if place.story_id in standing and explain(standing[place.story_id], use, place.span).asks
    }
    texts = _texts(
        session, use, {(place.story_id, place.version) for place in askable}, where=sa.true()
    )
    return {
        place: sha256_of(texts[place.story_id, place.version][place.start : place.end])
        for place in askable
        if (place.story_id, place.version) in texts
    }


def _approved(
    session: Session, use: Use, places: set[Place], kept: Mapping[Place, Kept]
) -> dict[Place, Excerpt]:
    """The words at places that a storyteller was asked about, and said yes to."""
    yes = aliased(ApprovalStanding)
    hashes: dict[Place, set[str]] = {}
    for ids in slices({place.story_id for place in places}):
        rows = session.execute(
            select(yes.story_id, yes.version, yes.start, yes.end, yes.sha256).where(
                yes.story_id.in_(ids), permits(use, yes.story_id, yes)
            )
        )
        for row in rows:
            hashes.setdefault(Place(*row[:4]), set()).add(row.sha256)
    wanted = {place for place in places if place in hashes}
    if not wanted:
        return {}
    allowed = sa.exists().where(
        yes.story_id == StoryWords.story_id, permits(use, yes.story_id, yes)
    )
    texts = _texts(session, use, {(p.story_id, p.version) for p in wanted}, where=allowed)
    heads = titles(session, use, {p.story_id for p in wanted}, where=sa.exists().where(
        yes.story_id == Story.id, permits(use, yes.story_id, yes)
    ))  # fmt: skip
    asides = speaking.asides(session, texts)
    found: dict[Place, Excerpt] = {}
    for place in wanted:
        text = texts.get((place.story_id, place.version))
        if text is None:
            continue
        # What was shown to the storyteller were these words and this name, not the title.
        head = replace(heads[place.story_id], title=f"Story {place.story_id}")
        asked = asides.get((place.story_id, place.version), ())
        excerpt = _excerpt(use, head, place, text, asked, kept.get(place))
        sha = sha256_of(excerpt.words)
        if sha == use.sha256 or (use.variant is Variant.ORIGINAL and sha in hashes[place]):
            found[place] = excerpt
    return found


def sha256_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _check_whole(use: Use) -> None:
    if use.purpose not in WHOLE_STORY:
        raise Refused("Only short parts of a story may be shown here.")


def _words_of(table: Any, kind: str, ref: Any) -> sa.ColumnElement[bool]:
    return sa.and_(table.story_id == Story.id, table.kind == kind, table.ref == ref)


def _titles(use: Use, where: sa.ColumnElement[bool] | None = None) -> sa.Select[*tuple[Any, ...]]:
    title, name = aliased(StoryWords), aliased(StoryWords)
    return (
        select(
            Story.id,
            Story.person_id,
            Story.external_id,
            Story.current_version,
            title.body.label("title"),
            StoryStanding.name_style,
            name.body.label("name"),
        )
        .join(StoryStanding, StoryStanding.story_id == Story.id)
        .join(title, _words_of(title, "title", Story.current_version))
        .outerjoin(name, _words_of(name, "name", StoryStanding.name_ref))
        .where(permits(use, Story.id) if where is None else where)
    )


def _title(use: Use, row: Any) -> Title:
    style = NameStyle(row.name_style)
    shown = attribution(use.purpose, style, row.name, f"ST-{row.person_id:04d}")
    return Title(row.id, row.title, shown)


def _texts(
    session: Session,
    use: Use,
    wanted: Collection[tuple[int, int]],
    where: sa.ColumnElement[bool] | None = None,
) -> dict[tuple[int, int], str]:
    found: dict[tuple[int, int], str] = {}
    for ids in slices({story_id for story_id, _ in wanted}):
        rows = session.execute(
            select(StoryWords.story_id, StoryWords.ref, StoryWords.body).where(
                StoryWords.story_id.in_(ids),
                StoryWords.kind == "text",
                permits(use, StoryWords.story_id) if where is None else where,
            ),
            execution_options={"use": use},
        )
        found.update(((row[0], row[1]), row[2]) for row in rows if (row[0], row[1]) in wanted)
    return found


def _excerpt(
    use: Use, head: Title, place: Place, text: str, asides: Stretches, kept: Kept | None = None
) -> Excerpt:
    end = min(place.end, len(text))
    if use.purpose not in WHOLE_STORY:
        end = min(end, place.start + MAX_PART)
    words, parts = text[place.start : end], [(place.start, end)]
    if kept is not None:
        inside = [(max(first, place.start), min(last, end)) for first, last in kept]
        parts = [part for part in inside if part[0] < part[1]]
        words = shortened(words, place.start, parts)
    whose = speaking.of_all(speaking.spoken(asides, *part) for part in parts)
    name = speaking.with_spoken(head.attribution, whose)
    return Excerpt(
        place.story_id, place.version, place.start, end, words, head.title, name, whose,
        head.attribution,
    )  # fmt: skip
