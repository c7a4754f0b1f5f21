"""The keys that access tokens are verified with (contract, "Accounts"; RFC 7517)."""

from constellation.http.dialects import constellations
from constellation.http.endpoint import Reply, endpoint
from constellation.stores import signing
from constellation.views.accounts import KeySet


@endpoint("GET /.well-known/jwks.json", dialect=constellations, security="public", grants=[signing.PUBLISH])
def handler() -> Reply[KeySet]:
    """GET /.well-known/jwks.json: the public keys of access tokens."""
    return Reply({"keys": signing.public_keys()}, {"Cache-Control": "public, max-age=300"})
