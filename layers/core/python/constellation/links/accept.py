"""Choose the format of a link that leaves it to its caller, by what the caller accepts.

The CDN's edge function chooses by the same expressions before it looks into the cache. A link therefore has three
answers at most. Only the names of our formats count. ``image/*`` and ``*/*`` do not: callers that know
neither format send them.
"""

import re

from constellation.imaging.options import AUTO

FORMATS = ("avif", "webp")
"""The formats that are chosen where a caller accepts them, the best one first."""

RANGE = r"(?:^|,)[ \t]*image/NAME[ \t]*(;[^,]*)?(?![^,])"
"""A media range in ``Accept`` (RFC 9110, 12.5.1), in lower case, with its parameters; the same in JavaScript."""

REFUSED = r";[ \t]*q=0(?:\.0*)?[ \t]*(?![^;])"
"""The parameter of a media range that is not accepted."""


def accepted(accept: str) -> str:
    """Return the extension of the key for a caller with this ``Accept``: ``auto``, ``auto-webp`` or ``auto-avif``."""
    listed = accept.lower()
    found = next((name for name in FORMATS if _accepts(listed, name)), None)
    return f"{AUTO}-{found}" if found else AUTO


def _accepts(listed: str, name: str) -> bool:
    ranges = re.finditer(RANGE.replace("NAME", name), listed)
    return any(not re.search(REFUSED, each[1] or "") for each in ranges)
