"""The blind sample: one sentence at a time, drawn by lot, with the whole codebook to tick."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding.drawing import style_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.suggest import sampling
from storybank.suggest.sampling import ENOUGH, LATER
from storybank.web.jinja import plural

Page = str | Response | tuple[str, int]


@uses(Purpose.STUDY)
def sample(use: Use) -> Page:
    """The sentence to code now, and how far one is; never a suggestion or anybody's codes."""
    return _page(use, {})


@uses(Purpose.STUDY)
def sample_draw(use: Use) -> Page:
    """Draw the first sentence, or the next."""
    return _next(use)


@uses(Purpose.STUDY)
def sample_save(use: Use, sample_id: int) -> Page:
    """Put on what was ticked, or nothing where "none" was; then draw the next."""
    session = web.session()
    codes = request.form.getlist("code", type=web.number)
    none = bool(request.form.get("none"))
    problem = ""
    if codes and none:
        problem = "You ticked codes and \u201cnone of the codes\u201d. Leave one of the two."
    elif not codes and not none:
        problem = "Tick every code that applies, or \u201cnone of the codes\u201d."
    if not problem:
        try:
            with session.begin_nested():
                made = sampling.save(session, use, sample_id, codes)
        except BadInput as no:
            problem = no.sentence
    if problem:
        return _page(use, {"codes": problem}), 422
    put = plural(len({one.code_id for one in made}), "code")
    said = f"Saved: {put} put on in your name." if made else "Saved: none of the codes applies."
    web.say(said, undo=url_for("coding.undo"), fields={"back": "sample"})
    return _next(use)


@uses(Purpose.STUDY)
def sample_skip(use: Use, sample_id: int) -> Page:
    """Not now: it comes back."""
    sampling.skip(web.session(), use, sample_id)
    web.say("Put off. It comes back later, so that the lot stays fair.",
            undo=url_for("coding.undo"), fields={"back": "sample"})  # fmt: skip
    return _next(use)


def _page(use: Use, errors: dict[str, str]) -> str:
    session = web.session()
    families = codebook.families(session)
    return web.render(
        "suggest/sample.html",
        use=use, drawn=sampling.current(session, use), progress=sampling.progress(session, use),
        enough=ENOUGH, later=LATER, families=families, errors=errors, coder=use.actor.name,
        styles={family.key: style_of(at) for at, family in enumerate(families)},
        ticked=request.form.getlist("code", type=web.number), none=bool(request.form.get("none")),
    )  # fmt: skip


def _next(use: Use) -> Response:
    if sampling.begin(web.session(), use) is None:
        web.say("There is no sentence left to draw: you have coded them all.", "notice")
    return redirect(url_for("suggest.sample", _anchor="passage"), 303)
