"""The clean-up after a deleted image, for the queue."""

from datetime import datetime
from typing import Any

from constellation.aws.resources import DELETIONS
from constellation.cleanup.clean_up_image import clean_up_comments, clean_up_image
from constellation.runtime.consumer import consumer


@consumer(DELETIONS, uses=[clean_up_image, clean_up_comments], batch=1, share=0.05)
def handler(message: Any, now: datetime) -> None:
    """Queue deletions: remove the renditions, bytes, words and comments of a deleted image."""
    if "comments" in message:
        clean_up_comments(message)
    else:
        clean_up_image(message["image"], now, final=message["final"], with_folder=message.get("with_folder", False))
