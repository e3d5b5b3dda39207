"""Views name their purpose. The guard checks the claim and hands the view its ``Use``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from storybank.clock import now
from storybank.consent.purposes import Purpose, roles_for
from storybank.consent.rules import Use
from storybank.errors import NotFound, Refused
from storybank.people.login import current_actor, sign_in_page_redirect

View = Callable[..., Any]


def uses(*purposes: Purpose, arg: str | None = None) -> Callable[[View], View]:
    """Mark a view with the purpose it shows words for; it receives ``use`` first.

    With several purposes, ``arg`` names the URL argument that says which one this page is for.
    A visitor who may not claim it is sent to sign in; anybody else is refused.
    """
    if (len(purposes) > 1) != (arg is not None):
        raise TypeError("name one purpose, or several and the URL argument that chooses")

    def wrap(view: View) -> View:
        @functools.wraps(view)
        def governed(*args: Any, **kwargs: Any) -> Any:
            purpose = purposes[0] if arg is None else _chosen(purposes, kwargs[arg])
            actor = current_actor()
            try:
                use = Use.claim(actor, purpose, now())
            except Refused:
                if not actor.signed_in:
                    return sign_in_page_redirect()
                raise
            return view(use, *args, **kwargs)

        governed.purposes = tuple(purpose.value for purpose in purposes)  # type: ignore[attr-defined]
        governed.roles = tuple(  # type: ignore[attr-defined]
            dict.fromkeys(role.value for purpose in purposes for role in roles_for(purpose))
        )
        return governed

    return wrap


def _chosen(purposes: tuple[Purpose, ...], word: str) -> Purpose:
    for purpose in purposes:
        if purpose.value == word:
            return purpose
    raise NotFound("There is no such page.")
