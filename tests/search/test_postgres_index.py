"""The index in PostgreSQL: what it finds, what it leaves, and that a stop takes words along."""

from __future__ import annotations

import random
import threading

import pytest
import sqlalchemy as sa
from search.test_whoosh_shelves import WORDS, by_hand, some_query

from storybank import db
from storybank.clock import now
from storybank.errors import Conflict, NotReady
from storybank.events import UseStopped, publish
from storybank.search import postgres_held, postgres_index, postgres_tables
from storybank.search.index import Allowed, Document, Passage
from storybank.search.kinds import stem
from storybank.search.postgres_finding import nearly
from storybank.search.postgres_index import PostgresIndex
from storybank.search.postgres_schema import quoted, schema_of, there
from storybank.search.query import And, Fuzzy, Near, Not, Phrase, Prefix, Word, alike

pytestmark = pytest.mark.postgres

CANARY = "quetzalfeather"


def words_held(engine) -> str:
    """All that a select finds in any table of the index."""
    with engine.connect() as connection:
        name = schema_of(connection)
        tables = sa.inspect(connection).get_table_names(name)
        assert len(tables) == 5
        return "\n".join(
            str(tuple(row))
            for table in tables
            for row in connection.execute(sa.text(f"SELECT * FROM {quoted(name)}.{table}"))
        )


def test_hundreds_of_searches_find_what_looking_at_every_word_finds(postgres, monkeypatch):
    monkeypatch.setattr(postgres_tables, "PART", 7)
    monkeypatch.setattr("storybank.search.postgres_finding.PART", 7)
    lot, held = random.Random(3), {}
    for number in range(60):
        title, text = (" ".join(lot.choices(WORDS, k=lot.randint(0, k))) for k in (4, 40))
        held[number] = Document(number, 1, title, text)
    postgres.put(held.values())
    for number in lot.sample(sorted(held), 12):
        held[number] = Document(number, 2, "", " ".join(lot.choices(WORDS, k=20)))
        postgres.put([held[number]])
    gone = lot.sample(sorted(held), 10)
    postgres.forget(gone)
    held = {number: document for number, document in held.items() if number not in gone}
    for _ in range(150):
        query, allow = some_query(lot), lot.choice([Allowed(held), {5, 6, 7, 999}, Allowed()])
        expected = {n for n, d in held.items() if n in allow and by_hand(query, d)}
        hits = postgres.look(query, allow)
        assert (set(hits.ids.tolist()), hits.total) == (expected, len(expected)), query
        every = hits.best(0, hits.total)
        assert every == sorted(every, key=lambda pair: (-pair[1], pair[0]))
        assert all(score > 0 for _, score in every)


def test_phrases_are_found_wherever_a_long_story_is_cut(postgres):
    words = [f"word{n % 700}" for n in range(1_500)]
    postgres.put([Document(1, 1, "", " ".join(words)), Document(2, 1, "", "the " * 900)])
    for at in range(200, 260):
        assert postgres.look(Phrase(tuple(words[at : at + 3])), {1}).total == 1
    assert postgres.look(Phrase(tuple(words[220:260])), {1}).total == 1
    assert postgres.look(Near(Word("word228"), Word("word240"), 11), {1}).total == 1
    assert postgres.look(Near(Word("word228"), Word("word240"), 10), {1}).total == 0
    assert postgres.look(Phrase(("the", "the")), {2}).total == 1


@pytest.mark.parametrize(
    "word", ["zo\u00eb", "\u05e9\u05dc\u05d5\u05dd", "\u4e2d", "o'neill", "x\\y"]
)
def test_words_of_any_script_are_found_and_no_sign_is_a_command(postgres, word):
    postgres.put([Document(1, 1, "", f"{word.upper()} went \U0001f600 there")])
    assert postgres.look(Word(word.split("'")[0].split("\\")[0]), {1}).total == 1
    assert postgres.look(Fuzzy(word), {1}).total in (0, 1)
    assert postgres.look(Prefix(f"{word}') | 'a"), {1}).total == 0


def test_words_spelt_nearly_so_are_those_of_one_rule():
    near = nearly("staff")
    assert {"staff", "stff", "stafff", "stuff", "staffs", "stfaf", "sta\u00ebff"} <= {*near}
    assert all(alike("staff", word) for word in near)


def test_scores_are_made_from_what_is_allowed_alone(postgres):
    postgres.put(Document(n, 1, "", "the nurse came" if n % 2 else "a bus") for n in range(20))
    before = postgres.look(Word("nurse"), range(20)).best(0, 20)
    postgres.put(Document(n, 1, "", "nurse " * n) for n in range(100, 120))
    assert postgres.look(Word("nurse"), range(20)).best(0, 20) == before


def test_a_search_that_takes_too_long_says_that_it_is_not_whole(postgres, monkeypatch):
    monkeypatch.setattr(postgres_held, "MOST_MILLISECONDS", 1)
    postgres.put(Document(n, 1, "", " ".join(f"w{n}a{k}" for k in range(900))) for n in range(60))
    hits = postgres.look(Prefix("w"), range(60))
    assert (hits.total, hits.complete) == (0, False)


