"""The texts of the OpenAPI document that no declaration holds: introduction, tags, parameters, fields, headers."""

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
    "iiif": "The IIIF Image API 3.0, level 2, for viewers with deep zoom.",
    "links": "Public links: a picture in the size and format that the link asks for.",
    "sharing": "Sign-up, sessions and API keys; uploads, lists and searches; tags, collections, variants and shares.",
}
"""The tags, by the names of the dialects."""

ACCESS: Mapping[str, str] = {
    "jwt": "Requires an access token.",
    "api_key": "Requires an API key.",
    "public": "Requires no credential.",
}
"""The credential that each kind of security requires of a client."""


MEANINGS: Mapping[int, str] = {
    200: "Success",
    201: "Created",
    202: "Accepted; the work continues in the background",
    204: "Success, without a body",
    206: "The requested range",
    302: "The file is at the URL in `Location`, which is valid for a few minutes",
    303: "The resource is at the URL in `Location`",
    304: "The client already has the current representation",
    307: "The file is at the URL in `Location`, which is valid for a few minutes",
    400: "The input cannot be parsed, or is invalid",
    401: "The credential is missing or invalid",
    403: "The caller can see the resource but may not do this to it, or a scoped token lacks the scope",
    404: "The resource does not exist, or the caller may not see it",
    405: "The method is not allowed: a path with a file extension is a picture, which supports only `GET` and `HEAD`",
    409: "The first request with this idempotency key is still running; try again after `Retry-After` seconds",
    413: "The request is too large, or would exceed the caller's quota",
    415: "The media type of the body is not supported",
    416: "The range lies outside of the file",
    422: "Fields of the input are invalid",
    429: "Too many requests; try again after `Retry-After` seconds",
    503: "Busy; try again after `Retry-After` seconds",
}
"""The statuses of responses."""


SCOPE: Mapping[str, str] = {
    "any": "A scoped token with any scope is accepted.",
    "none": "Scoped tokens are refused.",
}
"""What routes say of scoped tokens that ask for no particular scope."""


class Text(NamedTuple):
    """A description, and an example of a value."""

    description: str
    example: Any


_ID = "7d9f3c52-4f0b-4b6e-9a57-2f3a1c8e6b04"
_TIME = "2026-03-14T09:26:53.589793+00:00"
_DIGEST = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_JWT = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiI3ZDlmM2M1MiJ9.c2lnbmF0dXJl"

HEADERS: Mapping[str, Text] = {
    "Accept-Ranges": Text("`bytes` where parts of the file can be requested.", "bytes"),
    "Content-Disposition": Text("The file name for saving it.", f'attachment; filename="{_ID}.hex"'),
    "Content-Range": Text("The position of the bytes, and the size of the whole file.", "bytes 0-1023/146515"),
    "ETag": Text("The entity tag of the representation, for `If-None-Match`.", f'"{_SHA256}"'),
    "Link": Text(
        'URLs with their relation (RFC 8288): `rel="next"` of a list if more entries follow, `rel="canonical"` and'
        ' `rel="profile"` of responses of the IIIF Image API.',
        '</images?cursor=pJ4yq1vN0c6Xr2mTz8sKDm&limit=20>; rel="next"',
    ),
    "Location": Text("The URL of the new resource, or of the file.", f"/api/image/{_ID}/detail"),
    "Repr-Digest": Text("The SHA-256 digest of the whole file (RFC 9530).", f"sha-256=:{_DIGEST}:"),
    "Retry-After": Text("The number of seconds to wait before another attempt.", 1),
}
"""The headers of responses."""

_CALLERS_RIGHT = Text(
    "The right of the caller: each of `READ`, `COMMENT`, `WRITE`, `ADMIN` includes those before it.", "WRITE"
)

