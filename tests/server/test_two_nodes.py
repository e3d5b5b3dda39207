"""One house on two nodes, each a process of its own: people go from one to the other and back."""

from __future__ import annotations

from types import SimpleNamespace

import bed as beds
import pytest
from factories import PASSWORD, TEXT, Factory
from visitors import Visitor

from storybank import db

WORD = "marzipan"


@pytest.fixture(scope="module")
def story(scene) -> SimpleNamespace:
    """One more story, which may be studied, and its number."""
    with db.writing(scene.house.sessions) as session:
        told = Factory(session).story(f"{TEXT} It smelt of {WORD}.", "Sweet")
        return SimpleNamespace(id=told.id, version=told.current_version)


@pytest.fixture
def both(scene):
    """``both(email)``: one browser of this person, at the first node and at the second."""
    first, second = [node.url for node in scene.bed.of(beds.WEB)][:2]

    def come(who: str) -> tuple[Visitor, Visitor]:
        here = Visitor(first).sign_in(f"{who}@example.org", PASSWORD)
        return here, here.elsewhere(second)

    return come


def code(at: Visitor, story: SimpleNamespace, code_id: int) -> int:
    return at.post(
        f"/desk/{story.id}/codings", on=f"/desk/{story.id}", version=story.version, start=0,
        end=9, quote=TEXT[:9], code=code_id,
    ).status_code  # fmt: skip


@pytest.mark.postgres
@pytest.mark.slow
class TestTwoNodes:
    def test_who_signs_in_at_one_works_at_the_other_and_is_out_at_both(self, both, story):
        here, there = both("researcher")
        assert there.get(f"/desk/{story.id}").status_code == 200
        assert code(there, story, 1) in (200, 303)
        assert "<mark" in here.get(f"/desk/{story.id}").text
        assert there.post("/sign-out", on="/me").status_code == 303
        assert "/sign-in" in here.get(f"/desk/{story.id}").location

    def test_what_one_takes_in_the_other_finds(self, scene, both, story):
        for one in both("researcher"):
            beds.until(
                lambda one=one: f"/desk/{story.id}" in one.get("/search/study", q=WORD).text,
                f"found at {one.at}",
            )

    def test_a_node_that_is_killed_is_missed_by_nobody_at_the_other(self, scene, both, story):
        here, there = both("researcher")
        first = scene.bed.of(beds.WEB)[0]
        begun = first.begun
        first.kill()
        assert there.get(f"/desk/{story.id}").status_code == 200
        assert code(there, story, 2) in (200, 303)
        beds.until(lambda: first.begun > begun and first.answers(), "it is started again")
        assert here.get(f"/desk/{story.id}").status_code == 200

    def test_while_the_database_is_away_pages_say_so(self, scene, both, story):
        for_both = both("researcher")
        scene.bed.cluster.stop()
        try:
            for one in for_both:
                answer = one.get(f"/desk/{story.id}")
                assert answer.status_code == 503
                assert answer.headers["Retry-After"]
                old = one.ask("POST", f"/desk/{story.id}/codings", {"csrf_token": "of yesterday"})
                assert old.status_code == 503
        finally:
            scene.bed.cluster.start()
        for one in for_both:
            beds.until(
                lambda one=one: one.get(f"/desk/{story.id}").status_code == 200, f"back at {one.at}"
            )

    def test_a_node_cut_from_the_database_says_so_soon_and_shows_no_story(self, scene, both, story):
        if not scene.bed.machines:
            pytest.skip("nodes are no machines of their own here, so there is no wire to cut")
        here, there = both("researcher")
        node = scene.bed.of(beds.WEB)[0]
        node.wire.cut()
        try:
            here.wait = 15.0
            answer = here.get(f"/desk/{story.id}")
            assert answer.status_code == 503
            assert there.get(f"/desk/{story.id}").status_code == 200
        finally:
            node.wire.mend()
        beds.until(lambda: here.get(f"/desk/{story.id}").status_code == 200, "mended")

    def test_a_node_that_is_told_to_end_ends_what_it_does(self, scene, both, story):
        _, there = both("researcher")
        node = scene.bed.of(beds.WEB)[1]
        assert node.stop() == 0
        node.start()
        beds.until(node.answers, "it is back")
        assert there.get(f"/desk/{story.id}").status_code == 200

    def test_a_third_node_comes_and_goes(self, scene, both, story):
        bed = scene.bed
        here, _ = both("researcher")
        third = bed.add("web-3", beds.WEB, more=bed.of(beds.WEB)[0].more)
        third.start()
        beds.until(third.answers, "the third answers")
        assert here.elsewhere(third.url).get(f"/desk/{story.id}").status_code == 200
        bed.lose("web-3")
        assert here.get(f"/desk/{story.id}").status_code == 200

    def test_wrong_passwords_at_both_are_counted_together(self, scene):
        tried = [
            Visitor(node.url).post(
                "/sign-in", on="/sign-in", email="nobody@example.org", password="wrong"
            ).status_code
            for _ in range(12)
            for node in scene.bed.of(beds.WEB)
        ]  # fmt: skip
        assert 429 in tried
        assert tried.index(429) <= 11, tried
