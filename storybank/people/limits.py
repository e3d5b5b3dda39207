"""How often somebody may try a password, a code or a passkey, or ask for a link.

The only place that knows Flask-Limiter. Only tries that fail are counted, so a room full of
people behind one address can all sign in; of links each is counted, for each becomes a letter.
On SQLite the counts live in the memory of the process and are gone at a restart; on PostgreSQL
all nodes count together (``nodes.tries``).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.engine import Engine

from storybank.errors import BadInput
from storybank.nodes.tries import SCHEME, Tries
from storybank.people.login import current_actor
from storybank.people.rules import clean_email

View = TypeVar("View", bound=Callable[..., Any])

SWITCH = "STORYBANK_LIMITS"
PER_ADDRESS = "10 per minute; 60 per hour"
PER_ACCOUNT = "10 per 15 minutes"
LINKS_TO_ONE = "4 per 15 minutes; 12 per day"
LINKS_PER_ADDRESS = "30 per 15 minutes"
CODES_PER_ADDRESS = "40 per minute; 300 per hour"
"""Wrong codes of workshops. A whole room types behind one address, and some mistype."""
SEARCHES_PER_KEY = "60 per minute; 1500 per hour"
COMPLAINTS_PER_ADDRESS = "10 per hour; 40 per day"
CARDS_PER_ADDRESS = "60 per minute; 1000 per hour"
"""A room full of people scans the cards on its tables behind one address."""

_TRIES = "storybank_tries"


def _tries() -> Tries | None:
    found: Tries | None = current_app.extensions.get(_TRIES)
    return found


_limiter = Limiter(
    get_remote_address, storage_uri=f"{SCHEME}://", strategy="moving-window",
    storage_options={"find": _tries},  # type: ignore[dict-item]
)  # fmt: skip


def init_limits(app: Flask, engine: Engine | None = None) -> None:
    """Count tries in ``app``, unless it is under test; ``app.config[SWITCH]`` says otherwise.

    On a server's database all nodes count together.
    """
    app.config.setdefault(SWITCH, not app.testing)
    if engine is not None and engine.dialect.name == "postgresql":
        app.extensions[_TRIES] = Tries(engine)
    _limiter.init_app(app)


def limit_sign_in(view: View) -> View:
    """Stop a run of wrong passwords from one network address, or for one e-mail address."""
    for_account = _limit(PER_ACCOUNT, _email_typed)
    return for_account(_limit(PER_ADDRESS, get_remote_address)(view))


def limit_password_check(view: View) -> View:
    """Stop a run of wrong passwords by somebody who is signed in already."""
    return _limit(PER_ACCOUNT, lambda: f"account {current_actor().account_id}")(view)


def limit_guesses(view: View) -> View:
    """Stop a run of wrong codes, links or passkeys from one network address."""
    return _limit(PER_ADDRESS, get_remote_address)(view)


def limit_links(view: View) -> View:
    """Stop a flood of letters, to one e-mail address or from one network address.

    Known and unknown addresses are counted alike.
    """
    to_one = _limit(LINKS_TO_ONE, _email_typed, _taken)
    return to_one(_limit(LINKS_PER_ADDRESS, get_remote_address, _taken)(view))


def limit_complaints(view: View) -> View:
    """Stop a flood of complaints from one network address. Nobody signs in to complain."""
    return _limit(COMPLAINTS_PER_ADDRESS, get_remote_address, _taken)(view)


def limit_joining(view: View) -> View:
    """Stop a run of wrong codes of workshops from one network address, typed or in links.

    Codes that open something are not counted, nor is a form that was filled in wrongly.
    """
    limited: View = _limiter.limit(  # type: ignore[assignment]
        CODES_PER_ADDRESS, key_func=get_remote_address, methods=["GET", "POST"],
        deduct_when=_not_found, exempt_when=_switched_off,
    )(view)  # fmt: skip
    return limited


def limit_searches(view: View) -> View:
    """Stop a flood of searches by a program, with one key or from one network address."""
    limited: View = _limiter.limit(  # type: ignore[assignment]
        SEARCHES_PER_KEY, key_func=_key_sent, methods=["GET"], exempt_when=_switched_off
    )(view)
    return limited


def limit_cards(view: View) -> View:
    """Stop a flood of guesses at the letters on printed cards from one network address."""
    limited: View = _limiter.limit(  # type: ignore[assignment]
        CARDS_PER_ADDRESS, methods=["GET"], exempt_when=_switched_off
    )(view)
    return limited


def limit_own_links(view: View) -> View:
    """Stop a flood of letters asked for by somebody who is signed in."""
    return _limit(LINKS_TO_ONE, lambda: f"account {current_actor().account_id}", _taken)(view)


def _limit(
    amount: str, key: Callable[[], str], counted: Callable[[Response], bool] | None = None
) -> Callable[[View], View]:
    limited: Callable[[View], View] = _limiter.limit(  # type: ignore[assignment]
        amount,
        key_func=key,
        methods=["POST"],
        deduct_when=counted or _failed,
        exempt_when=_switched_off,
    )
    return limited


def _taken(response: Response) -> bool:
    return response.status_code < 400


def _failed(response: Response) -> bool:
    return response.status_code >= 400


def _not_found(response: Response) -> bool:
    return response.status_code == 404


def _switched_off() -> bool:
    return not current_app.config[SWITCH]


def _key_sent() -> str:
    # Hashed, as the key of a count may be logged.
    sent = request.headers.get("Authorization", "")[:200]
    return (
        blake2b(sent.encode("utf-8", "replace"), digest_size=16).hexdigest()
        if sent
        else (get_remote_address())
    )


def _email_typed() -> str:
    # The key may be logged, so it is a hash that only this house can make.
    email = request.form.get("email", "")
    with suppress(BadInput):
        email = clean_email(email)
    secret = str(current_app.config["SECRET_KEY"]).encode()[:64]
    return blake2b(email.encode("utf-8", "replace"), key=secret, digest_size=16).hexdigest()