def test_passages_are_put_narrowed_counted_and_forgotten(postgres):
    one = Passage(5, 1, 2, 1, 0, 9, 7, "the night bus")
    postgres.passages.put([one, one._replace(coding_id=6, story_id=3, code_id=8)])
    look = postgres.passages.look
    assert set(look(Word("bus"), {5, 6}).ids.tolist()) == {5, 6}
    assert set(look(None, {5, 6, 9}).ids.tolist()) == {5, 6}
    assert look(Word("bus"), {5, 6}, codes=[8], stories=[2, 3]).best(0, 9)[0][0] == 6
    assert look(Word("bus"), {5, 6}, codes=[]).total == look(None, Allowed()).total == 0
    assert look(And((Not(Word("train")),)), {6}).total == 1
    assert postgres.passages.codes_of(look(None, {5, 6})) == {7: 1, 8: 1}
    postgres.passages.put([one._replace(edition=2, text="a letter")])
    assert postgres.passages.editions() == {5: 2, 6: 1}
    assert postgres.passages.editions([3]) == {6: 1}
    postgres.passages.forget([6])
    assert postgres.passages.stories() == {5: 2}


class TestStopping:
    @pytest.fixture
    def sessions(self, postgres):
        made = db.make_sessions(postgres.engine)
        postgres.forget_with_the_stop(made)
        # Its promise is no part of this: the events are taken away as the queue would.
        sa.event.listen(made, "before_commit", lambda session: session.info.clear())
        postgres.put([Document(1, 1, f"The {CANARY}", f"A word: {CANARY}."),
                      Document(2, 1, "", "A bus.")])  # fmt: skip
        postgres.passages.put([Passage(5, 1, 1, 1, 0, 9, 7, CANARY)])
        return made

    def test_the_words_leave_in_the_transaction_of_the_stop(self, postgres, sessions):
        assert CANARY[:10] in words_held(postgres.engine)
        with db.writing(sessions) as session:
            publish(session, UseStopped(1))
        assert CANARY[:10] not in words_held(postgres.engine)
        assert postgres.look(Word(CANARY), {1}).total == 0
        assert (postgres.story_ids(), postgres.passages.stories()) == ({2}, {})
        assert postgres.owes()
        assert list(postgres.leftovers()) == []
        with postgres.engine.begin() as connection:
            whole = f"{quoted(schema_of(connection))}.whole"
            connection.exec_driver_sql(
                f"UPDATE {whole} SET owes_since = owes_since - '2h'::interval"
            )
        assert [story_id for story_id, _ in postgres.leftovers()] == [0]
        postgres.erase()
        assert not postgres.owes()
        assert list(postgres.leftovers()) == []

    def test_a_stop_that_is_not_committed_leaves_it(self, postgres, sessions):
        with pytest.raises(ZeroDivisionError), db.writing(sessions) as session:
            publish(session, UseStopped(1))
            session.flush()
            raise ZeroDivisionError
        assert postgres.look(Word(CANARY), {1}).total == 1

    def test_a_stop_while_the_index_is_built_anew_is_not_undone_by_it(self, postgres, sessions):
        """It waits for the change, and then takes its story out of what came in."""

        def stop() -> None:
            with db.writing(sessions) as session:
                publish(session, UseStopped(1))

        stopping = threading.Thread(target=stop)

        def catch_up(fresh) -> None:
            fresh.put([Document(1, 1, "", CANARY)])
            stopping.start()
            stopping.join(0.3)
            assert stopping.is_alive()

        postgres.rebuild(lambda fresh: None, catch_up)
        stopping.join()
        assert postgres.story_ids() == set()
        assert CANARY[:10] not in words_held(postgres.engine)

    def test_without_an_index_a_stop_is_a_stop(self, postgres, sessions):
        with postgres.engine.begin() as connection:
            postgres_index.drop(connection, schema_of(connection))
        with db.writing(sessions) as session:
            publish(session, UseStopped(1))


class TestWriting:
    def test_a_second_writer_is_told_to_wait(self, postgres, monkeypatch):
        monkeypatch.setattr(postgres_tables, "WAIT", "50ms")
        with postgres_tables.writing(postgres.engine), pytest.raises(Conflict, match="busy"):
            postgres.put([Document(1, 1, "", "a bus")])
        postgres.put([Document(1, 1, "", "a bus")])

    def test_a_second_rebuild_is_refused(self, postgres):
        with postgres_tables.rebuilding(postgres.engine), pytest.raises(Conflict):
            postgres.rebuild(lambda fresh: None, lambda fresh: None)

    def test_a_rebuild_that_was_cut_off_is_told_and_cleared_by_the_next(self, postgres):
        with postgres.engine.begin() as connection:
            new = schema_of(connection) + postgres_index.NEW
            postgres_tables.create(connection, new, ready=False)
        assert [story_id for story_id, _ in postgres.leftovers()] == [0]
        postgres.rebuild(lambda fresh: fresh.put([Document(4, 1, "", "x")]), lambda fresh: None)
        assert list(postgres.leftovers()) == []
        assert postgres.story_ids() == {4}
        assert abs((now() - postgres.built()).total_seconds()) < 60

    def test_after_a_crash_of_the_server_it_counts_as_none(self, postgres):
        with postgres.engine.begin() as connection:
            name = schema_of(connection)
            connection.execute(sa.text(f"TRUNCATE {quoted(name)}.whole"))
            assert not there(connection, name)
        with pytest.raises(NotReady, match="no search index"):
            postgres.versions()


def test_a_house_on_sqlite_has_none(sqlite_engine):
    with pytest.raises(NotReady, match="STORYBANK_SEARCH"):
        PostgresIndex(sqlite_engine)


def test_stems_are_those_of_the_other_index(postgres):
    assert postgres.stem("communities") == stem("communities")
