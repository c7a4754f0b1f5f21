"""Delete objects that no firmware image names."""

from constellation.firmware import binary_store, store
from constellation.runtime.operation import operation


@operation(grants=[store.READ, binary_store.DELETE])
def remove_leftover(firmware_id: str, key: str) -> None:
    """Delete an object, unless it is the binary of the firmware image."""
    found = store.get(firmware_id)
    if found is None or found.binary is None or found.binary.key != key:
        binary_store.delete(key)
