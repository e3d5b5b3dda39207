"""Figures of suggestions as tables, each with the sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storybank.codebook.service import CodeCard
from storybank.suggest.figures import Figures, Four
from storybank.suggest.influence import Coder, Compared
from storybank.suggest.learning_curve import Fit
from storybank.suggest.reliability import Series
from storybank.suggest.shares import FEWEST, Share, counted
from storybank.web.jinja import plural
from storybank.web.tables import Table

_ENDS = ("right", "of", "share in %", "from", "to")
NOTES = (
    "Counted are only stories that may be studied now.",
    "Intervals hold the share nineteen times in twenty (Wilson), wider where answers of one story "
    "are alike.",
    f"No share is given for fewer than {FEWEST} answers.",
)
KINDS = (
    ("answered", "Suggestions people looked at"),
    ("found", "Codes people put on, suggested before"),
    ("drawn", "Blind sample: would have been suggested"),
    ("missed", "Blind sample: codes people found"),
)
"""The four shares, and what each is of."""


def code_table(found: Figures, cards: Mapping[int, CodeCard]) -> Table:
    """Every code that somebody said something of; all codes together in the first row."""
    columns = ["Code", "Key"]
    for _, name in KINDS:
        columns += [f"{name}: {end}" for end in _ENDS]
    rows = [("All codes together", "", *_cells(found.every))]
    rows += [
        (cards[code].name, cards[code].key, *_cells(four)) for code, four in by_worth(found)
    ]  # fmt: skip
    return Table("How often suggestions are right", overall(found), tuple(columns), tuple(rows),
                 NOTES)  # fmt: skip


def by_worth(found: Figures) -> list[tuple[int, Four]]:
    """Codes whose share can be told first, the highest first; then by how many answers."""
    return sorted(
        found.codes.items(),
        key=lambda row: (
            not row[1].answered.told, -(row[1].answered.value or 0) if row[1].answered.told else 0,
            -row[1].answered.of, row[0],
        ),
    )  # fmt: skip


def _cells(four: Four) -> tuple[int | float | None, ...]:
    return tuple(cell for name, _ in KINDS for cell in getattr(four, name).cells)


def overall(found: Figures) -> str:
    """What people's answers say, and what the blind sample does."""
    said = [of_answers(found.every.answered)]
    if found.heard:
        said.append(of_sample(found))
    return " ".join(said)


def of_answers(one: Share, what: str = "suggestions") -> str:
    if not one.of:
        return "Nobody has answered a suggestion yet."
    if not one.told:
        return (
            f"People have answered {plural(one.of, 'suggestion')}: "
            "too few to say how often they are right."
        )
    were = "was" if one.right == 1 else "were"
    return f"Of {one.of:,} {what} people looked at, {one.right:,} {were} right: {one.words}."


def of_sample(found: Figures) -> str:
    missed = found.every.missed
    where = f"In {plural(found.heard, 'sentence')} drawn by lot"
    if not missed.told:
        return f"{where} people found {plural(missed.of, 'code')}: too few to say what is missed."
    return (
        f"{where} the machine would have found {missed.right:,} of {missed.of:,} codes: "
        f"{missed.words}."
    )


def chance_table(every: Sequence[Series]) -> Table:
    """A row for each tenth of chance in each kind of answers."""
    rows = tuple(
        (one.name, round(100 * b.low), round(100 * b.high), round(100 * b.mean, 1), *b.share.cells)
        for one in every
        for b in one.bins
    )
    columns = ("Answers", "Chance from %", "to %", "Mean chance in %",
               "Right", "Of", "Share right in %", "from", "to")  # fmt: skip
    return Table("Do chances mean what they say?", of_chances(every), columns, rows, NOTES)


def of_chances(every: Sequence[Series]) -> str:
    fair = [one for one in every[:2] if one.of >= FEWEST]
    if not fair:
        many = sum(one.of for one in every[:2])
        return (
            f"Too few to say whether chances mean what they say: {counted(many)} that no choice "
            "of the machine has led."
        )
    best = max(fair, key=lambda one: one.of)
    off = round(100 * (best.error or 0))
    verdict = "They mean what they say" if off <= 5 else (
        "They are a little off" if off <= 10 else "They do not mean what they say yet"
    )  # fmt: skip
    return (
        f"{verdict}: chance and share differ by {off} in 100 on the average "
        f"({best.name.lower()}, {plural(best.of, 'answer')})."
    )


