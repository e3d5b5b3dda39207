"""The forms in which a phrase of the codebook is denied: "we had a vote", "we did not get a vote".

A "not" before a cue is seen in the story; one inside it would hide the cue. What these forms
find is never suggested outright, only with "check the meaning".
"""

from __future__ import annotations

from collections.abc import Iterator

from storybank.suggest.phrases import SUBJECTS, bases, people, shortened, tenses, words_of

_BE = ("am", "is", "are", "was", "were")
_HAVE = ("have", "has", "had")
_DO = ("do", "does", "did")
_GET = ("get", "gets", "got")
_MODALS = ("can", "could", "would", "will", "should")
_WHAT_ONE_HAS = frozenset("a an the any some time".split())
_NO = ("not", "never")


def denials(phrase: str) -> frozenset[str]:
    """Every way of saying that it was not so; empty where the phrase says nobody did anything."""
    words = words_of(phrase)
    at = _verb(words)
    if at is None:
        return frozenset()
    before, tail = words[:at], words[at + 1 :]
    heads = [[*before[:-1], who] for who in people(before[-1])] if before else [[]]
    return frozenset(
        " ".join(short)
        for head in heads
        for denied in _denied(words[at], tail)
        for short in shortened((*head, *denied))
    )


def _verb(words: list[str]) -> int | None:
    """Where the verb stands that follows a subject: "we *had* a vote", "role *was* clear"."""
    for at, word in enumerate(words):
        after_subject = at > 0 and words[at - 1] in SUBJECTS
        if at > 0 and word in _BE:
            return at
        if after_subject and (word in _MODALS + _HAVE + _DO or len(tenses(words, at)) > 1):
            return at
        if at == 0 and word in _HAVE and words[1:2] and words[1] in _WHAT_ONE_HAS:
            return at
    return None


def _denied(word: str, tail: list[str]) -> Iterator[list[str]]:
    """The verb and what follows it, denied."""
    if tail[:1] in (["no"], ["not"], ["never"]):
        return
    if word in _BE:
        yield from ([be, no, *tail] for be in _BE for no in _NO)
        if _bare(tail):
            yield from ([be, "no", *_bare(tail)] for be in _BE)
    elif word in _HAVE and tail[:1] and tail[0] in _WHAT_ONE_HAS:
        yield from _without(tail)
    elif word in _HAVE + _DO + _MODALS:
        yield from ([word, no, *tail] for no in _NO)
    else:
        for base in bases(word):
            yield from ([help, no, base, *tail] for help in _DO + _MODALS for no in _NO)
        for form in sorted(tenses(["i", word], 1)):
            yield ["never", form, *tail]
            yield from ([have, no, form, *tail] for have in _HAVE for no in _NO)


def _without(tail: list[str]) -> Iterator[list[str]]:
    """Of "had a vote": did not have, never got, had no."""
    if not _bare(tail):
        return
    yield from ([had, "no", *_bare(tail)] for had in _HAVE + _GET)
    for what in (tail, ["any", *_bare(tail)]):
        yield from ([do, no, have, *what] for do in _DO for no in _NO for have in ("have", "get"))
        yield from (
            [have, no, got, *what] for have in _HAVE for no in _NO for got in ("had", "got")
        )
        yield from (["never", had, *what] for had in _HAVE + _GET)


def _bare(tail: list[str]) -> list[str]:
    return tail[1:] if tail and tail[0] in ("a", "an", "the", "any", "some") else tail
