"""What was made, as an answer: a page to print, or a file. Nothing of it is kept anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from flask import make_response
from werkzeug.wrappers import Response

from storybank import web
from storybank.errors import BadInput, NotFound
from storybank.paper import rules, sheets, slides, word
from storybank.paper.plan import plan_of
from storybank.paper.printing import check
from storybank.paper.sheets import Made
from storybank.web import pdf


def answer(made: Made, file: str, here: Mapping[str, str | int]) -> Response:
    """The page or the file; made while it is asked for, in well under three seconds.

    Raises NotFound for a file this form does not come in, BadInput after the pack's last day.
    """
    if file not in made.form.files:
        raise NotFound("This does not come as such a file.")
    check(made.deck, "guide")
    if made.form.words and not made.deck.cards:
        raise BadInput("None of these cards may be shown now. Make new ones from the pack.")
    if file == rules.HTML:
        return make_response(_page(made, here))
    sent: Response = make_response(_bytes(made, file))
    sent.headers["Content-Type"] = rules.TYPES[file]
    name = rules.file_name(made.form.key, made.deck.pack.code, file)
    sent.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent


def _bytes(made: Made, file: str) -> bytes:
    session = web.session()
    if file == rules.PDF:
        html = f'<main class="sb-body"><div class="pp">{sheets.parts(session, made, alone=True)}'
        return pdf.pdf(f"{html}</div></main>", title=made.title, css=sheets.styles(made.form.key))
    if file == rules.PPTX:
        return slides.presentation(made)
    return word.document(made, plan_of(session, made.deck.workshop))


def _page(made: Made, here: Mapping[str, str | int]) -> str:
    from markupsafe import Markup

    session = web.session()
    return web.render(
        "paper/sheets.html", made=made, deck=made.deck, use=made.deck.use, here=here,
        parts=Markup(sheets.parts(session, made, alone=False)),
        styles=sheets.style_names(made.form.key),
    )  # fmt: skip
