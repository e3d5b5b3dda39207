"""Pages of passkeys. Each form here is sent by passkeys.js; without it none is shown."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, jsonify, request, url_for
from flask import session as cookie

from storybank import web
from storybank.config import ON_THIS_MACHINE, public_url
from storybank.errors import StorybankError
from storybank.people import passkeys
from storybank.people.administration import Page, bp, go, named
from storybank.people.limits import limit_guesses
from storybank.people.login import OWN_DEVICE, begin_session, current_actor, open_to
from storybank.people.models import Account
from storybank.people.passkeys import Challenge, Site
from storybank.people.rules import local_path

WAITING = "passkey"
NUMBER = "<int(max=2147483647):passkey_id>"


@bp.post("/sign-in/passkey/begin")
@open_to("anyone")
def begin_passkey_sign_in() -> Response:
    return _options(passkeys.options_to_sign_in(_site(), _new_challenge("sign in")))


@bp.post("/sign-in/passkey")
@open_to("anyone")
@limit_guesses
def passkey_sign_in() -> Response:
    challenge = _take_challenge("sign in")
    back = local_path(request.form.get("next"))
    try:
        account = passkeys.come_in(
            web.session(), _site(), challenge, request.form.get("answer", "")
        )
    except StorybankError as no:
        return _no(no)
    begin_session(account, at_home=OWN_DEVICE in request.form)
    return jsonify(go=back or "/")


@bp.post("/me/passkeys/begin")
@open_to("signed in")
def begin_passkey() -> Response:
    try:
        options = passkeys.options_to_make(web.session(), _mine(), _site(), _new_challenge("make"))
    except StorybankError as no:
        return _no(no)
    return _options(options)


@bp.post("/me/passkeys")
@open_to("signed in")
def keep_passkey() -> Response:
    challenge = _take_challenge("make")
    answer, name = request.form.get("answer", ""), request.form.get("name", "")
    try:
        passkeys.keep(web.session(), _mine(), _site(), challenge, answer, name)
    except StorybankError as no:
        return _no(no)
    web.say("Your passkey is ready. You can sign in with it the next time.")
    return jsonify(go=url_for("people.ways"))


@bp.post(f"/me/passkeys/{NUMBER}/name")
@open_to("signed in")
def rename_passkey(passkey_id: int) -> Page:
    passkeys.rename(web.session(), _mine().id, passkey_id, request.form.get("name", ""))
    web.say("The passkey has its new name.")
    return go(url_for("people.ways"))


@bp.post(f"/me/passkeys/{NUMBER}/remove")
@open_to("signed in")
def remove_passkey(passkey_id: int) -> Page:
    passkeys.remove(web.session(), _mine().id, passkey_id)
    web.say("The passkey does not open your account any more.")
    return go(url_for("people.ways"))


def _mine() -> Account:
    return named(current_actor().account_id or 0)


def _site() -> Site:
    """The house by the name that is set; by the name it was asked by only where none is set."""
    url = public_url()
    if url == ON_THIS_MACHINE:
        url = request.host_url
    parts = urlsplit(url)
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return Site(parts.hostname or "localhost", f"{parts.scheme}://{parts.netloc}", secret)


def _new_challenge(purpose: str) -> Challenge:
    made = Challenge.fresh()
    cookie[WAITING] = [purpose, b64encode(made.value).decode(), made.made_at.isoformat()]
    return made


def _take_challenge(purpose: str) -> Challenge:
    """What waits in the cookie for an answer, taken out of it; one that is too old if none does."""
    try:
        kept, value, made_at = cookie.pop(WAITING)
        if kept == purpose:
            return Challenge(b64decode(value), datetime.fromisoformat(made_at))
    except (KeyError, TypeError, ValueError, NotBase64):
        pass
    fresh = Challenge.fresh()
    return Challenge(fresh.value, fresh.made_at - 2 * passkeys.LASTS - timedelta(1))


def _options(json: str) -> Response:
    return Response(json, mimetype="application/json")


def _no(no: StorybankError) -> Response:
    answer = jsonify(sentence=no.sentence)
    answer.status_code = no.status
    return answer
