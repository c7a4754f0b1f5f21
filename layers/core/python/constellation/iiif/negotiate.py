"""Choose the media type of the information on an image by what its caller accepts (RFC 9110, 12.5.1).

The CDN's edge function chooses alike before it looks into the cache, so a cache has two answers at most.
"""

import re

LINKED_DATA, JSON = "application/ld+json", "application/json"

WEIGHT = r"^[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)[ \t]*$"
"""A weight among the parameters of a media range, in lower case; the same in JavaScript. Another one counts as 1."""

RANGES = (("application/json", "application/ld+json"), ("application/*",) * 2, ("*/*",) * 2)
"""The media ranges that name plain JSON and linked data, the most specific first."""


def prefers_json(accept: str) -> bool:
    """Tell whether a caller prefers plain JSON, by its ``Accept``.

    If it gives both the same weight, it gets the one that it names, and linked data where it names both or neither.
    """
    weights: dict[str, float] = {}
    for listed in accept.lower().split(","):
        name, *parameters = listed.split(";")
        found = [matched for each in parameters if (matched := re.search(WEIGHT, each, re.ASCII))]
        weights[name.strip(" \t")] = float(found[0][1]) if found else 1
    plain, linked = (
        next((weights[name] for name in names if name in weights), 0) for names in zip(*RANGES, strict=True)
    )
    return plain > linked or (plain == linked > 0 and JSON in weights and LINKED_DATA not in weights)
