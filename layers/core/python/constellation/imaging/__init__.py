"""The only room that knows Pillow: reading, cleaning and transforming pictures."""

from collections.abc import Mapping

ALLOCATOR: Mapping[str, str] = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024),
}
"""The environment of a process that renders: glibc (mallopt(3)) is to keep the memory of one picture for the next.

Given back to the system and taken again, page by page, it costs up to a third of the time of a transform.
"""
