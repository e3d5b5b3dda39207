"""Addresses of files whose content decides their name, so that browsers may keep them for good."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app, url_for

MANIFEST = Path(__file__).parent / "static" / "vendor" / "manifest.json"


@lru_cache(maxsize=2)
def _manifest(stamp: int) -> dict[str, str]:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def asset(name: str) -> str:
    """Return the URL of a vendor file such as "nhsuk.css".

    Raises FileNotFoundError when the assets were never fetched, KeyError for an unknown name.
    """
    hashed = _manifest(MANIFEST.stat().st_mtime_ns)[name]
    return url_for("web.static", filename=f"vendor/{hashed}")


def static_url(name: str, room: str = "web") -> str:
    """Return the URL of a room's own static file, carrying a hash of its content."""
    folder = current_app.blueprints[room].static_folder
    return url_for(f"{room}.static", filename=name, v=_digest(Path(folder or "") / name))


def is_current(room: str | None, args: dict[str, Any] | None, v: str | None) -> bool:
    """Say whether a static request names exactly the content we would send for it now."""
    if room not in current_app.blueprints or not args:
        return False
    name = str(args.get("filename", ""))
    if room == "web" and name.startswith("vendor/"):
        return name.removeprefix("vendor/") in _manifest(MANIFEST.stat().st_mtime_ns).values()
    path = Path(current_app.blueprints[room].static_folder or "") / name
    return v is not None and path.is_file() and v == _digest(path)


def _digest(path: Path) -> str:
    status = path.stat()
    return _hash(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _hash(path: Path, changed: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
