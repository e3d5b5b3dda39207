"""The stories that fit what a search is narrowed by: from what is known, where it says enough."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.db import slices
from storybank.search.index import Allowed
from storybank.search.known import Known, veiled
from storybank.search.meanings import fits
from storybank.search.narrowing import Narrowed, meant, narrowed, nobody_has
from storybank.search.query import Narrow
from storybank.search.sights import Codes
from storybank.stories.models import Story


def picked(
    session: Session, use: Use, narrow: Iterable[Narrow], cards: Codes, known: Known
) -> tuple[Allowed, list[str]]:
    """Those of the stories known that fit, and a sentence for each part nobody can fit."""
    wanted = meant(session, use, narrow, cards)
    if wanted.never:
        found = Allowed()
    elif known.tallies is None or not wanted.plain:
        found = Allowed(session.scalars(narrowed(session, use, wanted)))
    else:
        found = _from_bits(session, use, wanted, known)
    return found, list(dict.fromkeys(wanted.sentences))


def _from_bits(session: Session, use: Use, wanted: Narrowed, known: Known) -> Allowed:
    import numpy as np

    from storybank.search.tallies import bits, ids

    tallies = known.tallies
    assert tallies is not None
    row = bits(np.fromiter(known.allowed, np.int64, len(known.allowed)), tallies.width)
    there = tallies.things if wanted.facts else ()
    counts = tallies.counts(row) if wanted.facts else ()
    values = [thing for thing, many in zip(there, counts, strict=True) if many]
    for (name, without), asked in wanted.facts.items():
        those = [
            thing
            for thing in values
            if isinstance(thing, tuple)
            and thing[0] == name
            and any(fits(thing[1], value, name) for value in asked)
        ]
        if not those and not without:
            wanted.sentences.append(nobody_has(name, asked))
        carry = tallies.any(those)
        row = row & (~carry if without else carry)
    behind = veiled(session, use) if wanted.codes else np.zeros(0, np.int64)
    # Whose codes are veiled is asked story by story: one's own are there to be found.
    row = row & ~bits(behind, tallies.width)
    for codes, without in wanted.codes:
        carry = tallies.any(codes)
        row = row & (~carry if without else carry)
    found = ids(row).tolist()
    for some in slices(behind.tolist()):
        found += session.scalars(narrowed(session, use, wanted).where(Story.id.in_(some)))
    return Allowed(found)
