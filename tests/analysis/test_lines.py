"""Code lines and days of coding: against counting by hand; and where a network's codes stand."""

from __future__ import annotations

import random
import time
from datetime import datetime, timedelta

import pytest
from factories import TEXT

from storybank.analysis import code_line, network, timeline
from storybank.analysis.codings import EVERYTHING
from storybank.analysis.timeline import Each
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.coding.showing import shelf_of
from storybank.consent.rules import Purpose, Use

DAY = timedelta(days=1)


def put(session, story, code, start, end, coder, at=None) -> None:
    session.add(
        Coding(
            story_id=story.id, version=1, start=start, end=end, code_id=code.id, coder_id=coder,
            made_at=at or now(),
        )
    )  # fmt: skip
    session.flush()


class TestCodeLine:
    def test_lanes_cover_the_letters_that_carry_the_code(self, a, session):
        r, use = random.Random(5), a.use(Purpose.STUDY)
        story, hidden = a.story(), a.story(consented_to=[])
        codes = [a.code(key) for key in ("EN-PEER", "BA-COST", "VA-TRUST")]
        letters: dict[int, set[int]] = {}
        for _ in range(12):
            start = r.randrange(len(TEXT) - 25)
            end, code = start + r.randrange(1, 25), r.choice(codes)
            put(session, story, code, start, end, use.actor.account_id)
            put(session, hidden, code, start, end, use.actor.account_id)
            letters.setdefault(code.id, set()).update(range(start, end))
        found = code_line.code_lines(session, use, [story.id, hidden.id])
        assert list(found) == [story.id] == code_line.coded_stories(session, use)
        line = found[story.id]
        assert {lane.code_id: lane.letters for lane in line.lanes} == {
            code: len(there) for code, there in letters.items()
        }
        assert line.covered == len(set().union(*letters.values()))
        for lane in line.lanes:
            inside = {at for start, end in lane.stretches for at in range(start, end)}
            assert inside == letters[lane.code_id]
        table = code_line.as_table(line, shelf_of(session))
        assert len(table.rows) == len(letters)
        assert f"on {round(100 * line.covered / line.length)}% of the story" in table.finding


class TestTimeline:
    @pytest.mark.parametrize(
        ("days", "each"), [(20, Each.DAY), (120, Each.WEEK), (900, Each.MONTH)]
    )
    def test_each_coder_is_counted_in_each_stretch(self, a, session, days, each):
        r, use, story = random.Random(days), a.use(Purpose.STUDY), a.story()
        other = a.researcher().account_id
        begin, made = datetime(2024, 2, 27, 23, 59), []
        for number in range(40):
            coder = r.choice([use.actor.account_id, other])
            at = begin + DAY * (days if number == 0 else r.randrange(days))
            put(session, story, a.code(), number, number + 5, coder, at)
            made.append((each.starts(at.date()), coder))
        found = timeline.timeline(session, use, EVERYTHING)
        assert found.each is each
        assert list(found.starts) == sorted(set(found.starts))
        for coder, counts in found.counts.items():
            assert counts == tuple(made.count((start, coder)) for start in found.starts)
        assert sum(found.all) == 40
        names = {use.actor.account_id: "Ana", other: "Ben"}
        assert f"{max(found.all)} of 40 codings by 2 coders" in timeline.finding(found, names)

    def test_others_codings_are_not_counted_on_a_story_to_be_coded_blind(self, a, session):
        use, story, other = a.use(Purpose.STUDY), a.story(), a.researcher().account_id
        work = CodingRound(name="Blind", blind=True, made_by=other, made_at=now())
        session.add(work)
        session.flush()
        session.add(
            Assignment(
                round_id=work.id, story_id=story.id, account_id=use.actor.account_id, given_at=now()
            )
        )
        put(session, story, a.code(), 0, 5, other)
        put(session, story, a.code(), 7, 9, use.actor.account_id)
        assert list(timeline.timeline(session, use, EVERYTHING).counts) == [use.actor.account_id]
        theirs = Use(use.actor, use.purpose, use.at)
        assert code_line.code_lines(session, theirs, [story.id])[story.id].covered == 2


class TestNetwork:
    def links(self, count, seed):
        r = random.Random(seed)
        return [
            (i, j, float(r.randrange(1, 30)))
            for i in range(count) for j in range(i) if r.random() < 0.13
        ]  # fmt: skip

    def test_it_is_the_same_every_time_and_inside_the_picture(self):
        labels = [f"A code with the number {n}" for n in range(40)]
        sizes, links = list(range(1, 41)), self.links(40, 3)
        spots = network.spots(labels, sizes, links)
        assert spots == network.spots(labels, sizes, links)
        for spot in spots:
            assert spot.x - spot.radius > 0 and spot.x + spot.radius < network.WIDTH
            assert spot.y - spot.radius > 0 and spot.y + spot.radius < network.HEIGHT

    def test_codes_that_come_together_stand_closer_than_others(self):
        links = [(i, j, 9.0) for i in range(5) for j in range(i)]
        links += [(i, j, 9.0) for i in range(5, 10) for j in range(5, i)]
        places = network.layout(10, links)

        def mean(pairs):
            far = [
                ((places[i][0] - places[j][0]) ** 2 + (places[i][1] - places[j][1]) ** 2) ** 0.5
                for i, j in pairs
            ]
            return sum(far) / len(far)

        near = mean([(i, j) for i, j, _ in links])
        apart = mean([(i, j) for i in range(5) for j in range(5, 10)])
        assert near * 1.5 < apart

    def test_forty_codes_take_less_than_44_milliseconds(self):
        links, best = self.links(40, 9), 1.0
        for _ in range(3):
            start = time.process_time()
            network.layout(40, links)
            best = min(best, time.process_time() - start)
        assert best < 0.044

    def test_none_and_one_are_drawn_too(self):
        assert network.spots([], [], []) == []
        assert len(network.spots(["One"], [3], [])) == 1
