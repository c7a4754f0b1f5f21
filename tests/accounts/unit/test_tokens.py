"""Every way in which a credential can be wrong (threats: forged, expired and misplaced tokens)."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from constellation.accounts.random_secrets import digest
from constellation.accounts.signing import encode, public_keys, signing_key
from constellation.aws import client as aws
from constellation.aws.resources import ACCOUNTS, SIGNING
from constellation.common.observability import logger
from tests.support.accounts import log_in, log_out, me, new_key, refresh, session, sign_up
from tests.support.world import NOON, World, configure, create_key

FORGER = ec.generate_private_key(ec.SECP256R1())
SECONDS = int(NOON.timestamp())


def segment(value: Any) -> str:
    return encode(json.dumps(value).encode())


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    whole = jwt.decode_complete(token, options={"verify_signature": False})
    return whole["header"], whole["payload"]


def signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token that our own key has really signed."""
    message = f"{segment(header)}.{segment(claims)}"
    return f"{message}.{encode(signing_key().sign(message.encode()))}"


def _neighbour(last: str) -> str:
    """The next letter of base64url: after 64 bytes the last one's four lowest bits are not used."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return alphabet[alphabet.index(last) + 1]


def without(values: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != name}


def refused(world: World, token: str) -> bool:
    """Whether the token is denied, at the gateway or by the authorizer, with nothing written and nothing fetched."""
    before = world.items(ACCOUNTS)
    denied = world.authorize("jwt", f"Bearer {token}") is None
    assert world.items(ACCOUNTS) == before
    return denied


def test_a_good_token_in_any_case_of_the_scheme(world: World) -> None:
    user = sign_up(world)
    token = session(world)["access_token"]
    for scheme in ("Bearer", "bearer", "BEARER"):
        caller = world.authorize("jwt", f"{scheme} {token}")
        assert caller
        assert caller.user_id == user
        assert caller.session_id == parts(token)[1]["sid"]


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Bearer a.b", "Bearer a.b.c.d", "Bearer a.b.ü", "Basic a.b.c", "a.b.c"],
)
def test_no_token_is_refused_before_a_function_runs(world: World, header: str | None) -> None:
    assert world.authorize("jwt", header) is None
    assert world.calls == []


@pytest.mark.parametrize(
    "token",
    [
        "a.b.c",
        "....".join(["e30", "e30", "e30"]),
        f"{segment([])}.{segment({})}.AA",
        f"{segment({'alg': 'ES256'})}.{segment([])}.AA",
        f"{encode(b'[' * 5000)}.{segment({})}.AA",
        f"{segment({'kid': ['a'], 'alg': 'ES256', 'typ': 'at+jwt'})}.{segment({})}.AA",
    ],
)
def test_garbage(world: World, token: str) -> None:
    assert refused(world, token)


def test_signature_tricks(world: World) -> None:
    sign_up(world)
    header, claims = parts(token := session(world)["access_token"])
    signing_input = token.rpartition(".")[0]
    der = aws.call("kms", "get_public_key", KeyId=SIGNING.physical_name)["PublicKey"]
    pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der_signature = aws.call(
        "kms",
        "sign",
        KeyId=SIGNING.physical_name,
        Message=signing_input.encode(),
        MessageType="RAW",
        SigningAlgorithm="ECDSA_SHA_256",
    )["Signature"]
    hmac = jwt.PyJWS()
    hmac_key = encode(pem)
    tampered = segment({**claims, "sub": "8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11"})
    forgeries = {
        "no algorithm": f"{segment({**header, 'alg': 'none'})}.{segment(claims)}.AA",
        "HS256 with the public key": hmac.encode(
            json.dumps(claims).encode(), hmac_key, "HS256", {**header, "alg": "HS256"}
        ),
        "another key": jwt.encode(claims, FORGER, "ES256", header),
        "other claims": f"{token.split('.')[0]}.{tampered}.{token.split('.')[2]}",
        "a zero signature": f"{signing_input}.{encode(bytes(64))}",
        "an empty signature": f"{signing_input}.",
        "DER": f"{signing_input}.{encode(der_signature)}",
        "the same bytes spelled otherwise": f"{token[:-1]}{_neighbour(token[-1])}",
        "no object": f"{segment([header])}.{segment([claims])}.{token.split('.')[2]}",
        "nested too deeply": f"{encode(b'[' * 100_000)}.{segment(claims)}.AA",
    }
    assert [name for name, forged in forgeries.items() if not refused(world, forged)] == []
    assert not refused(world, token)


def test_header_tricks(world: World) -> None:
    sign_up(world)
    header, claims = parts(session(world)["access_token"])
    forger = ECAlgorithm.to_jwk(FORGER.public_key(), as_dict=True)
    headers: dict[str, dict[str, Any]] = {
        "crit": {**header, "crit": ["exp"], "exp": 1},
        "b64": {**header, "crit": ["b64"], "b64": True},
        "jku": {**header, "jku": "http://192.0.2.1/keys"},
        "jwk": {**header, "jwk": forger},
        "x5u": {**header, "x5u": "http://192.0.2.1/keys"},
        "unknown kid": {**header, "kid": "unknown"},
        "kid as a path": {**header, "kid": "../../dev/null"},
        "kid as a list": {**header, "kid": [header["kid"]]},
        "kid as a number": {**header, "kid": 7},
        "no kid": without(header, "kid"),
        "no typ": without(header, "typ"),
        "typ JWT": {**header, "typ": "JWT"},
        "typ of another type": {**header, "typ": 1},
        "alg of another size": {**header, "alg": "ES384"},
    }
    assert [name for name, tried in headers.items() if not refused(world, signed(tried, claims))] == []
    embedded = jwt.encode(claims, FORGER, "ES256", {**header, "jwk": forger})
    assert refused(world, embedded)
    assert not refused(world, signed({**header, "typ": "AT+JWT"}, claims))


def test_claim_tricks(world: World) -> None:
    sign_up(world)
    sign_up(world, "bob@example.com", "bob")
    header, claims = parts(session(world)["access_token"])
    bob = parts(session(world, "bob")["access_token"])[1]
    tried: dict[str, dict[str, Any]] = {f"no {name}": without(claims, name) for name in claims if name != "client_id"}
    tried |= {
        "another issuer": {**claims, "iss": "https://evil.example"},
        "issuer as a list": {**claims, "iss": [claims["iss"]]},
        "another audience": {**claims, "aud": "other"},
        "no audience left": {**claims, "aud": []},
        "audience as a list": {**claims, "aud": [claims["aud"]]},
        "jti as a number": {**claims, "jti": 7},
        "expired this second": {**claims, "exp": SECONDS},
        "issued in a second": {**claims, "iat": SECONDS + 1},
        "not yet valid": {**claims, "nbf": SECONDS + 1},
        "exp as text": {**claims, "exp": "9999999999"},
        "exp as a truth": {**claims, "exp": True},
        "exp not a number": {**claims, "exp": float("nan")},
        "sub as a number": {**claims, "sub": 7},
        "the session of another": {**claims, "sid": bob["sid"]},
        "an unknown session": {**claims, "sid": "8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11"},
        "sid as a number": {**claims, "sid": 7},
        "an empty session": {**claims, "sid": ""},
    }
    assert [name for name, content in tried.items() if not refused(world, signed(header, content))] == []
    for name, content in {
        "a huge exp": {**claims, "exp": 10**400},
        "a fractional exp": {**claims, "exp": SECONDS + 0.5},
    }.items():
        assert not refused(world, signed(header, content)), name


@pytest.mark.parametrize("is_kept", [False, True])
def test_a_token_expires_even_if_the_gateway_keeps_the_answer(world: World, is_kept: bool) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    world.approved = {} if is_kept else None
    world.advance(seconds=3599)
    assert me(world, token).status == 200
    world.advance(seconds=1)
    assert me(world, token).status == 401


def test_a_refresh_token_is_no_access_token(world: World) -> None:
    sign_up(world)
    assert refused(world, session(world)["refresh_token"])


def test_an_access_token_is_no_refresh_token(world: World) -> None:
    sign_up(world)
    tokens = session(world)
    assert refresh(world, tokens["access_token"]).status == 401
    assert me(world, tokens["access_token"]).status == 200


def test_a_key_opens_no_jwt_route_and_a_token_no_key_route(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    key = new_key(world, token)["key"]
    assert refused(world, key)
    assert world.calls == []
    assert world.authorize("api_key", f"Bearer {token}") is None
    assert world.calls == []
    assert world.authorize("api_key", f"Bearer {key}")


@pytest.mark.parametrize("key", ["sk_", "sk_" + "0" * 63, "sk_" + "0" * 65, "sk_" + "A" * 64, "pk_" + "0" * 64])
def test_a_malformed_key_is_refused_before_a_function_runs(world: World, key: str) -> None:
    assert world.authorize("api_key", f"Bearer {key}") is None
    assert world.calls == []


def test_an_unknown_key(world: World) -> None:
    assert world.authorize("api_key", "Bearer sk_" + "0" * 64) is None


def test_a_logged_out_session_is_out(world: World) -> None:
    sign_up(world)
    tokens, other = session(world), session(world)
    log_out(world, tokens["refresh_token"])
    assert me(world, tokens["access_token"]).status == 401
    assert me(world, other["access_token"]).status == 200, "other sessions go on"


def test_both_keys_verify_while_one_takes_the_others_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(world)
    before = session(world)["access_token"]
    first, second = SIGNING.physical_name, create_key()
    monkeypatch.setenv(SIGNING.variable, f"{second},{first}")
    after = session(world)["access_token"]
    assert parts(after)[0]["kid"] != parts(before)[0]["kid"]
    assert [key["kid"] for key in public_keys()] == [parts(after)[0]["kid"], parts(before)[0]["kid"]]
    assert me(world, before).status == me(world, after).status == 200
    monkeypatch.setenv(SIGNING.variable, second)
    assert me(world, before).status == 401
    assert me(world, after).status == 200


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log lines as CloudWatch would get them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logger().registered_formatter)
    logging.getLogger(logger().name).addHandler(handler)
    yield stream
    logging.getLogger(logger().name).removeHandler(handler)


def test_secrets_are_stored_hashed_and_never_logged(world: World, log: io.StringIO) -> None:
    sign_up(world)
    tokens = session(world)
    fresh = refresh(world, tokens["refresh_token"]).json
    key = new_key(world, fresh["access_token"])["key"]
    world.authorize("api_key", f"Bearer {key}")
    log_in(world, password="a wrong password")
    log_in(world, "stranger@example.com")
    stored, logged = str(world.items(ACCOUNTS)), log.getvalue()
    secrets = [tokens["refresh_token"], fresh["refresh_token"], fresh["access_token"], key, "correct horse battery"]
    assert "request" in logged
    assert digest(key) in stored
    for secret in secrets:
        assert secret not in stored
    for secret in [*secrets, "a wrong password", "@example.com"]:
        assert secret not in logged
    assert "stranger" not in stored


OUTSIDE = rsa.generate_private_key(65537, 2048)


class Issuer(HTTPServer):
    """An outside OIDC issuer's key set, counting how often it was fetched."""

    fetched = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class KeySetHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Issuer)
        self.server.fetched += 1
        key = RSAAlgorithm.to_jwk(OUTSIDE.public_key(), as_dict=True)
        body = json.dumps({"keys": [{**key, "kid": "outside", "use": "sig"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        pass


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    server = Issuer(("127.0.0.1", 0), KeySetHandler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    configure(monkeypatch, oidc_issuer=server.url, oidc_audience="photos", oidc_jwks_url=f"{server.url}/keys")
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_outside_issuer(world: World, issuer: Issuer) -> None:
    user = sign_up(world)
    claims = {"iss": issuer.url, "aud": "photos", "sub": user, "iat": SECONDS, "exp": SECONDS + 60}
    own = session(world)["access_token"]

    def token(
        key: Any = OUTSIDE, algorithm: str = "RS256", kid: str = "outside", typ: str = "JWT", **other: Any
    ) -> str:
        return jwt.encode({**claims, **other}, key, algorithm, {"kid": kid, "typ": typ})

    assert me(world, own).status == 200
    assert refused(world, token(iss="https://evil.example"))
    assert issuer.fetched == 0, "only a token that names the issuer makes us ask it"
    caller = world.authorize("jwt", f"Bearer {token()}")
    assert caller
    assert (caller.user_id, caller.session_id) == (user, "")
    tried = {
        "our own audience": token(aud="constellation"),
        "expired": token(exp=SECONDS),
        "issued later": token(iat=SECONDS + 1),
        "another key": token(rsa.generate_private_key(65537, 2048)),
        "an unknown kid": token(kid="unknown"),
        "another kind of token": token(typ="logout+jwt"),
        "sub of another kind": token(sub="auth0|7"),
        "a user that is not here": token(sub="8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11"),
        "a session of ours": signed(parts(own)[0], {**parts(own)[1], "iss": issuer.url}),
        "RS512": token(algorithm="RS512"),
    }
    assert [name for name, forged in tried.items() if not refused(world, forged)] == []
    assert issuer.fetched == 1, "the key set is kept, an unknown kid asks again only after a pause"


def test_an_outside_issuer_that_is_down(world: World, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, oidc_issuer=issuer.url, oidc_audience="photos", oidc_jwks_url="http://127.0.0.1:9/keys")
    claims = {"iss": issuer.url, "aud": "photos", "sub": "x", "iat": SECONDS, "exp": SECONDS + 60}
    assert refused(world, jwt.encode(claims, OUTSIDE, "RS256", {"kid": "outside"}))


def test_a_token_with_any_character_altered_is_refused(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    altered = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    assert [forged for forged in altered if forged.count(".") == 2 and not refused(world, forged)] == []


def test_base64_spelling_of_a_signature_is_unique(world: World) -> None:
    sign_up(world)
    token = session(world)["access_token"]
    alphabet = base64.urlsafe_b64encode(bytes(range(256))).decode()
    last = token[-1]
    others = [other for other in dict.fromkeys(alphabet) if other not in (last, "=")]
    assert all(refused(world, token[:-1] + other) for other in others)
