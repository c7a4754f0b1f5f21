"""The keys that access tokens are verified with (contract, "Accounts"; RFC 7517)."""

from constellation.accounts import signing
from constellation.accounts.outputs import KeySet
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import Reply, endpoint


@endpoint("GET /.well-known/jwks.json", dialect=constellations, security="public", grants=[signing.PUBLISH])
def handler() -> Reply[KeySet]:
    """GET /.well-known/jwks.json: the public keys of access tokens."""
    return Reply({"keys": signing.public_keys()}, {"Cache-Control": "public, max-age=300"})
