"""Deleting a story: nothing of it is anywhere afterwards, and what has to stay stays."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import factories
import pytest
import sqlalchemy as sa
from commands import Terminal
from portal.room import printing

from storybank import db, tables
from storybank.clock import now
from storybank.coding import reading as codings
from storybank.coding import service as coding
from storybank.coding.models import Coding, CountedApart
from storybank.consent import asking, parties, passages, third_persons
from storybank.consent import service as consent
from storybank.consent.evidence import Proof
from storybank.consent.integrity import broken_links
from storybank.consent.models import AskRequest, ConsentDraft, ConsentEvent, Receipt, UseRecord
from storybank.consent.rules import (
    EIGHT,
    Answer,
    Counting,
    Mark,
    NameStyle,
    Part,
    Purpose,
    Reason,
    Span,
    Use,
)
from storybank.consent.standing import rebuild, state_of
from storybank.errors import Conflict, NotFound, Refused
from storybank.mail import service as mail
from storybank.people import identity, invitations, sealing
from storybank.people import service as people
from storybank.people.identity_rules import Details
from storybank.people.models import Account
from storybank.people.rules import MACHINE, Role
from storybank.people.sealing import Sealed
from storybank.people.way_models import InvitationKey, Passkey
from storybank.portal import erasing, service, settling
from storybank.portal import reading as mine
from storybank.rights.models import RecipientTask
from storybank.suggest.models import Suggestion
from storybank.undoing.models import Act
from storybank.workshops import service as workshops
from storybank.workshops.models import PackItem

CANARY = "quokka"
"""Every word of the storyteller's, and about them, has this in it, whatever the rest is."""
TEXT = (
    "Quokkatext kept me going. Our peer group met the quokkafriend every Thursday.\n\n"
    "They talked over me and it was a tick box, a done deal."
)
SCAN = b"%PDF- a scan of Quokkasigned"

KEPT = {
    "story": "its number and whose it was",
    "story_version": "that there were versions; no hash, length or outline",
    "story_standing": "that it was deleted",
    "use_standing": "the answers as they last were",
    "party_standing": "whose it was",
    "part_standing": "where something was kept back: numbers",
    "approval_standing": "which askings were said yes to",
    "consent_event": "what was said when, without a word of the story",
    "receipt": "the proof of it",
    "use_record": "who was given parts, so that they can be told",
    "recipient_task": "who is to be told",
    "ask_request": "that somebody asked, for which event",
    "rights_request": "what was asked of the house, and by when it was answered",
    "access_record": "who opened it when",
}
"""Tables that may speak of a deleted story, and what they say."""


