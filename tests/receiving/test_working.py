"""From files that are brought to stories, and out again: by errands, a story at a time."""

from __future__ import annotations

import io
from datetime import timedelta

import factories
import pytest
import sqlalchemy as sa
from word_files import paragraph, raw_docx, zipped

from storybank import db
from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.models import StoryStanding
from storybank.consent.rules import Purpose
from storybank.errors import Conflict, NotFound
from storybank.intake import rules
from storybank.people.rules import MACHINE, Role
from storybank.portal import erasing
from storybank.receiving import (
    by_command,
    choosing,
    gathering,
    intakes,
    reading,
    reporting,
    running,
    undoing,
    wiping,
    working,
)
from storybank.receiving.choosing import Chosen
from storybank.receiving.models import Intake, IntakeBytes, IntakeFile, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import Outcome, Stage
from storybank.stories.canon import Note, Time, Turn, plain
from storybank.stories.models import Story, StoryNote
from storybank.stories.rules import Place

CHOSEN = {
    "use-keep": "yes", "use-study": "yes", "name_style": "none", "lasts": "2 years",
    "channel": "paper", "evidence_kind": "witness_note", "evidence": "Jo Park was there.",
    "wrote": "teller", "media": "words", "role": "carer",
}  # fmt: skip
TALK = b"Anna: Who helped you?\n\nBo: The nurse did.\n\nAnna: And then?\n\nBo: I went home.\n"
LINES = b'{"id": "x-1", "text": "One waited."}\nnot json\n{"id": "x-3", "text": "Three waited."}\n'


def count(session, table, *where) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table).where(*where))


@pytest.fixture
def brought(house):
    """An intake of a zip with two stories, one of them twice, and a file that is none; a Word
    file; a table; and one that is empty."""
    with db.writing(house.sessions) as session:
        by = factories.Factory(session).actor(Role.STEWARD)
        intake = gathering.begin(session, by, "page", keep_originals=True)
        archive = zipped({"Ann Lee.txt": TALK, "again.txt": TALK, "odd.png": b"\x89PNG\r\n"})
        for name, data in (
            ("all.zip", archive), ("w.docx", raw_docx(paragraph("We wrote to them."))),
            ("rows.jsonl", LINES), ("none.txt", b""),
        ):  # fmt: skip
            gathering.add_file(session, intake, name, io.BytesIO(data))
        gathering.promise_reading(session, intake)
        return intake.id, by


class TestWholeWay:
    def test_from_bytes_to_stories_and_out_again(self, house, brought):
        intake_id, by = brought
        drain = house.runner.errands.drain
        with house.sessions() as session:
            assert working.progress(session, intake_id).waiting == 5
            assert count(session, IntakeBytes) == 5
            sealed = session.scalars(sa.select(IntakeBytes.body)).all()
            assert not any(b"nurse" in body for body in sealed)
        with db.writing(house.sessions) as session:
            working.pause(session, intake_id)
        drain()
        with db.writing(house.sessions) as session:
            assert working.progress(session, intake_id).waiting == 5
            working.go_on(session, by, intake_id)
        drain()
        with db.writing(house.sessions) as session:
            intake = session.get_one(Intake, intake_id)
            assert intake.status == Stage.LOOKING.value
            stands = working.progress(session, intake_id)
            assert (stands.total, stands.ready, stands.refused) == (8, 5, 3)
            assert {row.reason for row in reporting.rows(session, intake_id) if row.reason} == {
                rules.PICTURE, "The file is empty. Check that it was saved, and try again.",
                "The line is not JSON. Each line must be one object in braces.",
            }  # fmt: skip
            first = session.scalar(sa.select(IntakeItem).order_by(IntakeItem.n).limit(1))
            assert len(reading.of(session, first).canon.turns) == 4
            # Nobody said what the tellers chose: all are asked about, none is taken in.
            working.promise_taking(session, by, intake)
        drain()
        with db.writing(house.sessions) as session:
            assert working.progress(session, intake_id).asked == 5
            intake = session.get_one(Intake, intake_id)
            choosing.keep(session, intake, Chosen.sent(CHOSEN))
            working.promise_taking(session, by, intake)
        drain()
        with db.writing(house.sessions) as session:
            intake = session.get_one(Intake, intake_id)
            stands = working.progress(session, intake_id)
            assert (stands.taken, stands.refused, stands.asked) == (4, 4, 0)
            assert (intake.status, count(session, IntakeBytes)) == (Stage.DONE.value, 0)
            assert count(session, IntakeItem, IntakeItem.read.is_not(None)) == 0
            body = reporting.table(session, intake_id).as_csv
            assert "Ann Lee.txt" in body and "The same text is there already: story 1." in body
            assert [line.progress.taken for line in intakes.newest(session)] == [4]
            with pytest.raises(Conflict):
                working.take(session, by, session.get_one(IntakeItem, first.id))
            a = factories.Factory(session)
            factories.load_codebook(session)
            use, code = a.use(Purpose.STUDY), a.code().id
            coding.apply(session, use, Place(2, 1, 0, 2), [code])
            person_id = session.get_one(Story, 3).person_id
            erasing.erase(session, MACHINE, 3, person_id, "paper")
            goes = undoing.what_goes(session, intake_id)
            assert (goes.stories, [kept.story_id for kept in goes.kept]) == (2, [2])
            assert goes.kept[0].sentence == "Story 2 stays: codings (1)."
        with db.writing(house.sessions) as session:
            undone = undoing.undo(session, by, intake_id)
            assert (len(undone.stories), [kept.story_id for kept in undone.kept]) == (2, [2])
            assert session.get_one(Intake, intake_id).status == Stage.UNDONE.value
            closed = session.scalars(sa.select(StoryStanding.closed)).all()
            assert sorted(map(str, closed)) == ["None", "erased", "erased", "erased"]
            with pytest.raises(Conflict):
                undoing.undo(session, by, intake_id)
        house.runner.drain()
        with house.sessions() as session:
            files = session.scalars(sa.select(IntakeFile).order_by(IntakeFile.n)).all()
            names = {gathering.name_of(session, file) for file in files}
            assert "Ann Lee.txt" not in names and "w.docx" in names | {""}
            assert not list(house.strays(session))

    def test_a_big_intake_is_undone_by_an_errand_and_can_come_in_again(self, house, monkeypatch):
        monkeypatch.setattr(undoing, "AT_ONCE", 1)
        with db.writing(house.sessions) as session:
            by = factories.Factory(session).actor(Role.STEWARD)
            intake = gathering.begin(session, by, "page")
            intake.status = Stage.TAKING.value
            choosing.keep(session, intake, Chosen.sent(CHOSEN))
            for words in ("One.", "Two.", "Three."):
                item = gathering.add_item(session, intake, None)
                working.note(session, item, Read(plain(words), "A story"))
        while running.take_next(house.sessions, by, intake.id):
            pass
        with db.writing(house.sessions) as session:
            assert undoing.undo(session, by, intake.id).left == 2
        house.runner.errands.drain()
        with db.writing(house.sessions) as session:
            assert session.get_one(Intake, intake.id).status == Stage.UNDONE.value
            factories.Factory(session).story("One.", external_id=None)


