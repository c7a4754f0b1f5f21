"""Variants: named sets of options for links, which can have a watermark."""
