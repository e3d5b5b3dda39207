"""What comes in from other programs is held until its tellers were asked; all of it or nothing."""

from __future__ import annotations

import io
import re

import factories
import pytest
import sqlalchemy as sa
from crawling import Person, crawl
from exchange.projects import (
    ANA,
    PEER,
    TOKEN,
    content_of,
    filed,
    guid,
    leaving,
    packed,
    project,
    selection,
    source,
    taken,
)

from storybank import db, tables
from storybank.codebook.models import Code, Family
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent import standing
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import Conflict, NotFound, Refused
from storybank.exchange import arrivals_list, arrivals_undo, views_projects
from storybank.exchange.models import Arrival, ArrivalStory
from storybank.memos.models import Memo
from storybank.people.models import Account
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.stories.rules import Place

TEXT = "The Quokkas came on a Thursday.\nNobody had told me, and then they all sat down with us."
SAID = {
    "use-keep": "yes", "use-study": "yes", "name_style": "none", "lasts": "2 years",
    "channel": "phone", "media": "words", "evidence_kind": "witness_note",
    "evidence": "Said yes on the phone to Jo Park.",
}  # fmt: skip


@pytest.fixture
def steward(a):
    return a.actor(Role.STEWARD)


def one_story(more: str = "", **rest) -> bytes:
    inside = selection(4, 11, PEER, ANA) + selection(4, 11, TOKEN, ANA, 2)
    return packed(project(source(TEXT, inside + more), **rest))


def count(a, *names: str) -> list[int]:
    every = tables.metadata.tables
    return [a.session.scalar(sa.select(sa.func.count()).select_from(every[n])) for n in names]


class TestTake:
    def test_codes_coders_codings_and_where_they_stand(self, a, steward):
        arrival = taken(a, steward, one_story())
        rows = a.session.execute(
            sa.select(Coding.start, Coding.end, Code.name, Account.name, Coding.made_at)
            .join(Code, Code.id == Coding.code_id)
            .join(Account, Account.id == Coding.coder_id)
            .order_by(Code.name)
        ).all()
        assert [tuple(row[:4]) for row in rows] == [
            (4, 11, "For show", "Ana B."), (4, 11, "Peers at hand", "Ana B.")
        ]  # fmt: skip
        assert rows[0][4].isoformat() == "2026-03-01T10:00:00"
        assert a.session.scalars(sa.select(Family.name).order_by(Family.id)).all()[-1] == (
            "From NVivo 14"
        )
        assert arrival.report["losses"] == []

    def test_a_coder_gets_a_name_and_no_way_in(self, a, steward):
        taken(a, steward, one_story())
        account = a.session.scalars(sa.select(Account).where(Account.name == "Ana B.")).one()
        assert account.email is None and account.password_hash is None
        assert account.disabled_at is not None

    def test_codes_of_the_same_name_are_ours_or_not_as_was_said(self, a, steward):
        codes = f'<Code guid="{PEER}" name="{a.code().name.upper()}" isCodable="true"/>'
        data = packed(project(source(TEXT, selection(4, 11, PEER)), codes=codes))
        taken(a, steward, data)
        assert a.session.scalars(sa.select(Coding.code_id)).all() == [a.code().id]
        other = packed(project(source(TEXT + " More.", selection(4, 11, PEER), 2), codes=codes))
        before = count(a, "code")
        taken(a, steward, other.replace(b"", b""), match_names=False)
        assert count(a, "code") == before, "its GUID is known by now"

    def test_the_same_file_twice_is_told_and_not_doubled(self, a, steward):
        taken(a, steward, one_story())
        with pytest.raises(Conflict) as told:
            taken(a, steward, one_story())
        assert "arrival" in told.value.sentence

    def test_a_newer_file_of_the_same_project_adds_what_is_new(self, a, steward):
        taken(a, steward, one_story())
        arrival = taken(a, steward, one_story(selection(17, 29, PEER, ANA, 3)))
        assert count(a, "coding", "story") == [3, 1]
        assert arrival.report["counts"]["codings here already"] == 2

    def test_only_a_steward_brings_in_stories_and_a_researcher_a_codebook(self, a):
        researcher = a.researcher()
        with pytest.raises(Refused) as told:
            taken(a, researcher, one_story())
        assert "steward" in told.value.sentence
        book = (
            '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>'
            f'<Code guid="{PEER}" name="Peers" isCodable="true"/></Codes></CodeBook>'
        )
        assert taken(a, researcher, book.encode(), "qdc").kind == "codebook"

    def test_notes_stand_where_they_stood(self, a, steward):
        note = '<Note guid="{}" name="N"><PlainTextContent>{}</PlainTextContent></Note>'.format
        ref = '<NoteRef targetGUID="{}"/>'.format
        names = [guid("note", n) for n in range(4)]
        inside = (
            f'<PlainTextSelection guid="{guid("x")}" startPosition="0" endPosition="3">'
            f"{ref(names[0])}</PlainTextSelection>{ref(names[1])}"
        )
        codes = f'<Code guid="{PEER}" name="P" isCodable="true">{ref(names[2])}</Code>'
        notes = "".join(note(name, f"body {n}") for n, name in enumerate(names))
        taken(a, steward, packed(project(source(TEXT, inside), codes=codes, notes=notes)))
        rows = a.session.execute(sa.select(Memo.body, Memo.kind, Memo.start).order_by(Memo.body))
        assert [tuple(row) for row in rows] == [
            ("body 0", "passage", 0), ("body 1", "story", None), ("body 2", "code", None),
            ("body 3", "project", None),
        ]  # fmt: skip

    def test_variables_that_stories_have_a_place_for_come_with_them(self, a, steward):
        v, w = guid("v"), guid("w")
        before = (
            f'<Variables><Variable guid="{v}" name="Country" typeOfVariable="Text"/>'
            f'<Variable guid="{w}" name="Shoe size" typeOfVariable="Text"/></Variables>'
            f'<Cases><Case guid="{guid("case")}" name="C"><VariableValue><VariableRef '
            f'targetGUID="{v}"/><TextValue>Wales</TextValue></VariableValue>'
            f'<SourceRef targetGUID="{guid("source", 1)}"/></Case></Cases>'
        )
        arrival = taken(a, steward, packed(project(source(TEXT), before=before)))
        rows = a.session.execute(sa.text("SELECT name, value FROM story_attribute")).all()
        assert [tuple(row) for row in rows] == [("country", "Wales")]
        assert [row[0] for row in arrival.report["losses"]] == ["variable"]

    def test_what_a_team_wrote_and_quotes_a_story_is_held_with_it(self, a, steward):
        quote = "then they all sat down with us"
        codes = (
            f'<Code guid="{PEER}" name="{quote}" isCodable="true"><Description>Like: {quote}!'
            "</Description></Code>"
        )
        notes = (
            f'<Note guid="{guid("n")}" name="N"><PlainTextContent>See "{quote}".'
            "</PlainTextContent></Note>"
        )
        arrival = taken(a, steward, packed(project(source(TEXT), codes=codes, notes=notes)))
        memo = a.session.scalars(sa.select(Memo)).one()
        assert memo.kind == "story" and memo.story_id is not None
        assert quote not in repr(a.session.execute(sa.text("SELECT * FROM code")).all())
        assert {row[0] for row in arrival.report["losses"]} == {"name quotes", "description quotes"}

    def test_the_report_holds_no_word_of_the_story(self, a, steward):
        taken(a, steward, one_story(f'<Coding guid="{guid("w")}"/>'))
        rows = a.session.execute(sa.text("SELECT * FROM arrival")).all()
        assert "quokka" not in repr(rows).lower() and "Thursday" not in repr(rows)


