"""Our index beside looking at every word: thousands of searches on real stories.

    python benchmarks/search/check.py [--stories 1500] [--searches 6000] [--seed 1]

On many shelves with stories deleted and changed, then on those put together. Prints how many
searches found something else, or in another order, of how many; fails where it is one or more.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2]), str(HERE.parents[2] / "tests")]

from measure import SHARED, Row, figure, show  # noqa: E402
from search.reference import Questions, Reference  # noqa: E402

from storybank.search import whoosh_shelves  # noqa: E402
from storybank.search.index import Allowed, Document  # noqa: E402
from storybank.search.whoosh_index import WhooshIndex  # noqa: E402


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stories", type=int, default=1_500)
    asked.add_argument("--searches", type=int, default=6_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="storybank-check-") as name:
        show(check(Path(name), options.stories, options.searches, options.seed))


def check(folder: Path, many: int, searches: int, seed: int) -> list[Row]:
    with open(SHARED / "stories" / "stories.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 2 * many)][::2]
    documents = [
        Document(number, 1, row["title"], row["text"]) for number, row in enumerate(rows, 1)
    ]
    lot, index = random.Random(seed), WhooshIndex(folder / "index")
    index.prepare()
    reference, quick = Reference(index.stem), whoosh_shelves.QUICK_BYTES
    whoosh_shelves.QUICK_BYTES = 0
    lot.shuffle(documents)
    for first in range(0, len(documents), -(-len(documents) // 7)):
        some = documents[first : first + -(-len(documents) // 7)]
        index.put(some)
        reference.put(some)
    gone = lot.sample(sorted(reference.held), len(documents) // 6)
    index.forget(gone)
    reference.forget(gone)
    for number in lot.sample(sorted(reference.held), len(documents) // 20):
        changed = Document(number, 2, "Another", lot.choice(documents).text)
        index.put([changed])
        reference.put([changed])
    permitted = [Allowed(reference.held), Allowed(n for n in reference.held if n % 5 < 3),
                 Allowed(lot.sample(sorted(reference.held), 9)), Allowed()]  # fmt: skip
    found: list[Row] = []
    whoosh_shelves.QUICK_BYTES = quick
    questions = Questions(documents, seed)
    for name in ("as they stand", "put together"):
        shelves = len(list(index.folder.current().glob("*.pst")))
        wrong = 0
        for query in questions.drawn(searches // 2):
            allow = lot.choice(permitted)
            hits, expected = index.look(query, allow), reference.find(query) & allow
            best = hits.best(0, len(documents))
            fine = set(hits.ids.tolist()) == expected == {number for number, _ in best}
            fine = fine and hits.total == len(best) and hits.best(0, 20) == best[:20]
            wrong += not (fine and best == sorted(best, key=lambda pair: (-pair[1], pair[0])))
        found.append(figure(f"shelves, {name}", shelves, "shelves"))
        found.append(
            Row(f"differences of {searches // 2:,} searches, {name}", wrong, "searches",
                target=0, ok=wrong == 0)
        )  # fmt: skip
        whoosh_shelves.MANY, whoosh_shelves._STEPS = 2, (10**9,)
        index.erase()
    return found


if __name__ == "__main__":
    main()
