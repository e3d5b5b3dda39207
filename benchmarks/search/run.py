"""Our search beside SQLite FTS5, PostgreSQL and tantivy: one corpus, one run, question by question.

    python benchmarks/search/run.py [--n 10000] [--tantivy PYTHON] [--corpus FILE] [--house FOLDER]
                                    [--no-postgres] [--no-house | --only-house] [--alone] [--json]

The corpus is built by ``../shared/bench/build_scale.py`` from real paragraphs. Each question is put
to every engine in turn, five times; times are processor time (of PostgreSQL the client's and its
backend's), in the middle of the questions of a kind; p95 beside it, and what the first of the five
took. Of words once asked for with one permission we remember the documents and scores; of whole
questions nothing. tantivy runs in the Python named, which has its wheel. Last, Storybank's own
search: from what was typed to excerpts and facets.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2]), str(HERE.parents[2] / "tests")]

from measure import SHARED, Row, at_most, figure, run, show  # noqa: E402

from storybank.search.index import Allowed, Document  # noqa: E402
from storybank.search.language import parse  # noqa: E402
from storybank.search.passages import Finder  # noqa: E402
from storybank.search.query import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Word  # noqa: E402
from storybank.search.tallies import Tallies, bits  # noqa: E402
from storybank.search.whoosh_index import WhooshIndex  # noqa: E402

EACH = 16
"""Questions of a kind."""
TIMES = 5
KINDS = {
    # name: (kind of question, way, most of SQLite's time, most of tantivy's)
    "a common word": ("word", "", 0.05, 1.2),
    "a rare word": ("rare", "", None, 1.2),
    "one of three words": ("or", "", 0.05, 1.2),
    "a common word, for some only": ("word", "filter", 0.05, 1.2),
    "three words": ("and", "", 0.5, 1.5),
    "a phrase": ("phrase", "", 0.5, 1.5),
    "a beginning": ("prefix", "", None, None),
    "nearly spelt so": ("fuzzy", "", None, 4.0),
    "the best 20 with marks": ("word", "highlight", 0.8, 2.0),
    "how many carry each code": ("word", "facets", 0.05, 1.2),
}
CODES = 60
SAID = re.compile(r"[a-z]{4,}")
Question = tuple[str, list[str], str]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--n", type=int, default=10_000)
    asked.add_argument("--tantivy", help="a Python that can import tantivy")
    asked.add_argument("--corpus", type=Path)
    asked.add_argument("--house", type=Path, help="a folder to keep the house in")
    asked.add_argument("--no-postgres", action="store_true")
    asked.add_argument("--no-house", action="store_true")
    asked.add_argument("--only-house", action="store_true")
    asked.add_argument("--alone", action="store_true")
    asked.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    if options.build:
        return build_ours(options.build, options.corpus, options.n)
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        corpus = options.corpus or folder / "corpus.jsonl"
        if not corpus.exists():
            subprocess.run(
                [sys.executable, SHARED.parent / "bench" / "build_scale.py", corpus,
                 str(options.n), "1", SHARED / "stories" / "stories.jsonl"],
                check=True,
            )  # fmt: skip
        rows = [] if options.only_house else beside(folder, corpus, options, stack)
        if not options.no_house:
            rows += end_to_end(options.house or folder / "home", corpus, options.n)
        show(rows)


def beside(folder: Path, corpus: Path, options: argparse.Namespace, stack: ExitStack) -> list[Row]:
    """Every engine on the same questions."""
    ours = Ours(folder / "ours", corpus, options.n)
    engines: dict[str, Any] = {"ours": ours, "sqlite": SQLite(folder, corpus, options.n)}
    if not options.no_postgres:
        engines["postgres"] = Postgres(stack, corpus, options.n)
    if options.tantivy:
        engines["tantivy"] = Tantivy(stack, options.tantivy, folder, corpus, options.n)
    asked = questions(corpus, options.n)
    return [*building(engines), *asking(engines, asked, options.alone), *hurting(ours),
            *ours.writing()]  # fmt: skip


def stories(corpus: Path, many: int) -> Iterator[tuple[int, str, str]]:
    with open(corpus, encoding="utf-8") as lines:
        for number, line in zip(range(1, many + 1), lines, strict=False):
            story = json.loads(line)
            yield number, story["title"], story["text"].replace("\0", "")


def questions(corpus: Path, many: int) -> dict[str, list[list[str]]]:
    """Words drawn from the corpus itself, by how many stories have them."""
    lot, texts, held = random.Random(7), [], Counter[str]()
    for _, _, text in stories(corpus, min(many, 5_000)):
        words = SAID.findall(text.lower())
        texts.append(words)
        held.update(set(words))
    size = len(texts)
    common = sorted(w for w, n in held.items() if 0.1 * size < n < 0.5 * size and w not in STOPS)
    middle = sorted(w for w, n in held.items() if 0.02 * size < n < 0.12 * size and w not in STOPS)
    rare = sorted(w for w, n in held.items() if 3 <= n <= 12 and len(w) > 5)
    usual, found = {*common, *middle}, {
        "word": [[w] for w in lot.sample(common, EACH)],
        "rare": [[w] for w in lot.sample(rare, EACH)],
        "or": [lot.sample(middle, 3) for _ in range(EACH)],
        "prefix": [[w[:4]] for w in lot.sample([w for w in middle if len(w) > 6], EACH)],
        "and": [], "phrase": [], "fuzzy": [],
    }  # fmt: skip
    while len(found["and"]) < EACH:
        words = sorted(usual & set(lot.choice(texts)))
        found["and"] += [lot.sample(words, 3)] if len(words) > 2 else []
    while len(found["phrase"]) < EACH:
        words = lot.choice(texts)
        at = lot.randrange(max(1, len(words) - 1))
        found["phrase"] += [words[at : at + 2]] if len(usual & set(words[at : at + 2])) == 2 else []
    while len(found["fuzzy"]) < EACH:
        word = lot.choice(middle)
        at = lot.randrange(2, len(word))
        found["fuzzy"] += [[word[:at] + word[at + 1 :]]] if len(word) > 5 else []
    return found


STOPS = frozenset(
    "about after again against been before being below between both cannot could down during each "
    "from further have having here hers herself himself into itself just more most myself once "
    "only other ours ourselves over same should some such than that their theirs them themselves "
    "then there these they this those through under until very were what when where which while "
    "whom will with would your yours yourself also does doing".split()
)


def codes_of(number: int) -> set[int]:
    """The codes that a story of the corpus carries."""
    return {(number * 7_919 + 104_729 * n) % CODES for n in range(3)}


class Ours:
    def __init__(self, root: Path, corpus: Path, many: int) -> None:
        ran = run([sys.executable, str(HERE), "--build", str(root), "--corpus", str(corpus),
                   "--n", str(many)])  # fmt: skip
        self.build, self.memory = json.loads(ran.printed), ran.memory
        self.root, self.many = root, many
        self.index = WhooshIndex(root)
        self.everybody = Allowed(range(1, many + 1))
        self.some = Allowed(n for n in self.everybody if n % 5 < 3)
        self.tallies = Tallies.of(
            ((number, code) for number in self.everybody for code in codes_of(number)), many
        )
        self.texts = sqlite3.connect(root.parent / "fts.db")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.index.look(Word("the"), self.everybody).best(0, 20)
        self.grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024

    def ask(self, kind: str, words: list[str], way: str) -> float:
        node = tree(kind, words)
        began = time.process_time()
        hits = self.index.look(node, self.some if way == "filter" else self.everybody)
        best = hits.best(0, 20)
        assert hits.total >= len(best)
        if way == "facets":
            self.tallies.counts(bits(hits.ids, self.tallies.width))
        if way == "highlight":
            finder, ids = Finder(node, self.index.stem), ",".join(str(n) for n, _ in best)
            for (text,) in self.texts.execute(f"select text from story where id in ({ids})"):
                for start, end in finder.passages(text):
                    finder.marks(text[start:end])
        return (time.process_time() - began) * 1000

    def cold(self, words: list[list[str]]) -> float:
        """How much longer the first use of a word takes, from files just opened, than to find and
        score it again for others, who may see as much."""
        firsts, laters = [], []
        for (word,) in words:
            self.index.close()
            one, other = Allowed(self.everybody), Allowed(self.everybody)
            for allow in (one, other):
                self.index.look(Word("zzz"), allow)
                self.index.look(Word("the"), allow).best(0, 20)
            for allow, taken in ((one, firsts), (other, laters)):
                began = time.process_time()
                self.index.look(Word(word), allow).best(0, 20)
                taken.append(time.process_time() - began)
        return statistics.median(firsts) / statistics.median(laters)

    def writing(self) -> list[Row]:
        """Opening, stopping and changing, one story at a time."""
        index, opened, stopped, changed = self.index, [], [], []
        for number in range(1, 21):
            index.close()
            began = time.process_time()
            index.look(Word("zzz"), (1,))
            opened.append(time.process_time() - began)
            began = time.process_time()
            index.forget([number])
            assert index.look(Word("the"), (number,)).total == 0
            stopped.append(time.process_time() - began)
        words = "The nurse came at night and the bus did not. " * 40
        for number in range(30, 50):
            began = time.process_time()
            index.put([Document(number, 2, "A night", words)])
            changed.append(time.process_time() - began)
        return [
            at_most("opening the index", statistics.median(opened) * 1000, "ms", 1),
            at_most("a stop: deleted, committed, seen", statistics.median(stopped) * 1000, "ms", 3),
            at_most("one story changed", statistics.median(changed) * 1000, "ms", 10),
            at_most("memory a worker grows by", self.grown, "MB", 100),
        ]


def build_ours(root: Path, corpus: Path, many: int) -> None:
    index, began = WhooshIndex(root), time.process_time()
    documents = (Document(n, 1, title, text) for n, title, text in stories(corpus, many))
    index.rebuild(lambda fresh: fresh.put(documents), lambda fresh: None)
    print(time.process_time() - began)


def tree(kind: str, words: list[str]) -> Node:
    every = tuple(map(Word, words))
    match kind:
        case "and":
            return And(every)
        case "or":
            return Or(every)
        case "phrase":
            return Phrase(tuple(words))
        case "prefix":
            return Prefix(words[0])
        case "fuzzy":
            return Fuzzy(words[0])
    return every[0]


class SQLite:
    def __init__(self, folder: Path, corpus: Path, many: int) -> None:
        self.db = sqlite3.connect(folder / "fts.db", isolation_level=None)
        self.db.executescript(
            "pragma journal_mode=wal; pragma cache_size=-262144; pragma mmap_size=2000000000;"
            "create table story (id integer primary key, text text, yes integer);"
            "create virtual table fts using fts5(text, content='story', content_rowid='id',"
            " tokenize='porter unicode61');"
        )
        began = time.process_time()
        self.db.execute("begin")
        for number, _, text in stories(corpus, many):
            self.db.execute("insert into story values (?, ?, ?)", (number, text, number % 5 < 3))
            self.db.execute("insert into fts (rowid, text) values (?, ?)", (number, text))
        self.db.execute("commit")
        self.db.execute("insert into fts (fts) values ('optimize')")
        self.build = time.process_time() - began
        self.db.execute("create table coding (story integer, code integer)")
        self.db.executemany(
            "insert into coding values (?, ?)",
            ((number, code) for number in range(1, many + 1) for code in codes_of(number)),
        )
        self.db.execute("create index by_story on coding (story, code)")

    def ask(self, kind: str, words: list[str], way: str) -> float | None:
        if kind == "fuzzy":
            return None
        quoted = [f'"{word}"' for word in words]
        match = {
            "and": " AND ".join(quoted), "or": " OR ".join(quoted),
            "phrase": f'"{" ".join(words)}"', "prefix": quoted[0] + "*",
        }.get(kind, quoted[0])  # fmt: skip
        shown = ", snippet(fts, 0, '<b>', '</b>', '...', 40)" if way == "highlight" else ""
        only = " join story on story.id = fts.rowid" if way == "filter" else ""
        where = " and story.yes" if way == "filter" else ""
        began = time.process_time()
        if way == "facets":
            self.db.execute(
                "select code, count(*) from fts join coding on story = fts.rowid"
                " where fts match ? group by code", (match,),
            ).fetchall()  # fmt: skip
        self.db.execute(
            f"select fts.rowid{shown} from fts{only} where fts match ?{where}"
            " order by rank limit 20", (match,),
        ).fetchall()  # fmt: skip
        return (time.process_time() - began) * 1000


class Postgres:
    def __init__(self, stack: ExitStack, corpus: Path, many: int) -> None:
        import psycopg
        import servers

        url = stack.enter_context(servers.postgres()).replace("+psycopg", "")
        self.db = psycopg.connect(url, autocommit=True)
        for setting in ("max_parallel_workers_per_gather=0", "max_parallel_maintenance_workers=0",
                        "jit=off", "work_mem='64MB'", "maintenance_work_mem='256MB'"):  # fmt: skip
            self.db.execute(f"set {setting}")
        self.backend = self.db.info.backend_pid
        self.db.execute(
            "create table story (id int primary key, text text, yes boolean, words tsvector"
            " generated always as (to_tsvector('english', text)) stored)"
        )
        began = self.spent()
        with self.db.cursor().copy("copy story (id, text, yes) from stdin") as copy:
            for number, _, text in stories(corpus, many):
                copy.write_row((number, text, number % 5 < 3))
        self.db.execute("create index on story using gin (words)")
        self.build = self.spent() - began
        self.db.execute("create table coding (story int, code int)")
        with self.db.cursor().copy("copy coding (story, code) from stdin") as copy:
            for number in range(1, many + 1):
                for code in codes_of(number):
                    copy.write_row((number, code))
        self.db.execute("create index on coding (story, code)")
        self.db.execute("vacuum analyze")

    def spent(self) -> float:
        backend = Path(f"/proc/{self.backend}/schedstat").read_text()
        return time.process_time() + int(backend.split()[0]) / 1e9

    def ask(self, kind: str, words: list[str], way: str) -> float | None:
        if kind == "fuzzy":
            return None
        query, said = {
            "and": ("to_tsquery('english', %s)", " & ".join(words)),
            "or": ("to_tsquery('english', %s)", " | ".join(words)),
            "phrase": ("phraseto_tsquery('english', %s)", " ".join(words)),
            "prefix": ("to_tsquery('simple', %s)", words[0] + ":*"),
        }.get(kind, ("to_tsquery('english', %s)", words[0]))
        only = " and yes" if way == "filter" else ""
        found = (
            f"select id, ts_rank_cd(words, q) r from story, {query} q where words @@ q{only}"
            " order by r desc limit 20"
        )
        began = self.spent()
        if way == "facets":
            self.db.execute(
                f"select code, count(*) from coding, story, {query} q"
                " where story.id = coding.story and words @@ q group by code", (said,),
            ).fetchall()  # fmt: skip
        if way == "highlight":
            head = f"ts_headline('english', text, {query}, 'MaxFragments=2,MaxWords=30')"
            self.db.execute(
                f"select id, {head} from ({found}) best join story using (id)", (said, said)
            ).fetchall()
        else:
            self.db.execute(found, (said,)).fetchall()
        return (self.spent() - began) * 1000


class Tantivy:
    def __init__(
        self, stack: ExitStack, python: str, folder: Path, corpus: Path, many: int
    ) -> None:
        (folder / "tantivy").mkdir()
        self.process = stack.enter_context(
            subprocess.Popen(
                [python, HERE.parent / "tantivy_worker.py", folder / "tantivy", corpus, str(many)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
        stack.callback(self.process.stdin.close)
        self.build = json.loads(self.process.stdout.readline())

    def ask(self, kind: str, words: list[str], way: str) -> float:
        self.process.stdin.write(json.dumps([kind, words, way]) + "\n")
        self.process.stdin.flush()
        return float(json.loads(self.process.stdout.readline())[0])


def building(engines: dict[str, Any]) -> list[Row]:
    ours = engines["ours"]
    rows = [at_most("building: memory", ours.memory, "MB", 600)]
    for name, engine in engines.items():
        if name != "ours":
            # How much we build in a second of theirs, of what they build.
            share = engine.build / ours.build
            target = 0.5 if name == "postgres" else None
            rows.append(
                Row(f"building, beside {name} (theirs through ours)", round(ours.build, 2), "s",
                    round(engine.build, 2), round(share, 3), target,
                    None if target is None else share >= target)
            )  # fmt: skip
    return rows


def asking(engines: dict[str, Any], asked: dict[str, list[list[str]]], alone: bool) -> list[Row]:
    rows = []
    for name, (kind, way, of_sqlite, of_tantivy) in KINDS.items():
        taken: dict[str, list[float]] = {}
        firsts: dict[str, list[float]] = {}
        for words in asked[kind]:
            every: dict[str, list[float]] = {}
            turns = [engine for _ in range(TIMES) for engine in engines]
            for engine in sorted(turns) if alone else turns:
                spent = engines[engine].ask("word" if kind == "rare" else kind, words, way)
                if spent is not None:
                    every.setdefault(engine, []).append(spent)
            for engine, some in every.items():
                firsts.setdefault(engine, []).append(some[0])
                taken.setdefault(engine, []).append(statistics.median(some))
        ours, first = statistics.median(taken["ours"]), statistics.median(firsts["ours"])
        rows.append(figure(f"{name}, p95", high(taken["ours"]), "ms"))
        for peer, target in (("sqlite", of_sqlite), ("postgres", None), ("tantivy", of_tantivy)):
            if peer in taken:
                theirs = statistics.median(taken[peer])
                ratio, theirs_first = ours / theirs, statistics.median(firsts[peer])
                rows.append(
                    Row(f"{name}, beside {peer}", round(ours, 3), "ms", round(theirs, 3),
                        round(ratio, 3), target, None if target is None else ratio <= target)
                )  # fmt: skip
                rows.append(
                    Row(f"{name}, the first time, beside {peer}", round(first, 3), "ms",
                        round(theirs_first, 3), round(first / theirs_first, 3))
                )  # fmt: skip
    cold = engines["ours"].cold(asked["word"])
    rows.append(at_most("a word never asked for before, beside later", cold, "times", 5))
    return rows


def high(numbers: list[float]) -> float:
    """The 95th of a hundred."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * 0.95))]


