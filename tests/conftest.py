"""What the whole run says at its end."""

from typing import Any

COUNTED = {
    "authorization": ("cells", "exact", "{} cells, {} exact"),
    "faults": ("covered", "made", "calls covered {} / calls made {}"),
}
"""What tests count (``record_property``, by these two names after the subject), and what is said of it."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How much of the authorization table was tried, and of the AWS calls disturbed; the workers' tests count, too."""
    said = [
        pair
        for kind in ("passed", "failed")
        for report in terminalreporter.getreports(kind)
        for pair in report.user_properties
    ]
    for subject, (*counted, text) in COUNTED.items():
        totals = [sum(value for name, value in said if name == f"{subject} {what}") for what in counted]
        if any(totals):
            terminalreporter.write_line(f"{subject}: {text.format(*totals)}")
