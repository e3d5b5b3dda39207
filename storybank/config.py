"""Settings, frozen at start. One knob, ``STORYBANK_DATABASE_URL``, moves the house."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL

from storybank.errors import NotReady

PROJECT = Path(__file__).resolve().parent.parent
JobsMode = Literal["thread", "inline", "held"]


@dataclass(frozen=True)
class Config:
    """Everything the house needs to know before it opens."""

    home: Path
    """The data folder: database, secret key, search index, vendor files."""
    database_url: str
    secret_key: str
    jobs: JobsMode = "thread"
    """How promised work is run: by a thread, straight after commit, or held back (for tests)."""
    secure_cookies: bool = False
    """True where the house is reached over https only."""
    testing: bool = False
    keys_elsewhere: Path | None = None
    """Where the keys of personal details are, if not in the data folder."""

    @property
    def keys_file(self) -> Path:
        """The keys that seal personal details, one a line, newest first; never in the database."""
        return self.keys_elsewhere or self.home / "identity_keys"

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @classmethod
    def from_environment(cls) -> Config:
        """Read ``STORYBANK_*`` variables.

        Raises NotReady when the data folder has no secret key yet (``storybank init`` makes it).
        """
        return cls.for_home(
            home_folder(),
            database_url=os.environ.get("STORYBANK_DATABASE_URL") or None,
            secure_cookies=os.environ.get("STORYBANK_SECURE_COOKIES", "") == "1",
            keys_elsewhere=keys_elsewhere(),
        )

    @classmethod
    def for_home(
        cls,
        home: Path,
        database_url: str | None = None,
        jobs: JobsMode = "thread",
        secure_cookies: bool = False,
        testing: bool = False,
        keys_elsewhere: Path | None = None,
    ) -> Config:
        key_file = home / "secret_key"
        if not key_file.is_file():
            raise NotReady("Storybank is not set up here yet. Run: storybank init")
        return cls(
            home=home,
            database_url=database_url or _file_address(home / "storybank.db"),
            secret_key=key_file.read_text().strip(),
            jobs=jobs,
            secure_cookies=secure_cookies,
            testing=testing,
            keys_elsewhere=keys_elsewhere,
        )


def _file_address(path: Path) -> str:
    # A folder's name may hold signs that mean something in an address.
    return URL.create("sqlite", database=str(path)).render_as_string()


def home_folder() -> Path:
    """``STORYBANK_HOME``, else ``instance/`` beside the package."""
    named = os.environ.get("STORYBANK_HOME")
    return Path(named).expanduser().resolve() if named else PROJECT / "instance"


def keys_elsewhere() -> Path | None:
    """``STORYBANK_KEYS_FILE``, where it is set."""
    named = os.environ.get("STORYBANK_KEYS_FILE")
    return Path(named).expanduser().resolve() if named else None


def prepare_home(home: Path, keys_file: Path | None = None) -> None:
    """Make the data folder (0700), its secret key and the identity keys (0600) where missing."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep_secret(home / "secret_key", secrets.token_urlsafe(48))
    _keep_secret(keys_file or home / "identity_keys", new_key() + "\n")


def new_key() -> str:
    """A new key to seal personal details with: 32 random bytes in URL-safe base64."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _keep_secret(path: Path, secret: str) -> None:
    """Write ``secret`` into a file that only its owner reads, unless the file is there."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secret)
        handle.flush()
        os.fsync(handle.fileno())
    try:
        # A link appears whole or not at all, so two starts at once agree on one key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