def end_to_end(home: Path, corpus: Path, many: int) -> list[Row]:
    """Storybank's own search: what was typed in, permitted excerpts with marks and facets out."""
    os.environ["STORYBANK_HOME"] = str(home)
    import queries

    from storybank.clock import now
    from storybank.config import Config
    from storybank.consent.rules import Purpose, Use
    from storybank.people import service as people
    from storybank.search import service
    from storybank.wiring import open_house

    texts = (text for _, _, text in stories(corpus, many))
    queries.text_of = lambda dice: next(texts)
    if not (home / "built").exists():
        queries.build(home, many, many)
    house, rows = open_house(Config.for_home(home, jobs="held")), []
    asked = questions(corpus, many)
    with house.sessions() as session:
        account = people.account_by_email(session, "bo@example.org")
        assert account is not None
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, now())
        for name, typed in (
            ("a common word", [w[0] for w in asked["word"]]),
            ("three words", [" ".join(w) for w in asked["and"]]),
            ("a phrase", [f'"{" ".join(w)}"' for w in asked["phrase"]]),
            ("nearly spelt so", [f"{w[0]}~" for w in asked["fuzzy"]]),
        ):
            taken = [_spent(lambda: service.search(session, house.index, use, t)) for t in typed]  # noqa: B023
            rows.append(figure(f"Storybank end to end: {name}", statistics.median(taken), "ms"))
            rows.append(figure(f"Storybank end to end: {name}, p95", high(taken), "ms"))
    house.close()
    return rows


