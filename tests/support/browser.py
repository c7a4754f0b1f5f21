"""The browser of the tests: Chromium without a window's own interface, which takes a third of its time."""

CHROMIUM = "/usr/bin/chromium-headless-shell"
