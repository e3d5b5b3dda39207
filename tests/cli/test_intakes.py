"""Folders, zips and tables from the command line; going on after a crash; out again."""

from __future__ import annotations

import csv
import json
import random

import crashing
import factories
import houses
import pytest
import sqlalchemy as sa
from commands import YES
from word_files import paragraph, raw_docx, zipped

from storybank import db
from storybank.consent.models import StoryStanding
from storybank.receiving.models import Intake, IntakeItem
from storybank.stories.file_models import StoryFile
from storybank.stories.models import Story, StoryVersion

MANY = 150


def count(house, table, *where) -> int:
    with house.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


@pytest.fixture
def box(tmp_path):
    """A folder with a folder, a zip, a table and what systems leave behind."""
    folder = tmp_path / "box"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "w.docx").write_bytes(raw_docx(paragraph("We wrote to them.")))
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "all.zip").write_bytes(
        zipped({"in/a.txt": "Anna: Why?\n\nBo: So.\n\nAnna: And?\n\nBo: Yes.", "b.png": b"\x89PNG"})
    )
    (folder / "table.csv").write_text("Id,Words,Kept,How\n1,One waited.,Yes,Mail 1\n2,Two.,,\n")
    return folder


class TestWholeWay:
    def test_looked_at_taken_in_listed_and_out_again(self, storybank, house, box, tmp_path):
        columns = {"Id": "id", "Words": "text", "Kept": "use keep", "How": "evidence"}
        (tmp_path / "map.json").write_text(json.dumps({"columns": columns}))
        ask = ("take-in", box, *YES, "--map", tmp_path / "map.json", "--ocr")
        said = storybank(*ask, "--look", "--json")
        assert [row["outcome"] for row in said.rows].count("would be taken in") == 4
        talk = next(row for row in said.rows if row["source"] == "all.zip/a.txt")
        assert (talk["words"], talk["speakers"], talk["notes"]) == (8, 2, 0)
        assert (count(house, Story), count(house, Intake)) == (0, 0)
        lines = storybank(*ask, "--look").lines
        assert "would be taken in: all.zip/a.txt: 8 words, 2 speakers" in lines
        said = storybank(*ask, "--keep-originals", "--report", tmp_path / "r.csv", "--json")
        assert said.err == "3 taken in, 2 refused.\n"
        assert {row["source"]: row["reason"][:24] for row in said.rows if "reason" in row} == {
            "all.zip/b.png": "This is a picture. Type ", "table.csv": "We can not take in a sto",
        }  # fmt: skip
        report = list(csv.reader((tmp_path / "r.csv").read_text("utf-8-sig").splitlines()))
        assert [row[1:4] for row in report[1:6]] == [
            ["all.zip/a.txt", "", "taken"], ["all.zip/b.png", "", "refused"],
            ["table.csv", "2", "taken"], ["table.csv", "3", "refused"], ["w.docx", "", "taken"],
        ]  # fmt: skip
        assert count(house, StoryFile, StoryFile.kind == "original") == 2
        (line,) = storybank("intakes").lines
        assert line.endswith("by command, done: 3 taken in, 2 refused, 0 waiting, of 5")
        assert storybank("undo-intake", 9).err == "There is no such intake.\n"
        assert storybank("undo-intake", 1, stdin="n\n").code == 130
        said = storybank("undo-intake", 1, "--yes")
        assert (said.code, said.err) == (0, "3 stories deleted, 0 stay.\n")
        assert count(house, StoryStanding, StoryStanding.closed == "erased") == 3
        assert storybank("intakes", "--json").rows[0]["stage"] == "undone"
        assert storybank("undo-intake", 1, "--yes").code == 1
        assert storybank(*ask).err == "3 taken in, 2 refused.\n"

    @pytest.mark.parametrize("said", ["[1]", "{", '{"columns": {"Nothing": "text"}}'])
    def test_a_mapping_that_is_none_is_one_sentence(self, storybank, box, tmp_path, said):
        (tmp_path / "map.json").write_text(said)
        told = storybank("take-in", box / "table.csv", *YES, "--map", tmp_path / "map.json")
        assert told.code == 1 and (told.out + told.err).count("apping") >= 1


class TestKilled:
    def test_four_times_it_goes_on_and_none_is_lost_or_doubled(self, empty_house, tmp_path):
        home = houses.copy(empty_house, tmp_path / "home")
        path = tmp_path / "stories.jsonl"
        with path.open("w") as file:
            for n in range(MANY):
                file.write(json.dumps({"id": f"x-{n}", "text": f"{n} waited."} if n % 9 else 1))
                file.write("\n")
        acknowledged: list[str] = []
        chance = random.Random(8)
        for _ in range(4):
            with crashing.storybank(home, "take-in", path, *YES, "--json") as run:
                acknowledged += [run.said.readline() for _ in range(chance.randrange(5, 40))]
                run.kill()
                acknowledged += run.rest()
        with factories.open_copy(home, tmp_path / "copy") as house:
            storybank_ids = taken(house)
            assert {row["external_id"] for row in map(json.loads, acknowledged)} - {None} <= (
                storybank_ids
            )
        rest = []
        with crashing.storybank(home, "take-in", path, *YES, "--json") as run:
            while not rest or rest[-1]["external_id"] != f"x-{MANY - 1}":
                rest.append(json.loads(run.said.readline()))
            run.kill()  # to put them into the index is tried elsewhere
        assert not {row["external_id"] for row in rest} & storybank_ids - {None}
        with factories.open_copy(home, tmp_path / "again") as house:
            assert taken(house) == {f"x-{n}" for n in range(MANY) if n % 9}
            stories = MANY - len(range(0, MANY, 9))
            assert count(house, StoryVersion) == count(house, Story) == stories
            assert (count(house, Intake), count(house, IntakeItem)) == (1, MANY)


def taken(house) -> set[str]:
    with db.writing(house.sessions) as session:
        return set(session.scalars(sa.select(Story.external_id)))
