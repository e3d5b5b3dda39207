"""Writing a memo and changing one: what was typed is kept on the page until it is saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.memos import naming, reading, rules, service
from storybank.memos.copies import Copies
from storybank.memos.models import Memo
from storybank.memos.rules import Kind, Subject
from storybank.memos.showing import html
from storybank.memos.views_page import people_to_tell, say, told
from storybank.stories import reading as stories
from storybank.stories.rules import Place

Page = str | Response | tuple[str, int]

NOBODY = (
    "Saved. One name after an @ is nobody's here, or more than one person's, so nobody was told. "
    "Change the memo to write the whole name."
)


@uses(Purpose.STUDY)
def new(use: Use) -> Page:
    """A new memo: ``?story=&version=&start=&end=``, ``?story=``, ``?coding=``, ``?code=``, or
    nothing for the project."""
    asked = _asked()
    if request.method == "GET":
        return _new_page(use, _subject(use, asked), asked)
    if "instead" in request.form:
        # The memo goes to the passage it copied from; what was typed goes with it.
        place = dict(zip(PLACE, request.form["instead"].split("-"), strict=False))
        return _new_page(use, _subject(use, place), place, form=request.form)
    form, about = request.form, None
    try:
        about = _subject(use, asked)
        memo = service.write(
            web.session(), use, about, form.get("title", ""), form.get("body", ""),
            tell=told(), own="own" in form,
        )  # fmt: skip
    except (BadInput, Conflict) as problem:
        web.session().rollback()
        if about is None and "story" in asked:
            # The passage is not there now. What was typed can still go on the whole story.
            asked = {"story": asked["story"]}
            about = _subject(use, asked)
        return _new_page(use, about or Subject(Kind.PROJECT), asked, problem, form), problem.status
    return _saved(memo, "Memo saved.", None)


@uses(Purpose.STUDY)
def edit(use: Use, memo_id: int) -> Page:
    """Change a memo. Where somebody changed it meanwhile, theirs and what was typed are shown."""
    card = reading.card(web.session(), use, memo_id)
    if not card.may_change:
        raise Refused("Only the person who wrote a memo can change it. You can answer it.")
    if request.method == "GET":
        return _edit_page(use, card)
    form = request.form
    try:
        memo = service.change(
            web.session(), use, memo_id, form.get("title", ""), form.get("body", ""),
            _moment(form.get("seen", "")), tell=told(), own="own" in form,
        )  # fmt: skip
    except (BadInput, Conflict) as problem:
        web.session().rollback()
        card = reading.card(web.session(), use, memo_id)
        return _edit_page(use, card, problem, form), problem.status
    return _saved(memo, "Memo changed.", memo.answers_id or memo.id)


PLACE = ("story", "version", "start", "end")


def _asked() -> dict[str, str]:
    names = (*PLACE, "code", "coding")
    return {name: request.args[name][:100] for name in names if request.args.get(name)}


def _subject(use: Use, asked: dict[str, str]) -> Subject:
    """What the address says the memo is about, checked at the door."""
    numbers: dict[str, int] = {}
    for name in (*PLACE, "coding"):
        try:
            if name in asked:
                numbers[name] = web.number(asked[name])
        except ValueError as problem:
            raise NotFound("There is no such page.") from problem
    place = None
    if all(name in numbers for name in PLACE):
        place = Place(*(numbers[name] for name in PLACE))
    return service.subject(
        web.session(), use, place=place, story_id=numbers.get("story"), code=asked.get("code"),
        coding_id=numbers.get("coding"),
    )  # fmt: skip


def _new_page(
    use: Use,
    about: Subject,
    asked: dict[str, str],
    problem: BadInput | Conflict | None = None,
    form: Any = None,
) -> str:
    return _page(
        use, about, url_for("memos.new", **asked), "Write a memo", problem, form, asked=asked  # type: ignore[arg-type]
    )  # fmt: skip


def _edit_page(
    use: Use,
    card: reading.MemoCard,
    problem: BadInput | Conflict | None = None,
    form: Any = None,
) -> str:
    about = Subject(card.kind, card.story_id, card.place, card.code_id, card.coding_id)
    theirs = html(card.body) if isinstance(problem, Conflict) else None
    return _page(
        use, about, url_for("memos.edit", memo_id=card.id), "Change a memo", problem,
        form or {"title": card.title, "body": card.body}, card=card, theirs=theirs,
    )  # fmt: skip


def _page(
    use: Use,
    about: Subject,
    action: str,
    heading: str,
    problem: BadInput | Conflict | None,
    form: Any,
    **more: Any,
) -> str:
    session = web.session()
    instead, may_stay, errors = None, False, None
    if isinstance(problem, Copies):
        may_stay = problem.may_stay
        instead = problem.place if "card" not in more and problem.place != about.place else None
    if problem is not None:
        field = "title" if "title" in problem.sentence else "body"
        errors = {field: problem.sentence}
    ids = [about.story_id] if about.story_id is not None else []
    words = stories.excerpts(session, use, [about.place]) if about.place else []
    return web.render(
        "memos/write.html", use=use, about=about, action=action, heading=heading, errors=errors,
        form=form or {}, instead=instead, may_stay=may_stay, people=people_to_tell(use),
        tell=told() if request.method == "POST" else [],
        title=stories.titles(session, use, ids).get(about.story_id or 0),
        words=words[0].words if words else None, max_body=rules.MAX_BODY,
        code=codebook.codes_by_id(session).get(about.code_id or 0), **more,
    )  # fmt: skip


def _saved(memo: Memo, sentence: str, undone: int | None) -> Response:
    """To the memo; undoing leads to the memo ``undone`` or, where there is none then, the list."""
    if rules.unknown(memo.body, naming.researchers(web.session())):
        web.say(NOBODY, "notice")
    else:
        say(sentence, undone)
    return redirect(url_for("memos.memo", memo_id=memo.id), 303)


def _moment(typed: str) -> datetime | None:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=None)
    except ValueError:
        return None
