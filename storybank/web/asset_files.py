"""Addresses of files whose content decides their name, so that browsers may keep them for good."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for

from storybank.web import assets


def asset(name: str) -> str:
    """Return the URL of a vendor file such as "nhsuk.css".

    Raises KeyError for an unknown name. Where the files were never fetched the address leads
    nowhere: a page without its looks is better than none, and `trouble` tells.
    """
    files = _files()
    return url_for("web.static", filename=f"vendor/{files[name] if files else name}")


def static_url(name: str, room: str = "web") -> str:
    """Return the URL of a room's own static file, carrying a hash of its content."""
    return url_for(f"{room}.static", filename=name, v=_digest(_folder(room) / name))


def trouble() -> str | None:
    """Return what is wrong with the vendor files in a sentence, None when nothing is."""
    return next(assets.troubles(), None)


def is_current(room: str | None, args: dict[str, Any] | None, v: str | None) -> bool:
    """Say whether a static request names exactly the content we would send for it now."""
    if room not in current_app.blueprints or not args:
        return False
    name = str(args.get("filename", ""))
    if room == "web" and name.startswith("vendor/"):
        return name.removeprefix("vendor/") in _files().values()
    path = _folder(room) / name
    return v is not None and path.is_file() and v == _digest(path)


def _folder(room: str) -> Path:
    return Path(current_app.blueprints[room].static_folder or "")


def _files() -> dict[str, str]:
    manifest = assets.FOLDER / assets.MANIFEST
    try:
        return _lookup(manifest.stat().st_mtime_ns)
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=2)
def _lookup(changed: int) -> dict[str, str]:
    return assets.lookup()


def _digest(path: Path) -> str:
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _hash(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
