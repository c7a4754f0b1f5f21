"""The tree of folders and images of a constellation, however deep it is."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from constellation.common.sizes import REPLY_LIMIT, text_size


@dataclass(frozen=True)
class Folder:
    """A folder. The root of its constellation has no ``parent``."""

    id: str
    constellation: str
    name: str
    parent: str | None


@dataclass(frozen=True)
class File:
    """An image in a folder, or in none where ``folder`` is empty."""

    id: str
    name: str
    extension: str
    folder: str


Node = Folder | File


def order(node: Node) -> tuple[bool, str, str]:
    """Return what siblings are sorted by: folders first, then the casefolded name, then the id."""
    return isinstance(node, File), node.name.casefold(), node.id


def below(folder_id: str, folders: Iterable[Folder]) -> set[str]:
    """Return the ids of a folder and of all folders below it."""
    return {folder_id, *(folder.id for level in levels(folder_id, folders) for folder in level)}


def levels(folder_id: str, folders: Iterable[Folder]) -> list[list[Folder]]:
    """Return the folders below a folder: those that lie in it, those that lie in these, and so on."""
    children = defaultdict[str | None, list[Folder]](list)
    for folder in folders:
        children[folder.parent].append(folder)
    found = list[list[Folder]]()
    level = children[folder_id]
    while level:
        found.append(level)
        level = [inner for folder in level for inner in children[folder.id]]
    return found


def to_json(root: Folder, folders: Iterable[Folder], files: Iterable[File]) -> bytes:
    """Return the tree below ``root`` as JSON: ``{uuid, name, type, children}`` for a folder, no children for a file.

    It is written node by node, because recursion, and so the standard encoder, ends at some hundred nested folders.
    """
    children = defaultdict[str, list[Node]](list)
    for folder in folders:
        if folder.parent is not None:
            children[folder.parent].append(folder)
    for file in files:
        children[file.folder].append(file)
    parts: list[str] = []
    waiting: list[Node | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, File):
            parts.append(_head(node, "file") + "}")
        else:
            parts.append(_head(node, "folder") + ',"children":[')
            waiting.append("]}")
            for number, child in enumerate(sorted(children[node.id], key=order, reverse=True)):
                if number:
                    waiting.append(",")
                waiting.append(child)
    return "".join(parts).encode()


def _head(node: Node, kind: str) -> str:
    return f'{{"uuid":"{node.id}","name":{json.dumps(node.name, ensure_ascii=False)},"type":"{kind}"'


MOST_NODES = REPLY_LIMIT // text_size(f"{_head(File('0' * 36, '', '', ''), 'file')}}}".encode())
"""The most folders and files that a response can hold, if each is as small as can be: a file without a name."""
