"""An Internet of its own for a test: names, addresses, and hosts that answer by TLS with certificates that are trusted.

Nothing leaves the machine. Every connection that is tried is noted by its address, before anything comes of it.
"""

import atexit
import contextlib
import functools
import ipaddress
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from constellation.runtime import outbound

PUBLIC, OTHER = "93.184.216.34", "151.101.1.69"
"""Addresses that are public, of which here nothing is reached but a test's own hosts."""

CERTIFIED = ("photos.example.com", "other.example.com", "a_b.example.com", "xn--bcher-kva.example.com")
"""The names that the hosts' certificate has, beside the address PUBLIC."""

Answer = Callable[[str], Iterable[bytes]]
"""What a host sends, piece by piece, to a request, which is given with its headers."""

_original_connect = socket.socket.connect
_original_getaddrinfo = socket.getaddrinfo


def file(data: bytes, status: str = "200 OK", **headers: str) -> list[bytes]:
    """Return a whole response. ``content_type`` is the header ``content-type``."""
    said = {"content-length": f"{len(data)}", **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in said.items() if value)]
    return ["\r\n".join(lines).encode() + b"\r\n\r\n", data]


def redirect(location: str, status: str = "302 Found") -> list[bytes]:
    """Return a redirect."""
    return file(b"", status, location=location)


class Host:
    """Something that listens on this machine, on a port of its own, and what it was asked."""

    def __init__(self, answer: Answer, *, tls: bool = True, certificate: Path | None = None) -> None:
        self.asked: list[str] = []
        self._answer = answer
        self._tls = _server_context(certificate or certificates() / "host.pem") if tls else None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            spoken = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with spoken:
                asked = b""
                while b"\r\n\r\n" not in asked:
                    more = spoken.recv(65536)
                    if not more:
                        return
                    asked += more
                self.asked.append(asked.decode("latin-1"))
                for piece in self._answer(self.asked[-1]):
                    spoken.sendall(piece)


class Internet:
    """What names mean, what answers at addresses, and which addresses and names were tried.

    The addresses of a name are those of the first look-up, the second, and so on; the last ones stay.
    """

    def __init__(self) -> None:
        self.connected: list[str] = []
        self.looked_up: list[str] = []
        self._names: dict[str, list[list[str]]] = {}
        self._hosts: dict[tuple[str, int], Host] = {}

    def name(self, name: str, *answers: list[str]) -> None:
        """Give a name addresses."""
        self._names[name] = list(answers)

    def host(
        self, answer: Answer, name: str = CERTIFIED[0], address: str = PUBLIC, port: int = 443, **more: Any
    ) -> Host:
        """Let something listen at an address, which has a name from now on."""
        made = self._hosts[address, port] = Host(answer, **more)
        self._names.setdefault(name, [[address]])
        return made

    def close(self) -> None:
        """Stop all hosts."""
        for host in self._hosts.values():
            host.close()

    def connect(self, connection: socket.socket, address: Any) -> None:
        """Connect as ``socket.connect`` does."""
        self.connected.append(address[0])
        host = self._hosts.get(address[:2])
        if host is None:
            raise ConnectionRefusedError
        _original_connect(connection, ("127.0.0.1", host.port))

    def getaddrinfo(self, host: bytes, port: int, **more: Any) -> list[Any]:
        """Resolve a name as ``socket.getaddrinfo`` does, numbers by the system itself."""
        name = host.decode("ascii")
        self.looked_up.append(name)
        if name not in self._names:
            return _original_getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, **more)
        answers = self._names[name]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [_entry(address, port) for address in addresses]


def _entry(address: str, port: int) -> tuple[Any, ...]:
    if ":" in address:
        bare, _, zone = address.partition("%")
        return socket.AF_INET6, socket.SOCK_STREAM, 6, "", (bare, port, 0, int(zone or 0))
    return socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)


@contextmanager
def new_internet(monkeypatch: pytest.MonkeyPatch) -> Generator[Internet]:
    """Put an Internet in the place of the real one; its certificates are trusted."""
    made = Internet()

    def connect(connection: socket.socket, address: Any) -> None:
        made.connect(connection, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", made.getaddrinfo)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates() / "authority.pem"))
    outbound.trusted.cache_clear()
    yield made
    made.close()
    outbound.trusted.cache_clear()


@functools.cache
def certificates() -> Path:
    """Return a folder with an authority, and certificates of hosts: by the authority, by no one, and an old one."""
    made = tempfile.TemporaryDirectory(prefix="certificates-")
    atexit.register(made.cleanup)
    folder = Path(made.name)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name("Authority of a test")
    authority = _builder(subject, subject, key).add_extension(x509.BasicConstraints(True, 0), critical=True)
    usage = dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True)
    others = (
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "encipher_only",
        "decipher_only",
    )
    authority = authority.add_extension(x509.KeyUsage(**usage, **dict.fromkeys(others, False)), critical=True)
    (folder / "authority.pem").write_bytes(
        authority.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    _write(folder / "host.pem", subject, key)
    _write(folder / "untrusted.pem", _name("Nobody"), ec.generate_private_key(ec.SECP256R1()))
    _write(folder / "old.pem", subject, key, days=-1)
    return folder


def _write(path: Path, issuer: x509.Name, signer: ec.EllipticCurvePrivateKey, days: int = 1) -> None:
    """Write a key with its certificate, which ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(name) for name in CERTIFIED]
    names.append(x509.IPAddress(ipaddress.ip_address(PUBLIC)))
    made = _builder(_name("Host"), issuer, key, days)
    made = made.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(signer, hashes.SHA256())
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, days: int = 1
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


NAMES: Mapping[str, list[str]] = {
    "private.example.com": ["10.1.2.3"],
    "loopback.example.com": ["127.0.0.1"],
    "loopback6.example.com": ["::1"],
    "metadata.example.com": ["169.254.169.254"],
    "metadata6.example.com": ["fd00:ec2::254"],
    "runtime.example.com": ["127.0.0.1", "::1"],
    "mixed.example.com": [PUBLIC, "10.0.0.1"],
    "mixed6.example.com": [PUBLIC, "fe80::1%2"],
    "late.example.com": [PUBLIC, OTHER, PUBLIC, "192.168.0.1"],
    "localhost": ["127.0.0.1"],
    "wild.10.0.0.1.example.com": ["10.0.0.1"],
    "xn--n3h.example.com": ["172.31.0.1"],
    "mapped.example.com": ["::ffff:10.0.0.1"],
    "nat64.example.com": ["64:ff9b::a9fe:a9fe"],
}
"""Names that lead to what is not public, some of their addresses at least."""
