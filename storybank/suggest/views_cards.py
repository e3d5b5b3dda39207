"""What every page with suggestions on it needs, and where an answer leads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, current_app, redirect, request, url_for
from itsdangerous import BadData, URLSafeSerializer

from storybank import web
from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding.drawing import style_of
from storybank.coding.settings import Setting, is_on
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.people.rules import local_path
from storybank.suggest.cards import SuggestionCard

Page = str | Response | tuple[str, int]


def for_cards(use: Use, back: str) -> dict[str, Any]:
    """What every list of cards needs: the codes to choose from, and where an answer leads."""
    families = codebook.families(web.session())
    return {
        "families": families,
        "styles": {family.key: style_of(at) for at, family in enumerate(families)},
        "back": back,
        "coder": use.actor.name,
        "shortcuts": is_on(web.session(), use, Setting.SHORTCUTS),
    }


def names(code_ids: Iterable[int]) -> str:
    codes: dict[int, CodeCard] = codebook.codes_by_id(web.session())
    return ", ".join(codes[code_id].name for code_id in dict.fromkeys(code_ids))


def back_to(anchor: str) -> Response:
    """To the list that an answer came from."""
    path = (local_path(request.form.get("back")) or url_for("suggest.queue")).partition("#")[0]
    return redirect(f"{path}#{anchor}", 303)  # type: ignore[return-value]


def seal(use: Use, by_lot: bool, cards: Iterable[SuggestionCard]) -> str:
    """What a page showed to whom, so that the answers to it can be held to that."""
    shown = {str(card.id): card.stamp for card in cards}
    sealed = _signer().dumps([use.actor.account_id, by_lot, shown])
    return sealed if isinstance(sealed, str) else sealed.decode()


def unseal(use: Use, sealed: str) -> tuple[bool, dict[int, str]]:
    """Whether the page was in the order of lots, and what it showed: {number: stamp}.

    Raises BadInput for what this house did not seal for this person.
    """
    try:
        account_id, by_lot, shown = _signer().loads(sealed)
    except BadData:
        account_id = None
    if account_id is None or account_id != use.actor.account_id:
        raise BadInput("Only what stood on the page can be answered. Load it again.")
    return bool(by_lot), {int(number): stamp for number, stamp in shown.items()}


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="suggestions shown")
