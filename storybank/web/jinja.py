"""What templates may use: the NHS.UK macros, plain dates and numbers, addresses of files."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from storybank.web.asset_files import asset, static_url
from storybank.web.forms import csrf_field
from storybank.web.messages import messages


class Components(PackageLoader):
    """The NHS.UK macros, with a hole stopped: they print some texts as if these were safe HTML.

    Version 0.8.0 does so for the words of labels (and with them of radios and checkboxes),
    legends and headings of cards, where a name somebody typed may stand.
    """

    _TRUSTING = re.compile(r"\bparams\.(text|heading) \| safe\b")

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool] | None]:
        source, path, is_fresh = super().get_source(environment, template)
        return self._TRUSTING.sub(r"params.\1 | escape", source), path, is_fresh


def init_jinja(app: Flask) -> None:
    """Set the loaders, filters and globals; call before anything renders."""
    app.jinja_options = {
        **app.jinja_options,
        # The NHS.UK macros look into options that were not given.
        "undefined": ChainableUndefined,
        # Flask would leave `.jinja` files, and so every NHS.UK macro, unescaped.
        "autoescape": lambda name: not (name or "").endswith(".txt"),
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_loader = ChoiceLoader(
        [PackageLoader("storybank.web"), Components("nhsuk_frontend_jinja")]
    )
    app.jinja_env.filters.update(date=day, moment=moment, number=number, plural=plural)
    app.jinja_env.globals.update(
        asset=asset,
        static_url=static_url,
        csrf_field=csrf_field,
        messages=messages,
        error_for=error_for,
        page_numbers=page_numbers,
        plural=plural,
    )


def day(value: date | datetime | None) -> str:
    """Return "12 March 2026"; a datetime is taken as naive UTC and shown in UK time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _here(value)
    return f"{value.day} {value:%B %Y}"


def moment(value: datetime | None) -> str:
    """Return "12 March 2026 at 2:05pm" in UK time, from a naive UTC datetime."""
    if value is None:
        return ""
    here = _here(value)
    half = "am" if here.hour < 12 else "pm"
    return f"{here.day} {here:%B %Y} at {here.hour % 12 or 12}:{here:%M}{half}"


def number(value: int | float) -> str:
    """Return "12,480"; fractions keep at most one digit."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")


def plural(count: int, one: str, many: str | None = None) -> str:
    """Return "1 story" or "3 stories": the count with the word that fits it."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def error_for(errors: Mapping[str, str] | None, name: str) -> dict[str, str] | None:
    """Return the `errorMessage` an NHS.UK macro wants for one field, or None."""
    return {"text": errors[name]} if errors and name in errors else None


def page_numbers(page: int, pages: int) -> list[int | None]:
    """Return the page numbers to offer, with None where some are left out."""
    kept = sorted({n for n in (1, page - 1, page, page + 1, pages) if 1 <= n <= pages})
    shown: list[int | None] = []
    for before, n in zip([0, *kept], kept, strict=False):
        if n - before == 2:
            shown.append(n - 1)
        elif n - before > 2:
            shown.append(None)
        shown.append(n)
    return shown


def _here(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=UTC).astimezone(ZoneInfo("Europe/London"))
    except ZoneInfoNotFoundError:
        return value