def fill(a: factories.Factory) -> SimpleNamespace:
    """A story with a trace of itself, or of its teller, in every place that can hold one."""
    session = a.session
    story = a.story(
        TEXT, "Quokkatitle", name="Quokkaname", style=NameStyle.FIRST,
        external_id="quokka-outside", not_for=["Quokka Clinic"],
        attributes={"condition": "quokkapox"},
    )  # fmt: skip
    person_id = story.person_id
    teller = a.actor(Role.STORYTELLER, email="quokka@example.org", person_id=person_id)
    identity.save_details(
        session, MACHINE, person_id,
        Details(
            legal_name="Quokka Person", email="quokka@example.org", address="1 Quokka Road",
            trusted_person="Aunt Quokka", trusted_contact="quokka@aunt.example.org",
        ),
    )  # fmt: skip
    mail.send(session, person_id=person_id, subject="A letter", body="Dear Quokka.", about="a:1")
    consent.give(
        session, MACHINE, story.id, person_id, {Purpose.TEACH: Answer.ASK},
        Proof("signed_paper", "Quokkanote", "I said quokkayes.", SCAN), "paper",
    )  # fmt: skip
    session.add(
        ConsentDraft(
            person_id=person_id, story_id=story.id, seen=1, saved_at=now(),
            answers=sealing.seal(session, "quokkadraft"),
        )
    )  # fmt: skip
    third = third_persons.register(
        session, a.actor(Role.STEWARD), story.id, "my sister Quokka", parts=[Span(1, 0, 9)]
    )
    third_persons.decide(
        session, a.actor(Role.STEWARD), third.id, "said yes", "told", "Quokka said so."
    )
    passages.mark_passage(
        session, teller, story.id, person_id, Span(1, 80, 90), Mark.LEAVE_OUT, "web"
    )
    study = a.use(Purpose.STUDY)
    place = a.place(story, "Our peer group met the quokkafriend", TEXT)
    coding.apply(session, study, place, [a.code().id, a.code("BA-TOKEN").id])
    taken_off = coding.apply(session, study, place, [a.code("VA-SERVICE").id])
    coding.remove(session, study, taken_off[0].id)
    workshop = a.use(Purpose.WORKSHOP)
    meeting = workshops.plan(
        session, workshop, title="Tea", question="What helps?", purpose=Purpose.WORKSHOP,
        held_on=date(2099, 1, 1), audience=["The board"],
    )  # fmt: skip
    pack = workshops.new_pack(
        session, workshop, meeting.id, title="Tea", use_until=date(2099, 2, 1)
    )
    assert workshops.draw(session, workshop, pack.id, [place])
    session.add(printing(story.id, now(), start=place.start, end=place.end))
    teach = a.use(Purpose.TEACH).before(["The board"], "workshop-9")
    asked = asking.ask(
        session, teach, story.id, place.span, "0" * 64, event_title="Lesson",
        audience=["The board"], answer_by=now() + timedelta(days=9),
    )  # fmt: skip
    return SimpleNamespace(
        id=story.id,
        person_id=person_id,
        teller=teller,
        pack_id=pack.id,
        asked=asked.id,
        story=story,
    )


@pytest.fixture
def full(house):
    with db.writing(house.sessions) as session:
        made = fill(factories.Factory(session))
    house.runner.drain()
    return made


def traces(house) -> set[str]:
    """Where the canary still is: tables (sealed texts are opened), files, the database's bytes."""
    found = set()
    use = Use.claim(MACHINE, Purpose.INDEX, now())
    with house.sessions() as session:
        for table in tables.metadata.tables.values():
            for row in session.execute(sa.select(table), execution_options={"use": use}):
                for column, value in zip(table.columns, row, strict=True):
                    if isinstance(column.type, Sealed) and value is not None:
                        value = sealing.unseal(session, value)
                    if CANARY in str(value).lower():
                        found.add(f"{table.name}.{column.name}")
    for path in house.config.home.rglob("*"):
        if path.is_file() and CANARY.encode() in path.read_bytes().lower():
            found.add(str(path.relative_to(house.config.home)))
    return found


def speaks_of(session, story_id: int) -> set[str]:
    """Tables with a row that points to this story."""
    found = set()
    use = Use.claim(MACHINE, Purpose.INDEX, now())
    for table in tables.metadata.tables.values():
        for column in table.columns:
            if any(key.column.table.name == "story" for key in column.foreign_keys):
                query = sa.select(sa.func.count()).where(column == story_id)
                if session.scalar(query, execution_options={"use": use}):
                    found.add(table.name)
    return found


