"""Wires the shell into an application, in one readable order."""

from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from storybank.config import Config
from storybank.web.closing import init_closing
from storybank.web.errors import init_errors
from storybank.web.forms import init_forms
from storybank.web.headers import init_headers
from storybank.web.jinja import init_jinja
from storybank.web.log import init_log
from storybank.web.metering import init_metering
from storybank.web.proxies import init_proxies
from storybank.web.session import init_session
from storybank.web.views import bp


def init_shell(app: Flask, config: Config, sessions: sessionmaker[Session]) -> None:
    """Give `app` its request session, protections, error pages, layout and plain pages.

    Create the app with `Flask("storybank", static_folder=None)`: each room serves its own static
    files. A context processor of the app may give the layout `actor`, `nav_items` (a list of
    dicts `label`, `href`, `current`), `account_url`, `sign_in_url`, `sign_out_url` and `contact`;
    all may be missing. Call this before registering other blueprints or `after_request`
    functions: Flask runs those in reverse, so the log line and the headers see the answer last.
    """
    init_jinja(app)
    init_closing(app)
    init_proxies(app, config.proxies)
    init_log(app)
    init_metering(app)
    init_headers(app, https=config.secure_cookies)
    init_forms(app, config)
    init_errors(app)
    init_session(app, sessions)
    app.register_blueprint(bp)
