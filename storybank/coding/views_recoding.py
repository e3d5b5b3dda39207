"""Pages of the codebook on which codes meet passages: the book with its counts, one code, merging
and splitting codes, and passages as examples."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.codebook import changes, proposals, service
from storybank.codebook.forms import number_typed, typed
from storybank.codebook.models import CodeExample
from storybank.codebook.rules import PATTERNS
from storybank.codebook.service import CodeCard, FamilyCard
from storybank.codebook.views_codes import Page, said, to_entry
from storybank.coding import examples, recoding, splitting
from storybank.coding import reading as codings_of
from storybank.coding.drawing import style_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role
from storybank.stories import reading

AT_A_TIME = 10
"""How many passages of a split stand on one page."""
NUMBER = "int(max=2147483647)"


@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def codes() -> str:
    """The codebook, family by family; for researchers with counts of the passages they may see."""
    session, actor = web.session(), current_actor()
    wanted = request.args.get("q", "").strip()[:100]
    retired = request.args.get("show") == "all"
    whole = service.families(session, retired=retired)
    studies = Role.RESEARCHER in actor.roles
    counts = {}
    if studies:
        counts = codings_of.count_by_code(session, Use.claim(actor, Purpose.STUDY, now()))
    return web.render(
        "codebook/codes.html",
        book=service.current(session),
        families=[_only(family, wanted) for family in whole] if wanted else whole,
        styles={family.key: style_of(place) for place, family in enumerate(whole)},
        q=wanted,
        retired=retired,
        open=bool(wanted) or request.args.get("open") == "all",
        counts=counts,
        studies=studies,
        proposed=proposals.count_open(session) if studies else 0,
        merged=service.codes_by_id(session) if retired else {},
    )


def _only(family: FamilyCard, wanted: str) -> FamilyCard:
    words = wanted.lower().split()
    kept = [code for code in family.codes if all(word in _all_of(code) for word in words)]
    return FamilyCard(family.key, family.name, family.question, tuple(kept))


def _all_of(code: CodeCard) -> str:
    return " ".join(
        (code.name, code.key, code.definition, code.include, code.exclude, code.example,
         code.not_example, *code.cues, *code.near_misses)
    ).lower()  # fmt: skip


@uses(Purpose.STUDY)
def entry(use: Use, key: str) -> Page:
    """One code: what it means, examples, where it stands, what was changed and why."""
    session = web.session()
    card = service.code(session, key)
    every = service.codes_by_id(session)
    lines = changes.history(session, card.id, limit=100)
    carried = {
        line.id: recoding.merged(session, use, line.id)
        for line in lines
        if line.kind in (changes.MERGE, changes.REDO, changes.SPLIT) and "into" in line.detail
    }
    return web.render(
        "codebook/entry.html",
        use=use,
        code=card,
        style=style_of(PATTERNS.index(card.pattern)),
        count=codings_of.count_by_code(session, use).get(card.id, (0, 0)),
        above=every.get(card.parent_id or 0),
        below=[one for one in every.values() if one.parent_id == card.id],
        went_into=every.get(card.merged_into_id or 0),
        examples=examples.of_code(session, use, card.id),
        splits=splitting.open_splits(session, card.id),
        lines=lines,
        carried=carried,
        codes=every,
        has_memos="memos.new" in current_app.view_functions,
    )


@uses(Purpose.STUDY)
def merge_codes(use: Use, key: str) -> Page:
    """Merge a code into another, with the reason."""
    session = web.session()
    card = service.code(session, key)
    errors: dict[str, str] = {}
    into = typed(request.form, "into")
    if request.method == "POST":
        try:
            if not into:
                raise BadInput("Choose the code it goes into.")
            followers = current_app.extensions["storybank"].followers
            with session.begin_nested():
                done = recoding.merge(
                    session, use, card.key, into, typed(request.form, "why"), followers
                )
        except (BadInput, Conflict, NotFound) as problem:
            errors["into"] = problem.sentence
        else:
            other = service.code(session, into)
            said(f"“{card.name}” is now part of “{other.name}”. {_went(done)}", other.key)
            return to_entry(other.key)
    page = web.render(
        "codebook/merge.html", code=card, families=service.families(session), errors=errors,
        into=into, count=codings_of.count_by_code(session, use).get(card.id, (0, 0)),
    )  # fmt: skip
    return (page, 422) if errors else page


def _went(done: recoding.Merged) -> str:
    one = done.carried + done.joined == 1
    joined = f", {done.joined} of them one with a coding that was there" if done.joined else ""
    many = "1 coding" if one else f"{done.carried + done.joined:,} codings"
    return f"{many} went along{joined}."


@uses(Purpose.STUDY)
def split_code(use: Use, key: str) -> Page:
    """Begin to split a code: choose the codes its passages go to."""
    session = web.session()
    card = service.code(session, key)
    errors: dict[str, str] = {}
    into = [one.replace("\x00", "") for one in request.form.getlist("into")][:50]
    if request.method == "POST":
        try:
            split_id = splitting.start(session, use, card.key, into, typed(request.form, "why"))
        except (BadInput, Conflict, NotFound) as problem:
            errors["into"] = problem.sentence
        else:
            return redirect(url_for("codebook.split_passages", split_id=split_id), 303)
    page = web.render(
        "codebook/split.html", code=card, families=service.families(session), errors=errors,
        into=into, count=codings_of.count_by_code(session, use).get(card.id, (0, 0)),
        splits=splitting.open_splits(session, card.id),
    )  # fmt: skip
    return (page, 422) if errors else page


@uses(Purpose.STUDY)
def split_passages(use: Use, split_id: int) -> Page:
    """The next passages of a split, each with the codes to choose from."""
    session = web.session()
    if request.method == "POST":
        chosen = {}
        for name in request.form:
            number = number_typed({"n": name.removeprefix("choice-")}, "n")
            code = number_typed(request.form, name)
            if name.startswith("choice-") and number is not None and code is not None:
                chosen[number] = code
        if len(chosen) > AT_A_TIME:
            raise BadInput(f"Choose for at most {AT_A_TIME} passages at a time.")
        count = splitting.choose(session, use, split_id, chosen) if chosen else 0
        if count:
            said("1 passage chosen for." if count == 1 else f"{count} passages chosen for.")
        else:
            web.say("Nothing was chosen yet. Choose a code beside a passage.", "notice")
        return redirect(url_for("codebook.split_passages", split_id=split_id), 303)
    found = splitting.found(session, use, split_id)
    cards = splitting.waiting(session, use, split_id, AT_A_TIME) if found.is_open else []
    excerpts = reading.excerpts(session, use, [card.place for card in cards])
    words = {excerpt.place: excerpt for excerpt in excerpts}
    return web.render(
        "codebook/split_passages.html", use=use, split=found, a_page=AT_A_TIME,
        passages=[(card, words[card.place]) for card in cards if card.place in words],
    )  # fmt: skip


@uses(Purpose.STUDY)
def end_split(use: Use, split_id: int) -> Page:
    """End a split; the old code may go out of use with it."""
    session = web.session()
    found = splitting.found(session, use, split_id)
    retire = request.form.get("retire") == "yes"
    splitting.finish(session, use, split_id, retire=retire)
    gone = f" “{found.code.name}” is out of use." if retire else ""
    said(f"The split has ended.{gone}", found.code.key)
    return to_entry(found.code.key)


@uses(Purpose.STUDY)
def add_example(use: Use, coding_id: int) -> Page:
    """Make the passage of a coding an example of its code."""
    kind = request.form.get("kind", "")
    return _shown(examples.add(web.session(), use, coding_id, kind), "The passage is an example.")


@uses(Purpose.STUDY)
def remove_example(use: Use, example_id: int) -> Page:
    """Take an example out."""
    return _shown(examples.remove(web.session(), use, example_id), "The example is out.")


def _shown(example: CodeExample, sentence: str) -> Response:
    card = service.codes_by_id(web.session())[example.code_id]
    said(sentence, card.key)
    return to_entry(card.key)


def add_pages(book: Blueprint) -> None:
    """Put these pages among those of the codebook."""
    both = ["GET", "POST"]
    book.get("/codebook")(codes)
    book.get("/codebook/<key>")(entry)
    book.route("/codebook/<key>/merge", methods=both)(merge_codes)
    book.route("/codebook/<key>/split", methods=both)(split_code)
    split = f"/codebook/splits/<{NUMBER}:split_id>"
    book.route(split, methods=both)(split_passages)
    book.post(f"{split}/end")(end_split)
    book.post(f"/codebook/examples/from/<{NUMBER}:coding_id>")(add_example)
    book.post(f"/codebook/examples/<{NUMBER}:example_id>/remove")(remove_example)
