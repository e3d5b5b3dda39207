"""Plain dates and numbers, and the NHS.UK macros made safe."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from storybank.web.jinja import day, error_for, moment, number, page_numbers, plural

BAD = '"><script>x</script>'
TEXT = {"text": BAD}
FIELD = {"id": "a", "name": "a", "value": BAD, "label": TEXT, "hint": TEXT, "errorMessage": TEXT}
CHOICE = {
    "idPrefix": "a",
    "name": "a",
    "fieldset": {"legend": TEXT},
    "hint": TEXT,
    "errorMessage": TEXT,
    "items": [{"value": BAD, "text": BAD, "hint": TEXT}, {"divider": BAD}],
}
MACROS = [
    ("back-link backLink", {"text": BAD, "href": BAD}),
    ("breadcrumb breadcrumb", {"items": [{"text": BAD, "href": BAD}]}),
    ("button button", TEXT),
    ("button button", {"text": BAD, "href": BAD}),
    ("card card", {"heading": BAD, "description": BAD}),
    ("card card", {"heading": BAD, "href": BAD, "clickable": True}),
    ("character-count characterCount", {**FIELD, "maxlength": 5}),
    ("checkboxes checkboxes", CHOICE),
    ("date-input dateInput", {"id": "a", "fieldset": {"legend": TEXT}, "hint": TEXT}),
    ("details details", {"summaryText": BAD, "text": BAD}),
    ("error-summary errorSummary", {"titleText": BAD, "errorList": [{"text": BAD, "href": "#"}]}),
    ("fieldset fieldset", {"legend": TEXT}),
    ("file-upload fileUpload", FIELD),
    ("input input", FIELD),
    ("inset-text insetText", TEXT),
    ("notification-banner notificationBanner", TEXT),
    ("pagination pagination", {"previous": {"href": "/", "labelText": BAD}}),
    ("panel panel", {"titleText": BAD, "text": BAD}),
    ("password-input passwordInput", FIELD),
    ("radios radios", CHOICE),
    ("select select", {**FIELD, "items": [{"value": BAD, "text": BAD}]}),
    ("summary-list summaryList", {"rows": [{"key": TEXT, "value": TEXT}]}),
    ("tables table", {"caption": BAD, "head": [TEXT], "rows": [[TEXT]]}),
    ("tag tag", TEXT),
    ("task-list taskList", {"items": [{"title": TEXT, "status": TEXT, "hint": TEXT}]}),
    ("textarea textarea", FIELD),
    ("warning-callout warningCallout", {"heading": BAD, "text": BAD}),
]


class TestDay:
    def test_it_is_written_out(self):
        assert day(date(2026, 3, 2)) == "2 March 2026"
        assert day(None) == ""

    def test_late_on_a_summer_evening_it_is_already_the_next_day(self):
        assert day(datetime(2026, 6, 30, 23, 30)) == "1 July 2026"
        assert day(datetime(2026, 1, 31, 23, 30)) == "31 January 2026"


class TestMoment:
    @pytest.mark.parametrize(
        ("utc", "said"),
        [
            (datetime(2026, 3, 12, 14, 5), "12 March 2026 at 2:05pm"),
            (datetime(2026, 7, 1, 11, 0), "1 July 2026 at 12:00pm"),
            (datetime(2026, 1, 1, 0, 9), "1 January 2026 at 12:09am"),
            (None, ""),
        ],
    )
    def test_it_is_uk_time_in_words(self, utc, said):
        assert moment(utc) == said


class TestNumber:
    @pytest.mark.parametrize(
        ("value", "said"), [(0, "0"), (12480, "12,480"), (2.0, "2"), (1234.56, "1,234.6")]
    )
    def test_thousands_are_set_apart(self, value, said):
        assert number(value) == said


class TestPlural:
    def test_the_word_fits_the_count(self):
        assert plural(1, "story", "stories") == "1 story"
        assert plural(0, "story", "stories") == "0 stories"
        assert plural(1200, "word") == "1,200 words"


class TestPageNumbers:
    @pytest.mark.parametrize(
        ("page", "pages", "shown"),
        [
            (1, 1, [1]),
            (1, 4, [1, 2, 3, 4]),
            (1, 9, [1, 2, None, 9]),
            (5, 9, [1, None, 4, 5, 6, None, 9]),
            (9, 9, [1, None, 8, 9]),
        ],
    )
    def test_the_first_the_last_and_the_near_ones_are_offered(self, page, pages, shown):
        assert page_numbers(page, pages) == shown


class TestErrorFor:
    def test_it_is_what_a_macro_wants(self):
        assert error_for({"name": "Write a name."}, "name") == {"text": "Write a name."}
        assert error_for({"name": "Write a name."}, "age") is None
        assert error_for(None, "name") is None


class TestEscape:
    @pytest.mark.parametrize(("macro", "options"), MACROS)
    def test_a_macro_escapes_every_text_it_is_given(self, app, macro, options):
        folder, name = macro.split()
        template = app.jinja_env.from_string(
            f'{{% from "nhsuk/components/{folder}/macro.jinja" import {name} %}}'
            f"{{{{ {name}(options) }}}}"
        )
        html = template.render(options=options)
        assert "&lt;script&gt;" in html
        assert "<script>" not in html

    def test_a_plain_text_template_is_left_as_it_is(self, app):
        autoescape = app.jinja_env.autoescape
        assert autoescape("people/mail.txt") is False
        assert autoescape("people/page.html") is autoescape("x/macro.jinja") is True
        assert autoescape(None) is True
