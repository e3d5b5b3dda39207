"""Frequencies, codes together and crosstabs: against counting by hand, on random codings."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest
import sqlalchemy as sa
from factories import TEXT

from storybank.analysis import cooccurrence, crosstab, frequencies
from storybank.analysis.codings import EVERYTHING, Chosen, coders
from storybank.analysis.cooccurrence import By
from storybank.analysis.crosstab import HIDDEN, Of
from storybank.analysis.hiding import FEWEST, derivable
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.coding.showing import shelf_of
from storybank.consent import passages
from storybank.consent.folding import Span
from storybank.consent.rules import Mark, Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories.models import Story

COUNTRIES = ("UK", "UK", "UK", "Kenya", "Kenya", "Ireland", "Ireland", "Chad", None)
KEYS = ("EN-PEER", "BA-COST", "VA-TRUST", "EN-ALLY", "BA-POWER")


@pytest.fixture
def scene(a, session):
    """Twenty stories by some sixteen people, coded at random; some stopped, some with parts kept
    back, some codings taken off."""
    r = random.Random(7)
    one, two = a.researcher(), a.researcher()
    codes = [a.code(key).id for key in KEYS]
    people: list[int] = []
    where: dict[int, str | None] = {}
    for number in range(20):
        country = r.choice(COUNTRIES)
        story = a.story(
            attributes={"country": country, "year": 2000 + r.randrange(24)} if country else {},
            person_id=r.choice(people) if people and r.random() < 0.2 else None,
        )
        people.append(story.person_id)
        where[story.id] = country
        for _ in range(r.randrange(11)):
            start = r.randrange(len(TEXT) - 30)
            session.add(
                Coding(
                    story_id=story.id, version=1, start=start, end=start + r.randrange(4, 30),
                    code_id=r.choice(codes), coder_id=r.choice([one, two]).account_id,
                    made_at=now(), removed_at=r.choice([None] * 5 + [now()]),
                )
            )  # fmt: skip
        if number % 6 == 0:
            span, mark = Span(1, 20, 60), Mark.LEAVE_OUT
            passages.mark_passage(session, MACHINE, story.id, story.person_id, span, mark, "web")
        if number % 9 == 0:
            a.stop(story, Purpose.STUDY)
    session.flush()
    return Use.claim(one, Purpose.STUDY, now()), two.account_id, where


def there(session, use, chosen: Chosen = EVERYTHING) -> list[tuple]:
    """(story, start, end, code, teller) of each coding the use may see, one by one."""
    rows = session.execute(
        sa.select(
            Coding.story_id, Coding.start, Coding.end, Coding.code_id, Story.person_id,
            Coding.coder_id,
        )
        .join(Story, Story.id == Coding.story_id)
        .where(seen(use))
    )  # fmt: skip
    return [
        row[:5]
        for row in rows.all()
        if (chosen.code_ids is None or row[3] in chosen.code_ids)
        and (chosen.coder_ids is None or row[5] in chosen.coder_ids)
        and (chosen.story_ids is None or row[0] in chosen.story_ids)
    ]


def choices(scene, a) -> list[Chosen]:
    _, coder, where = scene
    some = frozenset(list(where)[::2])
    codes = frozenset(a.code(key).id for key in KEYS[:3])
    return [
        EVERYTHING,
        Chosen(coder_ids=frozenset([coder])),
        Chosen(story_ids=some),
        Chosen(code_ids=codes, story_ids=some),
        Chosen(story_ids=frozenset()),
    ]


class TestFrequencies:
    def test_each_code_is_counted_as_by_hand(self, a, session, scene):
        use = scene[0]
        for chosen in choices(scene, a):
            rows = there(session, use, chosen)
            found = frequencies.frequencies(session, use, chosen)
            assert {
                row.code_id: (row.codings, row.stories, row.tellers) for row in found.of_codes
            } == {
                code: (
                    sum(row[3] == code for row in rows),
                    len({row[0] for row in rows if row[3] == code}),
                    len({row[4] for row in rows if row[3] == code}),
                )
                for code in {row[3] for row in rows}
            }
            assert found.codings == len(rows)
            assert found.stories == len({row[0] for row in rows})
            assert found.tellers == len({row[4] for row in rows})

    def test_the_finding_names_the_code_on_the_most_stories(self, a, session, scene):
        found = frequencies.frequencies(session, scene[0], EVERYTHING)
        table = frequencies.as_table(found, shelf_of(session))
        assert table.rows[0][0] in table.finding
        assert len(coders(session, scene[0])) == 2
        assert f"{found.of_codes[0].stories} of {found.stories} coded stories" in table.finding


class TestTogether:
    def test_codes_in_one_story_are_counted_as_by_hand(self, a, session, scene):
        use = scene[0]
        for chosen in choices(scene, a):
            rows = there(session, use, chosen)
            found = cooccurrence.together(session, use, chosen, By.STORY)
            on = {code: {row[0] for row in rows if row[3] == code} for code in {r[3] for r in rows}}
            assert found.alone == {code: len(stories) for code, stories in on.items()}
            for one, other in combinations(sorted(on), 2):
                assert found.count(one, other) == found.count(other, one)
                assert found.count(one, other) == len(on[one] & on[other])

    def test_codes_on_overlapping_words_are_counted_as_by_hand(self, a, session, scene):
        use = scene[0]
        for chosen in choices(scene, a):
            passages_there = {row[:4] for row in there(session, use, chosen)}
            found = cooccurrence.together(session, use, chosen, By.OVERLAP)
            expected: dict = {}
            for one, other in combinations(sorted(passages_there), 2):
                if one[0] == other[0] and one[1] < other[2] and other[1] < one[2]:
                    pair = tuple(sorted((one[3], other[3])))
                    expected[pair] = expected.get(pair, 0) + 1
            expected = {pair: n for pair, n in expected.items() if pair[0] != pair[1]}
            assert found.pairs == expected
            for code in {row[3] for row in passages_there}:
                assert found.count(code, code) == sum(row[3] == code for row in passages_there)

    def test_the_matrix_and_the_pairs_say_the_same(self, session, scene):
        shelf = shelf_of(session)
        for by in By:
            found = cooccurrence.together(session, scene[0], EVERYTHING, by)
            every = sorted(found.alone)
            matrix = cooccurrence.as_table(found, shelf, every, every)
            assert len(matrix.rows) == len(every) and len(matrix.columns) == len(every) + 2
            pairs = cooccurrence.pairs_table(found, shelf)
            assert [row[2] for row in pairs.rows] == sorted(found.pairs.values(), reverse=True)


class TestCrosstab:
    def test_each_cell_is_counted_as_by_hand(self, a, session, scene):
        use, _, where = scene
        for chosen, of in product(choices(scene, a), Of):
            rows = there(session, use, chosen)
            found = crosstab.crosstab(session, use, chosen, "country", of)
            if not rows:
                assert found.code_ids == ()
                continue

            def count(rows, of=of) -> int:
                if of is Of.CODINGS:
                    return len(rows)
                return len({row[0 if of is Of.STORIES else 4] for row in rows})

            named = [value for value in found.values if not value.startswith("Others")]

            def column(story, named=named, found=found) -> str:
                value = where[story] or crosstab.NOT_SAID
                return value if value in named else found.values[-1]

            for c, value in enumerate(found.values):
                inside = [row for row in rows if column(row[0]) == value]
                assert found.whole[c] == count(inside)
                assert len({row[4] for row in inside}) >= FEWEST
                for r, code in enumerate(found.code_ids):
                    with_code = [row for row in inside if row[3] == code]
                    assert found.counts[r][c] == count(with_code)
                    if 0 < len({row[4] for row in with_code}) < FEWEST:
                        assert found.shown(r, c) is None
            for r, code in enumerate(found.code_ids):
                assert found.all[r] == count([row for row in rows if row[3] == code])

    def test_no_hidden_number_follows_from_those_shown(self, a, session, scene):
        hidden = 0
        for chosen in choices(scene, a):
            for of in Of:
                found = crosstab.crosstab(session, scene[0], chosen, "country", of)
                assert derivable(found.counts, set(found.hidden)) == set()
                hidden += len(found.hidden)
        assert hidden

    def test_the_table_that_leaves_holds_no_hidden_number(self, session, scene):
        shelf = shelf_of(session)
        found = crosstab.crosstab(session, scene[0], EVERYTHING, "country")
        for percent in ("", "column", "row"):
            table = crosstab.as_table(found, shelf, percent)
            order = crosstab.in_order(found, shelf)
            for r, row in zip(order, table.rows, strict=False):
                for c in range(len(found.values)):
                    assert (row[2 + c] == HIDDEN) == ((r, c) in found.hidden)
            assert "* is hidden" in table.as_csv
        # Many years stand in fives.
        found = crosstab.crosstab(session, scene[0], EVERYTHING, "year")
        assert any(" to " in value for value in found.values)
        assert found.values == tuple(
            sorted(found.values, key=lambda v: (v == crosstab.NOT_SAID, v.startswith("O"), v))
        ) or "Others" in " ".join(found.values)

    def test_fewer_than_two_groups_of_five_people_show_nothing(self, a, session):
        use = a.use(Purpose.STUDY)
        for number in range(3):
            story = a.story(attributes={"country": f"Land {number}"})
            session.add(
                Coding(
                    story_id=story.id, version=1, start=0, end=9, code_id=a.code().id,
                    coder_id=use.actor.account_id, made_at=now(),
                )
            )  # fmt: skip
        session.flush()
        found = crosstab.crosstab(session, use, EVERYTHING, "country")
        table = crosstab.as_table(found, shelf_of(session))
        assert table.rows == () and "nothing is shown" in table.finding
