"""Constellations and folders by the names that a person types: ``SPACE`` or ``SPACE/FOLDER/FOLDER``."""

import unicodedata
import uuid
from typing import NamedTuple

from constellation_client.cli.exits import Misused
from constellation_client.client import Client
from constellation_client.files import clean_name
from constellation_client.images import Place


class Target(NamedTuple):
    """A folder of a constellation, by the names of the folders that lead to it from the root; none is the root."""

    constellation: str
    root: str
    names: tuple[str, ...]


def find_space(client: Client, name: str) -> str:
    """Return the id of a constellation by its name or its id."""
    if _is_id(name):
        return name.lower()
    wanted = unicodedata.normalize("NFC", name)
    found = [
        each["constellation_uuid"]
        for each in client.constellations
        if unicodedata.normalize("NFC", each["name"]) == wanted
    ]
    if not found:
        raise Misused(f"You are in no constellation named {name!r}. `constellation ls` lists yours.")
    if len(found) > 1:
        raise Misused(
            f"{len(found)} of your constellations are named {name!r}. Name one by its id: {', '.join(found)}."
        )
    return found[0]


def find_target(client: Client, address: str) -> Target:
    """Return what ``SPACE/FOLDER/FOLDER`` names. Whether the folders exist is not looked up."""
    space, *names = address.rstrip("/").split("/")
    constellation = find_space(client, space)
    names = tuple(clean_name(each) for each in names if each)
    return Target(constellation, client.constellations.get(constellation)["root_folder_uuid"], names)


def find_folder(client: Client, target: Target, create: bool = False) -> str:
    """Return the id of a target's folder. Missing folders are created, or misuse."""
    folder = target.root
    for name in target.names:
        children = client.constellations.folder(folder)["children"]
        found = [each["uuid"] for each in children if each["type"] == "folder" and clean_name(each["name"]) == name]
        if found:
            folder = found[0]
        elif create:
            folder = client.constellations.create_folder(target.constellation, name, folder)["folder_uuid"]
        else:
            raise Misused(f"There is no folder {name!r} there. `constellation ls SPACE` lists the folders.")
    return folder


def find_place(client: Client, address: str) -> Place:
    """Return the place that ``SPACE/FOLDER`` names, with its folders created."""
    target = find_target(client, address)
    return Place(target.constellation, find_folder(client, target, create=True) if target.names else None)


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
