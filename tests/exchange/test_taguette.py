"""Projects and codebooks of Taguette: whatever its version, and whatever is in the file.

How its highlights count was seen by making a project with Taguette 1.5.2's own code: bytes of
UTF-8 over the text nodes of the page, entities decoded, tags not counted; the browser's script
says the same. ``SEEN`` is one such document with the offsets and snippets Taguette gave it.
"""

from __future__ import annotations

import json
import sqlite3
import uuid

import pytest
import sqlalchemy as sa
from exchange.projects import came, taken

from storybank.coding.models import Coding
from storybank.errors import BadInput
from storybank.exchange import apart_child, taguette_in
from storybank.exchange.apart import read
from storybank.exchange.taguette_tags import guid
from storybank.memos.models import Memo
from storybank.people.models import Account
from storybank.people.rules import Role
from storybank.stories.models import StoryVersion

HTML = (
    "<h1>The day</h1>\n<p>She said \u201cwe\u2019ll see\u201d \U0001f469\u200d\U0001f680 &amp; "
    "left.</p>\n<p>e\u0301te\u0301: \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd\nand <b>bold</b> "
    "words<br>after a break</p><ul><li>one</li><li>two</li></ul>"
)
TEXT = (
    "The day\nShe said \u201cwe\u2019ll see\u201d \U0001f469\u200d\U0001f680 & left.\n"
    "\u00e9t\u00e9: \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd and bold words\nafter a break\n"
    "one\ntwo"
)
SEEN = (
    # start, end, snippet, tags, and what it marks in the text we keep
    (17, 46, "<p>\u201cwe\u2019ll see\u201d \U0001f469\u200d\U0001f680</p>", (1, 2),
     "\u201cwe\u2019ll see\u201d \U0001f469\u200d\U0001f680"),
    (4, 7, "<h1>day</h1>", (2,), "day"),
    (58, 87, "<p>te\u0301: \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd\nand <b>bold</b></p>", (1,),
     "t\u00e9: \u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd and bold"),
    (93, 106, "<p>after a break</p>", (2,), "after a break"),
)  # fmt: skip


def database(*more: str, html: str = HTML, highlights=SEEN, commands: bool = True) -> bytes:
    """A project as Taguette writes it; without ``commands`` as its first version did."""
    base = sqlite3.connect(":memory:")
    for table in (
        "documents (id INTEGER PRIMARY KEY, name, description, contents TEXT, project_id)",
        "tags (id INTEGER PRIMARY KEY, path TEXT, description TEXT, project_id)",
        "highlights (id INTEGER PRIMARY KEY, document_id, start_offset, end_offset, snippet)",
        "highlight_tags (highlight_id INTEGER, tag_id INTEGER)",
    ):
        base.execute(f"CREATE TABLE {table}")
    base.execute("INSERT INTO documents VALUES (1, 'Talk 1', 'First talk.', ?, 1)", [html])
    base.execute("INSERT INTO tags VALUES (1, 'people.peers', 'Somebody like them.', 1)")
    base.execute("INSERT INTO tags VALUES (2, 'show', '', 1)")
    if commands:
        base.execute("CREATE TABLE commands (id INTEGER, user_login TEXT, date TEXT, payload TEXT)")
    for number, (start, end, snippet, tags, _) in enumerate(highlights, 1):
        row = (number, 1, start, end, snippet)
        base.execute("INSERT INTO highlights VALUES (?, ?, ?, ?, ?)", row)
        for tag in tags:
            base.execute("INSERT INTO highlight_tags VALUES (?, ?)", (number, tag))
        if commands:
            said = json.dumps({"type": "highlight_add", "highlight_id": number})
            row = (number, "ana", "2026-03-01 10:00:00.000000", said)
            base.execute("INSERT INTO commands VALUES (?, ?, ?, ?)", row)
    for statement in more:
        base.execute(statement)
    base.commit()
    data = base.serialize()
    base.close()
    return data


