"""What the steps of the reconciliation have in common."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

QUIET = timedelta(minutes=15)
"""The age below which something may still be under way and is left alone."""

OBJECTS = 10_000
"""Objects of a bucket that one run looks at."""

RECORDS = 1000
"""Records of a table that one run looks at. Each takes a request to S3."""


class Healed(NamedTuple):
    """How much a step has healed, and the checkpoint from which its next run goes on, empty at the end."""

    number: int
    checkpoint: str = ""


Step = Callable[[str, datetime], Healed]
"""Heals a part of what killed functions left behind, from a checkpoint on. It gets the time, too."""
