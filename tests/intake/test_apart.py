"""A process that waits and forks one child a file: alone, closed in, gone with whoever asked."""

import json
import os
import platform
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import indent

import pytest

from storybank.intake import apart, walls

ROOT = Path(__file__).parents[2]
ECHO = """
import os, sys
data = sys.stdin.buffer.read()
sys.stdout.write(f"{sys.argv[1]} {os.getpid()} {os.getppid()} {len(data)}")
"""

TRY_ALL = """
import json, os, socket, sys, threading
from pathlib import Path
from storybank.intake.limits import limit

limit(400 * 1024 * 1024, 5)
place = Path(sys.stdin.read())
tried = {
    "speak": lambda: socket.socket(),
    "speak here": lambda: socket.socket(socket.AF_UNIX),
    "pair": socket.socketpair,
    "fork": os.fork,
    "program": lambda: os.execv("/bin/true", ["true"]),
    "thread": lambda: threading.Thread(target=print).start(),
    "write": lambda: (place / "new").open("w"),
    "append": lambda: (place / "there").open("a"),
    "cut": lambda: os.truncate(place / "there", 0),
    "folder": lambda: (place / "folder").mkdir(),
    "link": lambda: (place / "link").symlink_to("there"),
    "take away": lambda: (place / "there").unlink(),
    "rename": lambda: (place / "there").rename(place / "here"),
    "kill": lambda: os.kill(os.getppid(), 9),
    "memory file": lambda: os.memfd_create("x"),
}
done = []
for name, what in tried.items():
    try:
        what()
        done.append(name)
    except (OSError, RuntimeError):
        pass
print(json.dumps([done, (place / "there").read_text()]))
"""


@pytest.fixture
def program(tmp_path):
    """``program(code)``: a module whose ``main()`` has this code."""

    def make(code: str) -> Path:
        path = tmp_path / f"program{len(list(tmp_path.iterdir()))}.py"
        path.write_text("def main():\n" + indent(code, "    "))
        return path

    return make


def ask(program: Path, data: bytes = b"", seconds: float = 10.0, most: int = 1_000_000) -> str:
    return apart.ask(program, "kind", data, seconds, most).decode()


def gone(pid: int) -> bool:
    """Has a process ended, within two seconds? One that nobody waited for counts as ended."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


class TestOneChildAFile:
    def test_each_file_has_a_child_of_its_own_and_the_waiting_one_stays(self, program):
        echo = program(ECHO)
        first, second = ask(echo, b"abc").split(), ask(echo, b"x" * 3_000_000).split()
        assert first[0] == "kind"
        assert (first[3], second[3]) == ("3", "3000000")
        assert first[1] != second[1]
        assert first[2] == second[2]

    def test_one_that_dies_takes_nobody_with_it(self, program):
        each = "import os, sys\nif sys.stdin.read() == 'die': os.abort()\nprint(os.getppid())"
        each = program(each)
        before = ask(each)
        assert ask(each, b"die") == ""
        assert ask(each) == before

    def test_how_it_ended_and_what_it_took_is_told(self, program):
        heard = apart.hear(program("x = bytearray(90_000_000)\nprint('so')"), "", b"", 10, 100)
        assert (heard.said, heard.ended) == (b"so\n", 0)
        assert heard.memory > 80_000
        assert heard.seconds < 5

    def test_one_that_takes_too_long_is_killed_with_its_waiting_one(self, program):
        each = program("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)")
        start = time.monotonic()
        assert apart.hear(each, "", b"", 0.8, 100).ended is None
        assert time.monotonic() - start < 5

    def test_one_that_was_killed_meanwhile_is_started_again(self, program):
        echo = program(ECHO)
        waiting = int(ask(echo).split()[2])
        os.kill(waiting, signal.SIGKILL)
        assert int(ask(echo).split()[2]) != waiting

    def test_threads_ask_at_once_and_hear_their_own_answer(self, program):
        slow = program("import sys, time\ndata = sys.stdin.read()\ntime.sleep(.1)\nprint(data)")
        heard: dict[int, str] = {}

        def one(number: int) -> None:
            heard[number] = ask(slow, str(number).encode())

        threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert heard == {number: f"{number}\n" for number in range(6)}
        assert len(apart._kept[slow]) <= apart.KEPT

    def test_a_process_that_was_forked_begins_with_none(self, program):
        echo = program(ECHO)
        here = ask(echo).split()[2]
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.write(write, ask(echo).split()[2].encode())
            apart._end_all()
            os._exit(0)
        os.waitpid(child, 0)
        there = os.read(read, 100).decode()
        os.close(read)
        os.close(write)
        assert there
        assert there != here
        assert ask(echo).split()[2] == here

    def test_it_ends_with_whoever_started_it_however_that_ends(self, program):
        echo = program(ECHO)
        code = (
            "import sys, time; from pathlib import Path; from storybank.intake import apart\n"
            f"print(apart.ask(Path({str(echo)!r}), 'k', b'', 10, 99).decode(), flush=True)\n"
            "time.sleep(60)"
        )
        with subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, text=True
        ) as asker:
            waiting = int(asker.stdout.readline().split()[2])
            asker.kill()
        assert gone(waiting)


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in walls._MACHINES,
    reason="what closes a process in is known for Linux on two kinds of processor",
)
def test_it_may_read_and_answer_and_nothing_else(program, tmp_path):
    (tmp_path / "there").write_text("as it was")
    done, there = json.loads(ask(program(TRY_ALL), str(tmp_path).encode()))
    assert done == []
    assert there == "as it was"
    assert not (tmp_path / "new").exists()
