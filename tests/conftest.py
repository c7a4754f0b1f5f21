"""What the whole run says at its end."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """How many cells of the authorization table were tried, and how many were exact; the workers' tests count, too."""
    said = [
        pair
        for kind in ("passed", "failed")
        for report in terminalreporter.getreports(kind)
        for pair in report.user_properties
    ]
    tried, exact = (
        sum(value for name, value in said if name == f"authorization {what}") for what in ("cells", "exact")
    )
    if tried:
        terminalreporter.write_line(f"authorization: {tried} cells, {exact} exact")
