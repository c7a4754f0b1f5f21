"""The clean-up after a deleted image, and after a change of what an image's links give, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS
from constellation.cleanup.clean_up_image import clean_up_comments, clean_up_image
from constellation.cleanup.refresh_image import refresh_image
from constellation.runtime.consumer import consumer


@consumer(DELETIONS, uses=[clean_up_image, clean_up_comments, refresh_image], batch=1, share=0.05)
def handler(message: Any, now: datetime) -> None:
    """Queue deletions: remove the renditions, bytes, words and comments of a deleted image.

    Of an image whose access or focus has changed, remove the renditions.
    """
    if "comments" in message:
        clean_up_comments(message)
    elif "refresh" in message:
        refresh_image(message, now)
    else:
        clean_up_image(message["image"], now, final=message["final"], with_folder=message.get("with_folder", False))
