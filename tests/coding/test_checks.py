"""Member checking: storytellers answer for codes; what they keep back carries none."""

from __future__ import annotations

import pytest

from storybank import db
from storybank.clock import now
from storybank.coding import checks, service
from storybank.coding.checks import Said, Tally
from storybank.coding.showing import desk_of
from storybank.consent import passages
from storybank.consent.rules import Mark, Purpose, Span, Use
from storybank.errors import BadInput, NotFound, Refused
from storybank.people.rules import MACHINE, Role
from storybank.stories.drawing import LEFT_OUT
from storybank.stories.models import Story
from storybank.stories.rules import Place

FIRST, SECOND = "I rang the clinic on Monday.", "Nobody had an answer for me."


@pytest.fixture
def teller(a):
    def use(story) -> Use:
        actor = a.actor(Role.STORYTELLER, person_id=story.person_id)
        return Use.claim(actor, Purpose.OWN, now())

    return use


@pytest.fixture
def coded(session, a):
    """A story, coded on the same words by two people."""
    story = a.story()
    place, code = a.place(story, FIRST), [a.code().id]
    made = [service.apply(session, a.use(Purpose.STUDY), place, code)[0].id for _ in range(2)]
    return story, made


class TestSay:
    def test_it_is_said_to_the_code_and_not_to_a_coder(self, session, a, coded, teller):
        story, (first, second) = coded
        checks.say(session, teller(story), first, Said.YES)
        assert checks.said_to(session, [first, second]) == {first: Said.YES, second: Said.YES}
        assert checks.tally(session, a.use(Purpose.STUDY), story.id) == Tally(2, 0)

    def test_a_mind_may_be_changed_and_a_word_taken_back(self, session, a, coded, teller):
        story, (first, _) = coded
        use = teller(story)
        checks.say(session, use, first, Said.YES)
        checks.say(session, use, first, Said.NOT_MEANT)
        assert checks.said_by(session, use, [first]) == {first: Said.NOT_MEANT}
        checks.say(session, use, first, None)
        assert checks.said_by(session, use, [first]) == {}
        assert not checks.tally(session, a.use(Purpose.STUDY)).any

    def test_nobody_says_it_for_another(self, session, a, coded, teller):
        _, (first, _) = coded
        with pytest.raises(NotFound):
            checks.say(session, teller(a.story()), first, Said.YES)
        for purpose in (Purpose.STUDY, Purpose.KEEP):
            with pytest.raises(Refused):
                checks.say(session, a.use(purpose), first, Said.YES)

    def test_a_stop_of_study_hides_what_was_said(self, session, a, coded, teller):
        story, (first, _) = coded
        checks.say(session, teller(story), first, Said.NOT_MEANT)
        study = a.use(Purpose.STUDY)
        assert list(checks.checked(session, study, 25, 0)) == coded[1]
        a.stop(story, Purpose.STUDY)
        assert not checks.tally(session, study).any
        assert checks.checked(session, study, 25, 0) == {}

    def test_the_desk_tells_it(self, session, a, coded, teller):
        story, (first, _) = coded
        checks.say(session, teller(story), first, Said.YES)
        desk = desk_of(session, a.use(Purpose.STUDY), story.id)
        assert desk.tally == Tally(2, 0) and desk.said[first] is Said.YES

    def test_an_erasure_takes_it_along(self, session, coded, teller):
        story, made = coded
        checks.say(session, teller(story), made[0], Said.YES)
        checks.erase(session, story.id)
        assert checks.said_to(session, made) == {}


class TestKeptBack:
    @pytest.fixture
    def marked(self, session, a, teller):
        """A story whose second sentence is left out."""
        story = a.story()
        place = a.place(story, SECOND)
        passages.mark_passage(
            session, teller(story).actor, story.id, story.person_id, place.span,
            Mark.LEAVE_OUT, "web",
        )  # fmt: skip
        return story, place

    def test_no_code_goes_on_any_of_it(self, session, a, marked):
        story, place = marked
        study, codes = a.use(Purpose.STUDY), [a.code().id]
        for start, end in ((place.start, place.end), (place.end - 1, place.end), (0, 40)):
            with pytest.raises(BadInput, match="left out"):
                service.apply(session, study, Place(story.id, 1, start, end), codes)
        assert service.apply(session, study, a.place(story, FIRST), codes)

    def test_what_was_on_it_is_not_shown(self, session, a, teller):
        story = a.story()
        place, study = a.place(story, SECOND), a.use(Purpose.STUDY)
        service.apply(session, study, place, [a.code().id])
        passages.mark_passage(
            session, teller(story).actor, story.id, story.person_id,
            Span(1, place.start + 3, place.start + 5), Mark.ASK_FIRST, "web",
        )  # fmt: skip
        assert service.on_story(session, study, story.id, 1) == []
        assert desk_of(session, study, story.id).codings == []


class TestPages:
    def test_a_sentence_left_out_is_a_bar_without_a_box(self, ana, story, house):
        with db.writing(house.sessions) as session:
            person = session.get_one(Story, story).person_id
            span = Span(1, 0, len("We had a bus \U0001f68c."))
            passages.mark_passage(session, MACHINE, story, person, span, Mark.LEAVE_OUT, "phone")
        page = ana.open(f"/desk/{story}/sentences")
        lines = page.select(".sb-sentence")
        assert lines[0].select("input") == []
        assert lines[0].select_one("[role=img]")["aria-label"] == LEFT_OUT
        assert lines[1].select("input")
        page = ana.open(f"/desk/{story}")
        [bar] = page.select("#story [role=img]")
        assert (
            bar.get_text() == "\u2592" * span.end
            and "bus" not in page.select_one("#story").get_text()
        )

    def test_what_storytellers_say_has_a_page(self, ana, story):
        page = ana.open("/codings/checks")
        assert "No storyteller has answered yet." in page.get_text()
