"""Who will be there, and what that does to packs that were drawn before."""

from __future__ import annotations

import pytest
from workshops.meeting import SECOND

from storybank import events
from storybank.consent.rules import Purpose, Reason
from storybank.errors import BadInput, Refused
from storybank.people.rules import Role
from storybank.workshops import service


class TestChangeAudience:
    def test_an_excluded_place_added_later_hides_the_passage_at_once(self, room):
        place, other = room.passage(not_for=["Riverside Clinic"]), room.passage(SECOND)
        room.draw(place, other)
        gone = service.change_audience(
            room.session, room.use, room.workshop.id, ["riverside clinic", "Carers Together"]
        )
        assert gone == 1
        assert room.places() == [other]
        assert room.look().hidden == {Reason.NOT_FOR: 1}

    def test_a_job_is_promised_for_that_story_alone_and_pulls_it(self, room):
        place, other = room.passage(not_for=["Riverside Clinic"]), room.passage(SECOND)
        room.draw(place, other)
        events.collect(room.session)
        service.change_audience(room.session, room.use, room.workshop.id, ["Riverside Clinic"])
        assert events.collect(room.session) == [events.UseStopped(place.story_id)]
        assert len(room.strays()) == 1
        room.clean(place)
        assert room.strays() == [] and room.look().gone == 1

    def test_what_was_pulled_does_not_come_back_when_the_place_is_taken_off(self, room):
        place = room.passage(not_for=["Riverside Clinic"])
        room.draw(place)
        service.change_audience(room.session, room.use, room.workshop.id, ["Riverside Clinic"])
        room.clean(place)
        assert service.change_audience(room.session, room.use, room.workshop.id, []) == 0
        assert room.places() == []
        room.draw(place)
        assert room.places() == [place]

    def test_another_workshop_keeps_its_cards(self, meeting):
        changed, other = meeting(), meeting()
        place = changed.passage(not_for=["Riverside Clinic"])
        changed.draw(place)
        other.draw(place)
        service.change_audience(
            changed.session, changed.use, changed.workshop.id, ["Riverside Clinic"]
        )
        changed.clean(place)
        assert changed.places() == [] and other.places() == [place]

    def test_a_stopped_story_is_not_in_the_count(self, room):
        place = room.passage(not_for=["Riverside Clinic"])
        room.draw(place)
        room.stop(place)
        assert not service.change_audience(
            room.session, room.use, room.workshop.id, ["Riverside Clinic"]
        )

    def test_names_are_trimmed_and_not_doubled(self, room):
        names = ["  Riverside   Clinic ", "", "Riverside Clinic", "Hill\x00top\u202e"]
        service.change_audience(room.session, room.use, room.workshop.id, names)
        assert room.workshop.audience == ["Riverside Clinic", "Hilltop"]

    def test_too_many_names_change_nothing(self, room):
        with pytest.raises(BadInput):
            service.change_audience(
                room.session, room.use, room.workshop.id, [f"Place {n}" for n in range(51)]
            )
        assert room.workshop.audience == []

    def test_somebody_who_may_not_hold_workshops_is_refused(self, room, a):
        with pytest.raises(Refused):
            service.change_audience(
                room.session, a.use(Purpose.STUDY), room.workshop.id, ["Riverside Clinic"]
            )


class TestPlan:
    def test_only_for_a_use_the_person_may_claim(self, a, room):
        researcher = a.use(Purpose.STUDY)
        assert Role.FACILITATOR not in researcher.actor.roles
        for purpose, trouble in ((Purpose.WORKSHOP, Refused), (Purpose.MEMBERS, BadInput)):
            with pytest.raises(trouble):
                service.plan(
                    a.session, researcher, title="Ours", question="What helps?",
                    held_on=room.workshop.held_on, purpose=purpose, audience=[],
                )  # fmt: skip


class TestPacksOf:
    def test_each_is_counted_by_what_may_be_shown_from_it(self, room):
        stopped, kept = room.passage(), room.passage(SECOND)
        room.draw(stopped, kept)
        assert service.packs_of(room.session, room.use, room.workshop) == [(room.pack, 2)]
        room.stop(stopped)
        assert service.packs_of(room.session, room.use, room.workshop) == [(room.pack, 1)]
