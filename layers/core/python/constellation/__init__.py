"""Constellation: one store of users, images and firmware behind three REST surfaces."""

import gc
import os

if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # A tenth of a cold start would go into looking for garbage among modules, which all stay.
    gc.set_threshold(50_000)