class TestProject:
    def test_every_highlight_stands_on_its_words(self):
        found = came("sqlite3", database())
        (source,) = found.sources
        assert source.text == TEXT
        marked = {(source.text[c.start : c.end]) for c in source.codings}
        assert marked == {words for *_, words in SEEN}
        assert found.counts["exact"] == len(SEEN) and found.losses == []

    def test_it_comes_in_with_coders_days_and_memos(self, a):
        arrival = taken(a, a.actor(Role.STEWARD), database(), "sqlite3")
        assert arrival.report["losses"] == [] and arrival.kind == "taguette"
        names = a.session.scalars(
            sa.select(Account.name).join(Coding, Coding.coder_id == Account.id)
        ).all()
        assert names == ["ana"] * 5
        days = {str(at)[:19] for at in a.session.scalars(sa.select(Coding.made_at))}
        assert days == {"2026-03-01 10:00:00"}
        assert a.session.scalars(sa.select(Memo.body)).all() == ["First talk."]
        blocks = a.session.scalars(sa.select(StoryVersion.blocks)).one()
        assert [row[0] for row in blocks] == ["h", "p", "p", "p", "li", "li"]

    def test_one_of_the_first_version_says_no_coder(self, a):
        taken(a, a.actor(Role.STEWARD), database(commands=False), "sqlite3")
        assert set(
            a.session.scalars(sa.select(Account.name).join(Coding, Coding.coder_id == Account.id))
        ) == {"A coder in Taguette"}

    def test_a_tag_is_the_same_code_in_the_project_and_in_each_codebook(self, a):
        steward = a.actor(Role.STEWARD)
        taken(a, steward, database(), "sqlite3")
        table = (
            b"tag,description,number of highlights\r\npeople.peers,New words,3\r\nnew one,,0\r\n"
        )
        arrival = taken(a, steward, table, "csv", match_names=False)
        assert arrival.report["counts"]["codes matched"] == 1
        assert arrival.report["counts"]["codes new"] == 1
        assert guid("people.peers") == str(uuid.uuid5(taguette_in.NAMESPACE, "people.peers"))

    def test_what_does_not_fit_is_named(self):
        odd = (
            (5000, 6000, "", (1,), ""), (-3, 4, "", (1,), ""), (0, 3, "<p>Else</p>", (1,), ""),
            (0, 3, "", (), ""), (18, 20, "", (1,), ""), (2**62, 2**63 - 1, "", (1,), ""),
        )  # fmt: skip
        found = came("sqlite3", database(highlights=odd))
        assert {loss.kind: loss.count for loss in found.losses} == {
            "place outside": 3, "words differ": 1, "place without code": 1, "widened": 1,
        }  # fmt: skip


class TestHostile:
    @pytest.mark.parametrize(
        "data",
        [
            b"SQLite format 3\0" + b"\0" * 4_000,
            database()[:3_000],
            database("DROP TABLE tags"),
            database("DROP TABLE tags", "CREATE VIEW tags AS SELECT 1 AS id, 'x' AS path, '' AS "
                     "description"),
            database("ALTER TABLE tags RENAME COLUMN path TO road"),
        ],
        ids=["empty", "cut", "without tags", "a view", "other columns"],
    )  # fmt: skip
    def test_it_is_refused_with_one_sentence(self, data):
        answer = apart_child.read("sqlite3", data)
        assert answer["refused"] in (taguette_in.NOT_TAGUETTE, taguette_in.DAMAGED)

    def test_one_that_never_ends_is_stopped(self, monkeypatch):
        monkeypatch.setattr(taguette_in, "_LOOKS", 2)
        monkeypatch.setattr(taguette_in, "_STEPS", 1_000)
        many = database(highlights=[(0, 3, "", (1,), "")] * 20_000, commands=False)
        with pytest.raises(BadInput):
            taguette_in.read_taguette(many)

    def test_the_child_reads_it_as_we_do(self):
        data = database()
        assert read(data).to_json() == came("sqlite3", data).to_json()
        wal = data[:18] + b"\2\2" + data[20:]
        assert read(wal).counts["exact"] == len(SEEN)


class TestCodebook:
    @pytest.mark.parametrize("table", [b"number,what\n1,2\n", b"tag,name\na,b\n", b"\xff\xfe"])
    def test_a_table_that_is_none_is_refused(self, table):
        answer = apart_child.read("csv", table)
        assert answer.get("refused") or not answer["came"]["codes"]