class TestErase:
    def test_nothing_of_the_story_or_its_teller_is_anywhere(self, house, full):
        before = traces(house)
        assert {
            "story_words.body", "story_attribute.value", "story.external_id", "message.body",
            "excluded_place.label", "not_for_standing.label", "evidence_note.note",
            "evidence_note.understanding", "evidence_file.content", "third_person.label",
            "third_person_decision.note", "consent_draft.answers", "person_identity.legal_name",
            "person_identity.address", "account.email",
        } <= before  # fmt: skip
        assert any(name.startswith("storybank.db") for name in before)
        assert any(name.startswith(house.config.index_folder.name) for name in before)
        with db.writing(house.sessions) as session:
            erasing.erase(session, full.teller, full.id, full.person_id, "web", forget_me=True)
        house.runner.drain()
        assert traces(house) == {"storybank.db-wal"}
        house.runner.errands.drain()
        assert traces(house) == set()
        with house.sessions() as session:
            assert list(house.strays(session)) == []
            assert speaks_of(session, full.id) <= set(KEPT)

    def test_what_stays_is_the_code_the_dates_the_wordings_and_the_fact(self, house, full):
        with db.writing(house.sessions) as session:
            receipt = erasing.erase(session, full.teller, full.id, full.person_id, "web")
            number = receipt.id
        with house.sessions() as session:
            assert broken_links(session) == 0
            events = session.scalars(
                sa.select(ConsentEvent).where(ConsentEvent.story_id == full.id)
            ).all()
            assert any(event.wording_ids for event in events)
            assert events[-1].kind == "erased" and events[-1].person_id == full.person_id
            assert "Your code: ST-0001" in session.get_one(Receipt, number).body
            assert "No one may use it any more." in session.get_one(Receipt, number).body
            assert state_of(session, full.id).closed is Reason.ERASED
            assert session.scalars(sa.select(UseRecord.place)).all() == ["Tea and talk"]

    def test_the_house_is_sound_after_it_and_folds_to_the_same(
        self, house, full, monkeypatch, capsys
    ):
        with db.writing(house.sessions) as session:
            erasing.erase(session, full.teller, full.id, full.person_id, "web")
        house.runner.drain()
        with db.writing(house.sessions) as session:
            before = state_of(session, full.id)
            rebuild(session)
            assert state_of(session, full.id) == before
        terminal = Terminal(monkeypatch, capsys)
        terminal.in_house(house.config.home)
        said = terminal("check")
        assert said.code == 0, said.out
        assert {"consent events: ok", "index: ok", "stray copies: ok"} <= set(said.lines)

    def test_a_second_time_is_told_and_changes_nothing(self, session, a):
        story = a.story()
        erasing.erase(session, MACHINE, story.id, story.person_id, "phone")
        with pytest.raises(Conflict):
            erasing.erase(session, MACHINE, story.id, story.person_id, "phone")
        erasing.wipe(session, story.id)

    def test_another_story_of_the_same_person_is_left_whole(self, session, a, own):
        story = a.story()
        other = a.story(title="Another", person_id=story.person_id)
        coding.apply(session, a.use(Purpose.STUDY), a.place(other, "Nobody"), [a.code().id])
        use = own(story)
        service.delete(session, use, story.id, None, forget_me=True)
        assert [one.title for one in mine.my_stories(session, use)] == ["Another"]
        assert mine.my_story(session, use, other.id).codings == 1
        account = session.get_one(Account, use.actor.account_id)
        assert account.disabled_at is None and account.email

    def test_somebody_else_can_not_delete_it(self, session, a, own):
        story, other = a.story(), a.story()
        with pytest.raises(NotFound):
            service.delete(session, own(other), story.id, None, forget_me=False)
        with pytest.raises(Refused):
            erasing.erase(session, a.researcher(), story.id, story.person_id, "web")
        assert mine.my_story(session, own(story), story.id).title == "Going in together"

    def test_nothing_is_wiped_of_a_story_that_was_not_deleted(self, session, a):
        with pytest.raises(NotFound):
            erasing.wipe(session, a.story().id)

    def test_questions_that_waited_wait_no_more(self, session, a):
        full = fill(a)
        assert asking.open_asks(session, full.person_id, now())
        erasing.erase(session, MACHINE, full.id, full.person_id, "phone")
        assert asking.open_asks(session, full.person_id, now()) == []
        assert session.get_one(AskRequest, full.asked).cancelled_at

    def test_packs_suggestions_and_codings_are_gone_in_the_same_transaction(self, session, a):
        full = fill(a)
        session.add(
            Suggestion(
                story_id=full.id, version=1, start=0, end=9, code_id=a.code().id, because=[],
                cue_ids=[], check_meaning=False, score=1.0, made_by="test", made_at=now(),
                answer="declined",
            )
        )  # fmt: skip
        session.flush()
        erasing.erase(session, MACHINE, full.id, full.person_id, "phone")
        for table in (Coding, Act, Suggestion, PackItem):
            query = sa.select(sa.func.count()).where(table.story_id == full.id)
            assert session.scalar(query) == 0, table

    def test_each_who_was_given_a_part_is_to_be_told(self, session, a):
        full = fill(a)
        erasing.erase(session, MACHINE, full.id, full.person_id, "phone")
        kinds = session.scalars(
            sa.select(RecipientTask.kind).where(RecipientTask.story_id == full.id)
        ).all()
        assert kinds == ["erasure"]


