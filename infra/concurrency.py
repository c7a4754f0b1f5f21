"""How many executions at once the queues may feed, so that what answers requests has the rest of the account's."""

from collections.abc import Mapping

from constellation.runtime.consumer import Consumer
from infra.discovery import DeclarationError

USUAL = 1000
"""Concurrent executions of an account, unless it is new or has asked for more."""

LEAST, MOST = 2, 1000
"""What Lambda takes as the maximum of a queue ("Configuring maximum concurrency for Amazon SQS event sources")."""


def maxima(
    consumers: Mapping[str, Consumer], account: int, chosen: Mapping[str, int], reserved: Mapping[str, int]
) -> dict[str, int]:
    """The most executions at once of each consumer, by name: its share of the account's, or what is ``chosen``.

    Raises DeclarationError for a number that Lambda does not take or does not keep to: it would ask for more than is
    ``reserved``, and what is refused counts as an attempt of the message.
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
