"""Log-in and log-out, and sessions whose tokens end while a command runs."""

import json
import os
import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import COMMAND, CommandLine, ended
from tests.support.polling import eventually
from tests.support.small_constellation import SmallConstellation
from tests.support.small_server import Asked, SmallServer, Told, serving
from tests.support.terminal import Terminal, on_terminal

PASSWORD = "correct horse"


class Sessions:
    """A Constellation whose access token ends after some requests, and whose refresh token is good for once."""

    def __init__(self, inner: SmallConstellation, requests: int = 1_000_000) -> None:
        self.refreshes = 0
        self.ended = False
        self._inner, self._requests, self._left = inner, requests, requests
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Told:
        """Answer a request."""
        match asked.path:
            case "/api/auth/login" if asked.json["password"] == PASSWORD:
                return self._pair()
            case "/api/auth/login":
                return Told(401, {"message": "Invalid credentials"})
            case "/api/auth/logout":
                self.ended = asked.json["refresh_token"] == f"refresh-{self.refreshes}"
                return Told(204)
            case "/api/auth/refresh":
                with self._lock:
                    if asked.json["refresh_token"] != f"refresh-{self.refreshes}" or self.ended:
                        return Told(401, {"message": "The session has ended"})
                    self.refreshes += 1
                    self._left = self._requests
                    return self._pair()
            case _:
                with self._lock:
                    self._left -= 1
                    token = f"Bearer access-{self.refreshes}"
                    if self._left < 0 or asked.headers.get("Authorization") != token:
                        return Told(401, {"message": "The token is not valid", "status": 401})
                return self._inner(asked)

    def _pair(self) -> Told:
        tokens = {"access_token": f"access-{self.refreshes}", "refresh_token": f"refresh-{self.refreshes}"}
        return Told(200, {**tokens, "token_type": "bearer", "expires_in": 3600})


def config(command: CommandLine) -> Path:
    """Return the configuration file."""
    return command.home / ".config" / "constellation" / "config.json"


def logged_in(command: CommandLine, server: SmallServer, **fields: Any) -> CommandLine:
    """Return the command line of somebody with a saved session."""
    session = {"access_token": "access-0", "refresh_token": "refresh-0", "expires_at": time.time() + 3600}
    config(command).parent.mkdir(parents=True)
    config(command).write_text(json.dumps({"default": {"url": server.url, **session, **fields}}))
    return CommandLine(command.home)


@contextmanager
def at_the_password(command: CommandLine, url: str) -> Generator[Terminal]:
    """Begin to log in on a terminal."""
    with on_terminal([*COMMAND, "login", "--url", url], CommandLine(command.home).environment) as terminal:
        terminal.shows("User name or email:")
        terminal.types("ada\n")
        terminal.shows("Password:")
        yield terminal


def log_in(command: CommandLine, url: str, password: str) -> tuple[int, str]:
    """Log in on a terminal, and return the exit code and what was shown."""
    with at_the_password(command, url) as terminal:
        terminal.types_in_secret(password)
        return terminal.ends(), terminal.shown


def test_the_life_of_a_session(command: CommandLine, constellation: SmallConstellation) -> None:
    sessions = Sessions(constellation)
    person = CommandLine(command.home)
    with serving(sessions) as server:
        code, shown = log_in(command, server.url, f"{PASSWORD}\n")
        assert code == 0
        assert PASSWORD not in shown
        assert f"Logged in to {server.url} as ada." in shown
        assert config(command).stat().st_mode & 0o777 == 0o600
        assert config(command).parent.stat().st_mode & 0o077 == 0
        assert PASSWORD not in config(command).read_text()
        assert person("whoami").code == 0
        assert person("logout").code == 0
        assert sessions.ended
        assert json.loads(config(command).read_text()) == {}
        assert person("whoami").code == 3


def test_a_wrong_password_saves_nothing(command: CommandLine, constellation: SmallConstellation) -> None:
    with serving(Sessions(constellation)) as server:
        code, shown = log_in(command, server.url, "wrong\n")
    assert code == 3
    assert "constellation: Invalid credentials" in shown
    assert "CONSTELLATION_TOKEN" not in shown
    assert not config(command).exists()


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_ctrl_c_and_ctrl_d_at_the_password(command: CommandLine, server: SmallServer, key: str) -> None:
    with at_the_password(command, server.url) as terminal:

        def has_ended() -> bool:
            return eventually(lambda: terminal.process.poll() is not None, 2)

        terminal.types_in_secret(key)
        # Python misses a Ctrl-C that comes just as it begins to read: a person presses it again.
        assert eventually(lambda: has_ended() or terminal.types(key), 60)
        assert terminal.ends() == 130
    assert "Interrupted." in terminal.shown
    assert "Traceback" not in terminal.shown
    assert server.asked == []


