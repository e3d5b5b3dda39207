"""One cluster: all that is in it, its name and summary, merging, splitting, and its themes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.meetings.passages import passages
from storybank.meetings.team import meeting_for
from storybank.synthesis import clusters, moving, themes
from storybank.synthesis.themes import Relation
from storybank.synthesis.views_clusters import BOARD, back_fields, for_the_team, here, shown
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str, int]
ONE = f"{BOARD}/<int(max=2147483647):cluster_id>"
WAYS = ("up", "down", "first")


@for_the_team
def cluster(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Everything in one cluster, and what may be done with it."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    return _page(session, use, workshop, cluster_id)


@for_the_team
def describe(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Give a cluster another title or summary."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    typed = {name: form.get(name, "") for name in ("title", "summary")}
    try:
        moving.describe(session, use, workshop_id, cluster_id, **typed)
    except BadInput as no:
        field = "summary" if "summary" in no.sentence else "title"
        errors = {field: no.sentence}
        return _page(session, use, workshop, cluster_id, errors, typed), 422
    _say("Saved.", cluster_id)
    return _to(workshop, cluster_id)


@for_the_team
def merge(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Put a cluster into another."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    try:
        into = moving.merge(
            session, use, workshop_id, cluster_id, request.form.get("into", 0, web.number)
        )
    except BadInput as no:
        return _page(session, use, workshop, cluster_id, {"into": no.sentence}), 422
    _say(f"Merged. Everything is in “{into.title}” now.", into.id)
    return _to(workshop, into.id)


@for_the_team
def take_apart(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Let everything in a cluster be loose again."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    count = moving.take_apart(session, use, workshop_id, cluster_id)
    _say(f"Taken apart. Loose again: {plural(count, 'thing')}.")
    return redirect(url_for("synthesis.clusters", **here(workshop)), 303)


@for_the_team
def reorder(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Move a cluster up, down, or to be the first."""
    session, way = web.session(), request.form.get("way", "")
    workshop, use = meeting_for(session, use, workshop_id)
    if way not in WAYS:
        raise BadInput("Choose up, down or first.")
    moving.reorder(session, use, workshop_id, cluster_id, way)
    _say("Moved in the list.")
    fields: dict[str, Any] = back_fields()
    fields.pop("workshop", None)
    return redirect(
        url_for("synthesis.clusters", _anchor=f"cluster-{cluster_id}", **fields, **here(workshop)),
        303,
    )


@for_the_team
def link_theme(use: Use, purpose: str, workshop_id: int, cluster_id: int) -> Page:
    """Say what a cluster does to a code; a suggestion counts only when it is sent here."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    relation = next((one for one in Relation if one == form.get("relation")), None)
    suggested = form.get("suggested") == "yes"
    try:
        if relation is None:
            raise BadInput("Choose what the cluster does to the code.")
        code_id = form.get("code", type=web.number)
        said = themes.link(session, use, workshop_id, cluster_id, relation, code_id, suggested)
    except BadInput as no:
        field = "code" if "code." in no.sentence or "codebook" in no.sentence else "relation"
        errors, typed = {field: no.sentence}, {"relation": form.get("relation", "")[:20]}
        return _page(session, use, workshop, cluster_id, errors, typed), 422
    if said:
        _say("Saved what this cluster says.", cluster_id)
    else:
        web.say("That is said already.", "notice")
    return _to(workshop, cluster_id, "themes")


@for_the_team
def unlink_theme(use: Use, purpose: str, workshop_id: int) -> Page:
    """Take a theme off a cluster."""
    session = web.session()
    workshop, use = meeting_for(session, use, workshop_id)
    link_id = request.form.get("theme", 0, web.number)
    cluster_id = themes.unlink(session, use, workshop_id, link_id)
    _say("Taken off.", cluster_id)
    return _to(workshop, cluster_id, "themes")


def _page(
    session: Session, use: Use, workshop: Workshop, cluster_id: int,
    errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    card = clusters.cluster(session, workshop.id, cluster_id)
    said = themes.themes(session, workshop.id)
    allowed = {one.item_id: one for one in passages(session, use, workshop).cards}
    [one] = shown([card], said, allowed)
    closed, taken = workshop.status == "closed", [theme.code_id for theme in one.themes]
    names = [line for line in clusters.names(session, workshop.id) if line[0] != card.id]
    return web.render(
        "synthesis/cluster.html", use=use, workshop=workshop, here=here(workshop), one=one,
        card=card, names=names, closed=closed,
        offers=[] if closed else themes.offers(session, card.answers, taken),
        relations=list(Relation), families=codebook.families(session), errors=errors,
        typed=typed or {"title": card.title, "summary": card.summary},
    )  # fmt: skip


def _say(sentence: str, cluster_id: int | None = None) -> None:
    fields: dict[str, str | int] = {"cluster": cluster_id} if cluster_id else back_fields()
    fields |= {"workshop": (request.view_args or {})["workshop_id"]}
    web.say(sentence, undo=url_for("synthesis.undo"), fields=fields)


def _to(workshop: Workshop, cluster_id: int, anchor: str | None = None) -> Response:
    return redirect(
        url_for("synthesis.cluster", cluster_id=cluster_id, _anchor=anchor, **here(workshop)), 303
    )


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(ONE)(cluster)
    bp.post(f"{ONE}/describe")(describe)
    bp.post(f"{ONE}/merge")(merge)
    bp.post(f"{ONE}/take-apart")(take_apart)
    bp.post(f"{ONE}/order")(reorder)
    bp.post(f"{ONE}/themes")(link_theme)
    bp.post(f"{BOARD}/themes/take-off")(unlink_theme)
