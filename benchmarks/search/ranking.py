"""Is the order worth having? Each code's name and definition is a question, and the comments that
people put the code on are its right answers; the same for SQLite's and PostgreSQL's ranking.

    python benchmarks/search/ranking.py [--json] [--no-postgres]

nDCG@10: the gain of a right answer at rank r is 1 / log2(r + 1), divided by that of the best order
there is. recall@50: the share of the right answers among the first fifty. Every engine is given the
same words of the question, those that say something, joined by OR; ours is also told how much each
weighs. The weights were chosen on these comments. PostgreSQL ranks with ts_rank, lengths weighed
in the first of its ways: that did best of its ways here.
"""

from __future__ import annotations

import json
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[2]),
                str(Path(__file__).parents[2] / "tests")]  # fmt: skip

from measure import SHARED, Row, figure  # noqa: E402

from storybank.search import likeness  # noqa: E402
from storybank.search.index import Document  # noqa: E402
from storybank.search.whoosh_index import WhooshIndex  # noqa: E402

Rank = Callable[[dict[str, float]], list[int]]
Questions = list[tuple[str, set[int]]]
FEWEST = 5
"""A code that fewer comments carry says little about an order."""


def comments() -> tuple[list[str], Questions]:
    """NHS comments with a codebook of names and definitions."""
    texts, carried = [], {}
    for number, line in enumerate((SHARED / "codes" / "nhs_comments.jsonl").open(encoding="utf-8")):
        row = json.loads(line)
        texts.append(row["text"])
        for code in row["codes"]:
            carried.setdefault(code, set()).add(number)
    book = json.loads((SHARED / "codes" / "nhs_codebook.json").read_text(encoding="utf-8"))
    asked = [(f"{one['name']}. {one.get('definition', '')}", carried.get(one["name"], set()))
             for one in book]  # fmt: skip
    return texts, [(text, right) for text, right in asked if len(right) >= FEWEST]


def stories() -> tuple[list[str], Questions]:
    """Stories and comments whose codes have a name alone."""
    ids, texts = {}, []
    for line in (SHARED / "stories" / "stories.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        ids[row["id"]] = len(texts)
        texts.append(f"{row.get('title') or ''}\n{row['text']}")
    carried: dict[str, set[int]] = {}
    for line in (SHARED / "stories" / "codings.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        for code in row.get("codes", ()):
            if row["id"] in ids:
                carried.setdefault(code, set()).add(ids[row["id"]])
    return texts, [(name, right) for name, right in carried.items() if len(right) >= FEWEST]


@contextmanager
def ours(texts: Sequence[str]):
    with tempfile.TemporaryDirectory() as folder:
        index = WhooshIndex(Path(folder) / "index")
        index.prepare()
        index.put(Document(number + 1, 1, "", text) for number, text in enumerate(texts))
        allow = frozenset(range(1, len(texts) + 1))

        def rank(words: dict[str, float]) -> list[int]:
            return [number - 1 for number in likeness.alike(index, words, allow).scores]

        yield rank, index
        index.close()


@contextmanager
def sqlite(texts: Sequence[str]):
    there = sqlite3.connect(":memory:")
    there.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='porter unicode61')")
    there.executemany("INSERT INTO t(rowid, body) VALUES (?, ?)", list(enumerate(texts, 1)))

    def rank(words: dict[str, float]) -> list[int]:
        asked = " OR ".join(f'"{word}"' for word in words)
        rows = there.execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT 50", (asked,))
        return [row[0] - 1 for row in rows]

    yield rank
    there.close()


@contextmanager
def postgres(texts: Sequence[str]):
    import servers
    from sqlalchemy import create_engine, text

    with servers.postgres() as url:
        engine = create_engine(url)
        with engine.begin() as there:
            there.execute(text("CREATE TABLE t (id int, v tsvector)"))
            there.execute(
                text("INSERT INTO t VALUES (:id, to_tsvector('english', :body))"),
                [{"id": number, "body": body} for number, body in enumerate(texts)],
            )

            def rank(words: dict[str, float]) -> list[int]:
                asked = " | ".join(f"'{word}'" for word in words)
                rows = there.execute(
                    text(
                        "SELECT id FROM t, to_tsquery('english', :q) q WHERE v @@ q "
                        "ORDER BY ts_rank(v, q, 1) DESC, id LIMIT 50"
                    ),
                    {"q": asked},
                )
                return [row[0] for row in rows]

            yield rank
        engine.dispose()


def ndcg(found: Sequence[int], right: set[int], at: int = 10) -> float:
    gained = sum(1 / math.log2(n + 2) for n, one in enumerate(found[:at]) if one in right)
    return gained / sum(1 / math.log2(n + 2) for n in range(min(at, len(right))))


def recall(found: Sequence[int], right: set[int], at: int = 50) -> float:
    return len(right & set(found[:at])) / len(right)


def compared(name: str, texts: Sequence[str], asked: Questions, with_postgres: bool) -> list[Row]:
    gathered: dict[str, list[tuple[float, float]]] = {}
    started = time.process_time()
    other = postgres(texts) if with_postgres else nullcontext()
    with ours(texts) as (rank, index), sqlite(texts) as lite, other as post:
        engines = {"ours": rank, "SQLite": lite} | ({"PostgreSQL": post} if post else {})
        for question, right in asked:
            told = likeness.telling(question, index, headed=True)
            words = dict(list(told.items())[: likeness.TERMS])
            for engine, ask in engines.items():
                found = ask(words)
                gathered.setdefault(engine, []).append((ndcg(found, right), recall(found, right)))
    rows = []
    for number, measure in enumerate(("nDCG@10", "recall@50")):
        mean = {e: sum(pair[number] for pair in got) / len(got) for e, got in gathered.items()}
        for engine in list(mean)[1:]:
            ratio = mean["ours"] / mean[engine]
            rows.append(
                Row(f"{name}: {measure}, beside {engine}", round(mean["ours"], 4), "",
                    peer=round(mean[engine], 4), ratio=round(ratio, 3), target=1.0, ok=ratio > 1)
            )  # fmt: skip
    rows.append(figure(f"{name}: questions", len(asked), ""))
    rows.append(figure(f"{name}: processor time", time.process_time() - started, "s"))
    return rows


def main() -> None:
    with_postgres = "--no-postgres" not in sys.argv
    rows = [
        row
        for name, (texts, asked) in (("comments", comments()), ("stories", stories()))
        for row in compared(name, texts, asked, with_postgres)
    ]
    if "--json" in sys.argv:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))
        return
    for row in rows:
        met = "" if row.ok is None else "  ahead" if row.ok else "  behind"
        print(f"{row.name:50} {row.ours:10} {row.peer or '':>10} {row.ratio or '':>8}{met}")


if __name__ == "__main__":
    main()
