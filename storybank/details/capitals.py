"""Every word with a capital that is not known: the second, wider net."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from storybank.details.rules import Kind, Spot, Tier
from storybank.stories.sentences import sentences

_WORD = re.compile(r"(?<![\w@.])[A-Z\u00c0-\u00de][\w]*(?:[\u2019'-][A-Z\u00c0-\u00de]?\w+)*")
_CLOSE = re.compile(r" (?:of |and |& )?\Z")

# Written with a capital wherever they stand, and telling of nobody. Team and trade words of the
# NHS and social care are here because nearly every story has them.
KNOWN = frozenset(
    "i i'm i'd i'll i've monday tuesday wednesday thursday friday saturday sunday mondays tuesdays "
    "wednesdays thursdays fridays saturdays sundays january february march april may june july "
    "august september october november december christmas easter eid diwali ramadan english "
    "british nhs gp gps a&e ae icu itu hdu mri ct ecg ekg iv ot pt physio cbt hiv aids covid "
    "covid-19 adhd ptsd ocd copd ms ibs dna id tv pc dvd cd uk gb usa us eu ok dla pip esa uc "
    "hr it ceo ai faq pdf sms ppi ppe ipu camhs cmht cqc pals bsl lgbt lgbtq who dr mr mrs ms miss "
    "facebook google zoom youtube twitter whatsapp teams god xmas bank nan mum dad mam nurse "
    "sister doctor dnr dnacpr cpr pa pas gdpr phd ba ma mp vat pin ptp ics icb ccg nice".split()
)
KNOWN_TOGETHER = frozenset(
    (
        "universal credit", "national insurance", "attendance allowance", "carer's allowance",
        "carers allowance", "care act", "mental health act", "mental capacity act", "equality act",
        "personal independence payment", "disability living allowance", "blue badge",
        "valentine's day", "mother's day", "father's day", "boxing day", "new year",
        "new year's eve", "new year's day", "good friday", "bonfire night", "human resources",
        "care programme approach", "power of attorney", "lasting power of attorney",
        "continuing healthcare",
    )
)  # fmt: skip
"""Things said with capitals that everybody has or knows."""
OPENERS = frozenset(
    "a about above actually after afterwards again ages all almost also although always am among "
    "an and another any anybody anyone anything anyway are around as ask asked at away back "
    "because been before being believe best better between both but by call can carers care "
    "children come could day days did do does doing don't during each early either else "
    "especially even eventually every everybody everyone everything exactly except families "
    "family feeling few finally find first five following for found four friends from get getting "
    "give given go going good got had half has have having he he's hello help her here hers him "
    "his home honestly hospital how however i if in indeed instead into is isn't it it's its just "
    "keep kind last lastly later least leaders leave left less let let's like listen living long "
    "look looking lots luckily make makes making many maybe me meanwhile meeting meetings might "
    "mine more most mostly much must my myself neither never new next no nobody none nor not "
    "nothing now nurses of off often oh old on once one ones only or other others our out over "
    "own patients people perhaps please put quite rather read really same say says see seeing "
    "several she she's should since so some somebody someone something sometimes soon sorry staff "
    "still such suddenly sure take taking talk talking tell thank thanks that that's the their "
    "them then there there's therefore these they they're thing things think this those though "
    "three through throughout till time to today together tomorrow too trust try trying two "
    "under unfortunately until up us usually very wait waiting was wasn't we we'd we're we've well "
    "were what whatever when whenever where whereas whether which while who whoever whole why will "
    "with within without women work working would yeah year years yes yesterday yet you you're "
    "young your".split()
)
"""Words that open English sentences; a capital on them says nothing."""


def capitals(
    text: str,
    blocks: Iterable[tuple[int, int]],
    known: Callable[[str], bool] = lambda word: False,
) -> Iterator[Spot]:
    """Words with a capital that stand inside a sentence, or open one and are not known.

    ``known`` says of a word in small letters whether it is an ordinary one. Words that stand one
    after the other are one mention. A block all in capitals tells nothing and is passed over.
    """
    small = set(re.findall(r"(?<!\w)[a-z][\w'\u2019-]*", text))
    for start, end in blocks:
        part = text[start:end]
        if part.isupper() and " " in part:
            continue
        openings = {first for first, _ in sentences(part, [_Whole(0, len(part))])}
        yield from _joined(text, _words(part, start, openings, small, known))


def _words(
    part: str, at: int, openings: set[int], small: set[str], known: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    known_here = [match.span() for match in _together().finditer(part)]
    for match in _WORD.finditer(part):
        if any(first <= match.start() < last for first, last in known_here):
            continue
        word = match[0].replace("\u2019", "'")
        plain = word.casefold().removesuffix("'s")
        if plain in KNOWN or len(plain) < 2:
            continue
        opens = match.start() in openings or part[match.start() - 1 : match.start()] in _QUOTES
        if opens and (plain in OPENERS or plain in small or known(plain)):
            continue
        if not opens and plain in OPENERS and plain in small:
            continue
        end = match.end() - (2 if word.endswith("'s") else 0)
        yield at + match.start(), at + end


@cache
def _together() -> re.Pattern[str]:
    every = sorted(KNOWN_TOGETHER, key=len, reverse=True)
    said = "|".join(re.escape(words).replace("'", "['\u2019]") for words in every)
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.I)


_QUOTES = ("\u2018", "\u201c", '"', "'", "(", "\u2014", "\u2013")


def _joined(text: str, words: Iterable[tuple[int, int]]) -> Iterator[Spot]:
    first = last = -1
    for start, end in words:
        if 0 <= last <= start and start - last <= 5 and _CLOSE.fullmatch(text[last:start]):
            last = end
            continue
        yield from _one(first, last)
        first, last = start, end
    yield from _one(first, last)


def _one(first: int, last: int) -> Iterator[Spot]:
    if last > first:
        yield Spot(first, last, Kind.OTHER, Tier.POSSIBLE)


class _Whole:
    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
