"""Stepping through differences, deciding them, and what was decided."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for

from storybank import web
from storybank.agreement import deciding, service
from storybank.agreement.choosing import Page, args, scope
from storybank.agreement.comparing import around, paragraphs, quote
from storybank.agreement.differences import Key, Passage, differing
from storybank.agreement.gathering import CodedStory, Material, Scope, gather
from storybank.agreement.views_figures import csv_file
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories import reading

A_PAGE = 25


@uses(Purpose.STUDY)
def differences(use: Use) -> Page:
    """One difference at a time: the first undecided one, or the one at ``?at=``."""
    return _step(use, {})


@uses(Purpose.STUDY)
def decide(use: Use) -> Page:
    """Decide one difference, and go on to the next."""
    session = web.session()
    asked = scope()
    material = gather(session, use, asked)
    key = _key(request.form.get("at", ""))
    passage = deciding.at_key(differing(material.stories), key or (0, 0, 0))
    errors: dict[str, str] = {}
    if request.form.get("applies") not in ("yes", "no"):
        errors["applies"] = "Say whether the code belongs on this passage."
    try:
        if not errors:
            deciding.decide(
                session, use, passage, request.form["applies"] == "yes",
                request.form.get("why", ""), asked.round_id,
            )  # fmt: skip
    except BadInput as no:
        errors["why"] = no.sentence
    if errors:
        return _step(use, errors)
    web.say("Decided.", undo=url_for("coding.undo"), fields={"back": "together"})
    return redirect(url_for("agreement.differences", **_here(asked), at=_after(passage)), 303)


def _step(use: Use, errors: dict[str, str]) -> Page:
    session = web.session()
    asked = scope()
    material = gather(session, use, asked)
    code_id = request.values.get("code", 0, web.number)
    every = [one for one in differing(material.stories) if code_id in (0, one.code)]
    numbers = [one.id for one in material.stories]
    done = deciding.decided(every, deciding.decisions(session, use, story_ids=numbers))
    wanted = _key(request.values.get("at", ""))
    exact = [one for one in every if one.key == wanted]
    waiting = [one for one in every if one.key not in done]
    here = next(iter(exact), None) or next(
        (one for one in waiting if one.key >= (wanted or (0, 0, 0))), next(iter(waiting), None)
    )
    found = web.render(
        "agreement/differences.html",
        use=use, scope=asked, args=args, here=_here(asked), material=material, passage=here,
        codes=codebook.codes_by_id(session), count=len(every), decided=len(done),
        decision=done.get(here.key) if here else None, errors=errors, form=request.form,
        code_id=code_id, round=_round(use, asked), key=_word,
        before=_neighbour(every, here, -1), after=_neighbour(every, here, 1),
        **(_shown(use, material, here) if here else {}),
    )  # fmt: skip
    return (found, 422) if errors else found


def _shown(use: Use, material: Material, passage: Passage) -> dict[str, Any]:
    """The words of a difference with its paragraphs, and which coder chose which."""
    text = reading.story(web.session(), use, passage.story.id)
    one = passage.story
    only = CodedStory(one.id, one.version, one.coders, one.kept, list(passage.marks))
    return {
        "story": text,
        "rows": paragraphs(text, only, around(text, passage.start, passage.end)),
        "coders": {number: material.coders[number] for number in one.coders},
        "words": {mark.id: quote(text.text, mark) for mark in passage.marks},
    }


@uses(Purpose.STUDY)
def decisions(use: Use) -> str:
    """Every decision of a round, or of all, with its reason."""
    session = web.session()
    asked = scope()
    standing = request.args.get("show") != "all"
    made = deciding.decisions(session, use, asked.round_id, standing=standing)
    pages = max(1, -(-len(made) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    some = made[(page - 1) * A_PAGE : page * A_PAGE]
    words = {one.place: one for one in reading.excerpts(session, use, [d.place for d in some])}
    return web.render(
        "agreement/decisions.html", use=use, decisions=some, count=len(made), page=page,
        pages=pages, standing=standing, scope=asked, args=args, words=words,
        codes=codebook.codes_by_id(session), round=_round(use, asked),
    )  # fmt: skip


@uses(Purpose.STUDY)
def decisions_csv(use: Use) -> Response:
    """The same as rows: places and reasons, without the words of stories."""
    session = web.session()
    made = deciding.decisions(session, use, scope().round_id, standing=False)
    codes = codebook.codes_by_id(session)
    head = ("story", "version", "start", "end", "code", "code_name", "applies", "why",
            "decided_by", "decided_at", "taken_back_at", "round")  # fmt: skip
    rows = [
        (
            one.place.story_id, one.place.version, one.place.start, one.place.end,
            codes[one.code].key, codes[one.code].name, "yes" if one.applies else "no", one.why,
            one.by, f"{one.at:%Y-%m-%dT%H:%M:%S}Z",
            f"{one.taken_back_at:%Y-%m-%dT%H:%M:%S}Z" if one.taken_back_at else "", one.round_id,
        )
        for one in made
    ]  # fmt: skip
    return csv_file([head, *rows], "decisions.csv")


def _round(use: Use, asked: Scope) -> tuple[str, str] | None:
    if not asked.round_id:
        return None
    one = service.progress(web.session(), use, asked.round_id)
    return one.name, url_for("agreement.round_", round_id=one.id)


def _here(asked: Scope) -> dict[str, Any]:
    """What is stepped through, as arguments of an address."""
    return args(
        asked,
        story=asked.story_ids[0] if asked.story_ids else None,
        code=request.values.get("code", 0, web.number) or None,
    )


def _neighbour(every: list[Passage], here: Passage | None, step: int) -> str | None:
    if here is None:
        return None
    at = every.index(here) + step
    return _word(every[at].key) if 0 <= at < len(every) else None


def _word(key: Key) -> str:
    return ".".join(map(str, key))


def _after(passage: Passage) -> str:
    """Where to look for the next one: after this story, start and code."""
    story, start, code = passage.key
    return _word((story, start, code + 1))


def _key(word: str) -> Key | None:
    parts = word.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    story, start, code = (int(part[:12]) for part in parts)
    return story, start, code
