"""The forms in which a phrase of the codebook may stand in a story.

Worked out once, when the codebook is read, so that matching is a plain comparison of words.
Only forms that keep the meaning: "did not" and "didn't", "told my story" and "telling my
story", "joint decision" and "joint decisions", "he introduced me" and "she introduced me",
"labelled" and "labeled". A form that is no English word does no harm: nobody writes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from storybank.suggest.verbs import ADJECTIVES, BASE, FORMS

MOST_FORMS = 1_000
"""A phrase with more verbs than this allows is taken as it stands."""

_AUXILIARIES = frozenset("do does did is are was were has have had could would should must".split())
_SHORT_NOT = {"can": ("can't", "cant", "cannot"), "will": ("won't", "wont")} | {
    word: (f"{word}n't", f"{word}nt") for word in _AUXILIARIES
}
_SHORT_VERB = {
    "am": "'m", "is": "'s", "has": "'s", "are": "'re", "have": "'ve", "had": "'d",
    "would": "'d", "will": "'ll",
}  # fmt: skip
SUBJECTS = frozenset("i you he she it we they who that there".split())
_NO_VERBS = frozenset(
    "can could would will shall should may might must am just only never always still also "
    "not all both do did".split()
)
_WHOEVER = {
    "he": frozenset({"he", "she", "they"}),
    "she": frozenset({"he", "she", "they"}),
    "him": frozenset({"him", "her", "them"}),
    "his": frozenset({"his", "her", "their"}),
    "her": frozenset({"his", "her", "their", "him", "them"}),
}
_ELSEWHERE = (
    ("ise", "ize"), ("isation", "ization"), ("ising", "izing"), ("programme", "program"),
    ("labell", "label"), ("travell", "travel"), ("practis", "practic"), ("colour", "color"),
    ("behaviour", "behavior"), ("centre", "center"),
)  # fmt: skip
_WHAT_ONE_GETS = frozenset("a an the any".split())
_ONE = frozenset("a an one every each no first more less very too".split())
_NOT_NOUNS = ("s", "ly", "ed", "ing")
_NO_NOUNS = frozenset(
    "them what that this here there then over from with into again once out off not now all any "
    "for her him you one two had".split()
)


def forms(phrase: str) -> frozenset[str]:
    """Every form of a cue that means the same: tense, he or she, spelling, plural, short forms.

    In small letters, straight apostrophes, without hyphens. Holds the phrase itself.
    """
    words = words_of(phrase)
    ways = [people(words[at]) | _spellings(tenses(words, at)) for at in range(len(words))]
    if len(words) > 1:
        ways[-1] = ways[-1] | _plural(words)
    many = 1
    for way in ways:
        many *= len(way)
    if many > MOST_FORMS:
        return same_words(phrase)
    return frozenset(
        " ".join(short) for combination in product(*ways) for short in shortened(combination)
    )


def same_words(phrase: str) -> frozenset[str]:
    """The phrase and its short forms ("did not", "didn't"), in the tense it is in.

    For near misses: a phrase that calls a cue off should not grow beyond what was written.
    """
    return frozenset(" ".join(short) for short in shortened(tuple(words_of(phrase))))


def words_of(phrase: str) -> list[str]:
    """The words of a phrase in small letters, with straight apostrophes and no hyphens."""
    return phrase.lower().replace("\u2019", "'").replace("-", " ").split()


def people(word: str) -> frozenset[str]:
    """Whoever it was: a cue that says "she" is as true of him, and of somebody who is neither."""
    return _WHOEVER.get(word, frozenset({word}))


def _spellings(words: frozenset[str]) -> frozenset[str]:
    """The words as spelled in other countries as well."""
    return words | {word.replace(here, there) for word in words for here, there in _ELSEWHERE}


def tenses(words: list[str], at: int) -> frozenset[str]:
    """The word as it stands, and in other tenses where it can only be a verb."""
    word = words[at]
    if word in ADJECTIVES:
        return frozenset({word})
    if word == "had" and words[at + 1 : at + 2] and words[at + 1] in _WHAT_ONE_GETS:
        return FORMS["had"] | FORMS["got"]
    if word in FORMS:
        return FORMS[word]
    if word.endswith("ed") and len(word) > 3:
        return frozenset(_from_past(word))
    if at and words[at - 1] in SUBJECTS and word not in _NO_VERBS and len(word) > 2:
        return frozenset(_from_present(word))
    return frozenset({word})


def bases(word: str) -> tuple[str, ...]:
    """What may follow "did not" instead of this verb; some of them are no words."""
    if word in BASE:
        return (BASE[word],)
    if not word.endswith("ed") or len(word) < 4:
        return (word,)
    stem = word[:-2]
    found = [stem, stem + "e"]
    if stem.endswith("i"):  # tried, try
        found.append(stem[:-1] + "y")
    if stem[-1] == stem[-2]:  # planned, plan
        found.append(stem[:-1])
    return tuple(found)


def _from_past(word: str) -> Iterator[str]:
    yield word
    for base in bases(word):
        yield from (base, base + "s", base + "ing")
    stem = word[:-2]
    yield stem + "es"
    if stem.endswith("i"):
        yield stem[:-1] + "ies"


def _from_present(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ed"):
        return
    if word.endswith("e"):
        yield from (word + "s", word + "d", word[:-1] + "ing")
    else:
        yield from (word + "s", word + "ed", word + "ing")


def _plural(words: list[str]) -> frozenset[str]:
    """The last word in the plural, where it may be a noun and there is room for many."""
    *_, before, word = words
    if before in _ONE or word in _NO_NOUNS or len(word) < 3 or word.endswith(_NOT_NOUNS):
        return frozenset()
    if word.endswith("y") and word[-2] not in "aeiou":
        return frozenset({word[:-1] + "ies"})
    return frozenset({word + ("es" if word.endswith(("x", "ch", "sh", "z")) else "s")})


def shortened(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The words, and each way of writing a pair of them as one: "did not" as "didn't"."""
    if len(words) < 2:
        yield words
        return
    for rest in shortened(words[1:]):
        yield (words[0], *rest)
    first, second, *_ = words
    if second == "not":
        pairs = _SHORT_NOT.get(first, ())
    elif first in SUBJECTS and second in _SHORT_VERB:
        pairs = (first + _SHORT_VERB[second],)
    else:
        return
    for rest in shortened(words[2:]) if len(words) > 2 else ((),):
        for pair in pairs:
            yield (pair, *rest)
