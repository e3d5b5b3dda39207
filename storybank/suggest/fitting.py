"""Learning from what people answered: reading it through the door, and fitting to it.

What is read lives until the fit is done. Nothing is held open meanwhile: the caller reads in one
transaction, fits in none, and asks the rule again before what was learnt is used.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.stories import masking, reading
from storybank.stories.canon import sentences
from storybank.stories.models import Story
from storybank.stories.reading import StoryText
from storybank.stories.rules import Place
from storybank.stories.speaking import Spoken, spoken
from storybank.suggest.answers import Answered, Said, Stretch, passage
from storybank.suggest.cue_phrases import codebook_name
from storybank.suggest.findings import findings
from storybank.suggest.models import CHANGED, DECLINED, Suggestion, waits
from storybank.suggest.rules import in_pieces
from storybank.suggest.sample_models import SampledPassage
from storybank.suggest.standing import machine_use

if TYPE_CHECKING:
    from storybank.learning.codes import Answered as Told
    from storybank.learning.codes import Code
    from storybank.learning.model import Model

SEED = 20_261
"""What is drawn by lot while learning is drawn alike each time."""
MOST_STORIES = 2_000
"""Stories that say how words are used at all; more teach nothing new."""
MOST_POOL = 6_000
"""Passages of them."""
MOST_ANSWERED = 4_000
"""Of these, how many have answers."""
LONGEST = 20_000
"""A coding on more code points than this is on no passage, and teaches nothing."""
SILENT, MOST_SILENT = 6, 2_000
"""Of stories that were coded, how many sentences without a code are learnt from for each answered
passage, and at most."""
EVEN = 0.5
"""However sure the codebook is: who read a sentence and put a code on none of it has said a little
as well."""
AT_ONCE = 100
"""Stories whose whole words are in memory together."""


@dataclass(frozen=True)
class Material:
    """All that one fit goes by."""

    codebook: str
    code_ids: tuple[int, ...]
    codes: tuple[Code, ...]
    answers: tuple[Answered, ...]
    silent: tuple[Answered, ...]
    """Sentences nobody put a code on, of stories that somebody coded."""
    pool: tuple[tuple[int, str], ...]
    """Passages without answers: whose each is, and its words."""
    stories: dict[int, int]
    """Every story that was read, and how many answered passages of it."""
    editions: dict[int, int]
    """Which text of each was read."""


@dataclass(frozen=True)
class Fitted:
    """What a fit made: the model, what was found out of fold, and codes it holds back."""

    model: Model
    figures: dict[str, Any]
    held_back: tuple[int, ...]
    codes_hash: str
    vectors: str | None
    seconds: float
    """Processor time."""


@dataclass(frozen=True)
class _Read:
    """One story that may be learnt from, and what was said of its passages."""

    text: StoryText
    teller: int
    sentences: Sequence[Stretch]
    answers: Sequence[Answered]
    silent: Sequence[Answered]


def answers(session: Session) -> list[Answered]:
    """What people said of passages, read through the door; in order of place.

    Only stories that may be studied now; of people who disagree the majority, and nothing where
    they are even. Silence says nothing.
    """
    use = machine_use()
    every = sorted(reading.permitted_ids(session, use))
    return [one for told in _read(session, use, every) for one in told.answers]


def gather(session: Session, seed: int = SEED) -> Material:
    """Read what there is to learn from. Words come through the door, kept-back parts masked."""
    use, lot = machine_use(), random.Random(seed)
    every = sorted(reading.permitted_ids(session, use))
    chosen = set(lot.sample(every, MOST_STORIES) if len(every) > MOST_STORIES else every)
    each = max(5, 4 * MOST_POOL // max(1, len(chosen)))
    answered: list[Answered] = []
    silent: list[Answered] = []
    others: list[tuple[int, int, str]] = []
    for told in _read(session, use, every):
        answered += told.answers
        silent += told.silent
        if told.text.story_id in chosen:
            places = [(one.place.start, one.place.end) for one in told.answers]
            free = [one for one in told.sentences if one not in places]
            for start, end in sorted(lot.sample(free, each)) if len(free) > each else free:
                others.append((told.text.story_id, told.teller, told.text.text[start:end]))
    some = lot.sample(answered, MOST_ANSWERED) if len(answered) > MOST_ANSWERED else answered
    pool = [(one.place.story_id, one.teller, one.text) for one in some]
    room = MOST_POOL - len(pool)
    pool += lot.sample(others, room) if len(others) > room else others
    most = min(MOST_SILENT, SILENT * len(answered))
    silent = lot.sample(silent, most) if len(silent) > most else silent
    stories = {story_id: 0 for story_id, _, _ in pool}
    stories |= {one.place.story_id: 0 for one in silent}
    for one in answered:
        stories[one.place.story_id] = stories.get(one.place.story_id, 0) + 1
    code_ids, codes = _codes(session)
    return Material(
        codebook_name(session), code_ids, codes, tuple(answered), tuple(silent),
        tuple((teller, words) for _, teller, words in pool), stories,
        masking.editions(session, use, sorted(stories)),
    )  # fmt: skip


def fit(material: Material, seed: int = SEED) -> Fitted:
    """A model from all this; the same from the same. Takes seconds of processor time."""
    # Imported when there is work: no page needs what learning stands on.
    from storybank.learning.codes import codes_hash
    from storybank.learning.learner import Learner
    from storybank.learning.resources import vectors

    began = process_time()
    at = {code_id: position for position, code_id in enumerate(material.code_ids)}
    told = [_told(one, at) for one in material.answers]
    learner = Learner(material.codes, vectors(), seed)
    learner.prepare([words for _, words in material.pool], [who for who, _ in material.pool])
    model = learner.fit(_with_silence(learner.fit(()), material, at, seed))
    found, held_back = findings(model.figures, material.code_ids, told)
    known = vectors()
    return Fitted(
        model, found, held_back, codes_hash(material.codes), known.name if known else None,
        process_time() - began,
    )  # fmt: skip


def _told(one: Answered, at: Mapping[int, int]) -> Told:
    """With codes by their position."""
    from storybank.learning.codes import Answered as Told

    confirmed = frozenset(at[code] for code in one.confirmed)
    declined = frozenset(at[code] for code in one.declined)
    return Told(one.text, one.teller, confirmed, declined, one.in_full)


def _with_silence(
    codebook_alone: Model, material: Material, at: Mapping[int, int], seed: int
) -> list[Told]:
    """The answers, and what silence is worth where a person coded by hand.

    Who codes by hand says yes alone, and from that nobody could learn how rare a code is. So of
    each code that was not put on, the codebook itself is asked how likely it is there; with the
    rest of that chance, by lot, it is supposed not to apply. No figure of how well suggestions do
    is made from that.
    """
    import numpy as np

    every = (*material.answers, *material.silent)
    chances = codebook_alone.chances([one.text for one in every])
    drawn = np.random.default_rng(seed).random(chances.shape) > np.minimum(chances, EVEN)
    made = []
    for one, row in zip(every, drawn, strict=True):
        told = _told(one, at)
        if not one.in_full:
            no = frozenset(row.nonzero()[0].tolist())
            told = replace(told, supposed=no - told.confirmed - told.declined)
        made.append(told)
    return made


def save(material: Material, fitted: Fitted, folder: Path, pipeline: str) -> None:
    """Write what was learnt into ``folder``, its manifest last."""
    from storybank.learning import keeping

    confirmed = {code: one["confirmed"] for code, one in fitted.figures["codes"].items()}
    about = {
        "codebook": material.codebook,
        "pipeline": pipeline,
        "code_ids": list(material.code_ids),
        "held_back": list(fitted.held_back),
        "answers": fitted.figures["answers"],
        "noes": fitted.figures["noes"],
        "confirmed": [confirmed[str(code)] for code in material.code_ids],
        "declined": [fitted.figures["codes"][str(c)]["declined"] for c in material.code_ids],
        "stories": sorted(material.stories),
    }
    keeping.save(fitted.model, folder, about)


def _codes(session: Session) -> tuple[tuple[int, ...], tuple[Code, ...]]:
    """The codes in use by number, in order of number, and what the codebook says of them."""
    from storybank.learning.codes import Code

    cards = [card for card in codebook.codes_by_id(session).values() if not card.retired]
    cards.sort(key=lambda card: card.id)
    told = tuple(
        Code(
            card.name,
            " ".join(part for part in (card.definition, card.include, card.example) if part),
            tuple(card.cues),
            tuple(card.near_misses),
        )
        for card in cards
    )
    return tuple(card.id for card in cards), told


def _read(session: Session, use: Use, story_ids: Sequence[int]) -> Iterator[_Read]:
    """These stories, some at a time, with what people said of their passages."""
    codes = frozenset(_codes(session)[0])
    for ids in slices(story_ids, AT_ONCE):
        tellers = dict(
            session.execute(select(Story.id, Story.person_id).where(Story.id.in_(ids))).all()
        )
        said, by_hand = _said(session, use, ids)
        for text in reading.stories(session, use, ids):
            number, teller = text.story_id, tellers[text.story_id]
            places = _told_in(text, in_pieces(text.text, sentences(text.text, text.blocks)))
            words = [
                word
                for word in said.get(number, ())
                if spoken(text.asides, word.start, word.end) is not Spoken.INTERVIEWER
            ]
            answered = _outcomes(text, teller, places, words, codes)
            silent = _silent(text, teller, places, answered)
            yield _Read(text, teller, places, answered, silent if number in by_hand else ())


def _told_in(text: StoryText, places: Iterable[Stretch]) -> list[Stretch]:
    """Those of these places that an interviewer does not say: nothing is learnt from one."""
    asides = text.asides
    return [one for one in places if spoken(asides, *one) is not Spoken.INTERVIEWER]


@dataclass(frozen=True)
class _Word:
    """What one person said: of a place, by code. ``codes`` is there where all were looked at."""

    start: int
    end: int
    person: int
    code: int = 0
    yes: bool = True
    codes: frozenset[int] | None = None


def _said(
    session: Session, use: Use, story_ids: Sequence[int]
) -> tuple[dict[int, list[_Word]], set[int]]:
    """By story, what people said of places in its present text that the use allows; and the
    stories that somebody coded by hand."""
    found: dict[int, list[_Word]] = {}
    by_hand: set[int] = set()
    kept: set[tuple[int, int]] = set()
    codings = session.execute(
        select(
            Coding.story_id, Coding.start, Coding.end, Coding.coder_id, Coding.code_id,
            Coding.suggestion_id,
        )
        .join(Story, Story.id == Coding.story_id)
        .where(
            Coding.story_id.in_(story_ids),
            Coding.version == Story.current_version,
            seen(use),
        )
        .order_by(Coding.id)
    )  # fmt: skip
    for story_id, start, end, person, code, suggestion in codings:
        if suggestion is not None:
            kept.add((suggestion, code))
        else:
            by_hand.add(story_id)
        if end - start <= LONGEST:
            found.setdefault(story_id, []).append(_Word(start, end, person, code))
    declined = session.execute(
        select(
            Suggestion.story_id, Suggestion.start, Suggestion.end, Suggestion.answered_by,
            Suggestion.code_id, Suggestion.id,
        )
        .join(Story, Story.id == Suggestion.story_id)
        .where(
            Suggestion.story_id.in_(story_ids),
            Suggestion.version == Story.current_version,
            Suggestion.answer.in_((DECLINED, CHANGED)),
            ~waits(),
            permits(use, Suggestion.story_id, Suggestion),
        )
        .order_by(Suggestion.id)
    )  # fmt: skip
    for story_id, start, end, who, code, number in declined:
        if (number, code) not in kept:  # "changed" may be its ends alone
            word = _Word(start, end, who or 0, code, yes=False)
            found.setdefault(story_id, []).append(word)
    in_full = session.execute(
        select(
            SampledPassage.story_id, SampledPassage.start, SampledPassage.end,
            SampledPassage.account_id, SampledPassage.code_ids,
        )
        .join(Story, Story.id == SampledPassage.story_id)
        .where(
            SampledPassage.story_id.in_(story_ids),
            SampledPassage.version == Story.current_version,
            SampledPassage.done_at.is_not(None),
            permits(use, SampledPassage.story_id, SampledPassage),
        )
        .order_by(SampledPassage.id)
    )  # fmt: skip
    for story_id, start, end, account, codes in in_full:
        word = _Word(start, end, account, codes=frozenset(codes))
        found.setdefault(story_id, []).append(word)
    return found, by_hand


def _silent(
    text: StoryText,
    teller: int,
    places: Sequence[Stretch],
    answered: Sequence[Answered],
) -> list[Answered]:
    """The sentences of which nobody said anything, with nothing confirmed and nothing declined."""
    taken = [(one.place.start, one.place.end) for one in answered]
    none: frozenset[int] = frozenset()
    return [
        Answered(
            Place(text.story_id, text.version, start, end), text.text[start:end], teller, none,
            none,
        )
        for start, end in places
        if not any(first < end and start < last for first, last in taken)
    ]  # fmt: skip


def _outcomes(
    text: StoryText,
    teller: int,
    places: Sequence[Stretch],
    words: Sequence[_Word],
    codes: frozenset[int],
) -> list[Answered]:
    """What people said of one story's passages, taken together, in order of place."""
    of: dict[Stretch, Said] = {}
    for word in words:
        said = of.setdefault(passage(places, word.start, word.end), Said())
        if word.codes is not None:
            said.in_full[word.person] = word.codes
        else:
            (said.yes if word.yes else said.no)[word.code].add(word.person)
    found = []
    for (start, end), said in sorted(of.items()):
        confirmed, declined, in_full = said.outcome(codes)
        if confirmed or declined or in_full:
            place = Place(text.story_id, text.version, start, end)
            found.append(
                Answered(place, text.text[start:end], teller, confirmed, declined, in_full)
            )
    return found
