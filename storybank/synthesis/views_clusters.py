"""The board: loose answers and clusters side by side, moved by ticking, by a button or by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, StorybankError
from storybank.meetings import answering, state
from storybank.meetings.agenda import agenda
from storybank.meetings.models import Group
from storybank.meetings.passages import Card, passages
from storybank.meetings.team import meeting_for
from storybank.meetings.views_live import here, join_host, square
from storybank.synthesis import clusters, moving, themes
from storybank.synthesis import moves as who_moved
from storybank.synthesis.acts import UNDOERS, within
from storybank.synthesis.clusters import Answer, ClusterCard
from storybank.synthesis.placing import ANSWER, PASSAGE, Thing
from storybank.synthesis.themes import Theme
from storybank.undoing import service as undoing
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str | Response, int]
BOARD = "/meetings/<purpose>/<int(max=2147483647):workshop_id>/clusters"
for_the_team = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")
LOOSE_A_PAGE = 50
SHOWN = 8
"""Answers of a cluster that the board shows; its own page shows all."""
NEW, LOOSE = "new", "loose"
FILTERS = ("question", "group", "page")


@dataclass
class Shown:
    """A cluster as the board shows it."""

    card: ClusterCard
    passages: list[Card]
    themes: list[Theme]
    gone: int
    """Passages in it that may not be shown now."""
    ways: list[tuple[str, int]] = field(default_factory=list)
    """(how answers came, how many)."""

    @property
    def count(self) -> int:
        return len(self.card.answers)


@for_the_team
def board(use: Use, purpose: str, workshop_id: int) -> Page:
    """Loose answers and clusters as they stand."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    return _page(use, workshop, _board(session, use, workshop))


@for_the_team
def poll_clusters(use: Use, purpose: str, workshop_id: int) -> Page:
    """The board where it is another than ?v= says; 204 where it is the same."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    now = version(session, use, workshop)
    if request.args.get("v") == now:
        return Response(status=204, headers={"X-Version": now})
    shown = _board(session, use, workshop)
    return Response(
        web.render("synthesis/_board.html", use=use, **shown), mimetype="text/html",
        headers={"X-Version": now},
    )  # fmt: skip


@for_the_team
def move_things(use: Use, purpose: str, workshop_id: int) -> Page:
    """Move what is ticked into a cluster, into a new one, or out of all."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    things, to = things_sent(form.getlist("thing")), form.get("to", "")
    title = form.get("title", "")
    try:
        if not things:
            raise BadInput("Tick what you want to move.")
        if to == NEW:
            made = moving.make(session, use, workshop_id, title, things)
            said = f"“{made.title}” is a cluster now, with {plural(len(things), 'thing')} in it."
        else:
            to_id = None if to == LOOSE else _number(to)
            if to != LOOSE and to_id is None:
                raise BadInput("Choose where to move it.")
            moved = moving.move_all(session, use, workshop_id, things, to_id)
            if not moved:
                web.say("Nothing was moved: it is there already.", "notice")
                return redirect(_back(workshop), 303)
            said = f"Moved: {plural(moved, 'thing')}."
    except StorybankError as no:
        return _again(session, use, workshop, no, things, to, title)
    fields = back_fields() | {"workshop": workshop_id}
    web.say(said, undo=url_for("synthesis.undo"), fields=fields)
    return redirect(_back(workshop), 303)


@for_the_team
def move_thing(use: Use, purpose: str, workshop_id: int) -> Page:
    """Choose where one answer or passage goes: for those who do not drag."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    things = things_sent([request.args.get("thing", "")])
    answer, card = _one(session, use, workshop, things)
    if answer is None and card is None:
        web.say("That is not shown any more. Choose another.", "notice")
        return redirect(url_for("synthesis.clusters", **here(workshop)), 303)
    kind, number = things[0]
    placed = clusters.headings(session, [number]) if kind == ANSWER else {}
    return web.render(
        "synthesis/move.html", use=use, workshop=workshop, here=here(workshop), answer=answer,
        card=card, thing=f"{kind}-{number}", stands=placed.get(number),
        names=clusters.names(session, workshop_id), fields=back_fields(request.args),
    )  # fmt: skip


@for_the_team
def moves(use: Use, purpose: str, workshop_id: int) -> Page:
    """Who moved what and when."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    page = request.args.get("page", 1, _page_number)
    return web.render(
        "synthesis/moves.html", use=use, workshop=workshop, here=here(workshop),
        log=who_moved.moves(session, workshop_id, page),
    )  # fmt: skip


def version(session: Session, use: Use, workshop: Workshop) -> str:
    """What the page compares: another word when anything on it may be different."""
    return f"{state.version(session, use, workshop)}-{answering.tally(session, workshop.id)}"


def things_sent(sent: list[str]) -> list[Thing]:
    """("answer", id) and ("passage", number) out of "answer-<id>" and "passage-<number>"."""
    found: list[Thing] = []
    for one in sent[: moving.AT_ONCE]:
        kind, _, number = one.partition("-")
        if kind == ANSWER and len(number) == 36 and number.isascii() and number.isprintable():
            found.append((ANSWER, number))
        elif kind == PASSAGE and _number(number) is not None:
            found.append((PASSAGE, str(_number(number))))
    return list(dict.fromkeys(found))


