"""What each column of a table is, and the stories that its rows become so. Pure.

A mapping names, for each column, one of `PARTS`; columns that it does not name are left out.
Nothing about consent is guessed: an answer counts only in words that the mapping says it in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from storybank.consent.rules import EIGHT, Answer, NameStyle
from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.sheets import Column, Line, Sheet
from storybank.stories.canon import Canon, Part, Run, from_blocks, normalise, one_line, plain
from storybank.stories.paragraphs import paragraphs
from storybank.stories.rules import ATTRIBUTES, clean_attributes

OUT, TEXT, TITLE, ID, USES, EVIDENCE, NAME, LANGUAGE = (
    "out", "text", "title", "id", "uses", "evidence", "name", "language",
)  # fmt: skip
ABOUT = {f"about {name}": name for name in ATTRIBUTES}
ANSWERED = {f"use {use.value}": use for use in EIGHT}
PARTS = (OUT, TEXT, TITLE, ID, *ABOUT, EVIDENCE, *ANSWERED, USES, NAME, LANGUAGE)
"""What a column can be, in the order in which pages offer it."""

ONE, EACH = "one", "each"
SEVERAL = {
    ONE: "One story a row, with each question as a heading",
    EACH: "A story for each answer",
}
"""What several columns of words in a row become."""

YES, ASK, NO = ("yes", "y", "true", "agree", "x"), ("ask", "ask me first"), ("no", "n", "false")
"""Words that mean an answer unless a mapping says otherwise. A blank always means no."""

MAX_WORDS = 50
NO_TEXT_COLUMN = "Say which column holds the words of the story."
NO_KEEP = "Say which column holds the yes to keeping the story."
TWICE = "Two columns can not be the same thing, but for words of the story. Change one of them."
NO_STYLE = "Choose which name to show, as a column holds names."
NO_SUCH_PART = "A column is said to be something that there is not. Choose again."
NO_SUCH_COLUMN = "The mapping names a column that the table does not have. Check the names."
NO_SUCH_SHEET = "The mapping names a sheet that this file does not have. The first one is 0."
NOT_A_MAPPING = 'A mapping is a JSON object with "columns": names of columns, and what each is.'
BOTH_WAYS = "Take either a column for each use, or one column that names the uses."
TOO_MANY_WORDS = f"Give at most {MAX_WORDS} words for an answer, each of 100 letters or fewer."
SAME_WORD = "A word can not mean two answers. Change one of them."
NO_WORDS = "There are no words in the columns of the story."
UNKNOWN_ANSWER = (
    "It has an answer that is none of the words for yes, ask and no. Say what it means, or mend "
    "the row."
)
UNKNOWN_USE = "It names a use that is none of the eight. Say which uses are meant, or mend the row."
_LANGUAGES = {"english": "en", "welsh": "cy", "cymraeg": "cy", "polish": "pl", "polski": "pl"}


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are: part by name of column; see `PARTS`."""

    parts: Mapping[str, str] = field(default_factory=dict)
    several: str = ONE
    yes: tuple[str, ...] = YES
    ask: tuple[str, ...] = ASK
    no: tuple[str, ...] = NO
    name_style: str = NameStyle.NONE.value
    sheet: int = 0
    """Which of the sheets of a spreadsheet, from 0; those without rows are not counted."""
    heads: int | None = None
    """How many rows the head takes; None where the table says so itself."""

    def of(self, part: str) -> list[str]:
        """The names of the columns that are this."""
        return [name for name, said in self.parts.items() if said == part]

    def to_json(self) -> str:
        """All of it as JSON; it holds the names of columns."""
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(said: str) -> Columns:
    """Return what `to_json` was called on, or what somebody wrote in a file for the command.

    There ``columns`` may stand for ``parts``, and words may be one text with commas. Raises
    BadInput for anything else.
    """
    try:
        held = json.loads(said)
    except (ValueError, RecursionError) as broken:
        raise BadInput(NOT_A_MAPPING) from broken
    return from_dict(held)


def from_dict(held: Any) -> Columns:
    """Return the mapping in an object as JSON has it. Raises BadInput as `from_json`."""
    if not isinstance(held, dict):
        raise BadInput(NOT_A_MAPPING)
    parts = held.get("columns", held.get("parts"))
    if not isinstance(parts, dict) or not all(isinstance(part, str) for part in parts.values()):
        raise BadInput(NOT_A_MAPPING)
    sheet, heads = held.get("sheet", 0), held.get("heads")
    if not _is_count(sheet) or not (heads is None or _is_count(heads)):
        raise BadInput(NOT_A_MAPPING)
    return Columns(
        {str(name): part.strip().casefold() for name, part in parts.items()},
        str(held.get("several", ONE)), words(held.get("yes", YES)), words(held.get("ask", ASK)),
        words(held.get("no", NO)), str(held.get("name_style", NameStyle.NONE.value)), sheet, heads,
    )  # fmt: skip