def rank_table(rows: Sequence[tuple[int, Share]]) -> Table:
    """A row for each place in the list of a sentence."""
    cells = tuple((f"Place {rank}", *one.cells) for rank, one in rows)
    columns = ("Place in the list", "Right", "Of", "Share right in %", "from", "to")
    told = [(rank, one) for rank, one in rows if one.told]
    finding = "Too few to say what the place in the list does."
    if told:
        first, last = told[0], told[-1]
        finding = f"In place {first[0]} {first[1].words} were right"
        if len(told) > 1:
            finding += f"; in place {last[0]} {last[1].words}"
        finding += "."
    return Table("By place in the list", finding, columns, cells, NOTES)


def curve_table(fits: Sequence[Fit], left_out: int) -> Table:
    """A row for each fit."""
    columns = (
        "Made", "Learnt from answers", "Right", "Of", "Share right in %", "from", "to",
        "Chance differs from share by %", "Codes held back", "Processor seconds",
    )  # fmt: skip
    rows = tuple(
        (
            f"{one.made_at:%Y-%m-%d %H:%M}", one.answers, *one.share.cells,
            None if one.error is None else round(100 * one.error, 1), one.held_back,
            round(one.seconds, 1),
        )
        for one in fits
    )  # fmt: skip
    notes = [
        "Right: of the codes it would have suggested for passages whose answers it was not shown "
        "(out of fold). These passages were mostly chosen for being likely."
    ]
    if left_out:
        notes.append(
            f"{plural(left_out, 'earlier fit')} left out: a story learnt from may not be studied "
            "any more."
        )
    return Table("What it learnt", of_curve(fits), columns, rows, tuple(notes))


def of_curve(fits: Sequence[Fit]) -> str:
    if not fits:
        return "The machine has learnt nothing from answers yet: it goes by cue phrases alone."
    first = next((one for one in fits if one.share.told), None)
    last = fits[-1]
    if first is None or not last.share.told:
        return f"It has learnt from {plural(last.answers, 'answer')}: too few to try it on others."
    if first is last:
        return f"After {plural(last.answers, 'answer')} {last.share.words} were right."
    return (
        f"After {plural(first.answers, 'answer')} {_short(first)} were right, "
        f"after {last.answers:,} {_short(last)}."
    )


def _short(one: Fit) -> str:
    return one.share.words.partition(" (")[0]


def people_table(coders: Sequence[Coder]) -> Table:
    """A row for each coder."""
    columns = ("Coder", "Codings", "From a suggestion", "Share in %", "Suggestions answered",
               "Said yes", "Share yes in %")  # fmt: skip
    rows = tuple(
        (
            one.name, one.codings, one.suggested, _percent(one.suggested, one.codings),
            one.answered, one.yes, _percent(one.yes, one.answered),
        )
        for one in coders
    )  # fmt: skip
    codings, suggested = (sum(getattr(c, at) for c in coders) for at in ("codings", "suggested"))
    finding = "Nobody has put a code on yet."
    if codings and not suggested:
        finding = f"None of {plural(codings, 'coding')} came from a suggestion."
    elif codings:
        finding = (
            f"Of {plural(codings, 'coding')} {suggested:,} came from a suggestion: "
            f"{_percent(suggested, codings):g}%."
        )
    return Table("Whose codings came from suggestions", finding, columns, rows)


def compared_table(beside: Compared, apart: Compared) -> Table:
    """Two rows: with a suggestion against without, and without against without."""
    columns = ("Compared", "Sentences and codes", "Both yes", "Only the first yes",
               "Only the second yes", "Both no", "Same in %", "from", "to",
               "Cohen\u2019s kappa")  # fmt: skip
    rows = tuple(
        (name, one.of, one.both, one.first, one.second, one.neither, *one.same.cells[2:], one.kappa)
        for name, one in (
            ("With a suggestion, and without", beside), ("Without, by two people", apart),
        )
    )  # fmt: skip
    return Table("With the machine and without it", of_compared(beside, apart), columns, rows,
                 NOTES)  # fmt: skip


def of_compared(beside: Compared, apart: Compared) -> str:
    if not beside.same.told:
        return (
            "Too few to say what the machine does to coders: "
            f"{counted(beside.of)} of one person beside a suggestion on what another read "
            "without one."
        )
    yes, by_self = beside.both + beside.first, beside.both + beside.second
    led = yes - by_self
    more = (
        f"{plural(abs(led), 'time')} {'more' if led > 0 else 'less'} often than people who read "
        "without one"
        if led
        else "as often as people who read without one"
    )
    said = (
        f"Beside a suggestion people said yes {yes:,} times of {beside.of:,}, {more}. "
        f"The two agree in {beside.same.words}"
    )
    if apart.same.told:
        said += f"; two people without it in {apart.same.words}"
    return said + "."


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
