"""``constellation sharex``: a custom uploader for ShareX."""

import json
import socket
from typing import Any

from constellation_client.cli.output import Output
from constellation_client.client import Client


def uploader(url: str, key: str) -> dict[str, Any]:
    """Return what a ``.sxcu`` file holds. Nothing but its owner's log-in deletes an image, so its page is named."""
    return {
        "Version": "15.0.0",
        "Name": url.partition("://")[2],
        "DestinationType": "ImageUploader, FileUploader",
        "RequestMethod": "POST",
        "RequestURL": f"{url}/api/external/upload",
        "Headers": {"Authorization": f"Bearer {key}"},
        "Body": "MultipartFormData",
        "FileFormName": "image",
        "URL": f"{url}{{json:url}}",
        "ThumbnailURL": f"{url}{{json:thumbnailUrl}}",
        "DeletionURL": f"{url}/console/images/{{json:id}}",
        # The reason, where there is one, is in the violations. What a response does not hold is left out.
        "ErrorMessage": "{json:error.message}{json:message} {json:error.violations[0].message}",
    }


def print_uploader(client: Client, output: Output) -> None:
    """Create an API key, and print an uploader that holds it."""
    key = client.account.create_api_key(f"ShareX on {socket.gethostname()}"[:64])
    print(json.dumps(uploader(client.url, key["key"]), indent=2))
    output.note("The file holds the API key that was created for it: whoever has the file can upload in your name.")
