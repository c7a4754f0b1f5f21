"""Forged links: mutants of signed ones, of another meaning, with which an edge function is tried."""

import random
import string
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from constellation.links import signing
from constellation.links.model import parse_link
from tests.support.edge import Edge, viewer_request

_AT_ONCE = 5000
_LETTERS = string.ascii_letters + string.digits + "-_"
_ID = "123e4567-e89b-42d3-a456-426614174000"
_OTHER = "123e4567-e89b-42d3-a456-426614174001"

Parts = dict[str, Any]


@dataclass
class Tried:
    """How many mutants were tried, which of them were accepted, and how many genuine links among them were taken."""

    mutants: int = 0
    accepted: list[Any] = field(default_factory=list[Any])
    genuine: int = 0
    genuine_taken: int = 0


class Forger:
    """Makes mutants of links that are signed with the first of the keys."""

    def __init__(self, edge: Edge, keys: list[str], chance: random.Random) -> None:
        self._edge, self._keys, self._chance = edge, keys, chance

    def run(self, number: int) -> Tried:
        """Try so many mutants, and a genuine link beside every hundredth."""
        tried = Tried()
        while tried.mutants < number:
            links = [self._genuine() for _ in range(50)]
            mutants = [self._mutant(self._chance.choice(links)) for _ in range(min(_AT_ONCE, number - tried.mutants))]
            answers = self._edge.all([self._event(parts) for parts in (*links, *mutants)])
            taken = ["/signed/" in answer.get("uri", "") for answer in answers]
            tried.genuine += len(links)
            tried.genuine_taken += sum(taken[: len(links)])
            tried.mutants += len(mutants)
            tried.accepted += [each for each, is_taken in zip(mutants, taken[len(links) :], strict=True) if is_taken]
        return tried

    def _genuine(self) -> Parts:
        chance = self._chance
        query: dict[str, str] = {"w": str(chance.randrange(1, 4000))} if chance.random() < 0.7 else {}
        if query and chance.random() < 0.5:
            query |= {"h": str(chance.randrange(1, 4000)), "fit": chance.choice(["cover", "pad", "inside"])}
        extension = chance.choice(["jpg", "png", "webp", "avif", "auto"])
        expires = int(time.time()) + chance.randrange(300, 600_000)
        parts: Parts = {"id": _ID, "extension": extension, "thumbnail": False, "query": query, "exp": str(expires)}
        parts["sig"] = signing.signature(self._keys[0], self._meaning(parts), expires)
        return parts

    def _meaning(self, parts: Parts) -> str:
        file = f"{parts['id']}{'_thumbnail' * parts['thumbnail']}.{parts['extension']}"
        return parse_link(file, {name: [value] for name, value in parts["query"].items()}).name

    def _event(self, parts: Parts) -> Any:
        path = f"{parts.get('prefix', '')}/image/{parts['id']}{'_thumbnail' * parts['thumbnail']}.{parts['extension']}"
        query = {name: [value] for name, value in parts["query"].items()}
        for name in ("exp", "sig"):
            if parts[name] is not None:
                query[name] = parts[name] if isinstance(parts[name], list) else [parts[name]]
        return viewer_request(path, query)

    def _mutant(self, link: Parts) -> Parts:
        """A link with another meaning, expiry or signature, whose signature is none of it."""
        mutant = {**link, "query": dict(link["query"])}
        self._chance.choice(_MUTATIONS)(self._chance, mutant)
        same = all(mutant[name] == link[name] for name in ("exp", "sig")) and not mutant.get("prefix")
        if same and self._meaning(mutant) == self._meaning(link):
            mutant["sig"] = _flipped(self._chance, str(mutant["sig"]))
        return mutant


def _flipped(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(_LETTERS.replace(text[at], "")) + text[at + 1 :]


def _of_another_image(_: random.Random, link: Parts) -> None:
    link["id"] = _OTHER


def _of_another_type(chance: random.Random, link: Parts) -> None:
    link["extension"] = chance.choice(["jpg", "png", "webp", "avif", "auto", "gif"])


def _of_another_option(chance: random.Random, link: Parts) -> None:
    name, value = chance.choice(
        [
            ("w", str(chance.randrange(1, 4096))),
            ("h", str(chance.randrange(1, 4096))),
            ("gray", "true"),
            ("blur", str(chance.randrange(1, 50))),
            ("rotate", "90"),
            ("flip", "h"),
            ("bg", "ff0000"),
        ]
    )
    link["query"][name] = value


def _with_less(chance: random.Random, link: Parts) -> None:
    if link["query"]:
        del link["query"][chance.choice(list(link["query"]))]
        if link["query"].get("fit") == "pad":
            del link["query"]["fit"]


def _of_a_variant(_: random.Random, link: Parts) -> None:
    link["query"] = {"variant": "card"}


def _thumbnail(_: random.Random, link: Parts) -> None:
    link["thumbnail"] = True


def _longer(chance: random.Random, link: Parts) -> None:
    link["exp"] = str(int(link["exp"]) + chance.choice([1, 60, 10**6, -1, -100]))


def _spelled_otherwise(chance: random.Random, link: Parts) -> None:
    exp = link["exp"]
    link["exp"] = chance.choice(
        [f"0{exp}", f"+{exp}", f"{exp}.0", f" {exp}", f"{exp} ", "1e12", f"{exp}0", "", exp[:-1]]
    )


def _with_another_signature(chance: random.Random, link: Parts) -> None:
    sig = link["sig"]
    link["sig"] = chance.choice(
        [
            _flipped(chance, sig),
            sig[:-1],
            f"{sig}=",
            f"{sig}A",
            sig.swapcase(),
            "".join(chance.choice(_LETTERS) for _ in range(43)),
            "",
            quote(sig[0]) + "%00" + sig[1:],
            sig[::-1],
        ]
    )


def _without(chance: random.Random, link: Parts) -> None:
    link[chance.choice(["exp", "sig"])] = None


def _twice(chance: random.Random, link: Parts) -> None:
    name = chance.choice(["exp", "sig"])
    link[name] = [link[name], link[name]]


def _on_the_other_path(_: random.Random, link: Parts) -> None:
    link["prefix"] = "/api"


_MUTATIONS = (
    _of_another_image,
    _of_another_type,
    _of_another_option,
    _of_another_option,
    _with_less,
    _of_a_variant,
    _thumbnail,
    _longer,
    _spelled_otherwise,
    _with_another_signature,
    _with_another_signature,
    _with_another_signature,
    _without,
    _twice,
    _on_the_other_path,
)
