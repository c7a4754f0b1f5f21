"""The templates of a deployment: the root stack's with those of its nested stacks, apart or as one.

What the nested stacks get from the root stack, and the root stack from them, comes by parameters and outputs. In the
whole, each of these is replaced by what it stands for, so that it reads like the template of a single stack.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

STACK = "AWS::CloudFormation::Stack"
_OUTPUTS = "Outputs."


def templates(folder: Path, stack: str) -> dict[str, dict[str, Any]]:
    """Return the templates that were synthesized into ``folder``: of the root under "", of the parts by their names."""
    root = _read(folder / f"{stack}.template.json")
    assets = _read(folder / f"{stack}.assets.json")["files"]
    parts = {name: folder / assets[_hash(resource)]["source"]["path"] for name, resource in nested(root).items()}
    return {"": root, **{name: _read(path) for name, path in parts.items()}}


def synthesized(folder: Path, stack: str) -> dict[str, Any]:
    """Return the whole of what was synthesized into ``folder``."""
    found = templates(folder, stack)
    return whole(found[""], found.__getitem__)


def whole(root: Mapping[str, Any], part: Callable[[str], Mapping[str, Any]]) -> dict[str, Any]:
    """Return the whole of ``root`` and its nested stacks, whose templates ``part`` returns by their logical ids.

    An empty template stands for a nested stack that was never made.
    """
    stacks = nested(root)
    parts = {name: part(name) for name in stacks}

    def said(node: Any, place: str) -> Any:
        """Return a part of the template ``place`` with nothing in it that another stack says."""
        match node:
            case {"Ref": str(name)} if place and name in stacks[place]["Properties"].get("Parameters", {}):
                return said(stacks[place]["Properties"]["Parameters"][name], "")
            case {"Fn::GetAtt": [str(name), str(attribute)]} if not place and parts.get(name):
                return said(parts[name]["Outputs"][attribute.removeprefix(_OUTPUTS)]["Value"], name)
            case dict():
                return {key: said(value, place) for key, value in cast("dict[str, Any]", node).items()}
            case list():
                return [said(value, place) for value in cast("list[Any]", node)]
            case _:
                return node

    resources = {name: resource for name, resource in root.get("Resources", {}).items() if name not in stacks}
    found = said({**root, "Resources": resources}, "")
    for place, template in parts.items():
        found["Resources"] |= {name: said(resource, place) for name, resource in template.get("Resources", {}).items()}
    return found


def nested(root: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the nested stacks of a template by their logical ids."""
    return {name: each for name, each in root.get("Resources", {}).items() if each["Type"] == STACK}


def _hash(resource: Mapping[str, Any]) -> str:
    """Return the hash that names the template of a nested stack among the assets."""
    url: str = resource["Properties"]["TemplateURL"]["Fn::Join"][1][-1]
    return Path(url).stem


def _read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))
