"""Small numbers: what could tell who somebody is does not stand in a table by attributes.

The rule, for a table with codes down the side and an attribute of storytellers along the top:

1. A value of the attribute that fewer than ``FEWEST`` people share gets no column. Such values go
   into one column together, with the next smallest where they are still too few.
2. A cell is hidden where it rests on at least one person and fewer than ``FEWEST``.
3. More cells are hidden until no hidden one can be worked out from the totals and the cells that
   are shown, even by somebody who knows that no count is below nought and who has the same table
   of people, stories and codings side by side.
4. A nought is shown, unless it was needed for 3: it tells that nobody said so. What a whole group
   of five or more has in common is shown as well.

What this cannot do: somebody who asks twice, of all stories and of all but one, can compare the
two answers. The pages are for the team, who may read those stories; before a table leaves the
team, one person looks at all that left before.

Sources: suppressing counts under five and then cells that would give them away is what the Office
for National Statistics asks of tables about health ("Policy on protecting confidentiality in
tables of birth and death statistics"), and what the "Handbook on Statistical Disclosure Control"
(SDC Handbook, 2019) and Hundepool et al., "Statistical Disclosure Control" (Wiley 2012, chapter
4) describe as primary and secondary suppression. That a hidden cell of a two-way table is known
exactly unless it lies on a circle along which counts can be moved is Gusfield, "A graph theoretic
approach to statistical data security" (SIAM Journal on Computing 17, 1988).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

FEWEST = 5
"""A group of fewer people than this may be known by its number."""

Grid = Sequence[Sequence[int]]
Cells = set[tuple[int, int]]
"""Positions: (row, column)."""


def merged(people: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """(values that keep a column, values that share one), by how many people have each value.

    The second list is empty where each value has enough people; the first may be empty where
    all of them together have too few.
    """
    by_size = sorted(people, key=lambda value: (people[value], value))
    together: list[str] = []
    while by_size and (
        people[by_size[0]] < FEWEST or together and sum(map(people.get, together)) < FEWEST  # type: ignore[arg-type]
    ):
        together.append(by_size.pop(0))
    alone = set(by_size)
    return [value for value in people if value in alone], together


def hidden(people: Grid) -> Cells:
    """The cells to hide in a table of how many people each cell rests on, totals being known.

    Every row has as many cells as every other. Totals of rows and of columns are taken to be
    known, shown or not.
    """
    primary = {
        (r, c) for r, row in enumerate(people) for c, count in enumerate(row) if 0 < count < FEWEST
    }
    found = set(primary)
    while known := derivable(people, found):
        added = _widened(people, found, known)
        if not added:
            # All there is stands in one row or column, where totals say it: no table comes to
            # that, for each of its columns stands for five people.
            break
        found |= added
    return found


def derivable(values: Grid, cells: Cells) -> Cells:
    """Those of these hidden cells whose value follows from all totals and all shown cells.

    A cell can be another number than it is exactly where counts can be moved round a circle of
    hidden cells, up in one and down in the next, without any going below nought.
    """
    if not cells:
        return set()
    ways: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for r, c in cells:
        ways.setdefault(("r", r), set()).add(("c", c))
        if values[r][c] > 0:
            ways.setdefault(("c", c), set()).add(("r", r))
    found: Cells = set()
    for r, c in cells:
        row, column = ("r", r), ("c", c)
        up = _leads(ways, column, row)
        down = values[r][c] > 0 and _leads(ways, row, column)
        if not up and not down:
            found.add((r, c))
    return found


def _leads(
    ways: Mapping[tuple[str, int], set[tuple[str, int]]],
    start: tuple[str, int],
    end: tuple[str, int],
) -> bool:
    """Is there a way from one to the other that is not the single step between them?"""
    seen, queue = {start}, deque([start])
    while queue:
        here = queue.popleft()
        for there in ways.get(here, ()):
            if there == end:
                if here != start:
                    return True
            elif there not in seen:
                seen.add(there)
                queue.append(there)
    return False


def _widened(people: Grid, found: Cells, known: Cells) -> Cells:
    """The cells to hide beside one that is known, for a circle through it: the fewest people."""
    r, c = min(known, key=lambda at: (people[at[0]][at[1]], at))
    best: tuple[tuple[int, int, int], Cells] | None = None
    for r2 in range(len(people)):
        for c2 in range(len(people[0])):
            if r2 == r or c2 == c:
                continue
            corners = {(r, c2), (r2, c), (r2, c2)}
            new = corners - found
            if not new or not _moves(people, (r, c), (r2, c2)):
                continue
            cost = (len(new), sum(people[a][b] for a, b in new), r2 * len(people[0]) + c2)
            if best is None or cost < best[0]:
                best = (cost, new)
    return best[1] if best else set()


def _moves(people: Grid, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Can a count be moved round the four cells of which these are opposite corners?"""
    (r, c), (r2, c2) = one, other
    return (people[r][c] > 0 and people[r2][c2] > 0) or (people[r][c2] > 0 and people[r2][c] > 0)