class TestHeld:
    def test_not_one_use_is_granted(self, a, steward):
        taken(a, steward, one_story())
        (story_id,) = a.session.scalars(sa.select(ArrivalStory.story_id))
        for purpose in Purpose:
            if purpose not in (Purpose.OWN, Purpose.TAKE_IN):
                assert not reading.may(a.session, a.use(purpose), story_id), purpose
        state = standing.state_of(a.session, story_id)
        assert state.choices == {} and state.last_seq == 0
        assert count(a, "consent_event", "receipt") == [0, 0], "nothing is made up for its teller"

    def test_it_stays_held_when_all_standings_are_folded_anew(self, a, steward):
        taken(a, steward, one_story())
        (story_id,) = a.session.scalars(sa.select(ArrivalStory.story_id))
        before = standing.state_of(a.session, story_id)
        standing.rebuild(a.session)
        assert standing.state_of(a.session, story_id) == before is not None


class TestUndo:
    NAMES = (
        "story", "story_version", "person", "coding", "memo", "code", "code_family", "account",
        "story_standing", "party_standing", "foreign_id", "arrival_story", "coding_flag",
    )  # fmt: skip

    def test_everything_goes_as_if_it_had_never_come(self, a, steward):
        before = count(a, *self.NAMES)
        notes = f'<Note guid="{guid("n")}" name="N"><PlainTextContent>B</PlainTextContent></Note>'
        arrival = taken(a, steward, one_story(notes=notes))
        done = arrivals_undo.undo(a.session, arrival.id)
        assert (done.stories, done.codings, done.staying) == (1, 2, 0)
        assert count(a, *self.NAMES) == before
        with pytest.raises(Conflict):
            arrivals_undo.undo(a.session, arrival.id)
        again = taken(a, steward, one_story())
        assert again.report["losses"] == []

    def test_what_somebody_worked_on_stays(self, a, steward):
        from exchange.test_refi_round_trip import agree

        arrival = taken(a, steward, one_story())
        (story_id,) = a.session.scalars(sa.select(ArrivalStory.story_id))
        agree(a, [story_id])
        use = a.use(Purpose.STUDY)
        coding.apply(a.session, use, Place(story_id, 1, 0, 3), [a.code().id])
        done = arrivals_undo.undo(a.session, arrival.id)
        assert done.stories == done.codings == 0 and done.staying > 0
        assert a.session.get(Story, story_id) is not None and count(a, "coding") == [3]
        assert arrivals_list.arrival(a.session, arrival.id).row.undone

    def test_a_held_story_whose_teller_says_no_goes_and_never_comes_again(self, a, steward):
        arrival = taken(a, steward, one_story())
        (story_id,) = a.session.scalars(sa.select(ArrivalStory.story_id))
        arrivals_undo.drop(a.session, arrival.id, story_id)
        assert count(a, "coding", "memo", "arrival_story") == [0, 0, 0]
        (shown,) = arrivals_list.arrival(a.session, arrival.id).stories
        assert shown.deleted and shown.words == 0
        newer = taken(a, steward, one_story(selection(17, 29, PEER, ANA, 3)))
        assert [row[0] for row in newer.report["losses"]] == ["story deleted"]
        arrivals_undo.undo(a.session, arrival.id)
        newest = taken(a, steward, one_story(selection(17, 20, PEER, ANA, 4)))
        assert [row[0] for row in newest.report["losses"]] == ["story deleted"]

    def test_a_story_with_choices_is_not_deleted_so(self, a, steward):
        from exchange.test_refi_round_trip import agree

        arrival = taken(a, steward, one_story())
        (story_id,) = a.session.scalars(sa.select(ArrivalStory.story_id))
        agree(a, [story_id])
        with pytest.raises(Conflict):
            arrivals_undo.drop(a.session, arrival.id, story_id)
        with pytest.raises(NotFound):
            arrivals_undo.drop(a.session, arrival.id, a.story().id)

    def test_codings_it_brought_to_a_story_that_was_here_go_and_others_stay(self, a, steward):
        use = a.use(Purpose.STUDY)
        story = a.story(TEXT)
        coding.apply(a.session, use, Place(story.id, 1, 0, 3), [a.code().id])
        ours = leaving(a, use)
        assert ours
        long = TEXT + " " + "And so it went on for a good while after that. " * 5
        there = a.story(long)
        arrival = taken(a, steward, packed(project(source(long, selection(4, 11, PEER)))))
        assert arrival.report["counts"]["stories here already"] == 1
        assert count(a, "coding") == [2]
        arrivals_undo.undo(a.session, arrival.id)
        assert count(a, "coding") == [1] and a.session.get(Story, there.id) is not None


