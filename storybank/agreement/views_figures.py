"""How far coders agree: figures, a picture of them, and the same as a table to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request, url_for

from storybank import web
from storybank.agreement import service
from storybank.agreement.choosing import Page, args, scope, unit
from storybank.agreement.estimates import DRAWS, FEWEST, Agreement, Estimate, Measure
from storybank.agreement.gathering import CodedStory, Material, Scope, gather
from storybank.agreement.rules import FAIR, GOOD, short_verdict, verdict
from storybank.agreement.saying import MEASURES
from storybank.agreement.units import UNIT_SAYS, Unit
from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import slices
from storybank.errors import BadInput
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.web.jinja import plural
from storybank.web.sheets import as_csv

SLICE = 200


@dataclass(frozen=True)
class Drawn:
    """An interval as the picture shows it, in hundredths of its width; None off the scale."""

    dot: float
    low: float | None
    high: float | None


@uses(Purpose.STUDY)
def figures(use: Use) -> Page:
    """How far the coders of a round, or some coders, agree."""
    asked = scope()
    try:
        material, found = _made(use, asked)
    except BadInput as no:
        return _choose(use, no.sentence if request.args else "")
    codes = codebook.codes_by_id(web.session())
    by_value = sorted(found.codes, key=lambda one: _order(one.by[found.head]))
    lowest = min([0.0, *(_least(one.by[found.head]) for one in found.codes)])
    return web.render(
        "agreement/figures.html",
        use=use, scope=asked, args=args, material=material, found=found, codes=codes,
        rows=[(one, drawn(one.by[found.head], lowest)) for one in by_value],
        marks=[(at, drawn(Estimate(at), lowest)) for at in (0.0, FAIR, GOOD, 1.0)],
        unused=[code for code in codes.values()
                if not code.retired and code.id not in {one.code for one in found.codes}],
        caption=caption(found, codes), units=UNIT_SAYS, measures=MEASURES,
        verdict=verdict, short_verdict=short_verdict, draws=DRAWS, fewest=FEWEST,
        round=_round(use, asked), in_the_open=_in_the_open(use, asked),
    )  # fmt: skip


@uses(Purpose.STUDY)
def figures_csv(use: Use) -> Response:
    """The same figures, as a spreadsheet can read them."""
    _, found = _made(use, scope())
    codes = codebook.codes_by_id(web.session())
    measures = list(found.overall)
    head: list[object] = ["code", "name", "unit", "units", "stories"]
    for measure in measures:
        head += [measure.value, f"{measure.value}_low", f"{measure.value}_high"]
    start: list[object] = [found.unit.value, found.units, found.stories]
    rows = [["", "All codes together", *start, *_cells(found.overall, measures)]]
    for one in found.codes:
        code = codes[one.code]
        rows.append([code.key, code.name, *start, *_cells(one.by, measures)])
    return csv_file([head, *rows], "agreement.csv")


def csv_file(rows: Sequence[Sequence[object]], name: str) -> Response:
    answer = Response(as_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _cells(by: Mapping[Measure, Estimate], measures: Sequence[Measure]) -> list[object]:
    found: list[object] = []
    for measure in measures:
        one = by[measure]
        found += [None if v is None else round(v, 4) for v in (one.value, one.low, one.high)]
    return found


def _made(use: Use, asked: Scope) -> tuple[Material, Agreement]:
    # Numpy comes with it: a tenth of a second that nobody else need wait for.
    from storybank.agreement.figures import agreement

    material = gather(web.session(), use, asked)
    chosen = unit()
    split = _sentences(use, material.stories) if chosen is Unit.SENTENCE else None
    return material, agreement(material.stories, chosen, split)


def _sentences(use: Use, stories: Sequence[CodedStory]) -> dict[int, list[tuple[int, int]]]:
    found = {}
    for numbers in slices((one.id for one in stories), SLICE):
        for text in reading.stories(web.session(), use, numbers):
            found[text.story_id] = sentences(text.text, text.blocks)
    return found


def _choose(use: Use, problem: str) -> Page:
    session = web.session()
    shown = web.render(
        "agreement/choose.html", use=use, coders=service.coders(session),
        rounds=service.rounds(session, use), errors={"coder": problem} if problem else {},
        chosen=request.args.getlist("coder", type=web.number),
    )  # fmt: skip
    return (shown, 422) if problem else shown


def _round(use: Use, asked: Scope) -> tuple[str, str] | None:
    if not asked.round_id:
        return None
    one = service.progress(web.session(), use, asked.round_id)
    return one.name, url_for("agreement.round_", round_id=one.id)


def _in_the_open(use: Use, asked: Scope) -> bool:
    """May they have seen one another's codes?"""
    return not asked.round_id or not service.progress(web.session(), use, asked.round_id).blind


def drawn(one: Estimate, lowest: float) -> Drawn | None:
    """Where an interval stands on a scale from ``lowest`` (0 or below) to 1."""
    if one.value is None:
        return None
    scale = 100 / (1 - lowest)

    def at(value: float) -> float:
        return round(min(max(value - lowest, 0), 1 - lowest) * scale, 2)

    if one.low is None or one.high is None:
        return Drawn(at(one.value), None, None)
    return Drawn(at(one.value), at(one.low), at(one.high))


def caption(found: Agreement, codes: Mapping[int, CodeCard]) -> str:
    """What the picture shows, in two sentences."""
    defined = [
        (one.by[found.head].value or 0.0, one)
        for one in found.codes
        if one.by[found.head].value is not None
    ]
    if not defined:
        return "There is nothing to compare yet."
    good = sum(value >= GOOD for value, _ in defined)
    low = sum(value < FAIR for value, _ in defined)
    worst = min(defined, key=lambda pair: pair[0])
    return (
        f"Agreement is high enough to rely on for {good} of {plural(len(defined), 'code')}, and "
        f"too low for {low}. The lowest is {codes[worst[1].code].name}, {worst[0]:.2f}."
    )


def _order(one: Estimate) -> tuple[bool, float]:
    return one.value is None, -(one.value or 0)


def _least(one: Estimate) -> float:
    values = [value for value in (one.value, one.low) if value is not None]
    return max(-1.0, min(values, default=0.0))
