"""How well suggestions do: pages of figures, each with its table to take away (``?as=csv``)."""

from __future__ import annotations

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.suggest import evidence, figure_tables, influence, learning_curve, reliability
from storybank.suggest.figures import Figures
from storybank.suggest.figures import figures as count
from storybank.suggest.learning_curve import Held
from storybank.suggest.sampling import ENOUGH
from storybank.suggest.standing import model_in_use
from storybank.web.tables import FILES, Table, file_of

Page = str | Response


@uses(Purpose.STUDY)
def figures(use: Use) -> Page:
    """How often suggestions are right and how much they miss, overall and by code."""
    session = web.session()
    cards = codebook.codes_by_id(session)
    found = _counted(session, use, evidence.ends_of(cards))
    table = figure_tables.code_table(found, cards)
    return _page(
        "figures", use, table, found=found, cards=cards, rows=figure_tables.by_worth(found),
        held=_held(session), enough=ENOUGH, kinds=figure_tables.KINDS,
    )  # fmt: skip


@uses(Purpose.STUDY)
def figures_code(use: Use, key: str) -> Page:
    """The same for one code."""
    session = web.session()
    code = codebook.code(session, key)
    cards = codebook.codes_by_id(session)
    ends = evidence.ends_of(cards)
    answers = evidence.answers(session, use, ends, evidence.with_ends(code.id, ends))
    samples = evidence.samples(session, use, ends)
    found = count(answers, evidence.added(session, use, ends), samples)
    every = reliability.series(answers, [one for one in samples if code.id in one.suggested])
    every[1:2] = []  # of one code the blind sample says too little by chance
    fits, left_out = learning_curve.fits(session, code.id)
    return _page(
        "figures_code", use, figure_tables.chance_table(every), code=code,
        four=found.codes.get(code.id), every=every, kinds=figure_tables.KINDS,
        fits=[one for one in fits if one.share.of], left_out=left_out,
        held=[one for one in _held(session) if one.code == code.id],
        said=figure_tables.of_answers(found.codes[code.id].answered)
        if code.id in found.codes else "Nobody has answered a suggestion of this code yet.",
    )  # fmt: skip


@uses(Purpose.STUDY)
def figures_chances(use: Use) -> Page:
    """Do chances mean what they say; and what the place in a list does (``?table=places``)."""
    session = web.session()
    ends = evidence.ends_of(codebook.codes_by_id(session))
    answers = evidence.answers(session, use, ends)
    every = reliability.series(answers, evidence.samples(session, use, ends))
    places = reliability.ranks(answers)
    table, by_place = figure_tables.chance_table(every), figure_tables.rank_table(places)
    return _page(
        "figures_chances", use, table, second=by_place, every=every, places=places,
        answered=len(answers),
    )  # fmt: skip


@uses(Purpose.STUDY)
def figures_learning(use: Use) -> Page:
    """What each fit found of itself on answers it had not seen."""
    session = web.session()
    fits, left_out = learning_curve.fits(session)
    cards = codebook.codes_by_id(session)
    return _page(
        "figures_learning", use, figure_tables.curve_table(fits, left_out), fits=fits,
        left_out=left_out, held=_held(session), cards=cards, model=model_in_use(session),
        most=max((one.answers for one in fits), default=0),
    )  # fmt: skip


@uses(Purpose.STUDY)
def figures_people(use: Use) -> Page:
    """What the machine did to coders (``?table=compared`` for the second table)."""
    session = web.session()
    ends = evidence.ends_of(codebook.codes_by_id(session))
    answers = evidence.answers(session, use, ends)
    beside, apart = influence.compared(session, use, ends, evidence.samples(session, use, ends))
    coders = influence.coders(session, use, answers)
    table = figure_tables.compared_table(beside, apart)
    return _page(
        "figures_people", use, table, second=figure_tables.people_table(coders), beside=beside,
        apart=apart, coders=coders,
    )  # fmt: skip


def _counted(session: Session, use: Use, ends: dict[int, int]) -> Figures:
    return count(
        evidence.answers(session, use, ends),
        evidence.added(session, use, ends),
        evidence.samples(session, use, ends),
    )


def _held(session: Session) -> list[Held]:
    model = model_in_use(session)
    return learning_curve.held_back(model) if model else []


def _page(
    name: str, use: Use, table: Table, second: Table | None = None, **context: object
) -> Page:
    """A page of figures, or with ``?as=`` the table (``?table=2`` the second) as a file."""
    if request.args.get("as") in FILES:
        other = second is not None and request.args.get("table") == "2"
        chosen = second if other and second is not None else table
        return file_of(f"suggestions_{name}{'_2' if other else ''}", chosen)
    here = {**(request.view_args or {}), "as": "csv"}
    return web.render(
        f"suggest/{name}.html", use=use, table=table, second=second,
        csv=url_for(str(request.endpoint), **here),
        csv_2=url_for(str(request.endpoint), **here, table=2), **context,
    )  # fmt: skip
