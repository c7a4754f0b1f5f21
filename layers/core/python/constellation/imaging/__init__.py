"""The only room that knows Pillow: reading, cleaning and transforming pictures."""

from collections.abc import Mapping

ALLOCATOR: Mapping[str, str] = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024),
}
"""What the environment of a process that renders says to glibc (mallopt(3)): keep what one picture took for the next.

Given back to the system and taken again, page by page, it costs up to a third of a transform's time.
"""