def hurting(ours: Ours) -> list[Row]:
    """What is typed to hurt: refused, or answered at once."""
    worst, of = 0.0, ""
    for typed in HOSTILE:
        began = time.process_time()
        asked = parse(typed)
        if asked.tree is not None and not asked.refused:
            ours.index.look(asked.tree, ours.everybody).best(0, 20)
        spent = (time.process_time() - began) * 1000
        worst, of = max((worst, of), (spent, typed[:20]))
    for node in (Prefix("t"), Prefix(""), Phrase(("the",) * 16), Fuzzy("the"),
                 Near(Phrase(("of", "the")), Word("and"), 1_000),
                 Or(tuple(Prefix(letter) for letter in "abcdefghijklmnop"))):  # fmt: skip
        # What the language would not let through: the index alone bounds it too.
        began = time.process_time()
        ours.index.look(node, ours.everybody).best(0, 20)
        spent = (time.process_time() - began) * 1000
        worst, of = max((worst, of), (spent, str(node)[:30]))
    return [at_most(f"what is typed to hurt, at worst: {of}", worst, "ms", 250)]


HOSTILE = (
    "*", "*:*", "a*", "*a*", "?????", "a~9", "hospital~3/0", "[a TO z]", "NOT zzz", "id:*",
    "consent:withdrawn", " OR ".join(f"word{n}" for n in range(1_000)), '"love story"~100000',
    "(" * 500 + "x" + ")" * 500, "love " * 20_000, "(a+)+$", "the AND of AND and AND to AND a",
    '"of the" OR "in the" OR "to the" OR "and the"', "the* OR and* OR tha* OR was* OR for*",
    "the NEAR/1000 and", "NOT " * 70 + "a", "x" * 10_000,
)  # fmt: skip


def _spent(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
