"""What the API's description says of inputs."""

from typing import Any


def without_defaults(schema: dict[str, Any]) -> None:
    """Say no defaults: a field that is not sent changes nothing, rather than to have one."""
    for field in schema["properties"].values():
        field.pop("default", None)
