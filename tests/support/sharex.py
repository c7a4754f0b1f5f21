"""What ShareX does with a custom uploader, as its documentation and its ``CustomUploaderSyntaxParser`` have it.

https://getsharex.com/docs/custom-uploader
"""

import json
import re
from typing import Any, NamedTuple

import httpx


class Shared(NamedTuple):
    """What ShareX shows of an upload: addresses, or the text of an error."""

    url: str = ""
    thumbnail: str = ""
    deletion: str = ""
    error: str = ""


def share(sxcu: str, name: str, content: bytes) -> Shared:
    """Upload a file as ShareX does that has opened a ``.sxcu`` file."""
    uploader: dict[str, Any] = json.loads(sxcu)
    assert uploader["Body"] == "MultipartFormData"
    assert uploader["DestinationType"].split(", ")[0] == "ImageUploader"
    answer = httpx.request(
        uploader["RequestMethod"],
        _filled_in(uploader["RequestURL"], name, ""),
        headers={name: _filled_in(value, name, "") for name, value in uploader.get("Headers", {}).items()},
        data={name: _filled_in(value, name, "") for name, value in uploader.get("Arguments", {}).items()},
        files={uploader["FileFormName"]: (name, content, _type_of(name))},
        timeout=30,
    )
    if not answer.is_success:
        return Shared(error=_filled_in(uploader["ErrorMessage"], name, answer.text))
    found = (_filled_in(uploader[each], name, answer.text) for each in ("URL", "ThumbnailURL", "DeletionURL"))
    return Shared(*found)


def _filled_in(text: str, name: str, response: str) -> str:
    """Return a text with its functions called. What stands in braces is one, unless a backslash is before it."""

    def call(found: re.Match[str]) -> str:
        function, _, argument = found[1].partition(":")
        match function:
            case "json":
                return _at(json.loads(response), argument)
            case "response":
                return response
            case "filename":
                return name
            case _:
                raise AssertionError(f"ShareX has no function {function!r}.")

    return re.sub(r"(?<!\\)\{([^{}]*)\}", call, text)


def _at(value: Any, path: str) -> str:
    """Return what lies at a path such as ``a.b[0].c`` in JSON, or nothing."""
    for name, index in re.findall(r"(\w+)|\[(\d+)\]", path):
        match value:
            case {} if name:
                value = value.get(name)
            case [*entries] if index and int(index) < len(entries):
                value = entries[int(index)]
            case _:
                return ""
    return "" if value is None else str(value)


def _type_of(name: str) -> str:
    return {"gif": "image/gif", "png": "image/png", "jpg": "image/jpeg"}.get(name.rpartition(".")[2], "text/plain")
