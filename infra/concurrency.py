"""Bound the concurrent executions of queue consumers, so that functions behind requests keep the rest."""

from collections.abc import Mapping

from constellation.runtime.consumer import Consumer
from infra.discovery import DeclarationError

USUAL = 1000
"""The usual concurrent executions of an account; a new account has fewer."""

LEAST, MOST = 2, 1000
"""The bounds of a queue's maximum concurrency ("Configuring maximum concurrency for Amazon SQS event sources")."""


def maxima(
    consumers: Mapping[str, Consumer], account: int, chosen: Mapping[str, int], reserved: Mapping[str, int]
) -> dict[str, int]:
    """Return the maximum concurrency of each consumer by name: its share of the account's, or the ``chosen`` number.

    Raises DeclarationError for a number that Lambda does not accept, and for one above what is ``reserved``: Lambda
    would refuse the rest, and each refusal counts as an attempt of the message.
    """
    if account < 1:
        raise DeclarationError("account_concurrency: an account has at least 1")
    if unknown := chosen.keys() - consumers.keys():
        raise DeclarationError(f"maximum_concurrency: there is no consumer {', '.join(sorted(unknown))}")
    found = {name: max(LEAST, min(int(each.share * account), MOST)) for name, each in consumers.items()}
    for name, number in chosen.items():
        if not LEAST <= number <= MOST:
            raise DeclarationError(f"maximum_concurrency: {name} needs a number from {LEAST} to {MOST}")
        found[name] = number
    for name, number in reserved.items():
        if name in found and name not in chosen and number >= LEAST:
            found[name] = min(found[name], number)
        elif number < found.get(name, 0):
            raise DeclarationError(f"reserved_concurrency: {name} needs its maximum_concurrency of {found[name]}")
    return found
