"""What document 003's routes answer."""

from typing import TypedDict

from constellation.domain.images import Image


class Uploaded(TypedDict):
    """A new image."""

    id: str


class ExternallyUploaded(TypedDict):
    """A new image, with its public links."""

    id: str
    url: str
    thumbnailUrl: str


def uploaded(image: Image) -> Uploaded:
    """The answer to an upload."""
    return {"id": image.id}


def externally_uploaded(image: Image) -> ExternallyUploaded:
    """The answer to an upload with an API key."""
    return {
        "id": image.id,
        "url": f"/api/image/{image.file_name}",
        "thumbnailUrl": f"/api/image/{image.thumbnail_name}",
    }


def location(image: Image) -> dict[str, str]:
    """The header that says where a new image is described."""
    return {"Location": f"/api/image/{image.id}/detail"}
