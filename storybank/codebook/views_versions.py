"""The history of the codebook, its versions, its file, and its print. No words of stories."""

from __future__ import annotations

from flask import Response, redirect, request, url_for

from storybank import web
from storybank.codebook import changes, files, service, taking_in, versions
from storybank.codebook.forms import number_typed, typed
from storybank.codebook.views_codes import Page, page_asked, said
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.people.login import open_to
from storybank.people.rules import Role

A_PAGE = 40
TYPES = {"toml": "application/toml", "json": "application/json"}
TEAM = (Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)


@open_to(*TEAM)
def history() -> str:
    """What was changed, who did it, when and why: the newest first."""
    session = web.session()
    count = changes.count(session)
    pages = max(1, -(-count // A_PAGE))
    page = min(page_asked(), pages)
    return web.render(
        "codebook/changes.html",
        lines=changes.history(session, limit=A_PAGE, offset=(page - 1) * A_PAGE),
        codes=service.codes_by_id(session),
        page=page,
        pages=pages,
        count=count,
    )


@open_to(*TEAM)
def all_versions() -> str:
    """Versions with names, and the codebook's file."""
    return _list({}, "", "")


@uses(Purpose.STUDY)
def keep(use: Use) -> Page:
    """Keep the codebook as it stands under a name."""
    name, note = typed(request.form, "name"), typed(request.form, "note")
    try:
        kept = versions.keep(web.session(), use, name, note)
    except BadInput as problem:
        return _list({"name": problem.sentence}, name, note), 422
    web.say(f"The codebook as it stands is kept as “{kept.name}”.")
    return _to_versions()


def _list(errors: dict[str, str], name: str, note: str) -> str:
    session = web.session()
    return web.render(
        "codebook/versions.html", versions=versions.versions(session), errors=errors, name=name,
        note=note,
    )  # fmt: skip


@open_to(*TEAM)
def version(version_id: int) -> str:
    """One version, code by code."""
    found = versions.version(web.session(), version_id)
    names = {row["key"]: row["name"] for row in found.content["code"]}
    return web.render("codebook/version.html", version=found, names=names)


@open_to(*TEAM)
def compare() -> str:
    """What was added, reworded, merged and retired from one version to another."""
    session = web.session()
    every = versions.versions(session)
    newest = every[0].id if every else 0
    before, after = (
        versions.version(session, newest if sent is None else sent)
        for sent in (number_typed(request.args, "a"), number_typed(request.args, "b") or 0)
    )
    return web.render(
        "codebook/compare.html", before=before, after=after, versions=every,
        found=versions.compare(before.content, after.content),
    )  # fmt: skip


@open_to(*TEAM)
def download(version_id: int, written: str) -> Response:
    """A version as a file; 0 is the codebook as it stands."""
    found = versions.version(web.session(), version_id)
    body = (files.as_toml if written == "toml" else files.as_json)(found.content)
    name = f"codebook-{version_id}" if version_id else "codebook"
    return Response(
        body,
        content_type=f"{TYPES[written]}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{written}"'},
    )


@uses(Purpose.STUDY)
def load(use: Use) -> Page:
    """Add what a codebook file has and the codebook has not."""
    file = request.files.get("file")
    raw = file.read(files.LARGEST + 1) if file else b""
    try:
        if not raw:
            raise BadInput("Choose a file first.")
        with web.session().begin_nested():
            added = taking_in.take_in(web.session(), use, raw, typed(request.form, "why"))
    except BadInput as problem:
        return _list({"file": problem.sentence}, "", ""), 422
    there = f" {added.there} were there already and stay as they are." if added.there else ""
    if added.codes or added.families:
        count = len(added.codes)
        said(f"{'1 code' if count == 1 else f'{count} codes'} added.{there}")
    else:
        web.say(f"Nothing in that file is new.{there}", "notice")
    return _to_versions()


@open_to(*TEAM)
def paper() -> str:
    """The whole codebook on paper, or on one page to read."""
    session = web.session()
    return web.render(
        "codebook/print.html", book=service.current(session), families=service.families(session),
        codes=service.codes_by_id(session),
    )  # fmt: skip


def _to_versions() -> Page:
    return redirect(url_for("codebook.all_versions"), 303)
