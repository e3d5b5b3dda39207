"""Settings, frozen at start. One knob, ``STORYBANK_DATABASE_URL``, moves the house."""

from __future__ import annotations

import base64
import os
import re
import secrets
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sqlalchemy.engine import URL

from storybank.errors import NotReady

PROJECT = Path(__file__).resolve().parent.parent
JobsMode = Literal["thread", "inline", "held"]
Work = Literal["here", "apart"]
HERE: Work = "here"
ON_THIS_MACHINE = "http://localhost:8000"
WHOOSH, POSTGRES = ENGINES = ("whoosh", "postgres")
DATABASE, MOVED = "storybank.db", ".moved"
"""What the database's file is called, and what is put after it once its house has moved."""
HAS_MOVED = "This house moved to a server's database. Set STORYBANK_DATABASE_URL to its address."
NATIONS = ("England", "Wales", "Scotland", "Northern Ireland")


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
    smtp_url: str | None = field(default=None, repr=False)
    """The mail server, with its password; without one, messages go to the mail folder."""
    mail_from: str | None = None
    """Who our e-mails come from: "Riverside Storybank <storybank@example.org>"."""

    ledger_elsewhere: Path | None = None
    """Where the ledger is, if not in the data folder: best on another disk."""
    search: str = WHOOSH
    """Which engine searches: one in files of the data folder, or PostgreSQL's own."""
    ledger_database: str | None = field(default=None, repr=False)
    """The address of another PostgreSQL database that keeps the ledger, for several nodes."""
    work: Work = HERE
    """On PostgreSQL: promised work is done in the web server too, or by ``storybank work`` only."""
    proxies: int = 0
    """How many proxies stand in front; what they say of a visitor's address is believed."""

    @property
    def on_server(self) -> bool:
        """Is the database PostgreSQL, which several machines may reach?"""
        return self.database_url.startswith("postgresql")

    @property
    def public_url(self) -> str:
        """How people reach the house, as letters write it: "https://storybank.example.org"."""
        return public_url()

    @property
    def mail_folder(self) -> Path:
        return self.home / "mail-folder"

    @property
    def keys_file(self) -> Path:
        """The keys that seal personal details, one a line, newest first; never in the database."""
        return self.keys_elsewhere or self.home / "identity_keys"

    @property
    def ledger_file(self) -> Path:
        """What storytellers took away, a line each; kept apart from every backup."""
        return self.ledger_elsewhere or self.home / "ledger" / "consents.jsonl"

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def learned_folder(self) -> Path:
        """What suggestions learnt; made anew, and in no backup."""
        return self.home / "learned"

    def as_environment(self) -> dict[str, str]:
        """The variables that open this same house in another process."""
        return {
            "STORYBANK_HOME": str(self.home),
            "STORYBANK_DATABASE_URL": self.database_url,
            "STORYBANK_KEYS_FILE": str(self.keys_file),
            "STORYBANK_LEDGER": self.ledger_database or str(self.ledger_file),
            "STORYBANK_SEARCH": self.search,
        }

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Config:
        """Read ``STORYBANK_*`` variables; ``home`` is another data folder than they name.

        Raises NotReady when the data folder has no secret key yet (``storybank init`` makes it),
        or a setting cannot be used.
        """
        nation()
        return cls.for_home(
            home or home_folder(),
            database_url=os.environ.get("STORYBANK_DATABASE_URL") or None,
            secure_cookies=os.environ.get("STORYBANK_SECURE_COOKIES", "") == "1",
            keys_elsewhere=keys_elsewhere(),
            smtp_url=os.environ.get("STORYBANK_SMTP_URL") or None,
            mail_from=os.environ.get("STORYBANK_MAIL_FROM") or None,
            ledger_elsewhere=ledger_elsewhere(),
            search=search_engine(),
            ledger_database=ledger_database(),
            work=work(),
            proxies=proxies(),
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
        smtp_url: str | None = None,
        mail_from: str | None = None,
        ledger_elsewhere: Path | None = None,
        search: str = WHOOSH,
        ledger_database: str | None = None,
        work: Work = HERE,
        proxies: int = 0,
    ) -> Config:
        key_file = home / "secret_key"
        if not key_file.is_file():
            raise NotReady("Storybank is not set up here yet. Run: storybank init")
        if database_url is None and _has_moved(home):
            raise NotReady(HAS_MOVED)
        return cls(
            home=home,
            database_url=database_url or _file_address(home / DATABASE),
            secret_key=key_file.read_text().strip(),
            jobs=jobs,
            secure_cookies=secure_cookies,
            testing=testing,
            keys_elsewhere=keys_elsewhere,
            smtp_url=smtp_url,
            mail_from=mail_from,
            ledger_elsewhere=ledger_elsewhere,
            search=search,
            ledger_database=ledger_database,
            work=work,
            proxies=proxies,
        )


