"""A recording is kept sealed, heard only where the voice is allowed, and goes with its story."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import factories
import pytest
import sqlalchemy as sa
from crawling import TOKEN, Person
from stories.sounding import kept_beside, original_with, sound_with, wav

from storybank import db, tables
from storybank.clock import now
from storybank.consent import passages
from storybank.consent.answers import Mark, Medium
from storybank.consent.folding import Span
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import rotation
from storybank.people.rules import MACHINE, Role
from storybank.people.sealing import sealer_of
from storybank.rights.story_parts import story_part
from storybank.stories import erasing, files, following, recordings, sounds, writing
from storybank.stories.canon import Part, Run, from_blocks, plain
from storybank.stories.file_models import StoryFile, StoryFilePart
from storybank.stories.models import Story, StoryVersion
from storybank.stories.reading import story

VOICE = (Medium.WORDS, Medium.VOICE)
HEARD = (Purpose.KEEP, Purpose.STUDY, Purpose.MEMBERS, Purpose.REUSE)
CANARY = b"Zanzibarquux"


def hear(session, use, card) -> bytes:
    return b"".join(files.read(session, use, card.id))


class TestKeeping:
    def test_every_part_can_be_read_alone_and_nothing_lies_open(self, session, a):
        data = wav(300, CANARY)
        assert len(data) > 2 * files.PART
        number = a.story(media=VOICE).id
        file = sound_with(session, number, data)
        use = a.use(Purpose.KEEP)
        assert hear(session, use, file) == data
        for start, end in ((0, 1), (files.PART - 3, files.PART + 3), (len(data) - 5, len(data))):
            assert b"".join(files.read(session, use, file.id, start, end)) == data[start:end]
        sealed = session.scalars(sa.select(StoryFilePart.body)).all()
        assert len(sealed) == 3 and not any(CANARY in bytes(part) for part in sealed)
        assert StoryFilePart.__table__ in rotation.sealed_tables(tables.metadata)
        with pytest.raises(Conflict, match="already"):
            sound_with(session, number)

    def test_what_is_no_sound_or_too_much_is_refused(self, session, a, monkeypatch):
        number = a.story(media=VOICE).id
        for data, sentence in (
            (b"MZ" + bytes(100), "not a sound"),
            (b"%PDF-1.7", "not a sound"),
            (b"\x00\x00\x00\x20ftypisom" + b"avc1", "film"),
        ):
            with pytest.raises(BadInput, match=sentence), session.begin_nested():
                sound_with(session, number, data)
        monkeypatch.setattr(files, "MAX_FILE", 4000)
        with pytest.raises(BadInput, match="too large"), session.begin_nested():
            sound_with(session, number)
        use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
        with pytest.raises(BadInput, match="empty"):
            files.keep(session, use, number, "original", "text/plain", io.BytesIO())
        with pytest.raises(Refused):
            files.keep(session, a.use(Purpose.STUDY), number, "original", "", io.BytesIO(b"x"))

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (wav(), "audio/wav"), (b"ID3\x04\x00", "audio/mpeg"),
            (b"\xff\xfb\x90\x00", "audio/mpeg"), (b"fLaC\x00", "audio/flac"),
            (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"),
            (b"\x00\x00\x00\x1cftypM4A ", "audio/mp4"), (b"\xff\xf1\x50\x80", "audio/aac"),
            (b"\x1aE\xdf\xa3" + b"\x42\x82\x84webm" + b"A_OPUS", "audio/webm"),
            (b"\xff\xfe<\x00", None), (b"RIFF0000AVI ", None), (b"", None),
            (b"\x1aE\xdf\xa3" + b"\x42\x82\x84webm" + b"V_VP9", None),
        ],
    )  # fmt: skip
    def test_the_first_bytes_tell_what_it_is(self, head, kind):
        assert sounds.type_of(head) == kind


class TestHearing:
    def test_only_where_the_voice_is_allowed_for_this_use_and_moment(self, session, a):
        heard = a.story(media=VOICE, consented_to=[Purpose.STUDY])
        silent = a.story(media=[Medium.WORDS])
        for one in (heard, silent):
            sound_with(session, one.id)
        for purpose in HEARD:
            use = a.use(purpose)
            may = purpose in (Purpose.KEEP, Purpose.STUDY)
            assert (files.to_play(session, use, heard.id) is not None) is may
            assert files.to_play(session, use, silent.id) is None
        for one in (heard, silent):
            teller = a.actor(Role.STORYTELLER, person_id=one.person_id)
            assert files.to_play(session, Use.claim(teller, Purpose.OWN, now()), one.id)
        other = Use.claim(
            a.actor(Role.STORYTELLER, person_id=a.story().person_id), Purpose.OWN, now()
        )
        assert files.to_play(session, other, heard.id) is None

    def test_a_stop_refuses_the_next_bytes(self, session, a):
        one = a.story(media=VOICE)
        file = sound_with(session, one.id, wav(300))
        coming = files.read(session, a.use(Purpose.STUDY), file.id)
        next(coming)
        a.stop(one, Purpose.STUDY)
        with pytest.raises(NotFound):
            next(coming)

    @pytest.mark.parametrize("mark", list(Mark))
    def test_a_part_kept_back_closes_it_to_all_but_a_steward(self, session, a, mark):
        one = a.story(media=VOICE)
        file = sound_with(session, one.id)
        if mark in (Mark.LEAVE_OUT, Mark.ASK_FIRST):
            passages.mark_passage(
                session, MACHINE, one.id, one.person_id, Span(1, 0, 9), mark, "phone"
            )
        else:
            part = tables.metadata.tables["part_standing"]
            values = dict(story_id=one.id, version=1, start=0, end=9, mark=mark.value, lead=0)
            session.execute(sa.insert(part).values(values))
        open_to = [use for use in HEARD if files.to_play(session, a.use(use), one.id)]
        assert open_to == ([] if mark is Mark.HELD else [Purpose.KEEP])
        with pytest.raises(NotFound):
            files.read(session, a.use(Purpose.MEMBERS), file.id)

    def test_words_changed_since_close_it_until_another_comes(self, session, a):
        one = a.story(media=VOICE)
        sound_with(session, one.id)
        keeps, studies = a.use(Purpose.KEEP), a.use(Purpose.STUDY)
        writing.amend(session, keeps, one.id, plain("It says another thing now."))
        assert files.to_play(session, keeps, one.id)
        assert files.to_play(session, studies, one.id) is None
        recordings.take_away(session, keeps, one.id, now())
        session.get_one(StoryVersion, (one.id, 2)).made_at -= timedelta(seconds=5)
        sound_with(session, one.id)
        assert files.to_play(session, studies, one.id)
        original_with(session, one.id)
        assert files.original(session, keeps, one.id)
        sealed = tables.metadata.tables["sealed_original"]
        session.execute(sa.insert(sealed).values(story_id=one.id, ref=1, body=b"sealed"))
        assert files.to_play(session, studies, one.id) is None
        assert files.to_play(session, keeps, one.id)
        assert files.original(session, keeps, one.id) is None

    def test_an_original_is_for_whoever_keeps_the_story(self, session, a):
        one = a.story()
        use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
        kept = files.keep(session, use, one.id, "original", "text/plain", io.BytesIO(CANARY))
        assert hear(session, a.use(Purpose.KEEP), kept) == CANARY
        for purpose in HEARD[1:]:
            with pytest.raises(NotFound):
                files.card(session, a.use(purpose), kept.id)


class TestTakingAway:
    def test_it_can_be_put_back_for_some_days(self, session, a):
        one, keeps = a.story(media=VOICE), a.use(Purpose.KEEP)
        first = sound_with(session, one.id)
        recordings.take_away(session, keeps, one.id, now())
        assert files.to_play(session, keeps, one.id) is None
        second = sound_with(session, one.id)
        recordings.put_back(session, keeps, one.id, first.id)
        assert files.to_play(session, keeps, one.id).id == first.id
        assert recordings.sweep(session, now() + timedelta(days=6)) == 0
        assert recordings.sweep(session, now() + timedelta(days=8)) == 1
        with pytest.raises(NotFound):
            recordings.put_back(session, keeps, one.id, second.id)

    def test_its_teller_is_told_of_it_in_all_that_is_held(self, session, a):
        one = a.story()
        kept_beside(session, one.id, CANARY.decode())
        own = Use.claim(a.actor(Role.STORYTELLER, person_id=one.person_id), Purpose.OWN, now())
        part = story_part(session, own, story(session, own, one.id))
        lines = "\n".join(line for section in part.sections for line in section.lines)
        assert "A recording of your voice" in lines and "The file your story came in" in lines
        assert f"Comment: What is the {CANARY.decode()}?" in lines
        assert [file["kind"] for file in part.data["files"]] == ["recording", "original"]

    def test_it_goes_with_its_story(self, session, a):
        one = a.story(media=VOICE)
        sound_with(session, one.id)
        erasing.erase(session, Use.claim(MACHINE, Purpose.TAKE_IN, now()), one.id)
        for table in (StoryFile, StoryFilePart):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0


class TestFollowing:
    def test_times_of_the_words_become_times_of_the_recording(self, session, a):
        canon = from_blocks(
            [
                Part("p", [Run("So I went in. ", ms=61_000), Run("Nobody <there>.", ms=64_500)]),
                Part("p", [Run("No time here.")]),
            ]
        )
        let_out = story(session, a.use(Purpose.STUDY), a.story().id)
        shown = replace(
            let_out, text=canon.text, blocks=canon.blocks, times=canon.times,
            asides=[(canon.blocks[1].start, len(canon.text))],
        )  # fmt: skip
        first, second = following.lines(shown, from_ms=60_000)
        assert "data-asked data-who=Interviewer" in second.element
        assert "data-asked" not in first.element
        assert (first.seconds, first.clock, second.seconds) == (1.0, "0:00:01", None)
        assert "<span data-at=4.5>Nobody &lt;there&gt;.</span>" in first.element
        assert "No time here." in second.element
        assert following.short(100_000.25) == "100000.25" and following.short(0) == "0"

    def test_where_the_words_begin_is_typed_as_people_say_it(self):
        assert following.offset("") == 0 and following.offset("0:30") == -30_000
        assert following.offset("-1:00:05") == 3_605_000
        assert following.typed_offset(3_605_000) == "-1:00:05"
        assert following.typed_offset(-30_000) == "0:00:30"
        for wrong in ("soon", "0:75", "99:99:99", "-25:00:00", "\x00", "1" * 400):
            with pytest.raises(BadInput):
                following.offset(wrong)


class TestPages:
    def test_a_steward_brings_it_the_team_hears_it_and_a_stop_ends_it(
        self, house, app, monkeypatch
    ):
        monkeypatch.setattr(files, "PART", 100_000)
        data = wav(30, CANARY)
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            number = a.story(media=VOICE, consented_to=EIGHT).id
            for role in (Role.STEWARD, Role.RESEARCHER, Role.MEMBER):
                a.actor(role, email=f"{role}@example.org")
        steward, researcher, member = (
            Person(app, f"{role}@example.org")
            for role in (Role.STEWARD, Role.RESEARCHER, Role.MEMBER)
        )
        page = f"/stories/keep/{number}/recording"
        app.config["MAX_CONTENT_LENGTH"] = 50_000  # as it is for every other file
        assert researcher.get(f"/stories/study/{number}/recording").status_code == 404

        def bring(sent: bytes | None, begins: str = ""):
            token = TOKEN.search(steward.get(page).text)[1]
            fields = {"csrf_token": token, "begins": begins}
            if sent is not None:
                fields["sound"] = (io.BytesIO(sent), f"{CANARY.decode()}.wav")
            return steward.client.post(f"{page}/bring", data=fields)

        for sent, begins in ((None, ""), (b"words", ""), (data, "soon"), (b"", "\x00")):
            answer = bring(sent, begins)
            assert answer.status_code == 422 and "There is a problem" in answer.text
        assert bring(data, "0:00:02").status_code == 303
        sound = f"/stories/study/{number}/recording/sound"
        assert "<audio" in researcher.get(f"/stories/study/{number}/recording").text
        whole = researcher.get(sound)
        assert whole.data == data and whole.headers["Content-Type"] == "audio/wav"
        part = researcher.client.get(sound, headers={"Range": "bytes=0-"})
        assert part.status_code == 206 and part.data == data[: files.PART]
        assert part.headers["Content-Range"] == f"bytes 0-{files.PART - 1}/{len(data)}"
        last = researcher.client.get(sound, headers={"Range": "bytes=-12"})
        assert last.data == CANARY
        for odd, status in (("bytes=9999999-", 416), ("bytes=5-2", 200), ("lines=1-2", 200)):
            assert researcher.client.get(sound, headers={"Range": odd}).status_code == status
        assert member.get(f"/stories/study/{number}/recording/sound").status_code == 403
        assert member.get(f"/stories/members/{number}/recording/sound").status_code == 200
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(session.get_one(Story, number), Purpose.STUDY)
        again = researcher.client.get(sound, headers={"Range": f"bytes={files.PART}-"})
        assert again.status_code == 404
        assert "Take it away" in steward.get(f"{page}/away").text
        assert steward.post(f"{page}/away", on=page).status_code == 303
        assert member.get(f"/stories/members/{number}/recording/sound").status_code == 404
        with house.sessions() as session:
            old = session.scalars(sa.select(StoryFile.id)).one()
        assert steward.post(f"{page}/back", on=page, file=old).status_code == 303
        assert member.get(f"/stories/members/{number}/recording").status_code == 200
        for file in ("", "x", str(2**40), "999999"):
            assert steward.post(f"{page}/back", on=page, file=file).status_code in (400, 404)
        assert steward.post(f"{page}/times", on=page, begins="-0:00:01").status_code == 303
        assert steward.post(f"{page}/times", on=page, begins="soon").status_code == 422
        with house.sessions() as session:
            assert session.scalars(sa.select(StoryFile.from_ms)).all() == [1000]
            assert rotation.start(sealer_of(session))
        assert rotation.finish(house.sessions, [StoryFilePart.__table__]) == 3
        assert member.get(f"/stories/members/{number}/recording/sound").data == data