class TestSettle:
    def test_it_is_done_on_each_database_and_twice_is_as_good(self, engine):
        for _ in range(2):
            assert settling.settle(engine)({}) is None

    def test_while_somebody_reads_it_waits_a_minute(self, house):
        with house.engine.connect() as reader:
            reader.exec_driver_sql("SELECT 1 FROM person").all()
            with db.writing(house.sessions) as session:
                people.new_person(session)
            again = settling.settle(house.engine)({})
        assert again is not None and again > now()
        assert settling.settle(house.engine)({}) is None


class TestForget:
    def test_the_ways_in_are_closed_and_emptied(self, session, a):
        full = fill(a)
        account_id = full.teller.account_id
        session.add(
            Passkey(
                account_id=account_id, credential_id=b"k", public_key=b"p", sign_count=0,
                name="Phone", made_at=now(),
            )
        )  # fmt: skip
        session.flush()
        erasing.erase(session, full.teller, full.id, full.person_id, "web", forget_me=True)
        account = session.get_one(Account, account_id)
        assert (account.email, account.password_hash, account.name) == (
            None, None, f"Storyteller ST-{full.person_id:04d}",
        )  # fmt: skip
        assert account.disabled_at is not None
        assert session.scalars(sa.select(Passkey.id)).all() == []
        assert identity.details_of(session, full.person_id) is None

    def test_an_invitation_that_waited_opens_nothing(self, session, a):
        story = a.story()
        invited = invitations.invite(
            session, a.actor(Role.STEWARD), story.person_id, invitations.How.SLIP
        )
        erasing.erase(session, MACHINE, story.id, story.person_id, "phone", forget_me=True)
        with pytest.raises(Refused):
            invitations.claim(session, invited.token)
        assert session.scalars(sa.select(InvitationKey.hash)).all() == []

    def test_who_has_other_work_here_keeps_the_account_and_is_no_storyteller(self, session, a):
        story = a.story()
        both = a.actor(
            Role.STORYTELLER, Role.MEMBER, email="both@example.org", person_id=story.person_id
        )
        erasing.erase(session, both, story.id, story.person_id, "web", forget_me=True)
        account = session.get_one(Account, both.account_id)
        assert (account.email, account.person_id, account.disabled_at) == (
            "both@example.org", None, None,
        )  # fmt: skip
        assert people.actor_for(session, account).roles == {Role.MEMBER}

    def test_without_the_wish_the_account_and_the_details_stay(self, session, a):
        full = fill(a)
        erasing.erase(session, full.teller, full.id, full.person_id, "web")
        assert session.get_one(Account, full.teller.account_id).disabled_at is None
        assert identity.details_of(session, full.person_id).legal_name == "Quokka Person"


