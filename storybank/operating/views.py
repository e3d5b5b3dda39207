"""Pages and addresses for those who run the house."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from storybank import db, web
from storybank.backups import drilling, making
from storybank.config import metrics_token
from storybank.errors import NotReady
from storybank.mail import reading as mail
from storybank.mail.rules import State
from storybank.operating import machines, work
from storybank.operating.figures import Figures, text
from storybank.operating.parts import parts
from storybank.operating.rules import said
from storybank.people import sealing
from storybank.people.login import open_to
from storybank.people.rules import Role
from storybank.suggest import progress
from storybank.web.access import open_page
from storybank.web.closing import is_closing
from storybank.web.metering import metering

bp = Blueprint("operating", __name__, template_folder="templates")
PLAIN = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/readyz")
@open_page
def readyz() -> tuple[str, int, dict[str, str]]:
    """Say whether pages can be served now: the database answers, is of this release, the keys are
    there, and this process is not about to end."""
    if is_closing():
        return "closing\n", 503, PLAIN
    house = current_app.extensions["storybank"]
    try:
        if not db.may_serve(house.engine):
            return "the database is of another release\n", 503, PLAIN
        sealing.sealer_of(web.session()).keys()
    except NotReady:
        return "the keys are missing\n", 503, PLAIN
    except SQLAlchemyError:
        return "the database does not answer\n", 503, PLAIN
    return "ready\n", 200, PLAIN


@bp.get("/metrics")
@open_page
def metrics() -> Response:
    """Figures for a monitor that knows the token; for anybody else there is no such page."""
    token = metrics_token()
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(sent.encode(), token.encode()):
        abort(404)
    house = current_app.extensions["storybank"]
    figures = Figures(house.sessions, house.index, house.config.home)
    return Response(text(metering().counted(), figures), headers=PLAIN)


@bp.get("/house")
@open_to(Role.ADMINISTRATOR)
def house() -> str:
    """How the house is: its work, its backups; and every part of it where that is asked for."""
    here, session = current_app.extensions["storybank"], web.session()
    looked = request.args.get("look") == "1"
    return web.render(
        "operating/house.html", kinds=work.kinds(session), given_up=work.given_up(session),
        stops=work.stops_waiting(session), said=said, lag=here.index.lag(session),
        machines=machines.machines(session), doing=machines.being_done(session),
        coming=machines.coming_in(session), learning=progress.state(session),
        letters={state: count for state, count in mail.counts(session).items() if count},
        troubled=(State.FAILED, State.BOUNCED), head=db.current_and_head(here.engine)[0],
        backup=making.last(here.config.home, session),
        drill=drilling.last(here.config.home, session),
        parts=parts(session, here.config, here.index, here.strays(session)) if looked else None,
    )  # fmt: skip


@bp.post("/house/work/<int(max=2147483647):job_id>/again")
@open_to(Role.ADMINISTRATOR)
def again(job_id: int) -> Response:
    """Try given up work once more."""
    work.again(web.session(), job_id)
    web.say("It will be tried again now.")
    return redirect(url_for("operating.house"), 303)  # type: ignore[return-value]
