"""Real mail servers on this machine, that say what a test wants them to say."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from servers import free_port

ECHO = "4711 Rosebud Lane"
"""What a server says back; it must turn up nowhere in the house."""


class Post:
    """What a server takes, and how it answers. ``when_taken`` is called before it says so."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.raw: list[bytes] = []
        self.answers: dict[str, str] = {}
        self.to_data = "250 taken"
        self.to_quit = "221 goodbye"
        self.to_sender: str | None = None
        self.passwords: list[tuple[bytes, bytes]] = []
        self.when_asked: Callable[[], object] = lambda: None
        self.when_taken: Callable[[], object] = lambda: None

    async def handle_MAIL(self, server, session, envelope: Envelope, address, options):
        if self.to_sender:
            return self.to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 fine"

    async def handle_RCPT(self, server, session, envelope: Envelope, address, options):
        self.when_asked()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope: Envelope):
        if self.to_data.startswith("250"):
            self.raw.append(envelope.original_content)
            mail = message_from_bytes(envelope.original_content, policy=policy.default)
            self.taken += [(to, mail) for to in envelope.rcpt_tos]
        self.when_taken()
        return self.to_data

    async def handle_QUIT(self, server, session, envelope: Envelope):
        return self.to_quit

    def sign_in(self, server, session, envelope, mechanism, told) -> AuthResult:
        self.passwords.append((told.login, told.password))
        return AuthResult(success=told.password == b"open sesame", handled=False)

    @property
    def to(self) -> list[str]:
        return [address for address, _ in self.taken]


@contextmanager
def serving(post: Post, port: int | None = None, **options) -> Iterator[int]:
    """A mail server on this port, or on a free one; the port. Options are aiosmtpd's."""
    # The controller tries its own door after opening it, and must know which it is.
    port = port or free_port()
    named = {"server_hostname": "mail.example"} | options  # or it would look its own name up
    controller = Controller(post, hostname="127.0.0.1", port=port, **named)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Gate:
    """Holds a server until the test lets it go on."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        assert self.open.wait(20)


def make_certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For a server at 127.0.0.1: its own side, and the side of who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")])
    at = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ) + certificate.public_bytes(serialization.Encoding.PEM)
    )  # fmt: skip
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(path)
    return own, ssl.create_default_context(cafile=str(path))
