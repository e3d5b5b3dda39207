"""Likely personal details in one text: shapes, names and capitals put together.

Pure: a text in, places out. What is sure comes before what is not, and a longer mention before
one inside it. A name found once is found wherever it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from storybank.details.capitals import KNOWN, KNOWN_TOGETHER, capitals
from storybank.details.patterns import shaped
from storybank.details.rules import Kind, Spot, Tier

MOST = 3_000
"""How many mentions of one story are kept; the likely ones go first."""
NAMES = (Kind.PERSON, Kind.PLACE, Kind.ORGANISATION)
_FIRST = {
    kind: at
    for at, kind in enumerate(
        (Kind.EMAIL, Kind.WEB, Kind.NHS, Kind.ADDRESS, Kind.POSTCODE, Kind.PHONE, Kind.DATE,
         Kind.AGE, Kind.NUMBER, Kind.PERSON, Kind.ORGANISATION, Kind.PLACE, Kind.ROLE,
         Kind.GROUP, Kind.OTHER)
    )
}  # fmt: skip
WORDY = (*NAMES, Kind.ROLE, Kind.GROUP, Kind.OTHER)
"""Kinds without a shape of their own: what has one goes before them."""
_LETTER = re.compile(r"[^\W\d_]")
_TRIM = re.compile(r"\A(?:[\W_]|(?:the|a|an|my|our|his|her|their) )+|(?:['\u2019]s|[\W_]+)\Z", re.I)
_SMALL = frozenset("the and of for in at on to st saint von van de la".split())


def found(
    text: str,
    blocks: Sequence[tuple[int, int]],
    named: Callable[[Sequence[tuple[int, int]]], Iterable[Sequence[Spot]]] | None = None,
    known: Callable[[str], bool] = lambda word: False,
) -> list[Spot]:
    """Every mention in order of place, none over another.

    ``named`` finds names part by part, where there is a pipeline for it; ``known`` says of a
    word in small letters whether it is an ordinary one.
    """
    sure = [spot for spot in shaped(text)]
    for spots in named(blocks) if named else ():
        sure += filter(None, (_tidy(text, spot, known) for spot in spots))
    likely = _apart([spot for spot in sure if spot.likely])
    raised = list(capitals(text, blocks, known))
    likely = _apart([*likely, *_widened(raised, likely)])
    likely = _apart([*likely, *_everywhere(text, likely)])
    possible = [spot for spot in sure if not spot.likely]
    wide = _apart([*possible, *raised])
    rest = [spot for spot in wide if not _met(likely, spot)]
    kept = [*likely[:MOST], *rest[: max(0, MOST - len(likely))]]
    return sorted(kept)


def mentions(text: str, words: str, *, any_case: bool = True) -> list[tuple[int, int]]:
    """Every place where these words stand as whole words, however they are spaced."""
    said = words.split()
    if not said or len(words) > 200:
        return []
    body = r"\s+".join(map(re.escape, said))
    pattern = re.compile(rf"(?<!\w){body}(?!\w)", re.I if any_case else 0)
    return [match.span() for match in pattern.finditer(text)]


def things(text: str, spots: Sequence[Spot]) -> list[int]:
    """A number for each mention; mentions of the same thing have the same one, from 1.

    A person named in full and by one of the names is one person.
    """
    keys = [(_family(spot.kind), _same(text[spot.start : spot.end])) for spot in spots]
    full: dict[str, set[tuple[str, str]]] = {}
    for family, said in keys:
        if family == "person" and " " in said:
            for part in said.split():
                full.setdefault(part, set()).add((family, said))
    numbers: dict[tuple[str, str], int] = {}
    result = []
    for family, said in keys:
        key = (family, said)
        whole = full.get(said, set())
        if family == "person" and len(whole) == 1:
            key = next(iter(whole))
        result.append(numbers.setdefault(key, len(numbers) + 1))
    return result


_TITLED = re.compile(r"\A(?:mr|mrs|ms|miss|mx|dr|doctor|prof|professor|nurse|sister)\.? ", re.I)


def _same(words: str) -> str:
    plain = _TRIM.sub("", " ".join(words.split())).casefold()
    return _TITLED.sub("", plain)


def _family(kind: Kind) -> str:
    return "person" if kind is Kind.PERSON else kind.value


def _tidy(text: str, spot: Spot, known: Callable[[str], bool]) -> Spot | None:
    """A name without an article before it or a possessive after; None where it is no name."""
    said = text[spot.start : spot.end]
    cut = said.split("\n")[0]
    front = re.match(r"(?:[\W_]|(?:the|a|an|my|our|his|her|their)\s)+", cut, re.I)
    start = spot.start + (front.end() if front else 0)
    end = spot.start + len(cut)
    while end > start and not text[end - 1].isalnum():
        end -= 1
    if text[max(start, end - 2) : end] in ("'s", "\u2019s"):
        end -= 2
    said = text[start:end]
    words = [word.casefold().removesuffix("'s") for word in said.replace("\u2019", "'").split()]
    if len(said) < 2 or not _LETTER.search(said) or all(w in KNOWN or w in _SMALL for w in words):
        return None
    if said.replace("\u2019", "'").casefold() in KNOWN_TOGETHER:
        return None
    if not any(letter.isupper() for letter in said):
        if all(known(word) or known(word.removesuffix("s")) for word in words):
            return None
        return replace(spot, start=start, end=end, tier=Tier.POSSIBLE)
    return replace(spot, start=start, end=end)


def _widened(raised: Iterable[Spot], likely: Sequence[Spot]) -> Iterable[Spot]:
    """Capitals that stand together with one name, as all of that name: "Carers Wales"."""
    for run in raised:
        at = bisect_right(likely, run.start - 1, key=lambda one: one.start)
        inside = [one for one in likely[at : at + 2] if one.end <= run.end]
        if len(inside) == 1 and inside[0].kind in NAMES and inside[0].end - inside[0].start > 1:
            kind = inside[0].kind
            if kind is Kind.PLACE and inside[0].start > run.start:
                kind = Kind.ORGANISATION
            if run.end - run.start <= 60:
                yield Spot(run.start, run.end, kind, Tier.LIKELY)


def _everywhere(text: str, likely: Iterable[Spot]) -> Iterable[Spot]:
    """The other mentions of each name: whole, and for a person by each part of the name."""
    forms: dict[str, Kind] = {}
    for spot in likely:
        if spot.kind not in NAMES:
            continue
        said = " ".join(text[spot.start : spot.end].split())
        forms.setdefault(said, spot.kind)
        if spot.kind is Kind.PERSON:
            for part in said.split():
                if len(part) > 2 and part[0].isupper() and part.casefold() not in KNOWN:
                    forms.setdefault(part.rstrip("."), spot.kind)
    if not forms:
        return
    by_word: dict[str, list[str]] = {}
    for form in forms:
        by_word.setdefault(form.split()[0], []).append(form)
    for match in re.finditer(r"[^\W_][\w.'\u2019-]*", text):
        word = match[0]
        for first in {word, word.rstrip(".'\u2019-"), re.split(r"['\u2019]", word)[0]}:
            for form in by_word.get(first, ()):
                end = match.start() + len(form)
                if text[match.start() : end] == form and not text[end : end + 1].isalnum():
                    yield Spot(match.start(), end, forms[form], Tier.LIKELY)


def _apart(spots: Iterable[Spot]) -> list[Spot]:
    """The same without those that lie over a better one: the longer, then the surer kind."""
    kept: list[Spot] = []
    order = sorted(
        set(spots),
        key=lambda one: (one.kind in WORDY, one.start - one.end, _FIRST[one.kind], one.start),
    )
    for spot in order:
        if not _met(kept, spot):
            at = bisect_right(kept, spot.start, key=lambda one: one.start)
            kept.insert(at, spot)
    return kept


def _met(kept: Sequence[Spot], spot: Spot) -> bool:
    """Does this one lie over one of ``kept``, which are in order and apart?"""
    at = bisect_right(kept, spot.start, key=lambda one: one.start)
    before = at > 0 and kept[at - 1].end > spot.start
    return before or (at < len(kept) and kept[at].start < spot.end)
