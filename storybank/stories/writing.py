"""The way in for words: a story is written down with its version and its first name to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import sealing
from storybank.people.models import Person
from storybank.stories import speaking
from storybank.stories.allowed import may
from storybank.stories.canon import Canon, one_line
from storybank.stories.mending import Edit, Swap, Swaps, clean_sentence, mended, swapped
from storybank.stories.models import Story, StoryAttribute, StoryCorrection, StoryVersion
from storybank.stories.rules import MASK, MAX_NAME, MAX_TITLE, clean_attributes
from storybank.stories.words import SealedWords, StoryWords

SEALED, CORRECTION = "sealed", "correction"
"""Kinds of words: an old text that no use lets out; what a sentence is to say."""
MAX_TEXT = 2_000_000
"""The longest story taken in, in code points: about 350,000 words."""


def take_in(
    session: Session,
    use: Use,
    canon: Canon,
    title: str,
    *,
    person_id: int | None = None,
    external_id: str | None = None,
    attributes: Mapping[str, object] | None = None,
    name: str | None = None,
    invented: bool = False,
) -> Story:
    """Write a story down. The caller records its consents in the same transaction.

    Who speaks in it, and who is likely to ask, is told by its letters where its file says nothing.

    Raises BadInput for an empty or over-long text; Conflict where the same ``external_id`` or,
    without one, the same text is there already.
    """
    _check_text(canon)
    if external_id is not None:
        external_id = external_id.strip()[:200] or None
    _check_new(session, canon, external_id)
    if person_id is None:
        person = Person(created_at=now())
        session.add(person)
        session.flush()
        person_id = person.id
    story = Story(
        person_id=person_id,
        external_id=external_id,
        current_version=1,
        invented=invented,
        taken_in_at=now(),
        taken_in_by=use.actor.account_id,
    )
    session.add(story)
    session.flush()
    canon = speaking.turns_of(canon)
    session.add(_version(story.id, 1, canon))
    speaking.write_roles(session, story.id, speaking.likely_roles(canon))
    for fact, value in clean_attributes(dict(attributes or {})).items():
        session.add(StoryAttribute(story_id=story.id, name=fact, value=value))
    session.flush()
    clean_title = one_line(title)[:MAX_TITLE].strip() or "Untitled story"
    _write(session, use, story.id, "title", 1, clean_title)
    _write(session, use, story.id, "text", 1, canon.text)
    if name and name.strip():
        _write(session, use, story.id, "name", 1, _clean_name(name))
    events.publish(session, events.StoryChanged(story.id))
    return story


def write_correction(session: Session, use: Use, story_id: int, body: str) -> int:
    """Write what a storyteller says a sentence should say; the number it is pointed to by.

    Raises Refused for anybody but the storyteller, NotFound for a story not theirs, BadInput for
    nothing or too much.
    """
    if use.purpose is not Purpose.OWN:
        raise Refused("Only the storyteller can say what it should say.")
    if not may(session, use, story_id):
        raise NotFound("That story is not here.")
    ref = _next_ref(session, use, story_id, CORRECTION)
    _write(session, use, story_id, CORRECTION, ref, clean_sentence(body))
    return ref


def write_note(session: Session, use: Use, story_id: int, ref: int, body: str) -> None:
    """Write down the words of a note that came in a file with a story, under its number.

    Raises Refused for a use that neither takes in nor keeps, NotFound for a story not kept.
    """
    if use.purpose not in (Purpose.TAKE_IN, Purpose.KEEP):
        raise Refused("Only a steward can keep notes with a story.")
    if use.purpose is Purpose.KEEP and not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    _write(session, use, story_id, "note", ref, body)


def drop_correction(session: Session, use: Use, story_id: int, ref: int) -> None:
    """Wipe what a sentence was to say: it says so now, or is not to any more."""
    session.execute(
        sa.delete(StoryWords).where(
            StoryWords.story_id == story_id, StoryWords.kind == CORRECTION, StoryWords.ref == ref
        ),
        execution_options={"use": use, "synchronize_session": False},
    )


def mend(
    session: Session, use: Use, story_id: int, correction: StoryCorrection
) -> tuple[int, Edit]:
    """Put what a storyteller wrote in the place of one sentence: the new version, and the edit.

    Whoever asks for this need not be let see the words: parts that are kept back stay unread.
    Raises as ``amend`` does; Conflict where the story has changed since it was written.
    """
    if use.purpose is not Purpose.KEEP:
        raise Refused("Only a steward can change the words of a story.")
    if not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    story = session.get_one(Story, story_id, with_for_update=True)
    if correction.version != story.current_version:
        raise Conflict("The story has changed since this was written. Ask the storyteller again.")
    outline = session.get_one(StoryVersion, (story_id, story.current_version))
    rows = session.execute(
        select(StoryWords.kind, StoryWords.body).where(
            StoryWords.story_id == story_id,
            sa.or_(
                sa.and_(StoryWords.kind == "text", StoryWords.ref == story.current_version),
                sa.and_(StoryWords.kind == CORRECTION, StoryWords.ref == correction.ref),
            ),
        ),
        execution_options={"use": use},
    )
    words = {kind: body for kind, body in rows}
    if len(words) < 2:
        raise NotFound("That correction is not here any more.")
    whole = Canon.from_places(words["text"], _places(outline))
    canon, edit = mended(whole, correction.start, correction.end, words[CORRECTION])
    version = amend(session, use, story_id, canon, keep_old=correction.keep_old)
    drop_correction(session, use, story_id, correction.ref)
    return version, edit


def amend(
    session: Session, use: Use, story_id: int, canon: Canon, *, keep_old: bool = False
) -> int:
    """Write a new version of a story; its number. The title stays.

    The old text is dropped, or with ``keep_old`` put where no use lets it out. The caller carries
    over in the same transaction whatever holds places in it.

    Raises Refused for a use that does not keep stories, NotFound where this one may not be kept,
    BadInput for a text that is empty or too long.
    """
    if use.purpose is not Purpose.KEEP:
        raise Refused("Only a steward can change the words of a story.")
    if not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    _check_text(canon)
    if MASK in canon.text:
        raise BadInput("This text has parts left out of it. Start from the whole text.")
    story = session.get_one(Story, story_id, with_for_update=True)
    old, new = story.current_version, story.current_version + 1
    session.add(_version(story_id, new, canon))
    session.flush()
    of_old = sa.and_(StoryWords.story_id == story_id, StoryWords.ref == old)
    quietly = {"use": use, "synchronize_session": False}
    session.execute(
        sa.update(StoryWords).where(of_old, StoryWords.kind == "title").values(ref=new),
        execution_options=quietly,
    )
    text = sa.and_(of_old, StoryWords.kind == "text")
    if keep_old:
        statement: sa.Update | sa.Delete = sa.update(StoryWords).where(text).values(kind=SEALED)
    else:
        statement = sa.delete(StoryWords).where(text)
        # Not even a fingerprint of a text that was dropped stays.
        session.get_one(StoryVersion, (story_id, old)).sha256 = ""
    session.execute(statement, execution_options=quietly)
    _write(session, use, story_id, "text", new, canon.text)
    story.current_version = new
    session.flush()
    events.publish(session, events.StoryChanged(story_id))
    return new


def swap(
    session: Session, use: Use, story_id: int, version: int, swaps: Collection[Swap]
) -> tuple[int, Swaps]:
    """Put other words in the place of personal details: the new version, and where all is then.

    The text as it was is sealed with the keys of the house. Raises as ``amend`` does; Conflict
    where the story is not at ``version`` any more; NotReady where the keys are missing.
    """
    whole = _whole(session, use, story_id, version)
    canon, edit = swapped(whole, swaps)
    sealed = sealing.seal(session, whole.text)
    new = amend(session, use, story_id, canon)
    session.add(SealedWords(story_id=story_id, ref=version, body=sealed))
    session.flush()
    return new, edit


def put_back(
    session: Session,
    use: Use,
    story_id: int,
    version: int,
    places: Iterable[tuple[int, int, int, int, int]],
) -> tuple[int, Swaps]:
    """Put the words of sealed versions back where others stand instead.

    Each of ``places`` is (start, end, the version it was said in, its start and end there). No
    word of it comes out here. Raises as ``swap`` does; NotFound where nothing is sealed.
    """
    whole = _whole(session, use, story_id, version)
    every = list(places)
    texts = _unsealed(session, use, story_id, {place[2] for place in every})
    swaps = [Swap(start, end, texts[was][first:last]) for start, end, was, first, last in every]
    canon, edit = swapped(whole, swaps)
    return amend(session, use, story_id, canon), edit


def drop_sealed(session: Session, use: Use, story_id: int, versions: Collection[int]) -> None:
    """Wipe what was sealed of these versions: nothing needs it any more."""
    session.execute(
        sa.delete(SealedWords).where(
            SealedWords.story_id == story_id, SealedWords.ref.in_(list(versions))
        ),
        execution_options={"use": use, "synchronize_session": False},
    )


def retitle(session: Session, use: Use, story_id: int, title: str) -> None:
    """Give a story another title; the old one is dropped.

    Raises Refused for a use that does not keep stories, NotFound where this one may not be kept,
    BadInput for nothing or too much.
    """
    if use.purpose is not Purpose.KEEP:
        raise Refused("Only a steward can change the words of a story.")
    if not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    words = one_line(title)
    if not words or len(words) > MAX_TITLE or MASK in words:
        raise BadInput(f"Write a title of at most {MAX_TITLE} letters.")
    session.execute(
        sa.update(StoryWords)
        .where(StoryWords.story_id == story_id, StoryWords.kind == "title")
        .values(body=words),
        execution_options={"use": use, "synchronize_session": False},
    )
    events.publish(session, events.StoryChanged(story_id))


def _whole(session: Session, use: Use, story_id: int, version: int) -> Canon:
    """The text that stands, for a steward who need not be let see all of it."""
    if use.purpose is not Purpose.KEEP:
        raise Refused("Only a steward can change the words of a story.")
    if not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    story = session.get_one(Story, story_id, with_for_update=True, populate_existing=True)
    if story.current_version != version:
        raise Conflict("The story has changed since you looked at it. Look at it again.")
    outline = session.get_one(StoryVersion, (story_id, version))
    text = session.scalar(
        select(StoryWords.body).where(
            StoryWords.story_id == story_id, StoryWords.kind == "text", StoryWords.ref == version
        ),
        execution_options={"use": use},
    )
    if text is None:
        raise NotFound("There is no such story here.")
    return Canon.from_places(text, _places(outline))


def _places(outline: StoryVersion) -> dict[str, list[list[Any]]]:
    """Where the parts of a version stand, as ``Canon.to_places`` gave them."""
    return {name: getattr(outline, name) for name in ("blocks", "marks", "turns", "times")}


def _unsealed(
    session: Session, use: Use, story_id: int, versions: Collection[int]
) -> dict[int, str]:
    rows = session.execute(
        select(SealedWords.ref, SealedWords.body).where(
            SealedWords.story_id == story_id, SealedWords.ref.in_(list(versions))
        ),
        execution_options={"use": use},
    )
    texts = {ref: sealing.unseal(session, body) for ref, body in rows}
    if set(texts) != set(versions):
        raise NotFound("The words as they were told are not here any more.")
    return texts


def write_name(session: Session, use: Use, story_id: int, name: str) -> int:
    """Write a new name to show; the number that consent events point to it by."""
    ref = _next_ref(session, use, story_id, "name")
    _write(session, use, story_id, "name", ref, _clean_name(name))
    return ref


def _next_ref(session: Session, use: Use, story_id: int, kind: str) -> int:
    last = session.scalar(
        select(sa.func.max(StoryWords.ref)).where(
            StoryWords.story_id == story_id, StoryWords.kind == kind
        ),
        execution_options={"use": use},
    )
    return (last or 0) + 1


def _version(story_id: int, number: int, canon: Canon) -> StoryVersion:
    places = canon.to_places()
    return StoryVersion(
        story_id=story_id,
        n=number,
        sha256=canon.sha256,
        length=len(canon.text),
        word_count=len(canon.text.split()),
        blocks=places["blocks"],
        marks=places["marks"],
        turns=places["turns"],
        times=places["times"],
        made_at=now(),
    )


def _check_text(canon: Canon) -> None:
    if not canon.text.strip():
        raise BadInput("There are no words in it. Check the file and try again.")
    if len(canon.text) > MAX_TEXT:
        raise BadInput(f"It is too long: over {MAX_TEXT:,} letters. Split it into parts.")


def _clean_name(name: str) -> str:
    cleaned = one_line(name)
    if not cleaned:
        raise BadInput("Write the name to show in letters that can be seen.")
    if len(cleaned) > MAX_NAME:
        raise BadInput(f"Keep the name to show under {MAX_NAME} letters.")
    return cleaned


def _check_new(session: Session, canon: Canon, external_id: str | None) -> None:
    if external_id is not None:
        there = session.scalar(select(Story.id).where(Story.external_id == external_id))
        if there is not None:
            raise Conflict(f"A story with this id is there already: story {there}.")
        return  # Two people may well say the same few words.
    same = session.scalar(
        select(StoryVersion.story_id).where(StoryVersion.sha256 == canon.sha256).limit(1)
    )
    if same is not None:
        raise Conflict(f"The same text is there already: story {same}.")


def _write(session: Session, use: Use, story_id: int, kind: str, ref: int, body: str) -> None:
    session.execute(
        sa.insert(StoryWords).values(story_id=story_id, kind=kind, ref=ref, body=body),
        execution_options={"use": use},
    )
