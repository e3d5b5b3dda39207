"""Words of the field that mean nearly the same: looked for together, said on the page, and
switched off there. Pure; these are the project's own words, from no story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storybank.search.query import And, Near, Node, Not, Or, Phrase, Prefix, Word, words_in


@dataclass(frozen=True)
class Term:
    """One idea: what it means here, and the ways in which people say it."""

    name: str
    means: str
    said: tuple[str, ...]
    """Words or phrases, the usual one first."""


GLOSSARY = (
    Term("co-production", "people who use services and people who run them make them together, "
         "with equal say",
         ("co-production", "coproduction", "co-produce", "coproduce", "co-design", "codesign",
          "co-create", "equal partners", "equal partnership", "joint working")),
    Term("involvement", "people have a part in what is planned, decided or checked",
         ("involvement", "engagement", "participation", "taking part", "public involvement",
          "patient involvement", "service user involvement")),
    Term("engagement", "an organisation seeks out people, listens and answers",
         ("engagement", "involvement", "consultation", "outreach")),
    Term("equal partners", "nobody's say counts for more because of their job",
         ("equal partners", "equal partnership", "equals", "equal say", "equal footing",
          "co-production", "shared decisions", "power sharing")),
    Term("inclusion", "nobody is kept out, and what keeps people out is taken away",
         ("inclusion", "inclusive", "belonging", "accessible", "reasonable adjustments",
          "exclusion", "left out")),
    Term("lived experience", "what somebody knows from having lived it",
         ("lived experience", "expert by experience", "experts by experience")),
    Term("carer", "somebody who looks after a relative or friend and is not paid for it",
         ("carer", "caregiver", "family carer", "unpaid carer")),
    Term("tokenism", "being asked for show, with nothing to decide",
         ("tokenism", "tokenistic", "token", "tick box", "box ticking")),
)  # fmt: skip


def same(node: Node | None) -> dict[str, tuple[str, ...]]:
    """What else is looked for: {a word or phrase that was typed: others that mean the same}."""
    return {said: others for said, _, others in _found(node)}


def widened(node: Node) -> Node:
    """The same search, with whatever means the same as an alternative to each word typed."""
    match node:
        case Word() | Phrase():
            others = _others(node)
            return Or((node, *map(_leaf, others))) if others else node
        case And(parts):
            return And(tuple(map(widened, parts)))
        case Or(parts):
            return Or(tuple(map(widened, parts)))
    return node  # What is to be absent, near or spelt nearly so is meant as it was typed.


def _found(node: Node | None) -> Iterator[tuple[str, Node, tuple[str, ...]]]:
    match node:
        case Word() | Phrase():
            others = _others(node)
            if others:
                words = [node.text] if isinstance(node, Word) else list(node.words)
                names = (term.name for term in GLOSSARY)
                named = next((name for name in names if words_in(name) == words), " ".join(words))
                yield named, node, others
        case And(parts) | Or(parts):
            for part in parts:
                if not isinstance(part, Not | Near | Prefix):
                    yield from _found(part)


def _others(leaf: Word | Phrase) -> tuple[str, ...]:
    typed = (leaf.text,) if isinstance(leaf, Word) else leaf.words
    others: dict[str, None] = {}
    for term in GLOSSARY:
        # A term is meant by its own name, and by any spelling of that; not by every word that
        # may stand for it: who looks for a token does not look for all of tokenism.
        names = {term.name, *(one for one in term.said if _squeezed(one) == _squeezed(term.name))}
        if any(tuple(words_in(name)) == typed for name in names):
            others.update(dict.fromkeys(one for one in term.said if tuple(words_in(one)) != typed))
    return tuple(others)


def _squeezed(name: str) -> str:
    return "".join(words_in(name))


def _leaf(said: str) -> Word | Phrase:
    words = words_in(said)
    return Word(words[0]) if len(words) == 1 else Phrase(tuple(words))


def vocabulary() -> set[str]:
    """Every word of the glossary."""
    return {
        word for term in GLOSSARY for text in (term.name, term.means, *term.said)
        for word in words_in(text)
    }  # fmt: skip
