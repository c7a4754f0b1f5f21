"""Get the keys that access tokens are verified with (contract, "Accounts"; RFC 7517)."""

from constellation.accounts.outputs import KeySet
from constellation.accounts.signing import public_keys
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET /.well-known/jwks.json", dialect=constellations, security="public", uses=[public_keys])
def handler() -> Reply[KeySet]:
    """GET /.well-known/jwks.json: get the public keys of access tokens."""
    return Reply({"keys": public_keys()}, {"Cache-Control": "public, max-age=300"})
