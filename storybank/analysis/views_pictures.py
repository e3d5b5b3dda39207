"""Pictures of codings: how often, together with what, by what is known of storytellers."""

from __future__ import annotations

from flask import Response, request, url_for

from storybank import web
from storybank.analysis import cooccurrence, crosstab, frequencies, network
from storybank.analysis.asked import Asked, asked
from storybank.analysis.cooccurrence import By, Together
from storybank.analysis.crosstab import Of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.web.tables import FILES, Table, file_of

Page = str | Response | tuple[str, int]

MOST_LINKS = 60
"""The most links that a network shows: more would be a thicket."""
SHADES = 5


@uses(Purpose.STUDY)
def pictures(use: Use) -> Page:
    """What pictures there are, each with a word on what it is for."""
    found = frequencies.frequencies(web.session(), use, what_was_asked(use).chosen)
    return web.render("analysis/pictures.html", use=use, found=found)


@uses(Purpose.STUDY)
def of_codes(use: Use) -> Page:
    """How often each code was used, as bars."""
    what = what_was_asked(use)
    found = frequencies.frequencies(web.session(), use, what.chosen)
    if what.by_facts:
        found = frequencies.careful(found)
    by = request.args.get("by", "")
    by = by if by in ("codings", "stories", "tellers") else "stories"
    table = frequencies.as_table(found, what.shelf)
    rows: dict[str, list[frequencies.Frequency]] = {}
    for row in sorted(found.of_codes, key=lambda row: -getattr(row, by)):
        rows.setdefault(what.shelf.codes[row.code_id].family, []).append(row)
    most = max((getattr(row, by) for row in found.of_codes), default=0)
    unused = [
        code
        for family in what.shelf.families
        for code in family.codes
        if code.id not in {row.code_id for row in found.of_codes}
        and (what.chosen.code_ids is None or code.id in what.chosen.code_ids)
    ]
    return page(
        "frequencies", use, what, table, found=found, by=by, rows=rows, most=most, unused=unused
    )


@uses(Purpose.STUDY)
def together(use: Use) -> Page:
    """Which codes come together, as a table with shades."""
    by = _by()
    what = what_was_asked(use, facts=False)
    found = cooccurrence.together(web.session(), use, what.chosen, by)
    down, across = (_codes(what, found, request.args.get(name, "")) for name in ("down", "across"))
    table = cooccurrence.as_table(found, what.shelf, down, across)
    most = max((found.count(a, b) for a in down for b in across if a != b), default=0)
    return page(
        "together", use, what, table, found=found, by=by, down=down, across=across,
        family_down=request.args.get("down", ""), family_across=request.args.get("across", ""),
        explained=cooccurrence.explained(by), shade=lambda count: shade(count, most),
        more={"by": by.value, "down": request.args.get("down"),
              "across": request.args.get("across")},
    )  # fmt: skip


@uses(Purpose.STUDY)
def links(use: Use) -> Page:
    """The codes that come together most, as a network."""
    by = _by()
    what = what_was_asked(use, facts=False)
    found = cooccurrence.together(web.session(), use, what.chosen, by)
    strongest = found.strongest[:MOST_LINKS]
    codes = [code for code in what.shelf.codes if any(code in pair for pair, _ in strongest)]
    place = {code: number for number, code in enumerate(codes)}
    lines = [(place[a], place[b], float(count)) for (a, b), count in strongest]
    labels = [what.shelf.codes[code].name for code in codes]
    spots = network.spots(labels, [found.alone[code] for code in codes], lines)
    table = cooccurrence.pairs_table(found, what.shelf, MOST_LINKS)
    return page(
        "network", use, what, table, found=found, by=by, spots=spots, codes=codes,
        lines=lines, strongest=strongest, network=network,
        numbers=network.numbers(spots, lines), all_pairs=len(found.pairs),
        more={"by": by.value},
    )  # fmt: skip


@uses(Purpose.STUDY)
def by_attribute(use: Use) -> Page:
    """Codes by what is known of storytellers, small numbers hidden."""
    what = what_was_asked(use)
    names = crosstab.attributes(web.session(), use)
    name = request.args.get("attribute", "")
    name = name if name in names else (names[0] if names else "")
    count = request.args.get("of", "")
    of = Of(count) if count in [*Of] else Of.TELLERS
    percent = request.args.get("percent", "column")
    percent = percent if percent in ("column", "row", "none") else "column"
    found = crosstab.crosstab(web.session(), use, what.chosen, name, of)
    table = crosstab.as_table(found, what.shelf, percent)
    return page(
        "by_attribute", use, what, table, found=found, names=names, attribute=name, of=of,
        percent=percent, order=crosstab.in_order(found, what.shelf), label_of=crosstab.label_of,
        shade=shade, more={"attribute": name, "of": of.value, "percent": percent},
    )  # fmt: skip


def what_was_asked(use: Use, facts: bool = True) -> Asked:
    """Which codings the address asks for."""
    args = request.args
    return asked(
        web.session(), use, family=args.get("family", ""),
        coder_ids=args.getlist("coder", type=int), q=args.get("q", ""), facts=facts,
    )  # fmt: skip


def page(
    name: str, use: Use, what: Asked, table: Table, more: dict[str, str | None] | None = None,
    **context: object,
) -> Page:  # fmt: skip
    """The page of one picture, or with ``?as=csv`` (or another of ``FILES``) its table."""
    if request.args.get("as") in FILES and not what.errors:
        return file_of(name, table)
    args = {**what.args, **{key: value for key, value in (more or {}).items() if value}}
    made = web.render(
        f"analysis/{name}.html", use=use, what=what, shelf=what.shelf, table=table,
        errors=what.errors, more=more or {}, args=args,
        csv=url_for(str(request.endpoint), **{**(request.view_args or {}), **args, "as": "csv"}),
        **context,
    )  # fmt: skip
    return (made, 422) if what.errors else made


def shade(count: int, most: int) -> int:
    """A step of shade from 0 for nought to ``SHADES`` for the most."""
    return 0 if not count or not most else 1 + min(SHADES - 1, count * SHADES // (most + 1))


def _by() -> By:
    asked_by = request.args.get("by", "")
    return By(asked_by) if asked_by in [*By] else By.OVERLAP


def _codes(what: Asked, found: Together, family: str) -> list[int]:
    """The codes that were used, in the order of the codebook; of one family where it is named."""
    return [
        code.id
        for code in what.shelf.codes.values()
        if code.id in found.alone and (not family or code.family == family)
    ]
