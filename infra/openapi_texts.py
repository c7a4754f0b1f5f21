"""What the OpenAPI document says beyond the declarations: its introduction, its tags and its parameters."""

from collections.abc import Mapping
from typing import Any, NamedTuple

INTRODUCTION = """\
Upload pictures, share them in workspaces or by public link, and resize, crop or convert them by the query and the
extension of the link. Keep firmware for devices beside them.

Get an access token with `POST /api/auth/login` and send it as `Authorization: Bearer …`. Each operation says which
credential it takes.
"""

TAGS: Mapping[str, str] = {
    "constellations": "Users and constellations, the shared workspaces with members, folders, images and comments.",
    "firmware": "Firmware images, their binaries, and what a device asks for an update.",
    "links": "Public links: a picture in the size and the format that the link asks for.",
    "sharing": "Sign-up and sessions, uploads, lists and searches, single images and API keys.",
}
"""The tags, by the names of the dialects."""

ACCESS: Mapping[str, str] = {
    "jwt": "Requires an access token.",
    "api_key": "Requires an API key.",
    "public": "Requires no credential.",
}
"""What each kind of security asks of a client."""


class Text(NamedTuple):
    """The description of a parameter and an example of its value."""

    description: str
    example: Any


_ID = "7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04"

PARAMETERS: Mapping[str, Text] = {
    "comment_uuid": Text("The id of the comment.", _ID),
    "constellation_uuid": Text("The id of the constellation.", _ID),
    "crop": Text(
        "`true` fills the width and the height and cuts off what is over, around the centre. One side alone makes a"
        " square.",
        True,
    ),
    "current": Text("The version that the device has.", "1.4.0"),
    "cursor": Text(
        "Where to continue: a cursor that an earlier page of the same list gave.", "pJ4yq1vN0c6Xr2mTz8sKDmY-MjAyNQ"
    ),
    "email": Text("The email address of the user.", "ada@example.org"),
    "ext": Text("The format of the picture. Another one than the stored one is converted to.", "webp"),
    "file": Text("The name of the file.", "start.js"),
    "folder_uuid": Text("The id of the folder.", _ID),
    "h": Text("The height in pixels. Pictures are never enlarged.", 600),
    "height": Text("Another name for `h`. Only one of the two may be given.", 600),
    "id": Text("The id of the image, with `_thumbnail` after it for a square of 300 pixels.", _ID),
    "image_id": Text("The id of the image.", _ID),
    "firmware image_id": Text("The id of the firmware image.", _ID),
    "links image_id": Text("The name of the picture: `{id}.{ext}` or `{id}_thumbnail.{ext}`.", f"{_ID}.webp"),
    "image_uuid": Text("The id of the image.", _ID),
    "keyId": Text("The id of the API key, which is not the key itself.", _ID),
    "label": Text("The label of the firmware, in full.", "sensor"),
    "limit": Text("The most entries that the page may have.", 20),
    "order": Text("The direction of the order.", "desc"),
    "orderBy": Text("What the images are ordered by.", "attributes.createdAt"),
    "page": Text("The number of the page. With a `cursor` the cursor decides, not this number.", 1),
    "pre": Text("Whether pre-releases count too.", "false"),
    "rights": Text("The right: `READ`, `COMMENT`, `WRITE` or `ADMIN`. The body's field goes first.", "WRITE"),
    "searchBy": Text("Which words are searched.", "hashtag"),
    "searchTerm": Text("The beginnings of up to 16 words, all of which an image must have.", "#sunset"),
    "sort": Text("`version` puts the highest version first, instead of the newest image.", "version"),
    "upload_id": Text("The id of the upload.", _ID),
    "user_uuid": Text("The id of the user.", _ID),
    "user_uuid_to_connect": Text("Another name for `user_uuid`.", _ID),
    "user_uuid_to_disconnect": Text("Another name for `user_uuid`.", _ID),
    "uuid[]": Text("The ids of the images, one a parameter.", [_ID]),
    "w": Text("The width in pixels. Pictures are never enlarged.", 800),
    "width": Text("Another name for `w`. Only one of the two may be given.", 800),
}
"""The parameters by name, with the tag before it where a name means something else there."""


def text_of(tag: str, name: str) -> Text:
    """Return the text of a parameter of an operation with this tag."""
    return PARAMETERS.get(f"{tag} {name}") or PARAMETERS[name]
