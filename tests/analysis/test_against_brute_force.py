"""Queries against the plainest reading of what they mean, on thousands of random cases."""

from __future__ import annotations

import random

import pytest
from analysis import naive

from storybank.analysis import queries
from storybank.analysis.language import parse
from storybank.analysis.queries import matching
from storybank.analysis.query import And, Beside, Has, Not, Or, Unit, Words
from storybank.coding.models import Coding, CodingFlag
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.search.query import Prefix
from storybank.stories.canon import plain

MANY = 120
CODES = {"EN-PEER": "enabler", "EN-STORY": "enabler", "BA-TOKEN": "barrier"}


def in_characters(node):
    """The same query with every distance in characters: no word is read for it."""
    match node:
        case And(parts):
            return And(tuple(map(in_characters, parts)))
        case Or(parts):
            return Or(tuple(map(in_characters, parts)))
        case Not(part):
            return Not(in_characters(part))
        case Beside(left, how, right, far, without):
            far = far and type(far)(far.number, Unit.CHARACTERS)
            return Beside(in_characters(left), how, in_characters(right), far, without)
    return node


class InMemory(queries._Asking):
    """Asks the same way of codings that stand in no database."""

    def __init__(self, world):
        self.world, self.read = world, {}
        self.codes = {}

    def _codings(self, codes, narrowed):
        found = {}
        for one in self.world.codings:
            if codes is None or one.code in codes.values:
                stretch = queries.Stretch(one.start, one.end, (one.id,))
                found.setdefault((one.story, 1), []).append(stretch)
        return found


@pytest.mark.parametrize("seed", range(4))
def test_the_sweep_finds_what_pairs_find(seed):
    dice = random.Random(seed)
    for _ in range(700):
        codings = []
        for number in range(dice.randint(0, 9)):
            story, start = dice.randint(1, 2), dice.randint(0, 20)
            end, code = start + dice.randint(1, 12), dice.choice("ABC")
            codings.append(naive.Coded(number, story, start, end, code))
        world = naive.World({1: "", 2: ""}, codings, families={})
        node = in_characters(naive.node_of(dice, [Has("code", (c,)) for c in "ABC"]))
        found = {}
        for (story, _), some in InMemory(world).ask(node, ()).items():
            for one in some:
                found.setdefault((story, one.start, one.end), set()).update(one.codings)
        got = {place: tuple(sorted(numbers)) for place, numbers in found.items()}
        assert got == naive.answer(world, node), str(node)


@pytest.fixture
def world(a, session):
    """Six small stories with many codings by two people, in the database and as plain values."""
    dice = random.Random(5)
    coders = {"ana": a.use(Purpose.STUDY), "ben": a.use(Purpose.STUDY)}
    names = {name: use.actor.name for name, use in coders.items()}
    made = naive.World({}, [], families={key: family for key, family in CODES.items()})
    for number in range(6):
        text = plain(naive.text_of(dice)).text
        facts = {"country": ("Wales", "Malta")[number % 2], "year": str(2019 + number)}
        story = a.story(text, attributes=dict(facts))
        made.texts[story.id], made.facts[story.id] = text, facts
        for _ in range(8):
            start = dice.randrange(len(text) - 1)
            end = min(len(text), start + dice.randint(1, 40))
            key, name = dice.choice(list(CODES)), dice.choice(list(coders))
            coding = Coding(
                story_id=story.id, version=1, start=start, end=end, code_id=a.code(key).id,
                coder_id=coders[name].actor.account_id, made_at=coders[name].at,
            )  # fmt: skip
            session.add(coding)
            session.flush()
            flags = {"stance=hoped_for"} if dice.random() < 0.4 else set()
            if flags:
                session.add(CodingFlag(coding_id=coding.id, name="stance", value="hoped_for"))
            made.codings.append(naive.Coded(coding.id, story.id, start, end, key, names[name],
                                            frozenset(flags)))  # fmt: skip
    session.flush()
    leaves = [Has("code", (key,)) for key in CODES] + [
        Has("family", ("enabler",)), Has("code", ("EN-PEER", "BA-TOKEN")),
        Has("country", ("Wales",)), Has("by", (names["ben"],)), Has("flag", ("stance=hoped_for",)),
        naive.words("bus"), naive.words("asked"), naive.words("they said"), Words(Prefix("gar")),
    ]  # fmt: skip
    return made, leaves, coders["ana"]


def test_queries_find_what_they_say(world, session):
    made, leaves, use = world
    dice = random.Random(23)
    found = refused = 0
    for _ in range(MANY):
        node = naive.node_of(dice, leaves, dice.choice((1, 2, 2, 3)))
        line = str(node)
        assert parse(line) == node
        try:
            wanted = naive.answer(made, node)
        except naive.Refused:
            with pytest.raises(BadInput, match="Put a code beside these words"):
                matching(session, use, line)
            refused += 1
            continue
        got = {
            (p.place.story_id, p.place.start, p.place.end): p.coding_ids
            for p in matching(session, use, line).passages
        }
        assert got == wanted, line
        found += len(got)
    assert found > 5 * MANY and refused < MANY / 4