def agreed(house, story_id: int) -> None:
    from exchange.test_refi_round_trip import agree

    with db.writing(house.sessions) as session:
        agree(factories.Factory(session), [story_id])


class AnyValues(dict):
    """Something for every argument of an address that is not given."""

    def __missing__(self, name: str) -> list:
        words = {
            "form": "csv",
            "kind": "held",
            "written": "toml",
            "filename": "storybank.css",
            "key": "EN-PEER",
        }
        return [words.get(name, 1)]


class TestPages:
    """Through the front door: brought in, held, choices written down, read and coded."""

    @pytest.fixture
    def house(self, empty_house, tmp_path):
        with factories.open_copy(empty_house, tmp_path / "home") as house:
            with db.writing(house.sessions) as session:
                a = factories.Factory(session)
                for role in GIVEN_TO_ACCOUNTS:
                    a.actor(role, email=f"{role.value}@example.org")
            yield house

    def send(self, steward: Person, data: bytes):
        upload = (io.BytesIO(data), "p.qdpx")
        return steward.post("/bring-in", on="/bring-in", upload=upload, names="yes")

    def test_no_page_shows_a_word_of_it_before_its_teller_said_yes(self, house, app):
        roles = (Role.STEWARD, Role.RESEARCHER, Role.FACILITATOR, Role.MEMBER)
        people = {role.value: Person(app, f"{role.value}@example.org") for role in roles}
        answer = self.send(people["steward"], one_story())
        assert answer.status_code == 303, answer.text
        house.runner.drain()
        with house.sessions() as session:
            number = session.scalars(sa.select(ArrivalStory.story_id)).one()
        values = AnyValues(purpose=[p.value for p in Purpose], story_id=[number])
        sights = crawl(app, people, "Quokkas", values, [{}, {"q": "quokkas"}])
        assert sights == set()
        agreed(house, number)
        assert "Quokkas" in people["member"].get(f"/stories/members/{number}").text, "it can fail"

    def test_a_steward_writes_choices_down_and_then_it_can_be_studied(self, house, app):
        steward = Person(app, "steward@example.org")
        self.send(steward, one_story())
        shown = steward.get("/arrivals/1")
        assert "Source 1 of the file: 18 words, 2 codings" in shown.text
        assert "1 story came in from another program" in steward.get("/steward").text
        with house.sessions() as session:
            number = session.scalars(sa.select(ArrivalStory.story_id)).one()
        page = f"/stories/keep/{number}/choices/new"
        assert page in shown.text and "Held: no choices yet" in shown.text
        assert page in steward.get("/steward/waiting/held").text
        form = steward.get(page).text
        seen = re.search(r'name="seen"[^>]*value="(\d+)"', form)[1]
        answer = steward.post(page, on=page, **SAID, seen=seen)
        assert answer.status_code == 303, answer.text
        house.runner.drain()
        assert "Choices are written down" in steward.get("/arrivals/1").text
        assert "Quokkas" in steward.get(f"/stories/keep/{number}").text
        researcher = Person(app, "researcher@example.org")
        assert "Quokkas" in researcher.get(f"/desk/{number}").text
        assert "Ana B." in researcher.get(f"/desk/{number}/codings").text
        with house.sessions() as session:
            use = factories.Factory(session).use(Purpose.TEACH)
            assert not reading.may(session, use, number), "a blank is a no"

    def test_somebody_with_a_larger_file_is_told_what_to_do(self, house, app, monkeypatch):
        monkeypatch.setattr(views_projects, "MOST_HERE", 10)
        answer = self.send(Person(app, "steward@example.org"), one_story())
        assert answer.status_code == 422 and "storybank bring-in" in answer.text

    def test_a_steward_deletes_a_story_whose_teller_says_no(self, house, app):
        steward = Person(app, "steward@example.org")
        self.send(steward, one_story())
        with house.sessions() as session:
            number = session.scalars(sa.select(ArrivalStory.story_id)).one()
        answer = steward.post(f"/arrivals/1/stories/{number}/drop", on="/arrivals/1")
        assert answer.status_code == 303
        assert "Deleted." in steward.get("/arrivals/1").text

    def test_taking_it_back_asks_for_a_steward_where_there_are_stories(self, house, app):
        steward = Person(app, "steward@example.org")
        self.send(steward, one_story())
        researcher = Person(app, "researcher@example.org")
        assert researcher.post("/arrivals/1/undo").status_code == 403
        answer = steward.post("/arrivals/1/undo", on="/arrivals/1")
        assert answer.status_code == 303
        assert "1 stories, 2 codings" in steward.get("/bring-in").text
        assert "It was taken back." in steward.get("/arrivals/1").text
        assert steward.get("/arrivals/99").status_code == 404

    def test_a_project_leaves_through_the_door_and_is_noted(self, house, app):
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            story, gone = a.story(TEXT), a.story("A wombat was here.")
            a.stop(gone)
            number = story.id
        researcher = Person(app, "researcher@example.org")
        answer = researcher.get("/files/study/project.qdpx")
        assert answer.mimetype == "application/zip"
        ((_, title, text),) = content_of(answer.data)["sources"]
        assert (title, text) == ("Going in together", TEXT)
        with house.sessions() as session:
            rows = session.execute(sa.select(UseRecord.story_id, UseRecord.place)).all()
        assert [tuple(row) for row in rows] == [(number, "A project for other programs")]
        assert (
            content_of(researcher.get("/files/study/project.qdpx", stories="coded").data)["sources"]
            == []
        )
        book = researcher.get("/files/codebook.qdc")
        assert book.mimetype == "application/xml" and b"EN-PEER" in book.data

    def test_bad_files_are_refused_with_a_sentence(self, house, app):
        steward = Person(app, "steward@example.org")
        for data in (b"", b"PK\3\4 nothing", b"<x/>", b"SQLite format 3\0 no", b"hello there"):
            answer = self.send(steward, data)
            assert answer.status_code == 422 and "There is a problem" in answer.text, data
        with house.sessions() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Arrival)) == 0


def test_words_may_lie_in_a_file_beside_the_project(a, steward):
    data = packed(project(filed("internal://A.TXT", selection(4, 11, PEER))),
                  {"Sources/a.txt": TEXT.encode()})  # fmt: skip
    assert taken(a, steward, data).report["losses"] == []
    assert count(a, "coding") == [1]
