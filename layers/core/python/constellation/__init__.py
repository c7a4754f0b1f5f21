"""Constellation: one store of users, images and firmware behind three REST surfaces."""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # Modules are never garbage. Searching them for it would take a tenth of a cold start.
    gc.set_threshold(50_000)

VERSION = "1.0.0"
"""The version of the product. ``pyproject.toml`` has it, too."""
