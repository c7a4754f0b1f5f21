"""The bodies of the API's responses, as far as the client reads them."""

from typing import Any, Literal, NotRequired, TypedDict


class Profile(TypedDict):
    """A user."""

    uuid: str
    name: str
    email: str | None


class TokenPair(TypedDict):
    """What a log-in gives."""

    access_token: str
    refresh_token: str
    token_type: str
    expires_in: int


class ImageEntry(TypedDict):
    """An image in a list."""

    image_uuid: str
    name: str
    url: str


class ImageMetadata(ImageEntry):
    """An image with its metadata."""

    mime_type: str
    size: int
    width: int
    height: int
    rights: str
    constellation_uuid: str | None
    folder_uuid: str | None
    created: str
    updated: str | None


class ListedImage(TypedDict):
    """An image among those that were asked for by their ids."""

    id: str


class PastImage(ListedImage):
    """An image of the caller's own, in a list."""

    attributes: dict[str, Any]


class Uploaded(TypedDict):
    """The id of an image that was just uploaded."""

    id: str


class UploadResult(TypedDict):
    """What became of one of several files: the image, or an error."""

    status: int
    image: NotRequired[Uploaded]
    error: NotRequired[Any]


class StoredImage(TypedDict):
    """An image that was just uploaded to a constellation."""

    uuid: str
    filename: str


class ConstellationEntry(TypedDict):
    """A constellation in a list."""

    constellation_uuid: str
    name: str


class ConstellationDetail(TypedDict):
    """A constellation."""

    name: str
    root_folder_uuid: str


class Node(TypedDict):
    """A folder or an image in a tree; only folders have children."""

    uuid: str
    name: str
    type: Literal["folder", "file"]
    children: NotRequired[list["Node"]]


class FolderDetail(TypedDict):
    """A folder."""

    folder_uuid: str
    name: str
    parent_folder_uuid: str | None
    constellation_uuid: str


class FolderContent(FolderDetail):
    """A folder with what lies directly in it."""

    children: list[Node]


class UploadForm(TypedDict):
    """A form for posting a large file to S3."""

    id: str
    url: str
    fields: dict[str, str]
    expiresAt: str
    maxSize: int


class UploadStatus(TypedDict):
    """What has become of an upload by form."""

    id: str
    status: Literal["pending", "ready", "failed"]
    imageId: NotRequired[str]
    violations: NotRequired[list[dict[str, Any]]]


class CreatedFirmware(TypedDict):
    """A firmware image that was just created."""

    id: str
    label: str
    published_at: str
    url: str


class FirmwareEntry(TypedDict):
    """A firmware image in a list."""

    id: str
    label: str
    fw_version: str
    created: str
    confirmed: bool


class FirmwareDetail(TypedDict):
    """A firmware image with its metadata and the caller's right. From ``sha256`` on it is there with the binary."""

    id: str
    label: str
    fw_version: str
    created: str
    confirmed: bool
    rights: NotRequired[str]
    sha256: NotRequired[str]
    size: NotRequired[int]
    format: NotRequired[str]


class ApiKey(TypedDict):
    """An API key that was just created."""

    key: str
    keyId: str
    name: str
