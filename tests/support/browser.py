"""The browser of the tests: Chromium without a window's own interface, which takes a third of its time."""

CHROMIUM = "/usr/lib/chromium/chromium-headless-shell"
"""The program itself. The command of Debian's package is a shell around it, which ends without it."""