def back_fields(sent: Any = None) -> dict[str, str | int]:
    """Where a form was sent from: the board's filters, or one cluster's page."""
    sent = request.form if sent is None else sent
    numbers = {name: _number(sent.get(name, "")) for name in (*FILTERS, "cluster", "workshop")}
    return {name: number for name, number in numbers.items() if number}


def shown(
    cards: list[ClusterCard], said: dict[int, list[Theme]], allowed: dict[int, Card]
) -> list[Shown]:
    """Clusters with their passages as far as the door lets them out, and their themes."""
    found = []
    for card in cards:
        there = [allowed[n] for n in card.passage_item_ids if n in allowed]
        gone = len(card.passage_item_ids) - len(there)
        one = Shown(card, there, said.get(card.id, []), gone)
        came: dict[str, int] = {}
        for answer in card.answers:
            came[answer.came] = came.get(answer.came, 0) + 1
        one.ways = list(came.items())
        found.append(one)
    return found


def _board(session: Session, use: Use, workshop: Workshop) -> dict[str, Any]:
    number = workshop.id
    question, group = (request.args.get(name, 0, web.number) for name in ("question", "group"))
    asked = {"prompt_id": question or None, "group_id": group or None}
    total = clusters.count_loose(session, number, **asked)
    pages = max(1, -(-total // LOOSE_A_PAGE))
    page = min(max(request.args.get("page", 1, _page_number), 1), pages)
    loose = clusters.loose(
        session, number, **asked, limit=LOOSE_A_PAGE, offset=(page - 1) * LOOSE_A_PAGE
    )
    cards = clusters.clusters(session, number)
    pack = passages(session, use, workshop)
    allowed = {card.item_id: card for card in pack.cards}
    placed = {item for card in cards for item in card.passage_item_ids}
    filters: dict[str, Any] = {"question": question or None, "group": group or None}
    groups = select(Group).where(Group.workshop_id == number, Group.removed_at.is_(None))
    done = within(number)
    turn = undoing.last(session, use, done), undoing.undone(session, use, done)
    return {
        "workshop": workshop, "here": here(workshop), "loose": loose, "total": total,
        "page": page, "pages": pages, "filters": filters,
        "version": version(session, use, workshop),
        "wordless": clusters.count_wordless(session, number), "gone": pack.gone,
        "shown": shown(cards, themes.themes(session, number), allowed), "most": SHOWN,
        "free": [card for card in pack.cards if card.item_id not in placed],
        "prompts": agenda(session, number).prompts,
        "groups": session.scalars(groups.order_by(Group.position, Group.id)).all(),
        "undo": turn[0] and UNDOERS[turn[0].kind].says(turn[0]),
        "redo": turn[1] and UNDOERS[turn[1].kind].says(turn[1]),
        "fields": {k: v for k, v in (filters | {"page": page if page > 1 else None}).items() if v},
        "ticked": set(), "errors": None, "typed": {}, "closed": workshop.status == "closed",
        "per_page": LOOSE_A_PAGE,
    }  # fmt: skip


def _page(use: Use, workshop: Workshop, shown: Mapping[str, Any]) -> str:
    """The whole page. It may be projected, so it says how to join, as long as people may."""
    return web.render(
        "synthesis/clusters.html", use=use, square=square(workshop), join_host=join_host(), **shown
    )  # fmt: skip


def _again(
    session: Session, use: Use, workshop: Workshop, no: StorybankError, things: list[Thing],
    to: str, title: str,
) -> Page:  # fmt: skip
    """The board once more with what is wrong, what was ticked, and what was typed."""
    if not isinstance(no, BadInput | Conflict):
        raise no
    session.rollback()
    workshop, use = meeting_for(session, use, workshop.id)
    page = _board(session, use, workshop) | {
        "errors": {"title" if "title" in no.sentence else "to": no.sentence},
        "ticked": {f"{kind}-{number}" for kind, number in things},
        "typed": {"to": to[:20], "title": title[:300]},
    }
    return _page(use, workshop, page), no.status


def _one(
    session: Session, use: Use, workshop: Workshop, things: list[Thing]
) -> tuple[Answer | None, Card | None]:
    for kind, number in things:
        if kind == ANSWER:
            return next(iter(clusters.answers(session, workshop.id, [number])), None), None
        cards = passages(session, use, workshop, int(number)).cards
        return None, next(iter(cards), None)
    return None, None


def _back(workshop: Workshop) -> str:
    """The page that a form was sent from."""
    fields: dict[str, Any] = back_fields()
    cluster, _ = fields.pop("cluster", None), fields.pop("workshop", None)
    if cluster and any(
        number == cluster for number, _ in clusters.names(web.session(), workshop.id)
    ):
        return url_for("synthesis.cluster", cluster_id=cluster, **here(workshop))
    return url_for("synthesis.clusters", **fields, **here(workshop))


def _number(typed: str) -> int | None:
    try:
        number = web.number(typed) if typed.isascii() and len(typed) < 12 else 0
    except ValueError:
        return None
    return number if number > 0 else None


def _page_number(typed: str) -> int:
    return _number(typed) or 1


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(BOARD, endpoint="clusters")(board)
    bp.post(BOARD)(move_things)
    bp.get(f"{BOARD}/now")(poll_clusters)
    bp.get(f"{BOARD}/move")(move_thing)
    bp.get(f"{BOARD}/moves")(moves)
