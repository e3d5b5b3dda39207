"""A house on several machines, on this one: a database server, two web nodes, two workers, each a
process of its own with a data folder of its own; and what may befall them.

Where this process may (root, on Linux) each node lives in a network namespace with two wires, one
to the database and one to whoever visits, so that the first can be cut; and data folders and the
database's files are on small disks of their own, which can be filled. Elsewhere there is neither,
and ``can`` says so. A node that ends is started again after a moment, as systemd would.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from storybank.wiring import House

PROGRAM = Path(sys.executable).with_name("storybank")
VERSIONS = Path("/usr/lib/postgresql")
LONGEST = 60.0
"""Seconds that anything may take to come up on a busy machine."""
AGAIN = 0.5
"""Seconds until a program that ended is started again."""
NODE_DISK, DATABASE_DISK = 48, 640
"""Megabytes."""
WEB, WORK = "web", "work"
A_MOMENT = 0.05


def until(
    true: Callable[[], object], what: str, longest: float = LONGEST, every: float = A_MOMENT
) -> float:
    """Wait until it is true; how many seconds that took. AssertionError where it never is."""
    began, pause = monotonic(), threading.Event()
    while not true():
        assert monotonic() - began < longest, f"not within {longest:g} s: {what}"
        pause.wait(every)
    return monotonic() - began


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def may_have_machines() -> bool:
    """May this process make network namespaces and disks?"""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    name = f"storybank-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    if made.returncode == 0:
        run("ip", "netns", "del", name)
    return made.returncode == 0


def run(*command: object, quiet: bool = False) -> None:
    errors = subprocess.DEVNULL if quiet else None
    words = [str(part) for part in command]
    subprocess.run(words, check=not quiet, cwd="/", stdout=subprocess.DEVNULL, stderr=errors)


class Disk:
    """A folder, on a small file system of its own where that can be made."""

    def __init__(self, folder: Path, megabytes: int, real: bool) -> None:
        self.folder, self.real = folder, real
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if real:
            run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", folder)

    def fill(self) -> None:
        """Not a byte is left on it."""
        stretch = bytes(1 << 16)
        with contextlib.suppress(OSError), open(self.folder / "filler", "wb", 0) as filler:
            while filler.write(stretch):
                pass

    def clear(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)

    def remove(self) -> None:
        if self.real:
            run("umount", "-l", self.folder, quiet=True)


class Wire:
    """A cable between this machine and a node: ``near`` and ``far`` are its two addresses."""

    def __init__(self, space: str, name: str, net: str) -> None:
        self.name, self.near, self.far = name, f"{net}.1", f"{net}.2"
        run("ip", "link", "add", name, "type", "veth", "peer", "name", f"{name}p", "netns", space)
        run("ip", "addr", "add", f"{self.near}/24", "dev", name)
        run("ip", "-n", space, "addr", "add", f"{self.far}/24", "dev", f"{name}p")
        run("ip", "link", "set", name, "up")
        run("ip", "-n", space, "link", "set", f"{name}p", "up")

    def cut(self) -> None:
        """What is sent comes nowhere, and nobody is told."""
        run("ip", "link", "set", self.name, "down")

    def mend(self) -> None:
        run("ip", "link", "set", self.name, "up")


class Cluster:
    """PostgreSQL, with its files on a disk of its own."""

    SETTINGS: Mapping[str, str] = {
        "fsync": "off", "listen_addresses": "*", "max_connections": "100",
        "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3",
        "tcp_user_timeout": "10000", "max_wal_size": "160MB", "min_wal_size": "80MB",
    }  # fmt: skip

    def __init__(self, folder: Path, real_disk: bool) -> None:
        found = sorted(VERSIONS.glob("*/bin/initdb"))
        if not found:
            raise OSError("Debian's postgresql is not installed")
        self.programs, self.port = found[-1].parent, free_port()
        self.disk = Disk(folder, DATABASE_DISK, real_disk)
        self.data, self.log = folder / "data", folder / "log"
        self.become: list[str] = []
        if os.geteuid() == 0:
            self.become = ["runuser", "-u", "postgres", "--"]
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        try:
            self._initialise()
        except BaseException:
            self.disk.remove()
            raise

    def _initialise(self) -> None:
        self._run("initdb", "-D", self.data, "-U", "storybank", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        with open(self.data / "pg_hba.conf", "a") as rules:
            rules.write("host all all 10.0.0.0/8 trust\n")

    def _run(self, program: str, *more: object) -> None:
        run(*self.become, self.programs / program, *more)

    def start(self) -> None:
        settings = " ".join(f"-c {name}={value}" for name, value in self.SETTINGS.items())
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.log, "-o",
                  f"-p {self.port} -k {self.disk.folder} {settings}", "start")  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        """``how`` is fast, or immediate: as if the power went."""
        run(*self.become, self.programs / "pg_ctl", "-D", self.data, "-m", how, "-w", "stop",
            quiet=True)  # fmt: skip

    def is_up(self) -> bool:
        command = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def ensure(self) -> None:
        """Start it where it gave up, as systemd would."""
        if not self.is_up():
            self.stop("immediate")
            self.start()

    def address(self, database: str, host: str = "127.0.0.1") -> str:
        return f"postgresql+psycopg://storybank@{host}:{self.port}/{database}"

    def say(self, statement: str, database: str = "postgres") -> list[tuple]:
        """One statement and its rows, as an operator types it."""
        import psycopg

        plain = self.address(database).replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True, connect_timeout=5) as there:
            answer = there.execute(statement)
            return answer.fetchall() if answer.description else []


@dataclass
class Node:
    """One machine with one program on it."""

    name: str
    kind: str
    disk: Disk
    command: list[str]
    environment: dict[str, str]
    more: dict[str, str] = field(default_factory=dict)
    """Settings of its own."""
    port: int = 0
    host: str = "127.0.0.1"
    space: str | None = None
    wire: Wire | None = None
    """To the database."""
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    begun: int = 0
    """How many times it was started."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def home(self) -> Path:
        return self.disk.folder

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.name}.log"

    def start(self) -> None:
        with self.lock:
            self.wanted = True
            if self.process is None or self.process.poll() is not None:
                self._start()

    def _start(self) -> None:
        inside = ["ip", "netns", "exec", self.space] if self.space else []
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*inside, *self.command], env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True, cwd="/",
            )  # fmt: skip
        self.begun += 1

    def again(self) -> None:
        """Start it again where it ended by itself or was killed."""
        with self.lock:
            if self.wanted and self.process is not None and self.process.poll() is not None:
                self._signal(signal.SIGKILL)  # what it left behind
                self._start()

    def _signal(self, number: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """As if the power went: every process of it, at once."""
        self._signal(signal.SIGKILL)

    def kill_child(self) -> None:
        """The one process that answers, under the one that watches over it."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for child in children.read_text().split()[:1]:
            os.kill(int(child), signal.SIGKILL)

    def freeze(self) -> None:
        """It does nothing, and holds on to what it holds."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self, longest: float = LONGEST) -> int | None:
        """Asked to end, it ends what it does first; its code, None where it had to be killed."""
        with self.lock:
            self.wanted = False
            if self.process is None:
                return 0
            self.process.send_signal(signal.SIGTERM)
            try:
                return self.process.wait(longest)
            except subprocess.TimeoutExpired:
                return None
            finally:
                self._signal(signal.SIGKILL)
                self.process.wait()

    def restart(self) -> None:
        """Ended kindly, and started."""
        self.stop()
        self.start()

    def answers(self, path: str = "/healthz") -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    @property
    def clock(self) -> Path:
        return self.home.parent / f"{self.name}.clock"

    def set_clock(self, seconds: int) -> None:
        """From now on its clock is so many seconds ahead; 0 is right."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)


class Bed:
    """The machines of one house."""

    def __init__(self, folder: Path, machines: bool | None = None) -> None:
        self.folder = folder
        self.machines = may_have_machines() if machines is None else machines
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        self.mark = f"{random.SystemRandom().randrange(36**3):x}"
        self.net = random.SystemRandom().randrange(64, 250)
        self.cluster = Cluster(folder / "cluster", self.machines)
        self.cluster.start()
        self.nodes: dict[str, Node] = {}
        self.added = 0
        self.spaces: list[str] = []
        for database in ("storybank", "ledger"):
            self.cluster.say(f"CREATE DATABASE {database}")
        self.keys = folder / "keys"
        """The data folder of the machine on which the house was set up."""
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._watching, daemon=True)
        self._watch.start()

    # What every program of the house is told.

    @property
    def url(self) -> str:
        return self.cluster.address("storybank")

    def settings(self, home: Path, host: str = "127.0.0.1") -> dict[str, str]:
        """The variables of the house for a program that reaches the database at ``host``."""
        return {
            "STORYBANK_HOME": str(home),
            "STORYBANK_DATABASE_URL": self.cluster.address("storybank", host),
            "STORYBANK_LEDGER": self.cluster.address("ledger", host),
        }

    def environment(self, home: Path, host: str = "127.0.0.1") -> dict[str, str]:
        """The same, in an environment without any other setting of ours."""
        kept = {name: value for name, value in os.environ.items()
                if not name.startswith(("STORYBANK_", "COVERAGE_"))}  # fmt: skip
        return kept | self.settings(home, host)

    def command(
        self, *arguments: str, home: Path | None = None, database: str = "storybank",
        ledger: str = "ledger",
    ) -> subprocess.Popen[bytes]:  # fmt: skip
        """One of the house's commands, on the machine where it was set up."""
        environment = self.environment(home or self.keys)
        environment["STORYBANK_DATABASE_URL"] = self.cluster.address(database)
        environment["STORYBANK_LEDGER"] = self.cluster.address(ledger)
        return subprocess.Popen([PROGRAM, *arguments], env=environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT)  # fmt: skip

    # Machines come and go.

    def give_keys(self, home: Path) -> None:
        """Make it a data folder of this house."""
        home.mkdir(exist_ok=True, mode=0o700)
        for key in ("secret_key", "identity_keys"):
            shutil.copy2(self.keys / key, home / key)

    def add(self, name: str, kind: str, *arguments: str, more: Mapping[str, str] = {}) -> Node:
        """A new machine with the house's keys on it; not started yet."""
        disk = Disk(self.folder / name, NODE_DISK, self.machines)
        self.give_keys(disk.folder)
        node = Node(name, kind, disk, [], {}, more=dict(more))
        database = "127.0.0.1"
        if self.machines:
            number = len(self.spaces)
            node.space = f"sb{self.mark}-{name}"
            run("ip", "netns", "add", node.space)
            self.spaces.append(node.space)
            run("ip", "-n", node.space, "link", "set", "lo", "up")
            node.wire = Wire(node.space, f"sb{self.mark}d{number}", f"10.{self.net}.{number}")
            visits = Wire(node.space, f"sb{self.mark}v{number}", f"10.{self.net}.{number + 100}")
            database, node.host, node.port = node.wire.near, visits.far, 8000
        elif kind == WEB:
            node.port = free_port()
        serve = ["serve", "--host", node.host, "--port", str(node.port)]
        wrong_clock = Path(__file__).with_name("wrong_clock.py")
        node.command = [
            sys.executable,
            "-P",
            str(wrong_clock),
            str(node.clock),
            *(serve if kind == WEB else []),
            *arguments,
        ]
        node.environment = self.environment(node.home, database) | {
            "STORYBANK_NODE": name, "STORYBANK_PUBLIC_URL": node.url, **more,
        }  # fmt: skip
        node.set_clock(0)
        self.nodes[name] = node
        self.added += 1
        return node

    def lose(self, name: str) -> None:
        """A machine that does not come back."""
        node = self.nodes.pop(name)
        node.wanted = False
        node.kill()
        if node.process:
            node.process.wait()
        node.disk.remove()

    def of(self, kind: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == kind]

    def start(self) -> None:
        for node in self.nodes.values():
            node.start()
        self.wait()

    def wait(self) -> None:
        for node in self.of(WEB):
            until(node.answers, f"{node.name} answers")

    def _watching(self) -> None:
        while not self._over.wait(AGAIN):
            for node in list(self.nodes.values()):
                node.again()

    def remove(self) -> None:
        self._over.set()
        self._watch.join()
        for name in list(self.nodes):
            self.lose(name)
        for space in self.spaces:
            run("ip", "netns", "del", space, quiet=True)
        self.cluster.stop("immediate")
        self.cluster.disk.remove()


def house_on(bed: Bed) -> House:
    """The house on the bed's database, set up and opened in this process, which keeps none of its
    promises: the bed does."""
    import factories

    from storybank import db
    from storybank.config import Config, prepare_home
    from storybank.consent import ledger, wordings
    from storybank.wiring import open_house

    prepare_home(bed.keys)
    db.upgrade(bed.url)
    config = Config.for_home(
        bed.keys, database_url=bed.url, jobs="held", testing=True,
        ledger_database=bed.cluster.address("ledger"),
    )  # fmt: skip
    ledger.of(config).prepare()
    house = open_house(config)
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    house.index.prepare()
    return house


def has_workers() -> bool:
    """Does this house know ``storybank work``?"""
    from storybank.cli.main import commands

    return "work" in commands.commands


@contextmanager
def laid(
    folder: Path, furnish: Callable[[Bed], object], machines: bool | None = None, workers: int = 2
) -> Iterator[Bed]:
    """Two web nodes and two workers over a house that ``furnish`` sets up in ``bed.keys``."""
    bed = Bed(folder, machines)
    try:
        furnish(bed)
        apart = has_workers() and workers > 0
        for number in (1, 2):
            bed.add(f"web-{number}", WEB,
                    more={"STORYBANK_WORK": "apart" if apart else "here"})  # fmt: skip
        for number in range(1, workers + 1 if apart else 1):
            bed.add(f"work-{number}", WORK, "work", "--queue", "all")
        bed.start()
        yield bed
    finally:
        bed.remove()