class TestCounting:
    def count(self, a, key: str = "EN-PEER") -> int:
        return codings.count_apart(a.session, a.code(key).id)

    def coded(self, a):
        story = a.story()
        use = a.use(Purpose.STUDY)
        coding.apply(a.session, use, a.place(story, "Nobody"), [a.code().id])
        [off] = coding.apply(a.session, use, a.place(story, "Olu"), [a.code().id])
        coding.remove(a.session, use, off.id)
        return story

    def test_the_number_of_a_deleted_storys_labels_stays_where_its_teller_lets_us(self, a):
        for _ in range(2):
            story = self.coded(a)
            erasing.erase(a.session, MACHINE, story.id, story.person_id, "phone", Counting.NUMBER)
        assert self.count(a) == 2
        assert self.count(a, "BA-TOKEN") == 0

    @pytest.mark.parametrize("said", [None, Counting.OUT])
    def test_otherwise_nothing_of_them_stays(self, a, said):
        story = self.coded(a)
        erasing.erase(a.session, MACHINE, story.id, story.person_id, "phone", said)
        assert self.count(a) == 0
        assert a.session.scalars(sa.select(CountedApart.n)).all() == []

    def test_a_stop_of_all_keeps_the_number_only_where_it_was_let(self, a, own):
        left, taken = self.coded(a), self.coded(a)
        service.stop(a.session, own(left), left.id, EIGHT, Counting.NUMBER)
        service.stop(a.session, own(taken), taken.id, EIGHT)
        assert self.count(a) == 1
        assert codings.count_with_code(a.session, a.use(Purpose.STUDY), a.code().id) == 0

    def test_what_is_used_again_is_counted_once(self, a, own):
        story = self.coded(a)
        receipt = service.stop(a.session, own(story), story.id, EIGHT, Counting.NUMBER)
        service.put_back(a.session, own(story), receipt.id)
        assert self.count(a) == 0
        assert codings.count_with_code(a.session, a.use(Purpose.STUDY), a.code().id) == 1

    def test_a_later_stop_of_all_without_an_answer_takes_them_out(self, a, own):
        story = self.coded(a)
        first = service.stop(a.session, own(story), story.id, EIGHT, Counting.NUMBER)
        service.put_back(a.session, own(story), first.id)
        service.stop(a.session, own(story), story.id, EIGHT)
        assert self.count(a) == 0


class TestSeveral:
    def test_a_co_teller_deletes_it_for_both_and_the_other_is_told(self, session, a):
        story = a.story()
        other = people.new_person(session).id
        parties.join(session, a.actor(Role.STEWARD), story.id, other, Part.CO_TELLER, None, "phone")
        ben = Use.claim(a.actor(Role.STORYTELLER, person_id=other), Purpose.OWN, now())
        ana = Use.claim(a.actor(Role.STORYTELLER, person_id=story.person_id), Purpose.OWN, now())
        receipt = service.delete(session, ben, story.id, None, forget_me=False)
        assert receipt.person_id == other
        assert mine.my_stories(session, ana) == []
        [hers], [his] = mine.deleted(session, ana), mine.deleted(session, ben)
        assert (hers.by_me, his.by_me) == (False, True)

    def test_an_attorney_deletes_it_in_the_tellers_name(self, session, a):
        story = a.story()
        number = people.new_person(session).id
        parties.join(
            session, a.actor(Role.STEWARD), story.id, number, Part.ATTORNEY, a.proof(), "phone"
        )
        use = Use.claim(a.actor(Role.STORYTELLER, person_id=number), Purpose.OWN, now())
        receipt = service.delete(session, use, story.id, None, forget_me=True)
        assert receipt.person_id == story.person_id
        event = session.get_one(ConsentEvent, receipt.event_id)
        assert (event.decided_by_person_id, event.decided_in_role) == (
            number, Part.ATTORNEY.value,
        )  # fmt: skip
        assert mine.my_receipt(session, use, receipt.id).story is None


class TestCommand:
    def test_it_deletes_by_phone_and_asks_first(self, house, monkeypatch, capsys):
        with db.writing(house.sessions) as session:
            number = factories.Factory(session).story().id
        terminal = Terminal(monkeypatch, capsys)
        terminal.in_house(house.config.home)
        said = terminal("erase", number, "--channel", "phone", stdin="n\n")
        assert said.code != 0
        with house.sessions() as session:
            assert state_of(session, number).closed is None
        said = terminal("erase", number, "--channel", "phone", "--yes")
        assert said.code == 0 and "Deleted. Receipt" in said.out, said
        with house.sessions() as session:
            assert state_of(session, number).closed is Reason.ERASED
        again = terminal("erase", number, "--channel", "phone", "--yes")
        assert again.code == 1 and "was deleted" in again.err