class TestRows:
    def test_what_is_read_comes_back_as_it_was(self, session):
        canon = plain("Anna: Hello.\n\nBo: Hi.")
        read = Read(
            type(canon)(
                canon.text, canon.blocks, canon.marks, ("Lost.",), "Mine",
                (Turn(0, 12, 6, 1), Turn(13, 20, 17, 2)), (Time(0, 1_500),),
                (Note("comment", "Sic", "Jo", 0, 4),),
            ),
            "A title", "x-1", {"country": "Wales"}, "cp1252", "en", {"keep": "yes"}, "Mail 1",
            "Wren", "chosen",
        )  # fmt: skip
        assert Read.from_json(read.to_json()) == read
        assert read.arrival.line is None and read.arrival.name == "Wren"

    def test_notes_come_along_and_nothing_of_one_item_is_there_twice(self, session, a):
        by = a.actor(Role.STEWARD)
        intake = gathering.begin(session, by, "page")
        choosing.keep(session, intake, Chosen.sent(CHOSEN))
        item = gathering.add_item(session, intake, None)
        with pytest.raises(Conflict):
            working.take(session, by, item)
        canon = plain("I waited with my sister.")
        noted = type(canon)(canon.text, canon.blocks, notes=(Note("comment", "Sic", "Jo", 0, 1),))
        working.note(session, item, Read(noted, "A story"))
        story = working.take(session, by, item)
        assert count(session, StoryNote, StoryNote.story_id == story.id) == 1
        with pytest.raises(Conflict):
            working.take(session, by, item)
        with pytest.raises(NotFound):
            reading.of(session, item)

    def test_the_same_command_goes_on_and_another_begins_anew(self, session, a):
        going = by_command.begin(session, MACHINE, {"paths": ["a"]})
        intake = by_command.check_going(session, going.intake_id)
        story = a.story()
        by_command.note(session, intake, by_command.Came(1, "a.txt", 3), story_id=story.id)
        by_command.note(session, intake, by_command.Came(2, "b.csv", 9, 4), reason="No words.")
        again = by_command.begin(session, MACHINE, {"paths": ["a"]})
        assert again == by_command.Going(going.intake_id, {1: 1, 2: 1}, 1, 1)
        assert by_command.begin(session, MACHINE, {"paths": ["b"]}).done == {}
        working.pause(session, going.intake_id)
        with pytest.raises(by_command.Stopped):
            by_command.check_going(session, going.intake_id)
        by_command.begin(session, MACHINE, {"paths": ["a"]})
        by_command.end(session, going.intake_id)
        assert by_command.begin(session, MACHINE, {"paths": ["a"]}).done == {}

    def test_on_its_day_all_that_waits_is_wiped_and_the_list_stays(self, session, a):
        intake = gathering.begin(session, a.actor(Role.STEWARD), "page")
        gathering.add_file(session, intake, "Ann Lee.txt", io.BytesIO(b"I waited."))
        today = now().date()
        assert wiping.wipe(session, today) == 0
        intake.wipe_on = today - timedelta(days=1)
        session.flush()
        assert list(wiping.overdue(session, today)) == [
            f"intake {intake.id} keeps files past its day"
        ]
        assert (wiping.wipe(session, today), wiping.wipe(session, today)) == (1, 0)
        (row,) = reporting.rows(session, intake.id)
        assert (row.file, row.outcome, row.reason) == (
            reporting.WIPED, Outcome.LEFT_OUT, wiping.TOO_LATE,
        )  # fmt: skip
        assert not list(wiping.overdue(session, today)) and count(session, IntakeBytes) == 0
