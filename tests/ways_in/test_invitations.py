"""Asked in by letter or slip: what opens, once, for whom, and what is kept of it."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from storybank import db
from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import invitations, service, tokens
from storybank.people.invitations import How
from storybank.people.models import Account, AccountRole
from storybank.people.rules import Actor, Role
from storybank.people.way_models import Invitation, InvitationKey

ADA = "ada@example.org"
CODE = re.compile(r'sb-slip__code">([A-Z2-9-]{14})<')
SAME = invitations.NO_GOOD


@pytest.fixture
def steward(a) -> Actor:
    return a.actor(Role.STEWARD)


@pytest.fixture
def person_id(session) -> int:
    service.new_person(session)  # somebody else, who must not be let in
    return service.new_person(session).id


def accounts(session) -> int:
    return session.scalar(sa.select(sa.func.count(Account.id)))


class TestCodes:
    def test_no_sign_looks_like_another(self):
        made = [tokens.new_code() for _ in range(200)]
        assert not set("".join(made)) & set("01OIL")
        assert all(re.fullmatch(r"\w{4}-\w{4}-\w{4}", one) for one in made)
        assert len(set(made)) == 200

    @pytest.mark.parametrize(
        "typed", ["K7QM-2WXA-P9RD", "k7qm2wxap9rd", " K7QM 2WXA\tp9rd. ", "k7qm–2wxa–p9rd"]
    )
    def test_it_may_be_typed_in_any_way(self, typed):
        assert tokens.clean_code(typed) == "K7QM2WXAP9RD"

    @pytest.mark.parametrize(
        "typed", ["", "K7QM", "K7QM-2WXA-P9R0", "x" * 100_000, "\0", "K7QM-2WXA-P9RDD", "²" * 12]
    )
    def test_what_is_none_has_no_hash(self, typed):
        assert tokens.hash_of(typed) is None

    def test_its_hash_is_slow_and_the_same_each_time(self):
        assert tokens.hash_of("k7qm2wxap9rd") == tokens.hash_of("K7QM-2WXA-P9RD")
        assert len(tokens.hash_of("K7QM-2WXA-P9RD")) == 64


class TestInviting:
    def test_a_slip_has_a_token_and_a_code_and_the_database_only_their_hashes(
        self, session, steward, person_id
    ):
        made = invitations.invite(session, steward, person_id, How.SLIP)
        assert len(made.token) == 43 and made.expires_at - now() > timedelta(days=29)
        kept = session.scalars(sa.select(InvitationKey.hash)).all()
        assert set(kept) == {tokens.hash_of(made.token), tokens.hash_of(made.code)}
        [waiting] = invitations.open_invitations(session, person_id)
        assert (waiting.made_by, waiting.how) == (steward.account_id, "slip")

    def test_a_new_one_voids_the_one_before_and_nobody_elses(self, session, steward, person_id):
        other = invitations.invite(session, steward, person_id - 1, How.SLIP)
        first = invitations.invite(session, steward, person_id, How.SLIP)
        second = invitations.invite(session, steward, person_id, How.SLIP)
        with pytest.raises(Refused, match=SAME):
            invitations.claim(session, first.code)
        assert invitations.claim(session, second.code).person_id == person_id
        assert invitations.claim(session, other.code).person_id == person_id - 1

    def test_a_letter_needs_an_address(self, session, steward, person_id):
        with pytest.raises(BadInput, match="e-mail address"):
            invitations.invite(session, steward, person_id, How.EMAIL)

    @pytest.mark.parametrize("role", [Role.STORYTELLER, Role.RESEARCHER, Role.ADMINISTRATOR])
    def test_only_a_steward_or_facilitator_invites(self, session, a, person_id, role):
        with pytest.raises(Refused):
            invitations.invite(session, a.actor(role), person_id, How.SLIP)

    def test_an_account_with_an_address_needs_none(self, session, a, steward):
        teller = a.actor(Role.STORYTELLER, email=ADA)
        with pytest.raises(Conflict, match="They can come in with a link"):
            invitations.invite(session, steward, teller.person_id, How.SLIP)

    def test_a_closed_account_is_not_opened_by_it(self, session, a, steward):
        teller = a.actor(Role.STORYTELLER, email=ADA)
        service.disable(session, session.get(Account, teller.account_id))
        with pytest.raises(Conflict, match="account is closed"):
            invitations.invite(session, steward, teller.person_id, How.SLIP)

    @pytest.mark.parametrize("number", [0, 10**6, 2**31, 10**30])
    def test_nobody_is_not_invited(self, session, steward, number):
        with pytest.raises(NotFound):
            invitations.invite(session, steward, number, How.SLIP)


class TestClaiming:
    def test_it_opens_an_account_for_that_person_and_the_fact_is_kept(
        self, session, steward, person_id
    ):
        made = invitations.invite(session, steward, person_id, How.SLIP)
        account = invitations.claim(session, made.token)
        assert (account.person_id, account.email) == (person_id, None)
        actor = service.actor_for(session, account)
        assert actor.roles == {Role.STORYTELLER}
        claimed = invitations.last_claimed(session, person_id)
        assert (claimed.claimed_by, claimed.id) == (account.id, made.id)
        assert now() - claimed.claimed_at < timedelta(minutes=1)

    @pytest.mark.parametrize("first", ["token", "code"])
    def test_token_and_code_are_one_invitation_and_work_once(
        self, session, steward, person_id, first
    ):
        made = invitations.invite(session, steward, person_id, How.SLIP)
        invitations.claim(session, getattr(made, first))
        for again in (made.token, made.code):
            with pytest.raises(Refused, match=SAME):
                invitations.claim(session, again)
        assert session.scalar(sa.select(sa.func.count(Account.id)).where(
            Account.person_id == person_id)) == 1  # fmt: skip

    def test_unknown_void_expired_used_and_closed_are_told_alike(self, session, steward):
        made = {}
        for what in ("void", "expired", "used", "closed"):
            person = service.new_person(session).id
            made[what] = invitations.invite(session, steward, person, How.SLIP).code
            if what == "void":
                assert invitations.void(session, steward, person) == 1
            elif what == "used":
                invitations.claim(session, made[what])
            elif what == "closed":
                session.add(Account(
                    name="x", person_id=person, created_at=now(), disabled_at=now()))  # fmt: skip
            elif what == "expired":
                session.execute(sa.update(Invitation).where(
                    Invitation.person_id == person).values(expires_at=now()))  # fmt: skip
        session.flush()
        said = set()
        for code in [*made.values(), "K7QM-2WXA-P9RD", "no code", "", "x" * 43]:
            with pytest.raises(Refused) as no:
                invitations.claim(session, code)
            said.add(no.value.sentence)
        assert said == {SAME}

    def test_it_lasts_thirty_days(self, session, steward, person_id):
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            made = invitations.invite(session, steward, person_id, How.SLIP)
            clock.move_to("2026-03-31T11:59:00Z")
            assert invitations.opens(session, tokens.hash_of(made.token))
            clock.move_to("2026-03-31T12:00:00Z")
            with pytest.raises(Refused):
                invitations.claim(session, made.token)

    def test_who_has_no_address_comes_back_by_a_new_slip(self, session, steward, person_id):
        first = invitations.claim(
            session, invitations.invite(session, steward, person_id, How.SLIP).code
        )
        again = invitations.invite(session, steward, person_id, How.SLIP)
        before = accounts(session)
        assert invitations.claim(session, again.code).id == first.id
        assert accounts(session) == before
        roles = session.scalars(
            sa.select(AccountRole.role).where(AccountRole.account_id == first.id)
        ).all()
        assert roles == ["storyteller"]

    def test_of_two_at_once_one_comes_in(self, house):
        with db.writing(house.sessions) as session:
            person = service.new_person(session).id
            steward = Actor(None, None, frozenset({Role.STEWARD}), "Jo")
            made = invitations.invite(session, steward, person, How.SLIP)
        ready, came = threading.Barrier(2), []

        def come(secret: str) -> None:
            hashed = tokens.hash_of(secret)
            ready.wait()
            try:
                with db.writing(house.sessions) as session:
                    came.append(invitations.claim_hashed(session, hashed).id)
            except Refused:
                came.append(None)

        both = [threading.Thread(target=come, args=(one,)) for one in (made.token, made.code)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert sorted(came, key=str) == [1, None]


class TestALetter:
    def test_from_the_stewards_press_to_my_stories(self, scene, capfd):
        scene.address(ADA)
        steward, teller = scene.browser("steward@example.org"), scene.browser()
        page = f"/people/tellers/{scene.person_id}/invite"
        assert steward.post(page, on=page).status_code == 303
        assert "Sent by e-mail on" in steward.get(page).text
        link = scene.link()
        token = link.rsplit("/", 1)[1]
        assert link.startswith("/come-in/") and token not in scene.kept()
        # Programs that look through mail open it, more than once.
        for _ in range(3):
            assert "Press the button to come in" in scene.browser().get(link).text
            scene.browser().client.head(link)
        assert scene.teller() is None
        came = teller.post(link, on=link)
        assert (came.status_code, came.location) == (303, "/me/ways?first=1")
        assert scene.teller().email == ADA  # it was shown to be theirs
        assert ADA in teller.get("/me/ways").text
        assert "Going in together" in teller.get("/my").text
        for other in (scene.browser(), scene.browser()):
            answer = other.get(link)
            assert answer.status_code == 404 and SAME in answer.text
            assert other.post(link, on="/come-in").status_code == 404
        assert f"Came in by invitation on {now():%-d}" in steward.get(page).text
        told = capfd.readouterr()
        assert token not in told.out + told.err and ADA not in told.out + told.err

    def test_the_letter_in_the_outbox_is_sealed_and_the_job_is_gone(self, scene):
        scene.address(ADA)
        steward = scene.browser("steward@example.org")
        page = f"/people/tellers/{scene.person_id}/invite"
        steward.post(page, on=page)
        assert "You told us a story" in scene.letters()[0]
        kept = scene.kept()
        assert "/come-in/" not in kept and ADA not in kept

    def test_an_address_that_somebody_else_comes_in_by_is_left_to_them(self, scene):
        scene.address("shared@example.org")
        holder = scene.account("shared@example.org")
        steward, teller = scene.browser("steward@example.org"), scene.browser()
        page = f"/people/tellers/{scene.person_id}/invite"
        steward.post(page, on=page)
        link = scene.link()
        assert teller.post(link, on=link).status_code == 303
        assert scene.teller().email is None and scene.teller().id != holder

    def test_a_letter_made_void_before_it_goes_is_not_written(self, scene):
        scene.address(ADA)
        steward = scene.browser("steward@example.org")
        page = f"/people/tellers/{scene.person_id}"
        steward.post(f"{page}/invite", on=f"{page}/invite")
        steward.post(f"{page}/void", on=f"{page}/invite")
        assert scene.letters() == []


class TestASlip:
    @pytest.fixture
    def slip(self, scene):
        page = f"/people/tellers/{scene.person_id}"
        return scene.browser("steward@example.org").post(f"{page}/slip", on=f"{page}/invite")

    def test_it_shows_a_code_and_a_square_and_neither_is_kept(self, scene, slip, capfd):
        code = CODE.search(slip.text)[1]
        assert slip.status_code == 200 and slip.headers["Cache-Control"] == "no-store"
        assert "<svg" in slip.text and "data:" not in slip.text
        assert 'style="' not in slip.text and "http://www.w3.org" not in slip.text
        kept = scene.kept()
        assert code not in kept and tokens.clean_code(code) not in kept
        assert code not in "".join(capfd.readouterr())

    def test_the_code_typed_anyhow_lets_in_once(self, scene, slip):
        typed = CODE.search(slip.text)[1].lower().replace("-", " ")
        came = scene.browser().post("/come-in", on="/come-in", code=typed)
        assert (came.status_code, came.location) == (303, "/me/ways?first=1")
        assert scene.teller().email is None
        again = scene.browser().post("/come-in", on="/come-in", code=typed)
        assert again.status_code == 422 and SAME in again.text

    def test_a_wrong_code_gets_the_page_of_a_used_one(self, scene, slip):
        typed = CODE.search(slip.text)[1]
        scene.browser().post("/come-in", on="/come-in", code=typed)
        pages = []
        for code in (typed, "K7QM-2WXA-P9RD"):
            text = scene.browser().post("/come-in", on="/come-in", code=code).text
            pages.append(re.sub(r'name="csrf_token" value="[^"]+"', "", text).replace(code, "?"))
        assert pages[0] == pages[1]

    def test_the_own_phone_box_keeps_them_signed_in(self, scene, slip):
        code = CODE.search(slip.text)[1]
        came = scene.browser().post("/come-in", on="/come-in", code=code, own_device="yes")
        assert "Expires" in came.headers["Set-Cookie"]

    def test_only_a_steward_makes_one(self, scene):
        page = f"/people/tellers/{scene.person_id}"
        for role in (Role.RESEARCHER, Role.ADMINISTRATOR, Role.STORYTELLER):
            scene.account(f"{role}@example.org", role)
            somebody = scene.browser(f"{role}@example.org")
            assert somebody.get(f"{page}/invite").status_code == 403
            assert somebody.post(f"{page}/slip").status_code == 403

    def test_guessing_must_wait_and_a_right_code_waits_with_it(self, scene, slip):
        scene.app.config["STORYBANK_LIMITS"] = True
        guesser = scene.browser()
        tries = [
            guesser.post("/come-in", on="/come-in", code=tokens.new_code()).status_code
            for _ in range(11)
        ]
        assert tries == [422] * 10 + [429]
        code = CODE.search(slip.text)[1]
        assert guesser.post("/come-in", on="/come-in", code=code).status_code == 429
        assert scene.teller() is None
