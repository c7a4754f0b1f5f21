"""Byte sizes as clients read them: MB is 10^6 bytes (contract, "Conventions")."""


def megabytes(size: int) -> str:
    """``size`` bytes in MB, two decimals, trailing zeros dropped: ``2.14``, ``1``."""
    return f"{size / 1_000_000:.2f}".rstrip("0").rstrip(".")
