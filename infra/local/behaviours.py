"""Read the behaviours of the distribution from the template: the methods of paths, and cache lifetimes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Template = Mapping[str, Any]

_DIRECTIVE = re.compile(r"([\w-]+)(?:=\"?([^\",]*)\"?)?", re.ASCII)


@dataclass(frozen=True)
class Behaviour:
    """One cached behaviour: paths, methods, and the bounds of its cache policy in seconds.

    ``compresses`` tells whether viewers that take gzip get it.
    """

    pattern: re.Pattern[str]
    methods: tuple[str, ...]
    shortest: int
    default: int
    longest: int
    compresses: bool = False

    def lifetime(self, headers: Mapping[str, str]) -> int:
        """Return how many seconds a response with these headers may be cached; the names are in lower case.

        Only responses with ``public`` are cached (RFC 9111, 3.5: they do not depend on the caller), and none that sets
        a cookie. What a signed link gives is ``private`` for caches between the edge and the viewer; the edge has it
        under a key that holds the signature, for as long as the link is valid.
        """
        directives = dict(_DIRECTIVE.findall(headers.get("cache-control", "").lower()))
        if not directives.keys() & {"public", "private"} or directives.keys() & {"no-store", "no-cache"}:
            return 0
        if "set-cookie" in headers:
            return 0
        stated: str = directives.get("s-maxage", directives.get("max-age", ""))
        seconds = int(stated) if stated.isdecimal() else self.default
        return min(max(seconds, self.shortest), self.longest)


@dataclass(frozen=True)
class Distribution:
    """The cached behaviours, in the order in which they are tried, and the methods of every other path."""

    cached: tuple[Behaviour, ...]
    methods: tuple[str, ...]


def distribution(template: Template) -> Distribution:
    """Return the distribution of the template; every behaviour except the default has a cache policy of our own."""
    resources = template["Resources"]
    (found,) = (r for r in resources.values() if r["Type"] == "AWS::CloudFront::Distribution")
    config = found["Properties"]["DistributionConfig"]
    cached: list[Behaviour] = []
    for behaviour in config["CacheBehaviors"]:
        policy = resources[behaviour["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]
        cached.append(
            Behaviour(
                pattern=_pattern(behaviour["PathPattern"]),
                methods=tuple(behaviour["AllowedMethods"]),
                shortest=policy["MinTTL"],
                default=policy["DefaultTTL"],
                longest=policy["MaxTTL"],
                compresses=behaviour["Compress"],
            )
        )
    return Distribution(tuple(cached), tuple(config["DefaultCacheBehavior"]["AllowedMethods"]))


def _pattern(glob: str) -> re.Pattern[str]:
    """``*`` is any characters, slashes too; ``?`` is one."""
    escaped = (".*" if character == "*" else "." if character == "?" else re.escape(character) for character in glob)
    return re.compile("".join(escaped), re.DOTALL)
