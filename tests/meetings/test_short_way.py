"""What a phone asks every two seconds is answered before the pages, where nothing is new."""

from __future__ import annotations

import pytest
from meetings import seated

from storybank import db
from storybank.meetings import short_way, state


@pytest.fixture
def scene(house):
    return seated.on_a_house(house)


@pytest.fixture
def phone(app, scene):
    one = seated.Phone(app)
    one.join(scene.groups[0].id)
    return one


@pytest.fixture
def long_way(monkeypatch):
    """Nobody is answered before the pages are asked."""
    monkeypatch.setattr(short_way, "ADDRESS", "/nowhere")


def test_nothing_new_is_answered_as_the_pages_would(phone, request):
    known = phone.version()
    short = phone.poll(known)
    assert short.status_code == 204 and short.data == b""
    request.getfixturevalue("long_way")
    usual = phone.poll(known)
    same = ("Content-Security-Policy", "Cache-Control", "Referrer-Policy", "X-Frame-Options")
    assert [short.headers[name] for name in same] == [usual.headers[name] for name in same]
    assert "X-Request-Id" not in short.headers
    assert "X-Request-Id" in usual.headers


def test_something_new_goes_the_usual_way(phone, house, scene):
    known = phone.version()
    with db.writing(house.sessions) as session:
        state.changed(session, scene.id)
    assert phone.poll(known).status_code == 200


@pytest.mark.parametrize("cookie", ["", "1", "1.", "1.wrong", "x.y", "9" * 40 + ".z", "1.\u00e9"])
def test_whoever_holds_no_seat_goes_the_usual_way(phone, cookie):
    known = phone.version()
    phone.client.set_cookie("storybank-seat", cookie)
    answer = phone.poll(known)
    assert answer.status_code == 303
    assert "/join" in answer.location


@pytest.mark.parametrize("query", ["", "v=", "v=%00", "v=%ff", "w=1&v", "v=1&v=2", "&&v=~"])
def test_a_bent_query_goes_the_usual_way(phone, query):
    assert phone.client.get(f"/seat/now?{query}").status_code == 200
