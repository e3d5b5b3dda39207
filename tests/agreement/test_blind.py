"""Whoever still codes a story blind sees nothing of what others coded on it, anywhere.

Every page is fetched before and after a colleague codes the story. Not a letter may differ.
"""

from __future__ import annotations

import itertools
import re

import factories
import pytest
from agreement.conftest import a_round, coder, finish, put_on
from crawling import Person

from storybank import db
from storybank.coding.models import CodingFlag
from storybank.stories.models import Story

# What differs from one time to the next, whoever codes.
CHANGES = re.compile(
    r'name="csrf_token"[^>]*value="[^"]*"|nonce-[\w-]+|nonce="[^"]*"'
    r"|\?v=\w+|\d{4}-\d\d-\d\d at \d\d:\d\d UTC|\d{4}-\d\d-\d\dT[\d:.]+Z?"
    r"|\d{1,2}:\d\d[ap]m|took \d+|\d+ ms"
)
QUERIES = {
    "search": [
        {"q": "clinic"},
        {"q": "code:EN-ALLY"},
    ],
    "coding.rows": [{"start": "0", "end": "500"}],
    "coding.stories": [{"show": "mine"}],
    "analysis": [{"q": "code:EN-ALLY"}],
    "agreement": [{"round": "1"}, {"coder": ["1", "2"]}],
}
OTHERS = (
    "portal.",
    "people.",
    "rights.",
    "mail.",
    "stewardship.",
    "intake.",
    "home.",
    "workshops.",
)
"""Rooms that no researcher enters, or that hold nothing for them."""
MOST = ("coding.", "search.", "agreement.", "exchange.codings")
ARGUMENTS = {
    "story_id": [1], "key": ["EN-ALLY"], "purpose": ["study"], "paragraph": [1],
    "round_id": [1], "coding_id": [1], "code_id": [1], "account_id": [1], "version_id": [1],
}  # fmt: skip


@pytest.fixture
def blind(house, app):
    """Ana is to code a story blind, on which she has one code; so is Ben. A second story is
    coded in the open by both."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        ana = coder(a, "Ana", "ana@example.org")
        ben = coder(a, "Ben", "ben@example.org")
        story, other = a.story(), a.story(title="In the open")
        made = a_round(a, ana, [ana, ben], [story])
        put_on(a, ana, story, "Nobody")
        for use in (ana, ben):
            put_on(a, use, other, "Nobody")
        number = made.id
    house.runner.drain()
    return ana, ben, number


def code_as(house, use):
    """Somebody puts three codes on the blind story, one with a flag."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = session.get(Story, 1)
        made = put_on(a, use, story, "answer for me", "EN-ALLY")
        session.add(CodingFlag(coding_id=made.id, name="voice", value="own"))
        put_on(a, use, story, "we should go in together", "EN-PEER")
        put_on(a, use, story, "manager", "VA-SERVICE")
    house.runner.drain()


def pages(app):
    """(address, endpoint, query) of all that a researcher might open."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint.endswith("static"):
            continue
        names = sorted(rule.arguments)
        if not set(names) <= set(ARGUMENTS):
            continue
        room = rule.endpoint.split(".")[0]
        queries = [{}, *QUERIES.get(room, []), *QUERIES.get(rule.endpoint, [])]
        for chosen in itertools.product(*(ARGUMENTS[name] for name in names)):
            with app.test_request_context():
                url = app.url_for(rule.endpoint, **dict(zip(names, chosen, strict=True)))
            for query in queries:
                yield url, rule.endpoint, query


def seen_by(person, app, *rooms):
    """{(address, query): (status, what it says)}, of all rooms or some."""
    found = {}
    for url, endpoint, query in pages(app):
        if endpoint.startswith(OTHERS) or not endpoint.startswith(rooms or ""):
            continue
        answer = person.get(url, **query)
        said = answer.data.decode("utf-8", "replace") if "zip" not in answer.mimetype else ""
        found[url, repr(query)] = (answer.status_code, CHANGES.sub("", said))
    return found


def told(before, after):
    """{address: what it answered before and after}, of pages that say something else now."""
    changed = [page for page in after if before[page] != after[page]]
    return {page[0]: (before[page][0], after[page][0]) for page in changed}


def test_blind_coding_shows_nothing_of_others_until_it_is_finished(blind, house, app):
    use, ben, number = blind
    ana = Person(app, "ana@example.org")
    before = seen_by(ana, app)
    assert len([page for page in before if before[page][0] == 200]) > 40
    code_as(house, ben)
    coded = seen_by(ana, app)
    assert told(before, coded) == {}
    _finish(house, ben, number)
    finished = seen_by(ana, app, *MOST)
    # That he has finished may be seen; what he coded may not.
    assert told(coded, finished).keys() <= {
        "/coding-together", f"/coding-together/rounds/{number}", "/coding-together/agreement",
        "/coding-together/differences",
    }  # fmt: skip
    _finish(house, use, number)
    # And the walk would have seen it: on the desk, in lists and counts, in files, in search.
    shown = told(finished, seen_by(ana, app, *MOST))
    assert shown.keys() >= {"/desk/1", "/desk/1/codings", "/codes/EN-ALLY", "/codings.csv"}
    assert any(address.startswith("/search") for address in shown)


def _finish(house, use, number):
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        finish(a, use, _Round(number), session.get(Story, 1))


class _Round:
    """A round by its number, from a session that is over."""

    def __init__(self, number):
        self.id = number
