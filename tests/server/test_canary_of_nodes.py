"""The word that nobody else uses, looked for at two nodes over the network."""

from __future__ import annotations

import os
from types import SimpleNamespace

import bed as beds
import pytest
from crawling import Sight, crawl_for, shows, understands
from factories import PASSWORD
from journeys.test_canary import MUST_SEE, REAL, SPELT, claimable
from visitors import Answer, Visitor

from storybank.meetings.seats import COOKIE as SEAT

WHOLE = os.environ.get("TEST_WHOLE_CRAWL") == "1"
"""Ask for every address with every query, not only for those that must show the word: minutes."""
ALONE = ("visitor", "participant")


class InTurn:
    """Somebody whose requests go to one node after the other."""

    def __init__(self, visitors: list[Visitor]) -> None:
        self.visitors, self.turn = visitors, 0

    def get(self, path: str, **query: object) -> Answer:
        self.turn += 1
        return self.visitors[self.turn % len(self.visitors)].get(path, **query)


@pytest.fixture(scope="module")
def everybody(scene) -> dict[str, list[Visitor]]:
    """Each role signed in at one node, and the same browsers at the other."""
    first, *others = [node.url for node in scene.bed.of(beds.WEB)]
    found = {}
    for who in (*scene.told.cookies, "participant"):
        one = Visitor(first)
        if who == "participant":
            one.cookies[SEAT] = scene.told.values["seat"][0]
        elif who not in ALONE:
            email = "teller" if who == "storyteller" else who
            one.sign_in(f"{email}@example.org", PASSWORD)
        found[who] = [one, *(one.elsewhere(other) for other in others)]
    return found


def looked(scene: SimpleNamespace, everybody: dict[str, list[Visitor]]) -> set[Sight]:
    """Where it is seen, each page asked for at one of the nodes."""
    in_turn = {who: InTurn(visitors) for who, visitors in everybody.items()}
    told = scene.told
    if WHOLE:
        seen = crawl_for((SPELT, REAL), scene.app, in_turn, told.values, told.queries, set())
        return seen[SPELT]
    return {sight for sight in asked(told) if sees(in_turn[sight.who], sight.url, told.queries)}


def asked(told: SimpleNamespace) -> set[Sight]:
    return {Sight(who, url.format(n=told.story.id), ()) for who, url in MUST_SEE}


def sees(somebody: InTurn | Visitor, url: str, queries: list[dict[str, str]]) -> bool:
    """Is it told at this address, with any of these queries?"""
    return any(
        shows(somebody.get(url, **query), SPELT, query)
        for query in queries
        if not query or understands(url, query)
    )


@pytest.mark.postgres
@pytest.mark.slow
class TestCanaryOfNodes:
    def test_a_stop_at_one_node_is_true_at_both_at_once_and_the_copies_go(self, scene, everybody):
        queries = scene.told.queries
        beds.until(
            lambda: all(sees(one, "/search/study", queries) for one in everybody["researcher"]),
            "the story is found at both nodes",
        )
        before = looked(scene, everybody)
        must = {(sight.who, sight.url) for sight in asked(scene.told)}
        assert must <= {(sight.who, sight.url) for sight in before}
        assert {s for s in before if not set(s.purposes) <= claimable(s.who)} == set()

        number, (here, _) = scene.told.story.id, everybody["steward"]
        page = f"/stories/keep/{number}/choices"
        answer = here.post(f"/stories/keep/{number}/stop", on=page, use="all", channel="phone")
        assert answer.status_code == 303
        still = {
            (sight.who, sight.url, visitor.at)
            for sight in before
            for visitor in everybody[sight.who]
            if sees(visitor, sight.url, queries)
        }
        assert {who for who, _, _ in still} <= {"storyteller"}

        def strays() -> list[str]:
            # The search index of this process is fed by nobody.
            with scene.house.sessions() as session:
                lines = [line for _, line in scene.house.strays(session)]
            return [line for line in lines if not line.startswith("search index")]

        beds.until(lambda: strays() == [], "every copy is gone")