def test_a_token_that_ends_during_uploads_is_renewed_once_for_all_threads(
    command: CommandLine, constellation: SmallConstellation, pictures: Path
) -> None:
    for number in range(100):
        (pictures / f"{number:02}.gif").write_bytes(b"GIF89a" + bytes([number]))
    sessions = Sessions(constellation, requests=3)
    with serving(sessions) as server:
        person = logged_in(command, server)
        told = person("upload", "-r", pictures, "--jobs", "4")
    assert (told.code, len(told.lines), constellation.uploads) == (0, 100, 100)
    assert sessions.refreshes >= 3
    saved = json.loads(config(command).read_text())["default"]
    assert saved["refresh_token"] == f"refresh-{sessions.refreshes}"
    assert config(command).stat().st_mode & 0o777 == 0o600


def test_a_renewed_token_that_has_ended_is_renewed_again(
    command: CommandLine, constellation: SmallConstellation
) -> None:
    sessions = Sessions(constellation)
    refused = iter(range(3))
    constellation.before_upload = lambda _: (
        Told(401, {"message": "The token is not valid"}) if next(refused, None) is not None else None
    )
    (command.home / "one.gif").write_bytes(b"GIF89a")
    with serving(sessions) as server:
        person = logged_in(command, server)
        told = person("upload", command.home / "one.gif")
    assert (told.code, sessions.refreshes) == (0, 3)


def test_two_commands_do_not_renew_the_same_session(command: CommandLine, constellation: SmallConstellation) -> None:
    sessions = Sessions(constellation)
    with serving(sessions) as server:
        person = logged_in(command, server, expires_at=0)
        commands = [person.start("whoami") for _ in range(3)]
        assert [ended(each).code for each in commands] == [0, 0, 0]
    assert sessions.refreshes == 1


def test_a_session_that_has_ended(command: CommandLine, constellation: SmallConstellation) -> None:
    with serving(Sessions(constellation)) as server:
        person = logged_in(command, server, access_token="old", refresh_token="reused")
        told = person("whoami")
    assert told.code == 3
    assert told.err == "constellation: The session has ended. Run `constellation login`.\n"


def test_a_session_is_renewed_by_one_command_at_a_time_until_it_is_killed(
    command: CommandLine, constellation: SmallConstellation
) -> None:
    sessions = Sessions(constellation)
    asked, answering = list[Asked](), threading.Event()

    def answer(each: Asked) -> Told:
        if each.path == "/api/auth/refresh":
            asked.append(each)
            if len(asked) == 1:
                answering.wait(60)
                return Told(0)
        return sessions(each)

    with serving(answer) as server:
        person = logged_in(command, server, expires_at=0)
        first = person.start("whoami")
        assert eventually(lambda: asked, 60)
        os.utime(config(command).with_suffix(".lock"), (0, 0))
        second = person.start("whoami")
        assert not eventually(lambda: len(asked) > 1, 3)
        first.kill()
        assert ended(first).code == -signal.SIGKILL
        assert ended(second).code == 0
        answering.set()
    assert sessions.refreshes == 1


def test_a_configuration_that_is_none(command: CommandLine, server: SmallServer) -> None:
    person = logged_in(command, server)
    for text in (b"{", b"\xff", b'{"default": {"url": '):
        config(command).write_bytes(text)
        told = person("whoami")
        assert (told.code, told.err.count("\n")) == (3, 1)
        assert "Remove it" in told.err
    for text in ("[]", '{"default": 1}', '{"default": {"url": 1}}', '{"other": {}}'):
        config(command).write_text(text)
        assert person("whoami").code == 3
    assert server.asked == []


def test_a_configuration_that_cannot_be_written(command: CommandLine, server: SmallServer) -> None:
    (command.home / ".config").write_text("a file where the folder would be")
    told = command("login", "--url", server.url, "--token-stdin", stdin="cst_token\n")
    assert told.code == 3
    assert "cannot be written" in told.err
    assert "CONSTELLATION_TOKEN" in told.err


def test_the_configuration_is_its_owners_alone_and_its_token_its_servers(
    command: CommandLine, server: SmallServer
) -> None:
    person = CommandLine(command.home)
    assert person("whoami").code == 3
    assert person("login", "--url", server.url, "--token-stdin", stdin="cst_saved\n").code == 0
    config = command.home / ".config" / "constellation" / "config.json"
    assert config.stat().st_mode & 0o777 == 0o600
    assert person("whoami").lines == [f"ada <ada@example.org> at {server.url}"]
    assert server.asked[-1].headers["Authorization"] == "Bearer cst_saved"
    with serving(lambda asked: Told(200, {})) as other:
        assert CommandLine(command.home, other.url)("whoami").code == 3
    assert other.asked == []
    assert person("logout").code == 0
    assert person("whoami").code == 3
