"""Headers that keep a page to itself: nothing from elsewhere, nothing left in a cache."""

from flask import Flask, Response, request

from storybank.web.asset_files import is_current

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)

EVERY_ANSWER = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}

A_YEAR = 365 * 24 * 60 * 60


def init_headers(app: Flask, https: bool) -> None:
    """Put the headers on every answer; `https` adds the promise to stay on HTTPS."""

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in EVERY_ANSWER.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}")
        response.headers["Cache-Control"] = _cache_control()
        return response


def _cache_control() -> str:
    """Keep hashed files for ever; keep a page never, so that a stop leaves no copy behind."""
    if not (request.endpoint or "").endswith("static"):
        return "no-store"
    if is_current(request.blueprint, request.view_args, request.args.get("v")):
        return f"public, max-age={A_YEAR}, immutable"
    return "no-cache"
