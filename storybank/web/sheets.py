"""Rows for a spreadsheet: what people wrote is shown there, and never run."""

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: object) -> str:
    """A cell that a spreadsheet will show and not run: a leading formula sign gets a quote mark.

    The signs are those that OWASP names for CSV injection, full-width ones too. A number is a
    number, also one below nothing.
    """
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    if text[:1].isalnum():  # most are, and are none
        return text
    return "'" + text if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Would a spreadsheet run this, or might it once white space is cut off?"""
    return text.lstrip().startswith(FORMULA) or text.startswith(FORMULA)


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """A CSV file (RFC 4180); the mark at its start tells spreadsheets that it is UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()
