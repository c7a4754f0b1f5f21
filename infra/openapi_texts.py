"""The texts of the OpenAPI document that no declaration holds: introduction, tags, credentials and parameters."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from infra.discovery import DeclarationError

INTRODUCTION = """\
Upload pictures, share them in workspaces or by public link, and resize, crop or convert them by the query and the
extension of the link. Store firmware for devices as well, and let a device ask for a newer version.

Get an access token from `POST /api/auth/login` and send it as `Authorization: Bearer …`. Each operation says which
credential it requires.
"""

TAGS: Mapping[str, str] = {
    "constellations": "Users and constellations: shared workspaces with members, folders, images and comments.",
    "firmware": "Firmware images, their binaries, and the newest version for a device.",
    "links": "Public links: a picture in the size and format that the link asks for.",
    "sharing": "Sign-up and sessions, uploads, lists and searches, single images and API keys.",
}
"""The tags, by the names of the dialects."""

ACCESS: Mapping[str, str] = {
    "jwt": "Requires an access token.",
    "api_key": "Requires an API key.",
    "public": "Requires no credential.",
}
"""The credential that each kind of security requires of a client."""


class Text(NamedTuple):
    """The description of a parameter and an example of its value."""

    description: str
    example: Any


_ID = "7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04"

PARAMETERS: Mapping[str, Text] = {
    "comment_uuid": Text("The id of the comment.", _ID),
    "constellation_uuid": Text("The id of the constellation.", _ID),
    "crop": Text(
        "With `true` the picture fills the width and the height and is cut from its centre. With one of them, it is a"
        " square.",
        True,
    ),
    "Idempotency-Key": Text(
        "Any text that the caller chooses, a new one for each request that is meant anew. For 24 hours, the same key"
        " gives the first answer again if that was a success. Then nothing is done a second time.",
        "5c0e4f0e-6d0a-4f0e-9b52-3f2a7d1c8e11",
    ),
    "current": Text("The version that the device has.", "1.4.0"),
    "cursor": Text("The cursor that a page of the same list returned, to get the next page.", "pJ4yq1vN0c6Xr2mTz8sKDm"),
    "email": Text("The email address of the user.", "ada@example.org"),
    "ext": Text("The format of the picture. A picture that is stored in another format is converted.", "webp"),
    "file": Text("The name of the file.", "start.js"),
    "firmware constellation_uuid": Text(
        "The id of the constellation to look in. Without it, the caller's own firmware that is in none.",
        _ID,
    ),
    "firmware image_id": Text("The id of the firmware image.", _ID),
    "folder_uuid": Text("The id of the folder.", _ID),
    "h": Text("The height in pixels. A picture is never enlarged.", 600),
    "height": Text("Another name for `h`. Send one of the two at most.", 600),
    "id": Text("The id of the image. Append `_thumbnail` to get a square of 300 pixels.", _ID),
    "image_id": Text("The id of the image.", _ID),
    "image_uuid": Text("The id of the image.", _ID),
    "keyId": Text("The id of the API key. It is not the key itself.", _ID),
    "label": Text("The whole label of the firmware.", "sensor"),
    "limit": Text("The largest number of entries on the page.", 20),
    "links image_id": Text("The file name of the picture: `{id}.{ext}` or `{id}_thumbnail.{ext}`.", f"{_ID}.webp"),
    "order": Text("The direction of the order.", "desc"),
    "orderBy": Text("The property by which the images are ordered.", "attributes.createdAt"),
    "page": Text("The number of the page. It is ignored when a `cursor` is sent.", 1),
    "pre": Text("Whether pre-releases count too.", "false"),
    "rights": Text(
        "The right of the member: `READ` (the default), `COMMENT`, `WRITE` or `ADMIN`. The field of the body takes"
        " precedence.",
        "WRITE",
    ),
    "searchBy": Text("Where the words are searched.", "hashtag"),
    "searchTerm": Text(
        "The words to search for, 16 at most. An image must have a word that begins with each.", "#sunset"
    ),
    "sort": Text("Use `version` to get the highest version first. By default the newest image is first.", "version"),
    "upload_id": Text("The id of the upload.", _ID),
    "user_uuid": Text("The id of the user.", _ID),
    "user_uuid_to_connect": Text("Another name for `user_uuid`.", _ID),
    "user_uuid_to_disconnect": Text("Another name for `user_uuid`.", _ID),
    "uuid[]": Text("The ids of the images. Repeat the parameter for each id.", [_ID]),
    "w": Text("The width in pixels. A picture is never enlarged.", 800),
    "width": Text("Another name for `w`. Send one of the two at most.", 800),
}
"""The parameters by name, preceded by the tag where a name means something else there."""


def text_of(tag: str, name: str) -> Text:
    """Return the text of a parameter of an operation with this tag. Raise DeclarationError where there is none."""
    text = PARAMETERS.get(f"{tag} {name}") or PARAMETERS.get(name)
    if text is None:
        raise DeclarationError(f"the parameter {name!r} has neither a described field nor a row in {__name__}")
    return text
