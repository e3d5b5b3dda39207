"""The web application: build, wire, return. Nothing is done at import, little at start."""

from __future__ import annotations

from flask import Flask, Response, g, request

from storybank.config import Config
from storybank.consent.access import readings
from storybank.home.navigation import navigation
from storybank.meetings.short_way import ShortWay
from storybank.people.limits import init_limits
from storybank.people.login import current_actor, init_login
from storybank.web.shell import init_shell
from storybank.wiring import BLUEPRINTS, House, open_house


def create_app(config: Config | None = None, house: House | None = None) -> Flask:
    """The application over a house, opened from the environment where none is given."""
    house = house or open_house(config or Config.from_environment())
    app = Flask("storybank", static_folder=None)
    app.secret_key = house.config.secret_key
    app.testing = house.config.testing
    app.extensions["storybank"] = house
    init_shell(app, house.config, house.sessions)
    init_login(app)
    init_limits(app, house.engine)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)

    @app.context_processor
    def _navigation() -> dict[str, object]:
        return {"nav_items": navigation(current_actor())}

    @app.after_request
    def _gather_readings(response: Response) -> Response:
        opened = g.get("session")
        if opened is not None and response.status_code < 400:
            g.readings = readings(opened)
        return response

    @app.teardown_request
    def _note_readings(error: BaseException | None) -> None:
        # Written in a transaction of its own, when the answer's has ended.
        found = g.pop("readings", None)
        if found:
            house.access.note(found, request.endpoint or "")

    @app.before_request
    def _keep_promises() -> None:
        # What an earlier process promised and did not live to do is taken up at the first visit.
        house.runner.start()
        house.index.start()

    # Tried first, for it is asked for more often than all else together.
    app.wsgi_app = ShortWay(app.wsgi_app, house.sessions)  # type: ignore[assignment, method-assign]
    return app
