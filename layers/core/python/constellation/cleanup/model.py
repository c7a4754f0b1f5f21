"""What the CDN forgets a deleted image by."""

from constellation.images.model import Image


def tag(image: Image, *, with_folder: bool) -> str:
    """What the copies of a deleted image are found by; ``with_folder``: all that lies in its folder is deleted."""
    return image.location.folder if with_folder and image.location and not image.was_moved else image.id
