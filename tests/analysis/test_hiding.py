"""Small numbers: hidden, and not to be had by subtraction."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.analysis.hiding import FEWEST, derivable, hidden, merged

grids = st.integers(2, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 30]), min_size=width, max_size=width),
        min_size=2,
        max_size=5,
    )
)


def solutions(grid, cells) -> list[dict]:
    """Every way to fill the hidden cells that has the same totals: by trying all of them."""
    cells = sorted(cells)
    rows, columns = {r for r, _ in cells}, {c for _, c in cells}
    in_row = {r: sum(grid[r][c] for r2, c in cells if r2 == r) for r in rows}
    in_column = {c: sum(grid[r][c] for r, c2 in cells if c2 == c) for c in columns}
    tops = [min(in_row[r], in_column[c]) for r, c in cells]
    found = []
    for values in product(*(range(top + 1) for top in tops)):
        filled = dict(zip(cells, values, strict=True))
        if all(sum(v for (r2, _), v in filled.items() if r2 == r) == in_row[r] for r in rows) and (
            all(sum(v for (_, c2), v in filled.items() if c2 == c) == in_column[c] for c in columns)
        ):
            found.append(filled)
    return found


class TestHiding:
    @settings(max_examples=150, deadline=None)
    @given(grids)
    def test_a_cell_under_five_people_is_hidden_and_no_hidden_cell_follows_from_the_rest(
        self, grid
    ):
        cells = hidden(grid)
        small = {(r, c) for r, row in enumerate(grid) for c, n in enumerate(row) if 0 < n < FEWEST}
        assert small <= cells
        if not _in_one_line(grid):
            assert _by_subtraction(grid, cells) == set()
            assert derivable(grid, cells) == set()

    @settings(max_examples=80, deadline=None)
    @given(
        st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=3, max_size=3),
        st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=6),
    )
    def test_what_can_be_derived_is_what_is_the_same_in_every_solution(self, grid, cells):
        every = solutions(grid, cells)
        same = {cell for cell in cells if len({one[cell] for one in every}) == 1}
        assert derivable(grid, cells) == same

    def test_one_small_cell_takes_three_others_with_it(self):
        grid = [[2, 9, 30], [8, 20, 40], [9, 50, 60]]
        assert hidden(grid) == {(0, 0), (0, 1), (1, 0), (1, 1)}

    def test_a_table_of_large_numbers_shows_them_all(self):
        assert hidden([[5, 0, 9], [0, 7, 5]]) == set()

    def test_a_large_table_is_hidden_in_no_time(self):
        grid = [[(r * 7 + c * 13) % 23 for c in range(20)] for r in range(60)]
        cells = hidden(grid)
        assert derivable(grid, cells) == set()


class TestMerging:
    def test_values_with_few_people_share_a_column_of_at_least_five(self):
        people = {"UK": 40, "Kenya": 6, "Chad": 1, "Peru": 2, "Ireland": 12}
        assert merged(people) == (["UK", "Ireland"], ["Chad", "Peru", "Kenya"])

    def test_values_with_enough_people_stand_alone(self):
        assert merged({"UK": 40, "Kenya": 5}) == (["UK", "Kenya"], [])

    @given(st.dictionaries(st.text(max_size=3), st.integers(1, 12), max_size=8))
    def test_no_column_has_fewer_than_five_people_unless_all_have(self, people):
        alone, together = merged(people)
        assert sorted([*alone, *together]) == sorted(people)
        assert all(people[value] >= FEWEST for value in alone)
        assert not together or not alone or sum(people[v] for v in together) >= FEWEST


def _in_one_line(grid) -> bool:
    """Is all there is in one row or one column? A table has no such thing: see crosstab."""
    there = [(r, c) for r, row in enumerate(grid) for c, n in enumerate(row) if n]
    return len({r for r, _ in there}) < 2 or len({c for _, c in there}) < 2


def _by_subtraction(grid, cells) -> set:
    """Hidden cells that stand alone in their row or column."""
    return {
        (r, c)
        for r, c in cells
        if sum(r2 == r for r2, _ in cells) == 1 or sum(c2 == c for _, c2 in cells) == 1
    }