def _has_moved(home: Path) -> bool:
    return not (home / DATABASE).exists() and (home / (DATABASE + MOVED)).exists()


def _file_address(path: Path) -> str:
    # A folder's name may hold signs that mean something in an address.
    return URL.create("sqlite", database=str(path)).render_as_string()


def metrics_token() -> str:
    """``STORYBANK_METRICS_TOKEN``, which a monitor sends; blank where no monitor may read."""
    return os.environ.get("STORYBANK_METRICS_TOKEN", "").strip()


def home_folder() -> Path:
    """``STORYBANK_HOME``, else ``instance/`` beside the package."""
    named = os.environ.get("STORYBANK_HOME")
    return Path(named).expanduser().resolve() if named else PROJECT / "instance"


def public_url() -> str:
    """``STORYBANK_PUBLIC_URL`` without a last slash; this machine where it is not set.

    Never learnt from a request: whoever sends one chooses the name in it. Raises NotReady for
    what is no address of a site.
    """
    url = os.environ.get("STORYBANK_PUBLIC_URL", "").strip().rstrip("/") or ON_THIS_MACHINE
    if not re.fullmatch(r"https?://[^\s/?#@\x00-\x1f]+(/[^\s?#\x00-\x1f]*)?", url):
        raise NotReady("The public address cannot be used. Check STORYBANK_PUBLIC_URL.")
    return url


def nation() -> str:
    """``STORYBANK_NATION``: whose bank holidays count when an answer is due; England by default.

    Raises NotReady for any other name than those four.
    """
    named = os.environ.get("STORYBANK_NATION", "").strip() or NATIONS[0]
    if named not in NATIONS:
        raise NotReady(f"STORYBANK_NATION is one of: {', '.join(NATIONS)}.")
    return named


def search_engine() -> str:
    """``STORYBANK_SEARCH``: ``whoosh``, or ``postgres`` for a house on PostgreSQL.

    Raises NotReady for any other name.
    """
    named = os.environ.get("STORYBANK_SEARCH", "").strip() or WHOOSH
    if named not in ENGINES:
        raise NotReady(f"STORYBANK_SEARCH is one of: {', '.join(ENGINES)}.")
    return named


def keys_elsewhere() -> Path | None:
    """``STORYBANK_KEYS_FILE``, where it is set."""
    named = os.environ.get("STORYBANK_KEYS_FILE")
    return Path(named).expanduser().resolve() if named else None


def ledger_elsewhere() -> Path | None:
    """The file that ``STORYBANK_LEDGER`` names, where it names one."""
    named = os.environ.get("STORYBANK_LEDGER")
    if not named or named.startswith("postgresql"):
        return None
    return Path(named).expanduser().resolve()


def ledger_database() -> str | None:
    """The database that ``STORYBANK_LEDGER`` names, where it names one."""
    named = os.environ.get("STORYBANK_LEDGER", "").strip()
    return named if named.startswith("postgresql") else None


def work() -> Work:
    """``STORYBANK_WORK``: ``here``, or ``apart`` where ``storybank work`` does promised work.

    Raises NotReady for any other name.
    """
    named = os.environ.get("STORYBANK_WORK", "").strip() or HERE
    if named not in ("here", "apart"):
        raise NotReady("STORYBANK_WORK is one of: here, apart.")
    return "apart" if named == "apart" else HERE


def proxies() -> int:
    """``STORYBANK_PROXIES``: how many proxies stand in front of the house, 0 to 5.

    Raises NotReady for anything else.
    """
    named = os.environ.get("STORYBANK_PROXIES", "").strip() or "0"
    if not re.fullmatch("[0-5]", named):
        raise NotReady("STORYBANK_PROXIES is how many proxies stand in front: 0 to 5.")
    return int(named)


def node_name() -> str:
    """``STORYBANK_NODE``: what this machine is called in the house; its own name by default."""
    return (os.environ.get("STORYBANK_NODE", "").strip() or socket.gethostname())[:60]


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