TEXTS: Mapping[str, Text] = {
    "action": Text("What to do with each of the images.", "publish"),
    "BatchResult id": Text("The id of the image.", _ID),
    "BatchResult status": Text("The HTTP status that the request for this image alone would have.", 204),
    "NewBatch folder_uuid": Text("The id of the folder. Without it, images move to the root folder.", _ID),
    "NewBatch ids": Text("The ids of the images.", [_ID]),
    "results": Text("The result for each image, in the order of the request.", None),
    "blur": Text("The standard deviation of a Gaussian blur, in pixels of the result.", 8),
    "bg": Text(
        "The colour under transparency, and around the picture with `fit=pad`: `rrggbb`, `rrggbbaa` or `transparent`.",
        "f4f4f5",
    ),
    "expiresIn": Text("The number of seconds that the link is valid for. The default is an hour.", 3600),
    "LinkToSign ext": Text("The extension of the link. The default is that of the stored format.", "webp"),
    "fit": Text(
        "How the picture fits the width and the height: inside them, covering them, or padded to them.", "cover"
    ),
    "flip": Text("Whether the picture is flipped: `h` from left to right, `v` from top to bottom, `hv` both.", "h"),
    "focus": Text("The point that a crop keeps: `center`, `auto`, or a point such as `0.5,0.25`.", "auto"),
    "gray": Text("Whether the picture is converted to shades of gray.", True),
    "margin": Text("The distance of the watermark from the sides of the picture, in pixels times `dpr`.", 16),
    "NewCollection description": Text("The description of the collection.", "The best of our journey"),
    "NewCollection name": Text("The name of the collection.", "Journey"),
    "NewVariant format": Text("The format of links with the extension `auto`.", "webp"),
    "opacity": Text("How opaque the watermark is, from 0 to 1.", 0.6),
    "position": Text("Where the watermark lies in the picture.", "southeast"),
    "q": Text("The quality of the encoder for jpg, webp and avif, rounded to a multiple of 5.", 75),
    "scale": Text("The width of the watermark as a fraction of the picture's width.", 0.2),
    "sharing name": Text("The name of the variant.", "card"),
    "thumbnail": Text("Whether the link is that of the thumbnail.", False),
    "variant": Text("The name of a variant, which stands for its options. It can be combined with `dpr` only.", "card"),
    "LinkToSign dpr": Text("The pixels of the screen for each pixel of the page.", 2),
    "LinkToSign rotate": Text("The degrees by which the picture is rotated, clockwise.", 90),
    "NewVariant dpr": Text("The pixels of the screen for each pixel of the page.", 2),
    "NewVariant rotate": Text("The degrees by which the picture is rotated, clockwise.", 90),
    "VariantEntry dpr": Text("The pixels of the screen for each pixel of the page.", 2),
    "VariantEntry rotate": Text("The degrees by which the picture is rotated, clockwise.", 90),
    "VariantEntry format": Text(
        "The format of links with the extension `auto`; null to choose it by the request.", "webp"
    ),
    "VariantEntry height": Text("The height in pixels.", 300),
    "VariantEntry name": Text("The name of the variant.", "card"),
    "VariantEntry width": Text("The width in pixels.", 400),
    "watermark": Text("The picture that is laid over the images; null for none.", None),
    "access": Text(
        "Who can use the links of the image: with `open` whoever knows them, with `signed` whoever has a signed link.",
        "signed",
    ),
    "access_token": Text("The access token, to be sent as `Authorization: Bearer …`.", _JWT),
    "@context": Text("The vocabulary of the names.", "http://iiif.io/api/image/3/context.json"),
    "iiif file": Text("The quality and the format of the picture: `{quality}.{format}`.", "default.jpg"),
    "iiif region": Text(
        "The part of the image: `full`, `square`, `x,y,w,h` in pixels or `pct:x,y,w,h`. What lies outside is left out.",
        "0,0,512,512",
    ),
    "iiif rotation": Text(
        "`0`, `90`, `180` or `270` degrees clockwise. After `!` the picture is mirrored before it is rotated.", "0"
    ),
    "iiif size": Text(
        "The size of the picture: `max`, `w,`, `,h`, `w,h`, `pct:n`, or `!w,h` for the largest one inside of a box."
        " A region is never enlarged.",
        "512,512",
    ),
    "extraFeatures": Text("What is offered besides what the level requires.", ["mirroring"]),
    "extraFormats": Text("The formats that are offered besides jpg and png.", ["webp"]),
    "extraQualities": Text("The qualities that are offered besides `default`.", ["gray"]),
    "ImageInformation id": Text("The URL of the image.", f"https://pictures.example.org/iiif/3/{_ID}"),
    "ImageInformation type": Text("The kind of the service.", "ImageService3"),
    "maxArea": Text("The maximum number of pixels of a picture.", 16_777_216),
    "maxHeight": Text("The maximum height of a picture in pixels.", 4096),
    "maxWidth": Text("The maximum width of a picture in pixels.", 4096),
    "profile": Text("The level of the Image API that is offered.", "level2"),
    "protocol": Text("The protocol of the service.", "http://iiif.io/api/image"),
    "scaleFactors": Text("The factors by which the image is scaled down for its tiles.", [1, 2, 4, 8]),
    "sizes": Text("Sizes of the whole image that follow from the scale factors.", None),
    "tiles": Text("The tiles that viewers should request.", None),
    "WithheldInformation id": Text("The URL of the image.", f"https://pictures.example.org/iiif/3/{_ID}"),
    "WithheldInformation type": Text("The kind of the service.", "ImageService3"),
    "after": Text("The start of the time range that was not searched; null at the beginning of the list.", _TIME),
    "allowDownload": Text("Whether originals can be downloaded.", True),
    "allowUpload": Text("Whether files can be uploaded into the folder.", False),
    "alg": Text("The algorithm of the signatures.", "ES256"),
    "ApiKeyEntry expiresAt": Text("The time of the expiry; null for a key that does not expire.", _TIME),
    "ApiKeyEntry name": Text("The name of the key.", "Camera in the garden"),
    "BinaryUpload image": Text("The file of the binary, with a name that ends in `.hex`.", "(the bytes of start.hex)"),
    "children": Text("The folders and images directly in the folder, folders first, each sorted by name.", None),
    "collection_id": Text("The id of the collection.", _ID),
    "CollectionChange description": Text("The new description of the collection.", "The best of our journey"),
    "CollectionChange name": Text("The new name of the collection.", "Journey"),
    "CollectionEntry description": Text("The description of the collection.", "The best of our journey"),
    "CollectionEntry name": Text("The name of the collection.", "Journey"),
    "comment_uuid": Text("The id of the comment.", _ID),
    "confirm": Text("The password again.", "correct horse"),
    "confirmed": Text("Whether the firmware image has a binary.", True),
    "constellation_uuid": Text("The id of the constellation.", _ID),
    "ConstellationDetail rights": _CALLERS_RIGHT,
    "constellations rights": Text(
        "The right of the member: `READ` (the default), `COMMENT`, `WRITE` or `ADMIN`. The field of the body takes"
        " precedence.",
        "WRITE",
    ),
    "Content-Digest": Text(
        "The SHA-256 digest of the body of the request (RFC 9530). If the body does not match it, nothing is stored."
        " Other algorithms are ignored.",
        f"sha-256=:{_DIGEST}:",
    ),
    "constellations name": Text("The name of the variant.", "card"),
    "content": Text("The text of the comment.", "What a view!"),
    "code": Text("The code of the share, the last segment of its URL.", "7kZq0VfR2xWb"),
    "CollectionEntry count": Text("The number of images of the collection.", 42),
    "count": Text("The number of the caller's images with the tag.", 42),
    "cover": Text(
        "The path of the thumbnail of the first image, signed for an hour if its links must be signed; null if there is"
        " none.",
        f"/image/{_ID}_thumbnail.jpg",
    ),
    "created": Text("The time of the creation.", _TIME),
    "CursorMeta size": Text("The number of entries of this page.", 25),
    "CreatedApiKey name": Text("The name of the key.", "Camera in the garden"),
    "createdAt": Text("The time of the creation.", _TIME),
    "CreatedFirmware url": Text("The path of the firmware image.", f"/image/{_ID}"),
    "crop": Text(
        "With `true` it is the same as `fit=cover`: the picture fills the width and the height and is cropped. With one"
        " of them, it is a square.",
        True,
    ),
    "crv": Text("The curve of the key.", "P-256"),
    "FolderContent rights": _CALLERS_RIGHT,
    "Idempotency-Key": Text(
        "A unique value that the caller chooses for each new request. For 24 hours, a repeated request with the same"
        " key returns the first successful response and has no further effect.",
        "5c0e4f0e-6d0a-4f0e-9b52-3f2a7d1c8e11",
    ),
    "current": Text("The version that the device has.", "1.4.0"),
    "cursor": Text("The cursor that a page of the same list returned, to get the next page.", "pJ4yq1vN0c6Xr2mTz8sKDm"),
    "data": Text("The entries of the page.", None),
    "description": Text(
        "The description of the image. Words that begin with `#` are hashtags.", "A quiet sea #evening"
    ),
    "displayName": Text("The name that other users see.", "Ada Lovelace"),
    "email": Text("The email address of the user.", "ada@example.org"),
    "errors": Text("The reasons for each wrong field.", {"label": ["Missing data for required field."]}),
    "expires_in": Text("The number of seconds until the access token expires.", 3600),
    "expiresAt": Text("The time of the expiry.", _TIME),
    "ext": Text(
        "The format of the picture. A picture that is stored in another format is converted. With `auto` it is AVIF or"
        " WebP if the request accepts `image/avif` or `image/webp`, else the stored format.",
        "webp",
    ),
    "ExternallyUploaded url": Text("The path of the public link.", f"/api/image/{_ID}.jpg"),
    "hasPassword": Text("Whether the share has a password.", False),
    "maxViews": Text("How often the share can be viewed; null for any number of times.", 100),
    "downloadUrl": Text(
        "The path of the original, if it can be downloaded; null for an image that may be shown only with a watermark.",
        f"/image/{_ID}.jpg",
    ),
    "NewShare expiresAt": Text("When the share expires, a time in the future with an offset; null for never.", _TIME),
    "NewShare password": Text("The password of the share, 4 to 128 characters; null for none.", "sea shells"),
    "OpenShare count": Text("The number of images; null until the password is given.", 42),
    "OpenShare expires_in": Text(
        "The number of seconds until the token expires; null until the password is given.", 3600
    ),
    "OpenShare name": Text("The name of what is shared; null until the password is given.", "Journey"),
    "OpenShare token": Text(
        "The token of the share, sent as `Authorization: Share …`; null until the password is given.",
        "aTJaMgAAAAGTUfNBwpbKsyiZtbC4K_0hz2SJwGuRyYk5zKknEnfGyw==",
    ),
    "OpenShare expiresAt": Text("When the share expires; null for never.", _TIME),
    "ShareEntry expiresAt": Text("When the share expires; null for never.", _TIME),
    "ShareEntry url": Text("The URL of the share's page.", "https://pictures.example.org/s/7kZq0VfR2xWb"),
    "ShareEntry views": Text("How often the share was viewed.", 12),
    "share_id": Text("The id of the share.", _ID),
    "ShareChange expiresAt": Text(
        "When the share expires, a time in the future with an offset; null for never.", _TIME
    ),
    "ShareChange password": Text("The new password, 4 to 128 characters; null to remove it.", "sea shells"),
    "ShareItem name": Text("The name of the image.", "sunset.jpg"),
    "ShareItem thumbnailUrl": Text(
        "The path of the thumbnail; null if the share may not show it.", f"/image/{_ID}_thumbnail.jpg"
    ),
    "ShareItem url": Text("The path of the picture; null if the share may not show it.", f"/image/{_ID}.jpg"),
    "SharedTarget id": Text("The id of what is shared.", _ID),
    "SharedTarget type": Text("The kind of what is shared.", "folder"),
    "ShareTarget id": Text("The id of what is shared.", _ID),
    "ShareTarget type": Text("The kind of what is shared.", "folder"),
    "UnlockedShare count": Text("The number of images.", 42),
    "UnlockedShare expires_in": Text("The number of seconds until the token expires.", 3600),
    "UnlockedShare name": Text("The name of what is shared.", "Journey"),
    "UnlockedShare token": Text(
        "The token of the share, sent as `Authorization: Share …`.",
        "aTJaMgAAAAGTUfNBwpbKsyiZtbC4K_0hz2SJwGuRyYk5zKknEnfGyw==",
    ),
    "Unlocking password": Text("The password of the share.", "sea shells"),
    "fields": Text(
        "The fields of the form, to be sent before the file.",
        {"key": f"incoming/{_ID}", "policy": "eyJleHBpcmF0aW9uIjoiMjAyNi0wMy0xNCJ9"},
    ),
    "file": Text("The name of the file.", "start.js"),
    "fileName": Text("The name of the file: `{id}.{ext}`.", f"{_ID}.jpg"),
    "filename": Text("The name of the image.", "sunset.jpg"),
    "firmware constellation_uuid": Text(
        "The id of the constellation to search. Without it, only the caller's own firmware outside of constellations is"
        " searched.",
        _ID,
    ),
    "firmware image_id": Text("The id of the firmware image.", _ID),
    "ImageDetail focus": Text("The focus point that cropping preserves; null for the centre.", "0.5,0.25"),
    "ImageDescription focus": Text(
        "The focus point that cropping preserves in links without `focus`: `center` or null, `auto` for the most"
        " detailed part, or a point of the upright picture as two numbers between 0 and 1, from the left and the top.",
        "0.5,0.25",
    ),
    "folder_uuid": Text("The id of the folder.", _ID),
    "format": Text("The format of the binary: checked Intel HEX, or any other file.", "intel-hex"),
    "formattedDate": Text("The time as text, in UTC.", "Mar 14, 2026"),
    "fw_version": Text("The version, as Semantic Versioning 2.0.0 defines it.", "1.4.2"),
    "h": Text("The height in pixels. A picture is never enlarged.", 600),
    "height": Text("The height in pixels.", 3024),
    "id": Text("The id.", _ID),
    "If-None-Match": Text(
        "An entity tag that the client has. If it is still current, the response is `304`.", f'"{_SHA256}"'
    ),
    "If-Range": Text(
        "The entity tag of the client's partial copy. If it is no longer current, `Range` is ignored.", f'"{_SHA256}"'
    ),
    "ids": Text("The ids of the images that come first, in this order.", [_ID]),
    "image": Text("The file of the picture: JPEG, PNG, WebP or GIF.", "(the bytes of sunset.jpg)"),
    "image_id": Text("The id of the image.", _ID),
    "image_uuid": Text("The id of the image.", _ID),
    "ImageEntry name": Text("The name of the image.", "sunset.jpg"),
    "imageId": Text("The id of the image, or of the firmware image with the binary.", _ID),
    "ImageMetadata name": Text("The name of the image.", "sunset.jpg"),
    "ImageMetadata rights": _CALLERS_RIGHT,
    "ImageMove name": Text("The new name of the image.", "sunset.jpg"),
    "images": Text("The entries of the page.", None),
    "isExpired": Text("Whether the key has expired.", False),
    "isPublic": Text(
        "Whether the image is in the list of public images. Its link works for everybody in any case.", True
    ),
    "key": Text("The API key, to be sent as `Authorization: Bearer sk_…`.", f"sk_{_SHA256}"),
    "keyId": Text("The id of the API key. It is not the key itself.", _ID),
    "keys": Text("The public keys.", None),
    "kid": Text("The id of the key.", "pJ4yq1vN0c6Xr2mT"),
    "kind": Text("What the file becomes.", "image"),
    "kty": Text("The type of the key.", "EC"),
    "label": Text("The whole label of the firmware.", "sensor"),
    "lastUsedAt": Text("The time of the last use; null before the first.", _TIME),
    "length": Text("The number of bytes.", 4096),
    "limit": Text("The maximum number of entries on the page.", 20),
    "links bg": Text(
        "The colour under transparent parts and around a picture with `fit=pad`: `rrggbb`, `rrggbbaa` or "
        "`transparent`. By default it is transparent, and white in jpg.",
        "ffcc00",
    ),
    "links blur": Text("The standard deviation of a Gaussian blur, in pixels of the result.", 5),
    "links dpr": Text(
        "The pixels of the screen for each pixel of the page. The width and the height are multiplied by it.", "2"
    ),
    "links fit": Text(
        "With `inside` the whole picture fits inside the width and the height. With `cover` it fills them and is "
        "cropped. With `pad` it fits inside them and lies in the middle of a canvas of exactly that size.",
        "cover",
    ),
    "links flip": Text(
        "Mirrors the picture: `h` exchanges left and right, `v` top and bottom, `hv` both. It happens before `rotate`.",
        "h",
    ),
    "links focus": Text(
        "What `fit=cover` keeps: `center`, a point `X,Y` of the original from `0,0` at the top left to `1,1`, or "
        "`auto`, the most detailed part.",
        "0.5,0.25",
    ),
    "links gray": Text("With `true` the picture has no colours, only their brightness.", True),
    "links q": Text("The quality of jpg, webp and avif, rounded to the nearest multiple of 5.", 60),
    "links rotate": Text("Rotates the picture clockwise by this number of degrees.", "90"),
    "links height": Text("Another name for `h`. Send one of the two at most.", 600),
    "links id": Text("The id of the image. Append `_thumbnail` to get a square of 300 pixels.", _ID),
    "links image_id": Text("The file name of the picture: `{id}.{ext}` or `{id}_thumbnail.{ext}`.", f"{_ID}.webp"),
    "links width": Text("Another name for `w`. Send one of the two at most.", 800),
    "ListedConstellation rights": _CALLERS_RIGHT,
    "Login username": Text("The username, or the email address.", "ada"),
    "maxSize": Text("The maximum size of the file in bytes.", 50_000_000),
    "Member name": Text("The display name of the user.", "Ada Lovelace"),
    "message": Text("What was done, or what is wrong, in a sentence.", "Image deleted"),
    "Meta page": Text("The number of the page.", 1),
    "Meta size": Text("The maximum number of images on the page.", 10),
    "mime_type": Text("The media type of the file.", "image/jpeg"),
    "mimeType": Text("The media type of the file.", "image/jpeg"),
    "name": Text("The name.", "Journey"),
    "NameLogin name": Text("The username, or the email address.", "ada"),
    "NewApiKey expiresAt": Text(
        "The time of the expiry, in ISO 8601 with an offset. Without it the key does not expire.",
        "2030-01-01T00:00:00+00:00",
    ),
    "NewApiKey name": Text("The name of the key.", "Camera in the garden"),
    "NewImage file": Text("The file of the picture: JPEG, PNG, WebP or GIF.", "(the bytes of sunset.jpg)"),
    "NewImage name": Text("The name of the image. By default it is that of the file.", "sunset.jpg"),
    "NewScopedToken constellation_uuid": Text(
        "The id of the constellation that the token is bound to. Without it the token is bound to none.", _ID
    ),
    "NewScopedToken expiresAt": Text(
        "The time of the expiry, in ISO 8601 with an offset. Without it the token does not expire.",
        "2030-01-01T00:00:00+00:00",
    ),
    "NewScopedToken name": Text("The name of the token.", "Backup of the archive"),
    "NewUpload fileName": Text(
        "The name of the file. That of firmware ends in `.hex`. By default it is the last part of the `sourceUrl`.",
        "sunset.jpg",
    ),
    "NewUpload size": Text(
        "The size of the file in bytes. The file that is sent must have exactly this size.", 12_345_678
    ),
    "next_cursor": Text("The cursor of the next page, if more images follow.", "pJ4yq1vN0c6Xr2mTz8sKDm"),
    "nextCursor": Text("The cursor of the next page; null on the last one.", "pJ4yq1vN0c6Xr2mTz8sKDm"),
    "order": Text("The direction of the order.", "desc"),
    "orderBy": Text("The property by which the images are ordered.", "attributes.createdAt"),
    "owner": Text("The user who owns the image; null for a guest's.", None),
    "page": Text("The number of the page. It is ignored when a `cursor` is sent.", 1),
    "parent_folder_uuid": Text(
        "The id of the folder in which the folder lies. Without one it is the root folder.", _ID
    ),
    "password": Text("The password.", "correct horse"),
    "pre": Text("Whether pre-releases count too.", "false"),
    "preserveOnDisk": Text(
        "Whether to keep the bytes of the original. The record and the link are removed in any case.", False
    ),
    "prevCursor": Text("The cursor of the previous page; null on the first one.", None),
    "Profile name": Text("The display name of the user.", "Ada Lovelace"),
    "placeholder": Text(
        "A ThumbHash of the picture in base64, to be painted while the picture loads. Images uploaded before "
        "placeholders were introduced have none.",
        "1QcSHQRnh493V4dIh4eXh1h4kJUI",
    ),
    "property": Text("The name of the field.", "image"),
    "published_at": Text("The time of the creation.", _TIME),
    "Range": Text(
        "The range of bytes to return. Only one range is supported; anything else gets the whole file.", "bytes=0-1023"
    ),
    "refresh_token": Text("The refresh token, for new tokens.", "u3cZ5bq0H8rW1nXk7tYvLg"),
    "Registration name": Text("The username. It is unique.", "ada"),
    "result": Text("Always `ok`: the request is done.", "ok"),
    "rights": Text("The right: each of `READ`, `COMMENT`, `WRITE`, `ADMIN` includes those before it.", "WRITE"),
    "root_folder_uuid": Text("The id of the root folder.", _ID),
    "searchBy": Text("Where to search for the words. With `tag`, the text is one tag.", "hashtag"),
    "searchTerm": Text(
        "The words to search for, at most 16 and 255 characters. An image must have a word that begins with each.",
        "#sunset",
    ),
    "scopes": Text("What the token can be used for. `:write` includes `:read` of the same kind.", ["images:write"]),
    "segments": Text(
        "The contiguous ranges of bytes that an Intel HEX file fills, by address.", [{"start": 0, "length": 4096}]
    ),
    "prefix": Text("The beginning of the tags to list, in upper or lower case.", "trips/"),
    "TagChange from": Text("The tag to rename, with all tags below it.", "trips/2025"),
    "to": Text("The new name of the tag.", "journeys/2025"),
    "tag": Text("The tag as it was last written.", "trips/2025"),
    "tags": Text("The tags, as they were written.", ["trips/2025", "Sea"]),
    "Files sha256": Text("The SHA-256 digests of the files, as they are uploaded.", [_SHA256]),
    "found": Text("The ids of the images of each file, newest first.", {_SHA256: [_ID]}),
    "sha256": Text("The SHA-256 digest of the file, in hexadecimal digits.", _SHA256),
    "size": Text("The size of the file in bytes.", 146_515),
    "sourceUrl": Text(
        "The URL of an image to fetch: by `https` on any port, from a host that is public on the Internet, at most "
        "50 MB, within 20 seconds and 3 redirects. Every failed fetch reports the same violation, whatever the reason.",
        "https://photos.example.com/sunset.jpg",
    ),
    "sort": Text("Use `version` to get the highest version first. By default the newest image is first.", "version"),
    "start": Text("The address of the first byte.", 0),
    "status": Text("The HTTP status.", 404),
    "supportsResize": Text("Whether its link can ask for sizes and formats.", True),
    "thumbnailUrl": Text("The path of the thumbnail, a square of 300 pixels.", f"/api/image/{_ID}_thumbnail.jpg"),
    "timestamp": Text("The time in seconds since the epoch.", 1_773_480_413),
    "title": Text("The kind of the fault.", "Not Found"),
    "token_type": Text("The type of the access token.", "bearer"),
    "total": Text("The number of images on all pages.", 42),
    "type": Text("Whether it is a folder or a file; a file is an image.", "folder"),
    "until": Text("The end of the time range that was not searched.", _TIME),
    "updated": Text("The time of the last change; null before the first.", _TIME),
    "updatedAt": Text("The time of the last change; null before the first.", _TIME),
    "token": Text(
        "The token itself. It is shown only in this response.", "cst_9mZ1QwXv3uT7kLrB5dNfHy0sCaEjPgIo2VxYtMnKqRs"
    ),
    "token_id": Text("The id of the scoped token. It is not the token itself.", _ID),
    "upload_id": Text("The id of the upload.", _ID),
    "Uploads image": Text("The files of the pictures: JPEG, PNG, WebP or GIF.", ["(the bytes of sunset.jpg)"]),
    "UploadResults results": Text("The result for each file, in the order of the request.", None),
    "UploadResult status": Text("The HTTP status that the request for this file alone would have.", 201),
    "UploadedBinary image": Text("The id of the firmware image.", _ID),
    "UploadedBinary message": Text("What was done, in a sentence.", "image uploaded"),
    "UploadForm url": Text("The URL to which the form is posted.", "https://uploads.s3.eu-central-1.amazonaws.com/"),
    "Health status": Text("Always `ok`: the deployment answers.", "ok"),
    "Health version": Text("The version of the product.", "1.0.0"),
    "UploadStatus status": Text("What has become of the upload.", "ready"),
    "url": Text("The path of the public link.", f"/image/{_ID}.jpg"),
    "use": Text("What the key is used for.", "sig"),
    "user_name": Text("The display name of the author; null for a user that was erased.", "Ada Lovelace"),
    "user_uuid": Text("The id of the user.", _ID),
    "user_uuid_to_connect": Text("Another name for `user_uuid`.", _ID),
    "user_uuid_to_disconnect": Text("Another name for `user_uuid`.", _ID),
    "username": Text("The username. It is unique.", "ada"),
    "uuid": Text("The id.", _ID),
    "uuid[]": Text("The ids of the images. Repeat the parameter for each id.", [_ID]),
    "views": Text("The number of times that the link was followed.", 7),
    "violations": Text("The wrong fields.", None),
    "w": Text("The width in pixels. A picture is never enlarged.", 800),
    "width": Text("The width in pixels.", 4032),
    "x": Text("The first coordinate of the key, in base64url.", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
    "y": Text("The second coordinate of the key, in base64url.", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
}
"""The parameters and fields by name, preceded by the tag or the model where a name means something else there."""

EXAMPLES: Mapping[str, Any] = {
    "Connection": {"user_uuid": _ID, "rights": "WRITE"},
    "Disconnection": {"user_uuid": _ID},
    "LinkToSign": {"ext": "webp", "expiresIn": 3600, "w": 800, "h": 600, "fit": "cover", "focus": "auto"},
    "Login": {"username": "ada", "password": "correct horse"},
    "MessageError": {"message": "Image not found"},
    "NameLogin": {"name": "ada", "password": "correct horse"},
    "BatchResults": {"results": [{"id": _ID, "status": 204}]},
    "NewBatch": {"ids": [_ID], "action": "publish"},
    "NewUpload": {"kind": "image", "fileName": "sunset.jpg", "size": 12_345_678, "isPublic": True},
    "NewVariant": {
        "format": "webp",
        "watermark": {"image_uuid": _ID, "position": "southeast", "opacity": 0.6, "scale": 0.2, "margin": 16},
        "w": 800,
        "h": 600,
        "fit": "cover",
        "focus": "auto",
        "q": 75,
    },
    "RefusedRange": {"message": "The range lies outside of the 146515 bytes of the binary", "status": 416},
    "Tree": {
        "uuid": _ID,
        "name": "Journey",
        "type": "folder",
        "children": [{"uuid": "0b8a2a64-51f5-4d0c-8a3e-6d1f0c9b7e21", "name": "sunset.jpg", "type": "file"}],
    },
    "UploadResults": {"results": [{"status": 201, "image": {"id": _ID}}]},
    "UploadStatus": {"id": _ID, "status": "ready", "imageId": _ID},
}
"""Examples of models whose fields do not all go together."""


def text_of(context: str, name: str) -> Text:
    """Return the text of a parameter in operations with a tag, or of a field of a model. Raise DeclarationError."""
    text = TEXTS.get(f"{context} {name}") or TEXTS.get(name)
    if text is None:
        raise DeclarationError(f"{name!r} of {context!r} has neither a described field nor a row in {__name__}")
    return text
