"""What a query means, said again in the plainest way: every coding against every other, no
database, no order, no bounds. The queries are held against it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import product

from storybank.analysis.query import (
    MEASURED,
    And,
    Beside,
    Distance,
    Has,
    How,
    Node,
    Not,
    Or,
    Unit,
    Words,
)
from storybank.search.kinds import stem
from storybank.search.query import WORD, Phrase, Prefix, Word, words_in
from storybank.stories.canon import Block
from storybank.stories.sentences import sentences


@dataclass(frozen=True)
class Coded:
    """A coding as plain values."""

    id: int
    story: int
    start: int
    end: int
    code: str
    coder: str = "ana"
    flags: frozenset[str] = frozenset()


@dataclass
class World:
    """Stories, what is known of them, and the codings on them."""

    texts: dict[int, str]
    codings: list[Coded]
    facts: dict[int, dict[str, str]] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)


Passage = tuple[int, int, int, frozenset[int]]
"""Story, start, end, and the codings it stands for."""


def answer(world: World, node: Node) -> dict[tuple[int, int, int], tuple[int, ...]]:
    """{place: the codings that make it one}."""
    found: dict[tuple[int, int, int], set[int]] = {}
    for story, start, end, codings in _find(world, node, ()):
        found.setdefault((story, start, end), set()).update(codings)
    return {place: tuple(sorted(codings)) for place, codings in found.items()}


def _find(world: World, node: Node, rules: tuple[Node, ...]) -> set[Passage]:
    match node:
        case Or(parts) if _chooses(node):
            return set().union(*(_find(world, part, rules) for part in parts))
        case Beside(left, how, right, far, without):
            ours, theirs = _side(world, left, rules), _side(world, right, rules)
            if _speaks_of_words_alone(left) and (without or _speaks_of_words_alone(right)):
                if any(map(_speaks_of_codings, rules)):
                    raise Refused
                ours = {one for one in ours if all(_fits(world, one[0], r) for r in rules)}
            return {
                one for one in ours
                if any(_stands(world, one, how, far, other) for other in theirs) != without
            }  # fmt: skip
        case Has("code" | "family"):
            return {p for p in _every(world, rules) if _carries(world, p, node)}
        case And(parts):
            return _all_of(world, parts, rules)
    return _all_of(world, (node,), rules)


def _all_of(world: World, parts: tuple[Node, ...], rules: tuple[Node, ...]) -> set[Passage]:
    rules += tuple(p for p in parts if not _chooses(p) and not _speaks_of_words_alone(p))
    wanted = [p for p in parts if _chooses(p) and not isinstance(p, Not)]
    found = _find(world, wanted[0], rules) if wanted else _every(world, rules)
    for part in wanted[1:]:
        found = {
            (a[0], max(a[1], b[1]), min(a[2], b[2]), a[3] | b[3])
            for a, b in product(found, _find(world, part, rules)) if _meet(a, b)
        }  # fmt: skip
    for part in parts:
        if isinstance(part, Not) and _chooses(part):
            out = _find(world, part.part, rules)
            found = {a for a in found if not any(_meet(a, b) for b in out)}
        elif _speaks_of_words_alone(part):
            found = {a for a in found if _says(part, world.texts[a[0]][a[1] : a[2]])}
    return found


def _every(world: World, rules: tuple[Node, ...]) -> set[Passage]:
    return {
        (one.story, one.start, one.end, frozenset({one.id}))
        for one in world.codings if all(_holds(world, one, rule) for rule in rules)
    }  # fmt: skip


def _side(world: World, node: Node, rules: tuple[Node, ...]) -> set[Passage]:
    if not _speaks_of_words_alone(node):
        return _find(world, node, rules)
    leaves = node.parts if isinstance(node, Or) else (node,)
    return {
        (story, *span, frozenset())
        for story, text in world.texts.items() for leaf in leaves for span in _spans(leaf, text)
    }  # fmt: skip


def _stands(world: World, a: Passage, how: How, far: Distance | None, b: Passage) -> bool:
    if a[0] != b[0] or a == b or a[3] & b[3]:
        return False
    match how:
        case How.OVERLAPPING:
            return _meet(a, b)
        case How.WITHIN:
            return b[1] <= a[1] and a[2] <= b[2]
        case How.CONTAINING:
            return a[1] <= b[1] and b[2] <= a[2]
        case How.SAME_STORY:
            return True
        case How.FOLLOWED_BY if a[2] > b[1]:
            return False
        case How.AFTER if b[2] > a[1]:
            return False
    if _meet(a, b) or far is None:
        return True
    first, last = (a[2], b[1]) if a[2] <= b[1] else (b[2], a[1])
    text = world.texts[a[0]]
    if far.unit is Unit.CHARACTERS:
        return last - first <= far.number
    if far.unit is Unit.WORDS:
        return sum(1 for _ in WORD.finditer(text[first:last])) <= far.number
    starts = [start for start, _ in sentences(text, _blocks(text))]
    return sum(first <= start <= last for start in starts) <= far.number


def _holds(world: World, one: Coded, rule: Node) -> bool:
    match rule:
        case And(parts):
            return all(_holds(world, one, part) for part in parts)
        case Or(parts):
            return any(_holds(world, one, part) for part in parts)
        case Not(part):
            return not _holds(world, one, part)
        case Words():
            return _says(rule, world.texts[one.story][one.start : one.end])
        case Has("by", values):
            return one.coder in values
        case Has("flag", values):
            return bool(one.flags & set(values))
        case Has(name, values):
            return world.facts[one.story].get(name) in values
    raise AssertionError(rule)


class Refused(Exception):
    """A condition on codings where only words are asked about."""


def _speaks_of_codings(rule: Node) -> bool:
    match rule:
        case And(parts) | Or(parts):
            return any(map(_speaks_of_codings, parts))
        case Not(part):
            return _speaks_of_codings(part)
    return not (isinstance(rule, Has) and rule.field == "country")


def _fits(world: World, story: int, rule: Node) -> bool:
    return _holds(world, Coded(0, story, 0, 0, ""), rule)


def _carries(world: World, passage: Passage, has: Has) -> bool:
    [number] = passage[3]
    [one] = [one for one in world.codings if one.id == number]
    return (one.code if has.field == "code" else world.families[one.code]) in has.values


def _meet(a: Passage, b: Passage) -> bool:
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def _says(node: Node, words: str) -> bool:
    match node:
        case And(parts):
            return all(_says(part, words) for part in parts)
        case Or(parts):
            return any(_says(part, words) for part in parts)
        case Not(part):
            return not _says(part, words)
    return bool(_spans(node, words))


def _spans(leaf: Node, text: str) -> list[tuple[int, int]]:
    words = [(m.start(), m.end(), m[0].lower()) for m in WORD.finditer(text)]
    assert isinstance(leaf, Words)
    match leaf.leaf:
        case Word(wanted):
            return [(s, e) for s, e, word in words if stem(word) == stem(wanted)]
        case Prefix(start):
            return [(s, e) for s, e, word in words if word.startswith(start)]
        case Phrase(many):
            stems = [stem(word) for word in many]
            return [
                (words[at][0], words[at + len(many) - 1][1])
                for at in range(len(words) - len(many) + 1)
                if [stem(word) for _, _, word in words[at : at + len(many)]] == stems
            ]


def _blocks(text: str) -> list[Block]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Block("paragraph", at, at + len(line)))  # type: ignore[arg-type]
        at += len(line) + 1
    return found


def _chooses(node: Node) -> bool:
    match node:
        case Beside() | Has("code" | "family"):
            return True
        case And(parts) | Or(parts):
            return any(map(_chooses, parts))
        case Not(part):
            return _chooses(part)
    return False


def _speaks_of_words_alone(node: Node) -> bool:
    match node:
        case Words():
            return True
        case And(parts) | Or(parts):
            return all(map(_speaks_of_words_alone, parts))
        case Not(part):
            return _speaks_of_words_alone(part)
    return False


VOCABULARY = "bus train letter said they asked asking waited garden never again slowly".split()


def text_of(dice: random.Random) -> str:
    """A few invented sentences in one or two paragraphs."""
    lines = []
    for _ in range(dice.randint(1, 3)):
        made = (
            f"{' '.join(dice.choices(VOCABULARY, k=dice.randint(1, 6)))}".capitalize()
            + dice.choice(".!?")
            for _ in range(dice.randint(1, 4))
        )
        lines.append(" ".join(made))
    return "\n".join(lines)


def node_of(dice: random.Random, leaves: list[Has | Words], deep: int = 3) -> Node:
    """A random query over these leaves."""
    kind = dice.random()
    if not deep or kind < 0.25:
        return dice.choice(leaves)

    def part() -> Node:
        return node_of(dice, leaves, deep - 1)

    if kind < 0.45:
        return And(tuple(part() for _ in range(dice.randint(2, 3))))
    if kind < 0.6:
        return Or(tuple(part() for _ in range(dice.randint(2, 3))))
    if kind < 0.7:
        return Not(part())
    how = dice.choice(list(How))
    far = None
    if how is How.NEAR or (how in MEASURED and dice.random() < 0.6):
        far = Distance(dice.randint(1, 12), dice.choice(list(Unit)))
    return Beside(_beside(part()), how, _beside(part()), far, dice.random() < 0.25)


def _beside(node: Node) -> Node:
    """Beside a relation only simple words may stand by themselves."""
    return node if not _speaks_of_words_alone(node) or isinstance(node, Words) else _first(node)


def _first(node: Node) -> Node:
    while not isinstance(node, Words):
        node = node.part if isinstance(node, Not) else node.parts[0]  # type: ignore[union-attr]
    return node


def words(text: str) -> Words:
    return Words(Phrase(tuple(words_in(text))) if " " in text else Word(text))