def words(said: object) -> tuple[str, ...]:
    """Return words that mean an answer, from a list or a text with commas or lines between.

    Raises BadInput for too many, or what are no words.
    """
    if isinstance(said, str):
        said = said.replace("\n", ",").replace(";", ",").split(",")
    if not isinstance(said, list | tuple) or not all(isinstance(one, str) for one in said):
        raise BadInput(NOT_A_MAPPING)
    told = tuple(dict.fromkeys(word for one in said if (word := _squeezed(one))))
    if len(told) > MAX_WORDS or any(len(word) > 100 for word in told):
        raise BadInput(TOO_MANY_WORDS)
    return told


def check(mapping: Columns, columns: Sequence[Column]) -> None:
    """Raise BadInput, with one sentence, where a mapping can not be used for these columns."""
    names = {column.name for column in columns}
    said = [part for part in mapping.parts.values() if part != OUT]
    if any(part not in PARTS for part in said):
        raise BadInput(NO_SUCH_PART)
    if any(name not in names for name, part in mapping.parts.items() if part != OUT):
        raise BadInput(NO_SUCH_COLUMN)
    if TEXT not in said:
        raise BadInput(NO_TEXT_COLUMN)
    if len([part for part in said if part != TEXT]) > len(set(said) - {TEXT}):
        raise BadInput(TWICE)
    answered = any(part in ANSWERED for part in said)
    if answered and USES in said:
        raise BadInput(BOTH_WAYS)
    if answered and "use keep" not in said:
        raise BadInput(NO_KEEP)
    styles = {style.value for style in NameStyle}
    if mapping.several not in SEVERAL or mapping.name_style not in styles:
        raise BadInput(NO_SUCH_PART)
    if NAME in said and mapping.name_style == NameStyle.NONE.value:
        raise BadInput(NO_STYLE)
    meant = (*mapping.yes, *mapping.ask, *mapping.no)
    if len(meant) > len(set(meant)):
        raise BadInput(SAME_WORD)


def fitted(mapping: Columns, columns: Sequence[Column]) -> Columns:
    """Return a mapping with its columns named as this table names them.

    Case and spaces count for nothing, and a question may stand for the name of its column. Raises
    BadInput as `check`.
    """
    named = {_squeezed(column.question): column.name for column in columns if column.question}
    named.update({_squeezed(column.name): column.name for column in columns})
    parts: dict[str, str] = {}
    for name, part in mapping.parts.items():
        found = named.get(_squeezed(name))
        if found is None and part != OUT:
            raise BadInput(NO_SUCH_COLUMN)
        if found is not None:
            parts[found] = part
    fit = replace(mapping, parts=parts)
    check(fit, columns)
    return fit


def stories(found: Sequence[Sheet], mapping: Columns) -> Iterator[Arrival | BadRow]:
    """Return the stories in the sheets of a file: those of the sheet that the mapping names; of
    the first one that has its columns where it names none.

    Raises BadInput as `fitted`, and where there is no such sheet.
    """
    if not mapping.sheet and len(found) > 1:
        for sheet in found:
            headed = with_heads(sheet, mapping.heads)
            try:
                return rows(headed, fitted(mapping, headed.columns))
            except BadInput:
                continue
    if mapping.sheet >= len(found):
        raise BadInput(NO_SUCH_SHEET)
    sheet = with_heads(found[mapping.sheet], mapping.heads)
    return rows(sheet, fitted(mapping, sheet.columns))


def with_heads(sheet: Sheet, heads: int | None) -> Sheet:
    """Return a sheet with so many rows of head; as it is for None."""
    if heads is None or sheet.with_heads is None:
        return sheet
    return sheet.with_heads(heads)


def rows(sheet: Sheet, mapping: Columns) -> Iterator[Arrival | BadRow]:
    """Yield the stories of each row of a table, or what is wrong with the row, in order.

    Of one row come several stories only where the mapping says a story for each answer.
    """
    for row in sheet:
        if isinstance(row, BadRow):
            yield row
        else:
            yield from _stories(row, sheet.columns, mapping)


