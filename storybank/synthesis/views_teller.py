"""A storyteller's own page on a workshop that used their words: what came of it."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import NotFound
from storybank.synthesis import telling
from storybank.synthesis.answer_rules import Kind
from storybank.synthesis.letters import people_words
from storybank.synthesis.lines import lines


@uses(Purpose.OWN)
def came_of_it(use: Use, workshop_id: int) -> str:
    """What people at a workshop said together, for somebody whose words were used there."""
    session = web.session()
    heard = telling.heard(session, use.actor.person_id)
    one = next((one for one in heard if one.workshop.id == workshop_id), None)
    if one is None:
        raise NotFound("There is nothing here for you yet.")
    found = lines(session, workshop_id, ())
    return web.render(
        "synthesis/came_of_it.html", use=use, workshop=one.workshop, kinds=list(Kind),
        of_kind={kind: [line for line in found if line.kind is kind] for kind in Kind},
        people=people_words(one.people),
    )  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get("/my/workshops/<int(max=2147483647):workshop_id>")(came_of_it)
