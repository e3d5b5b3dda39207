"""The counts of ``facets``, from what is known: bits added up in place of rows read."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.search import facets
from storybank.search.facets import Count
from storybank.search.known import Known, veiled
from storybank.search.sights import Codes

if TYPE_CHECKING:
    from storybank.search.tallies import Ids


def counts(session: Session, use: Use, known: Known, found: Ids, cards: Codes) -> list[Count]:
    """The same as ``facets.counts`` of the stories found, which are among those known."""
    from storybank.search.tallies import bits, ids

    tallies = known.tallies
    if tallies is None:
        return facets.counts(session, use, found.tolist(), cards)
    those = bits(found, tallies.width)
    plain, own = those, set[int]()
    if cards and len(behind := veiled(session, use)):
        veils = bits(behind, tallies.width)
        own, plain = set(ids(those & veils).tolist()), those & ~veils
    by_code: Counter[int] = Counter()
    by_fact: dict[tuple[str, str], int] = {}
    for thing, some, all_ in zip(
        tallies.things, tallies.counts(plain), tallies.counts(those), strict=True
    ):
        if isinstance(thing, tuple):
            by_fact |= {thing: all_} if all_ else {}
        elif isinstance(thing, int) and some:
            by_code[thing] = some
    families: dict[str, list[int]] = {}
    for card in cards.values():
        families.setdefault(card.family, []).append(card.id)
    by_family = Counter(
        {key: tallies.count_of_any(numbers, plain) for key, numbers in families.items()}
    )
    mine = set(facets.carried(session, use, own)) if own else set()
    by_code.update(code_id for _, code_id in mine)
    by_family.update(
        family for _, family in {(story, cards[code_id].family) for story, code_id in mine}
    )
    return facets.laid_out(cards, by_code, +by_family, by_fact)
