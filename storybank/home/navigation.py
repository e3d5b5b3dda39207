"""What stands in the menu, and on the first page, for each role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from storybank.people.rules import Actor, Role


@dataclass(frozen=True)
class Way:
    """One thing a role can do: where it is, what it is called, what it is for."""

    role: Role
    endpoint: str
    label: str
    says: str
    args: tuple[tuple[str, str], ...] = ()
    menu: bool = True

    @property
    def href(self) -> str:
        args: dict[str, Any] = dict(self.args)
        return url_for(self.endpoint, **args)


WAYS = (
    Way(Role.STORYTELLER, "portal.my_stories", "My stories",
        "See your story, what you said yes to, and where it has been. Stop any use."),
    Way(Role.STORYTELLER, "rights.mine", "My rights",
        "Ask for something, see when we answer, get all we hold about you."),
    Way(Role.STORYTELLER, "portal.my_details", "My details",
        "Your name, and how we should reach you. We lock these away."),
    Way(Role.RESEARCHER, "coding.stories", "Stories to study",
        "Read stories and put codes on passages."),
    Way(Role.RESEARCHER, "suggest.queue", "Suggestions",
        "Check the codes that the machine thinks may fit."),
    Way(Role.RESEARCHER, "search.results", "Search",
        "Find words, phrases and codes.", (("purpose", "study"),)),
    Way(Role.RESEARCHER, "analysis.queries", "Queries",
        "Ask for codes together, near or after each other, and keep the question."),
    Way(Role.RESEARCHER, "analysis.pictures", "Pictures",
        "See how often codes are used, which come together, and where stories differ."),
    Way(Role.RESEARCHER, "codebook.codes", "Codebook",
        "Each code: what it means, what to include, what to leave out."),
    Way(Role.RESEARCHER, "memos.memos", "Memos",
        "Note and discuss what you see in stories, codes and the project."),
    Way(Role.RESEARCHER, "agreement.rounds", "Coding together",
        "Share out stories, code blind, see how far you agree, settle the rest."),
    Way(Role.RESEARCHER, "exchange.files", "Files",
        "Take out codings, memos and the codebook, as far as storytellers allow."),
    Way(Role.RESEARCHER, "details.stories", "Check personal details",
        "Check stories for names, places and numbers before parts of them leave the team.",
        (("purpose", "study"),), menu=False),
    Way(Role.FACILITATOR, "workshops.workshops", "Workshops",
        "Plan a workshop, draw passages into a pack, print the cards."),
    Way(Role.FACILITATOR, "search.results", "Search for workshops",
        "Find passages that workshops may use.", (("purpose", "workshop"),)),
    Way(Role.FACILITATOR, "stewardship.assist", "Sit with a storyteller",
        "Write down what a storyteller beside you, or on the phone, chooses or stops."),
    Way(Role.MEMBER, "stories.stories", "Stories for members",
        "Read whole stories shared with members.", (("purpose", "members"),)),
    Way(Role.MEMBER, "search.results", "Search for members",
        "Find words in the stories shared with members.", (("purpose", "members"),)),
    Way(Role.STEWARD, "stewardship.today", "Today",
        "What needs you today, and the words people are asked."),
    Way(Role.STEWARD, "intake.take_in", "Take in a story",
        "Write down a story and what the storyteller chose."),
    Way(Role.STEWARD, "exchange.bring_in", "Bring in a project",
        "Take in stories with their codes from NVivo, ATLAS.ti, MAXQDA, Taguette and others."),
    Way(Role.STEWARD, "stories.stories", "Stories we keep",
        "See every story we may keep, and change what a storyteller chose.",
        (("purpose", "keep"),)),
    Way(Role.STEWARD, "details.stories", "Personal details",
        "Check stories for names, places and numbers before parts of them leave the team.",
        (("purpose", "keep"),), menu=False),
    Way(Role.STEWARD, "stewardship.assist", "Write down with somebody",
        "Write down what a storyteller beside you, or on the phone, chooses or stops."),
    Way(Role.STEWARD, "mail.outbox", "Mail",
        "Print letters to post, see whom to tell, and what could not be sent."),
    Way(Role.STEWARD, "people.tellers", "Storytellers",
        "Find a storyteller, and see how to reach them."),
    Way(Role.STEWARD, "rights.desk", "Requests",
        "Requests and complaints, by the day an answer is due."),
    Way(Role.ADMINISTRATOR, "people.accounts", "People", "Accounts and roles."),
    Way(Role.ADMINISTRATOR, "operating.house", "How the house is",
        "What Storybank is doing, and whether its copies are safe."),
    Way(Role.VISITOR, "search.results", "Public stories",
        "Short parts of stories that anyone may see.", (("purpose", "public"),), menu=False),
)  # fmt: skip


def ways_for(actor: Actor) -> list[Way]:
    """The ways open to this actor, in order; what is open to anyone comes last."""
    held = actor.roles | {Role.VISITOR}
    return [way for way in WAYS if way.role in held]


def navigation(actor: Actor) -> list[dict[str, object]]:
    """Menu entries for the layout: label, address, and whether it is this page or holds it."""
    ways = [way for way in ways_for(actor) if way.menu or not actor.signed_in]
    exact = [way for way in ways if way.href.rstrip("/") == request.path.rstrip("/")]
    here = (exact or [way for way in ways if _holds_this_page(way)])[:1]
    mark = "page" if exact else "true"
    return [
        {"label": way.label, "href": way.href, "current": mark if way in here else None}
        for way in ways
    ]


# What happens in a workshop, and comes of it, is reached from the list of workshops.
# So are files that were brought, from the page on which one story is taken in.
LIVES_WITH = {
    "meetings": "workshops", "paper": "workshops", "synthesis": "workshops", "receiving": "intake",
}  # fmt: skip


def _holds_this_page(way: Way) -> bool:
    """Is this page in the same room, and for the same purpose where there are several?"""
    here = request.view_args or {}
    room = way.endpoint.split(".")[0]
    return (
        room == LIVES_WITH.get(request.blueprint or "", request.blueprint)
        # Everybody's own account lives in the room of accounts, helping beside the desk, and
        # pictures beside queries.
        and (room not in ("people", "stewardship", "analysis") or request.path.startswith(way.href))
        and all(here.get(name, value) == value for name, value in way.args)
    )
