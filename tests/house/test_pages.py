"""Every page names its purpose and who may come."""

from __future__ import annotations

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
