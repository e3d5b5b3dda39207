"""Each person's own switch: what it hides is hidden on every page, in every count."""

from __future__ import annotations

import re

import factories
import pytest
import sqlalchemy as sa
from suggest.suggesting import Parrot
from suggest.test_pages import Browser

from storybank import db
from storybank.clock import now
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.rules import Purpose
from storybank.errors import BadInput, NotFound
from storybank.people.rules import Role
from storybank.suggest import service, switch
from storybank.suggest.derivative import Suggestions
from storybank.suggest.models import Suggestion
from storybank.suggest.reading import offers
from storybank.suggest.switch import Mode


def in_round(session, use, story_id, blind=True):
    """Give the person asking a story to code in an open round."""
    account = use.actor.account_id
    work = CodingRound(name="First", note="", blind=blind, made_by=account, made_at=now())
    session.add(work)
    session.flush()
    mine = Assignment(
        round_id=work.id, story_id=story_id, account_id=account, given_at=now()
    )  # fmt: skip
    session.add(mine)
    session.flush()
    return mine


class TestMode:
    @pytest.fixture
    def use(self, a):
        return a.use(Purpose.STUDY)

    @pytest.fixture
    def story(self, a):
        story = a.story("So peer support. Then the pilot ended.")
        Suggestions(Parrot).reconcile(a.session, [story.id])
        return story

    def seen(self, a, use, story):
        counts = service.count_by_story(a.session, use, [story.id])
        by_code = service.count_by_code(a.session, use)
        lists = [
            len(service.waiting(a.session, use, story.id)), len(offers(a.session, use, story.id)),
            service.queue(a.session, use).total, sum(by_code.values()), counts.get(story.id, 0),
        ]  # fmt: skip
        assert len(set(lists)) == 1
        assert switch.may_see(a.session, use, story.id) is (lists[0] > 0)
        return lists[0]

    def test_they_stand_beside_who_has_said_nothing(self, a, use, story):
        assert switch.mode(a.session, use, story.id) is Mode.BESIDE
        assert self.seen(a, use, story) == 2

    @pytest.mark.parametrize("blind", [True, False])
    def test_work_for_a_round_sees_none_before_it_is_finished(self, a, use, story, blind):
        mine = in_round(a.session, use, story.id, blind)
        assert switch.mode(a.session, use, story.id) is Mode.AFTER
        assert self.seen(a, use, story) == 0
        assert self.seen(a, a.use(Purpose.STUDY), story) == 2
        mine.finished_at = now()
        a.session.flush()
        assert self.seen(a, use, story) == 2

    def test_what_is_hidden_cannot_be_answered(self, a, use, story):
        number = service.waiting(a.session, use, story.id)[0].id
        in_round(a.session, use, story.id)
        for answer in (service.confirm, service.decline, service.not_now):
            with pytest.raises(NotFound):
                answer(a.session, use, number)

    def test_after_a_first_pass_they_are_there_and_undoing_takes_them_back(self, a, use, story):
        in_round(a.session, use, story.id)
        assert switch.first_pass_done(a.session, use, story.id)
        assert self.seen(a, use, story) == 2
        a.undo(use)
        assert self.seen(a, use, story) == 0
        a.redo(use)
        assert not switch.first_pass_done(a.session, use, story.id)
        assert self.seen(a, use, story) == 2

    def test_each_chooses_for_themselves(self, a, use, story):
        switch.choose(a.session, use, Mode.OFF)
        assert self.seen(a, use, story) == 0
        switch.choose(a.session, use, Mode.AFTER)
        assert (self.seen(a, use, story), switch.kept_back(a.session, use)) == (0, True)
        assert self.seen(a, a.use(Purpose.STUDY), story) == 2
        in_round(a.session, use, story.id)
        switch.choose(a.session, use, Mode.BESIDE)
        assert self.seen(a, use, story) == 2
        switch.choose(a.session, use, None)
        assert self.seen(a, use, story) == 0

    def test_other_words_are_no_choice(self):
        with pytest.raises(BadInput):
            switch.named("sometimes")


class TestPages:
    def test_a_blind_coder_sees_none_on_any_page(self, app, house):
        """No page tells more of a story that is coded blind than of one without suggestions."""
        text = "It was cold. We had peer support. Then the pilot ended."
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            story_id = a.story(text, title="The cold hall").id
            actor = a.actor(Role.RESEARCHER, email="ana@example.org")
            a.actor(Role.RESEARCHER, email="ben@example.org")
            use = factories.Use.claim(actor, Purpose.STUDY, now())
            in_round(session, use, story_id)
        house.runner.drain()
        with house.sessions() as session:
            numbers = session.scalars(sa.select(Suggestion.id)).all()
        assert len(numbers) == 2
        ana = Browser(app, "ana@example.org")
        rooms = ("suggest.", "coding.", "home.", "stories.", "search.")
        every = [
            rule for rule in app.url_map.iter_rules()
            if "GET" in rule.methods and rule.endpoint.startswith(rooms)
        ]  # fmt: skip
        looked = 0
        for rule in every:
            values = {"story_id": story_id, "suggestion_id": numbers[0], "key": "EN-PEER",
                      "paragraph": 1, "purpose": "study", "account_id": 1}  # fmt: skip
            if not set(rule.arguments) <= set(values) or rule.endpoint.endswith(
                ("static", "file", "files")
            ):
                continue
            with app.test_request_context():
                path = rule.build(values, append_unknown=False)[1]
            parts = rule.endpoint.startswith("suggest.")
            for headers in ({}, {"HX-Request": "true"})[: 1 + parts]:
                ana.open(path, **headers)
                assert not ana.page.select("[data-card], [data-offer]"), rule.endpoint
                assert not ana.page.select("[data-marks]"), rule.endpoint
                page = ana.page.get_text(" ", strip=True)
                assert not re.search(r"\d suggestions? waits?", page), rule.endpoint
            looked += ana.status == 200
        assert looked > 12
        for number in numbers:
            ana.open(f"/suggestions/{number}")
            assert ana.status == 404
        ana.open(f"/suggestions/story/{story_id}")
        form = ana.page.find("form", class_="sb-first-pass")
        ana.send(form)
        assert ana.location.endswith(f"/desk/{story_id}")
        ana.open(f"/suggestions/story/{story_id}")
        assert len(ana.cards()) == 2

    def test_the_settings_say_what_holds(self, app, house):
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.RESEARCHER, email="ana@example.org")
        ana = Browser(app, "ana@example.org")
        ana.open("/suggestions/settings")
        assert ana.page.find("input", checked=True)["value"] == "house"
        form = ana.page.find("main").form
        form["action"] = "/suggestions/settings"
        for radio in form.find_all("input", type="radio"):
            radio.decompose()
        ana.send(form, when="off")
        ana.open("/suggestions/settings")
        assert ana.page.find("input", checked=True)["value"] == "off"
        ana.open("/suggestions")
        assert "You have turned suggestions off" in ana.page.main.get_text()
