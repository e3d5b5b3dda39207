"""What the codebook's forms send, kept as it was typed when something is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from storybank.codebook.cards import CodeCard
from storybank.codebook.rules import CodeWords, clean_words

NUL = "\x00"


def typed(sent: Mapping[str, str], name: str) -> str:
    """One field as it was typed, without what no database can hold."""
    return sent.get(name, "").replace(NUL, "")


def number_typed(sent: Mapping[str, str], name: str) -> int | None:
    """A number of at most nine digits; None for anything else."""
    value = sent.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


@dataclass(frozen=True)
class CodeForm:
    """A code as somebody writes it."""

    words: CodeWords = CodeWords()
    key: str = ""
    family: str = ""
    parent: str = ""
    why: str = ""
    seen: int = 0
    """The last change of the code that this form knew of."""
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def sent(cls, sent: Mapping[str, str]) -> CodeForm:
        colour = typed(sent, "colour") or typed(sent, "other_colour")
        names = ("name", "definition", "include", "exclude", "example", "not_example")
        texts: dict[str, Any] = {name: typed(sent, name) for name in names}
        words = clean_words(
            CodeWords(
                **texts,
                colour="" if colour == "family" else colour,
                cues=tuple(typed(sent, "cues").splitlines()),
                near_misses=tuple(typed(sent, "near_misses").splitlines()),
            )
        )
        rest = {name: typed(sent, name) for name in ("key", "family", "parent", "why")}
        return cls(
            words=words, seen=number_typed(sent, "seen") or 0, errors=dict(words.errors), **rest
        )

    @classmethod
    def of(cls, card: CodeCard, seen: int) -> CodeForm:
        words = CodeWords(
            card.name, card.definition, card.include, card.exclude, card.example,
            card.not_example, card.colour if card.own_colour else "", card.cues, card.near_misses,
        )  # fmt: skip
        return cls(words=words, key=card.key, family=card.family, seen=seen)

    def wrong(self, **errors: str) -> CodeForm:
        return replace(self, errors={**self.errors, **errors})
