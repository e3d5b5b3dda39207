"""Every page names its purpose and who may come."""

from __future__ import annotations

from werkzeug.routing import AnyConverter, IntegerConverter

from storybank.consent.purposes import CLAIMS, Purpose
from storybank.people.rules import Role


def unmarked(app):
    return [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
        and not all(
            hasattr(app.view_functions[rule.endpoint], mark) for mark in ("purposes", "roles")
        )
    ]


def test_every_view_names_its_purposes_and_roles(app):
    assert unmarked(app) == []


def test_a_view_without_a_purpose_would_be_noticed(app):
    app.add_url_rule("/bare", "bare", lambda: "bare")
    assert unmarked(app) == ["bare"]


def test_an_administrator_may_claim_nothing_that_a_visitor_may_not():
    assert CLAIMS[Role.ADMINISTRATOR] == CLAIMS[Role.VISITOR] == {Purpose.PUBLIC}


def test_every_purpose_but_the_visitors_is_closed_to_somebody():
    for purpose in Purpose:
        holders = [role for role in Role if purpose in CLAIMS[role]]
        assert holders, purpose
        assert purpose is Purpose.PUBLIC or len(holders) <= 2, purpose


def test_a_page_for_some_purposes_is_there_for_no_other(app):
    """The walks over every page rely on it: they leave out purposes that a page does not name."""
    client, tried = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        if "purpose" not in rule.arguments - set(rule.defaults or ()) or "GET" not in rule.methods:
            continue
        view = app.view_functions[rule.endpoint]
        assert Purpose.INDEX.value not in view.purposes  # the machine's own: no page is for it
        values = {name: _some(converter) for name, converter in rule._converters.items()}
        values["purpose"] = Purpose.INDEX.value
        with app.test_request_context():
            url = app.url_for(rule.endpoint, **values)
        assert client.get(url).status_code == 404, url
        tried += 1
    assert tried > 10


def _some(converter):
    """A value that an address may hold there."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "1-1-0-9"
