"""nginx with the configuration of ``deploy/``, in front of two nodes: a real one, for real."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from deploy.serving import LONGEST, PROJECT, until
from servers import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CONF = PROJECT / "deploy" / "nginx.conf"
SECRET = "quillwort"


class Node(ThreadingHTTPServer):
    """A node that answers with its name and with what it was sent."""

    daemon_threads = True

    def __init__(self, name: str) -> None:
        self.name, self.asked, self.visitors = name, [], []
        self.breaks = False
        """Does it read what it is asked, and then break off?"""
        super().__init__(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def die(self) -> None:
        """As a machine that is gone: no new connection, and an end to those there are."""
        self.shutdown()
        self.server_close()
        for visitor in self.visitors:
            with suppress(OSError):
                visitor.shutdown(socket.SHUT_RDWR)


class Answer(BaseHTTPRequestHandler):
    server: Node
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        super().setup()
        self.server.visitors.append(self.connection)

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(self.command)
        if self.server.breaks:
            self.close_connection = True
            return
        said = {"node": self.server.name, "headers": dict(self.headers), "sent": len(body)}
        data = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET

    def log_message(self, *_said: object) -> None:
        pass


@pytest.fixture
def front(tmp_path) -> Iterator[SimpleNamespace]:
    """nginx, and the two nodes behind it."""
    if NGINX is None or shutil.which("openssl") is None:
        pytest.skip("nginx is not installed; make test-setup installs it where it can")
    nodes = [Node("one"), Node("two")]
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=storybank.example.org",
         "-addext", "subjectAltName=DNS:storybank.example.org",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    plain, safe = free_port(), free_port()
    text = CONF.read_text()
    for there, here in (
        ("10.0.0.11:8000", f"127.0.0.1:{nodes[0].server_port}"),
        ("10.0.0.12:8000", f"127.0.0.1:{nodes[1].server_port}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen [::]:80;", ""),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{safe} ssl http2;"),
        ("listen [::]:443 ssl http2;", ""),
        ("/etc/letsencrypt/live/storybank.example.org/fullchain.pem", str(certificate)),
        ("/etc/letsencrypt/live/storybank.example.org/privkey.pem", str(key)),
        ("/var/log/nginx/", f"{tmp_path}/"),
        ("/dev/shm/storybank-nginx", f"{tmp_path}/bodies"),
    ):
        assert there in text, there
        text = text.replace(there, here)
    (tmp_path / "site.conf").write_text(text)
    kinds = ("proxy", "fastcgi", "uwsgi", "scgi")
    (tmp_path / "nginx.conf").write_text(
        # As root nginx would become somebody who may not enter this folder.
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; pid {tmp_path}/pid;\n"
        f"error_log {tmp_path}/main.log; events {{ worker_connections 100; }}\n"
        f"http {{ {' '.join(f'{kind}_temp_path {tmp_path}/{kind};' for kind in kinds)}\n"
        f"include {tmp_path}/site.conf; }}\n"
    )
    command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    said = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert said.returncode == 0 and "[emerg]" not in said.stderr, said.stderr
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        trusted = ssl.create_default_context(cafile=str(certificate))
        trusted.check_hostname = False

        def ask(path: str = "/", method: str = "GET", body: bytes | None = None, **headers: str):
            """(status, headers, text)"""
            connection = http.client.HTTPSConnection(
                "127.0.0.1", safe, context=trusted, timeout=LONGEST
            )
            connection.request(method, path, body, {"Host": "storybank.example.org"} | headers)
            with connection.getresponse() as answer:
                found = answer.status, dict(answer.headers), answer.read().decode()
            connection.close()
            return found

        def there() -> bool:
            try:
                return bool(ask())
            except OSError:
                return False

        until(there, "nginx to answer")
        try:
            yield SimpleNamespace(
                ask=ask, nodes=nodes, plain=plain, log=tmp_path / "storybank.log", folder=tmp_path
            )
        finally:
            process.terminate()
            process.wait(LONGEST)
            for node in nodes:
                node.die()


def test_both_answer_and_hear_the_truth_about_the_visitor(front):
    lies = {
        "X-Forwarded-For": "9.9.9.9", "X-Forwarded-Proto": "http", "X-Request-Id": SECRET,
        "X-Forwarded-Host": "elsewhere.example", "Forwarded": "for=9.9.9.9",
    }  # fmt: skip
    said = [json.loads(front.ask(f"/search?q={SECRET}", **lies)[2]) for _ in range(4)]
    assert {one["node"] for one in said} == {"one", "two"}
    for one in said:
        heard = one["headers"]
        assert heard["X-Forwarded-For"] == "127.0.0.1"
        assert heard["X-Forwarded-Proto"] == "https"
        assert re.fullmatch("[0-9a-f]{32}", heard["X-Request-Id"])
        assert heard["Host"] == "storybank.example.org"
        assert {"X-Forwarded-Host", "Forwarded"} & set(heard) == set()


def test_a_log_line_is_json_and_holds_nothing_that_was_asked(front):
    front.ask(f"/search/{SECRET}?q={SECRET}", Referer=f"https://x/{SECRET}", Cookie=SECRET)
    until(lambda: front.log.read_text().count("\n") >= 2, "two lines")
    assert SECRET not in front.log.read_text()
    assert json.loads(front.log.read_text().splitlines()[-1])["status"] == 200


def test_a_node_that_is_gone_is_passed_over_and_a_form_is_never_sent_twice(front):
    one, two = front.nodes
    one.die()
    assert {json.loads(front.ask()[2])["node"] for _ in range(6)} == {"two"}
    assert front.ask(method="POST", body=b"a=1")[0] == 200
    two.breaks = True
    two.asked.clear()
    status, headers, text = front.ask(method="POST", body=b"a=1")
    assert (status, headers["Retry-After"]) == (503, "20")
    assert "look whether it is there before you send it again" in text
    assert two.asked == ["POST"]


def test_a_broken_answer_to_a_form_is_not_tried_at_the_other(front):
    for node in front.nodes:
        node.breaks = True
        node.asked.clear()
    assert front.ask(method="POST", body=b"a=1")[0] == 503
    assert front.nodes[0].asked + front.nodes[1].asked == ["POST"]


def test_what_may_be_sent_where(front):
    large = bytes(18 * 1024 * 1024)
    assert front.ask("/code", "POST", large)[0] == 413
    assert json.loads(front.ask("/take-in/files", "POST", large)[2])["sent"] == len(large)
    assert list((front.folder / "bodies").iterdir()) == []
    assert front.ask("/metrics")[0] == 404


def test_who_comes_without_tls_is_sent_to_the_right_name(front):
    connection = http.client.HTTPConnection("127.0.0.1", front.plain, timeout=LONGEST)
    connection.request("GET", "/about", headers={"Host": "elsewhere.example"})
    with connection.getresponse() as answer:
        assert answer.status in (301, 308)
        assert answer.headers["Location"] == "https://storybank.example.org/about"
    connection.close()