def _stories(row: Line, columns: Sequence[Column], mapping: Columns) -> Iterator[Arrival | BadRow]:
    said: dict[str, str] = {}
    answers: list[tuple[int, str, str]] = []
    for n, (column, cell) in enumerate(zip(columns, row.cells, strict=True), 1):
        part = mapping.parts.get(column.name, OUT)
        if part == TEXT:
            if cell.strip():
                answers.append((n, column.heading, cell))
        elif part != OUT:
            said[part] = cell
    external_id = one_line(said.get(ID, ""))
    shown = external_id[: rules.MAX_ID] or None
    try:
        if len(external_id) > rules.MAX_ID - 8:
            raise BadInput(f"Its id is over {rules.MAX_ID - 8} letters. Give it a shorter one.")
        if not answers:
            raise BadInput(NO_WORDS)
        facts = _facts(row.n, said, mapping)
        many = len(mapping.of(TEXT)) > 1
        if many and mapping.several == EACH:
            made = [
                _arrival(facts, plain(_clean(cell)), said.get(TITLE) or heading,
                         external_id and f"{external_id}-{n}")
                for n, heading, cell in answers
            ]  # fmt: skip
        elif many:
            canon = _with_headings((heading, cell) for _, heading, cell in answers)
            made = [_arrival(facts, canon, said.get(TITLE) or rules.UNTITLED, external_id)]
        else:
            made = [_arrival(facts, plain(_clean(answers[0][2])), said.get(TITLE), external_id)]
    except BadInput as refusal:
        yield BadRow(row.n, refusal.sentence, shown)
    else:
        yield from made


def _facts(line: int, said: Mapping[str, str], mapping: Columns) -> Arrival:
    """All that a row says but its words, its title and its id. Raises BadInput."""
    about = {ABOUT[part]: one_line(cell) for part, cell in said.items() if part in ABOUT}
    name = one_line(said[NAME]) if NAME in said else None
    language = _squeezed(said.get(LANGUAGE, ""))[:35]
    return Arrival(
        Canon("", ()), "", attributes=clean_attributes(dict(about)), line=line,
        answers=_answers(said, mapping),
        evidence=normalise(said[EVIDENCE])[0].strip() if EVIDENCE in said else None,
        name=name,
        name_style="" if name is None else mapping.name_style if name else NameStyle.NONE.value,
        language=_LANGUAGES.get(language, language),
    )  # fmt: skip


def _answers(said: Mapping[str, str], mapping: Columns) -> dict[str, str] | None:
    """What a row says to each of the eight uses, where the table asks about any of them.

    A blank is no, and so is a use that the table does not ask about. None: it asks about none.
    """
    told = {use.value: Answer.NO.value for use in EIGHT}
    if USES in said:
        named = set(words(said[USES].replace("|", ",")))
        if not named <= told.keys():
            raise BadInput(UNKNOWN_USE)
        return told | dict.fromkeys(named, Answer.YES.value)
    asked = {use.value: said[part] for part, use in ANSWERED.items() if part in said}
    if not asked:
        return None
    return told | {use: answer(cell, mapping).value for use, cell in asked.items()}


def answer(cell: str, mapping: Columns) -> Answer:
    """Return what a cell says to a use. Raises BadInput where no word for it is known."""
    word = _squeezed(cell)
    if not word or word in mapping.no:
        return Answer.NO
    if word in mapping.yes:
        return Answer.YES
    if word in mapping.ask:
        return Answer.ASK
    raise BadInput(UNKNOWN_ANSWER)


def _arrival(facts: Arrival, canon: Canon, title: str | None, external_id: str) -> Arrival:
    rules.check_canon(canon)
    named = rules.title_of(canon, title)
    return replace(facts, canon=canon, title=named, external_id=external_id or None)


def _clean(cell: str) -> str:
    if len(cell) > rules.MAX_TEXT:
        raise BadInput(rules.TOO_LONG)
    return cell


def _with_headings(answers: Iterable[tuple[str, str]]) -> Canon:
    parts: list[Part] = []
    lost: dict[str, None] = {}
    for heading, cell in answers:
        clean, told = normalise(_clean(cell))
        lost.update(dict.fromkeys(told))
        parts.append(Part("h", [Run(heading)], 2))
        parts += (Part("p", [Run(paragraph)]) for paragraph in paragraphs(clean))
    return from_blocks(parts, warnings=lost)


def _squeezed(said: str) -> str:
    return one_line(said).casefold().strip(" .!")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000
