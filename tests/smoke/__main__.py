"""``make smoke BASE=https://…``: the main paths of a deployment, and what only a real one can show.

Besides BASE it reads SMOKE_USER and SMOKE_PASSWORD, an account to use or to make (else two are made up), and VIEWS=1,
which waits until views are counted. It needs HTTP alone. A line says what holds; what does not makes the exit status 1.
"""

import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence

from tests.smoke import checks
from tests.smoke.run import CHECKS, Account, Check, Run, Say, attempt, clean_up, perform
from tests.smoke.web import RealWeb

INTERRUPTED = 130
"""The exit status after Ctrl-C."""


def main(environment: Mapping[str, str]) -> int:
    """Run everything, as the environment says."""
    base = environment.get("BASE", "").rstrip("/")
    if not base.startswith(("http://", "https://")):
        return _misused("Which deployment? make smoke BASE=https://d111111abcdef8.cloudfront.net")
    user, password = (environment.get(name, "") for name in ("SMOKE_USER", "SMOKE_PASSWORD"))
    if bool(user) != bool(password):
        return _misused("SMOKE_USER and SMOKE_PASSWORD go together.")
    with RealWeb() as web:
        account = Account(user, password) if user else None
        run = Run(web, base, account, waits_for_views=environment.get("VIEWS") == "1")
        try:
            return smoke(run, _say)
        except KeyboardInterrupt:
            _say(f"Interrupted again: what has {run.mark} in its name or description stays.")
            return INTERRUPTED


def smoke(run: Run, say: Say, tried: Sequence[Check] = CHECKS) -> int:
    """All checks, then the cleaning up, whatever has happened; the exit status."""
    started = time.monotonic()
    held = failed = 0
    is_interrupted = False
    try:
        held, failed = perform(run, tried, say)
    except KeyboardInterrupt:
        is_interrupted = True
        say("Interrupted; cleaning up …")
    is_clean = attempt(run, "everything that this run has made is deleted", clean_up, say)
    held, failed = held + is_clean, failed + (not is_clean)
    for line in checks.what_is_not_checked(run):
        say(line)
    names = [each.name for who, each in checks.accounts_of(run).items() if f"the token of the {who}" in run.known]
    if names:
        say(f"{' and '.join(names)}: accounts stay. SMOKE_USER and SMOKE_PASSWORD name one to be used every time.")
    if is_interrupted:
        say("Interrupted: not everything was tried")
        return INTERRUPTED
    say(f"{held} of {held + failed} hold; {time.monotonic() - started:.0f} s")
    return min(failed, 1)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _misused(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    for number in (signal.SIGTERM, signal.SIGINT):  # which a shell has its background ignore
        signal.signal(number, _interrupt)
    sys.exit(main(os.environ))
