"""What the distribution in the template says about its paths: which methods they take, and how long an answer lives."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Template = Mapping[str, Any]

_DIRECTIVE = re.compile(r"([\w-]+)(?:=\"?([^\",]*)\"?)?", re.ASCII)


@dataclass(frozen=True)
class Behaviour:
    """One cached behaviour: its paths, its methods, and the bounds of its cache policy in seconds."""

    pattern: re.Pattern[str]
    methods: tuple[str, ...]
    shortest: int
    default: int
    longest: int

    def lifetime(self, headers: Mapping[str, str]) -> int:
        """How many seconds an answer with these headers (names lowered) may be given again; 0 for not at all.

        Only what says ``public`` is kept (RFC 9111, 3.5: then whoever asked first does not matter), and nothing
        that sets a cookie.
        """
        directives = dict(_DIRECTIVE.findall(headers.get("cache-control", "").lower()))
        if "public" not in directives or directives.keys() & {"no-store", "no-cache", "private"}:
            return 0
        if "set-cookie" in headers:
            return 0
        stated: str = directives.get("s-maxage", directives.get("max-age", ""))
        seconds = int(stated) if stated.isdecimal() else self.default
        return min(max(seconds, self.shortest), self.longest)


@dataclass(frozen=True)
class Distribution:
    """What is cached, in the order in which it is tried, and the methods of every other path."""

    cached: tuple[Behaviour, ...]
    methods: tuple[str, ...]


def distribution(template: Template) -> Distribution:
    """The distribution of the template; every behaviour but the default one has a cache policy of our own."""
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
            )
        )
    return Distribution(tuple(cached), tuple(config["DefaultCacheBehavior"]["AllowedMethods"]))


def _pattern(glob: str) -> re.Pattern[str]:
    """``*`` is any characters, slashes too; ``?`` is one."""
    escaped = (".*" if character == "*" else "." if character == "?" else re.escape(character) for character in glob)
    return re.compile("".join(escaped), re.DOTALL)
