import pytest

from constellation.accounts.access_tokens import is_current
from constellation.accounts.identities import comparable, login_identity, username_identity
from constellation.accounts.model import FailedLogins
from constellation.accounts.random_secrets import digest, new_key_secret, new_refresh_token
from constellation.common.errors import TooManyRequests
from constellation.common.names import clean_name
from tests.support.world import NOON

SECONDS = int(NOON.timestamp())


@pytest.mark.parametrize(
    ("left", "right"), [("Ada", "aDA"), ("STRASSE", "straße"), ("ａｄａ", "ada"), (" ada ", "ada"), ("Å", "\u212b")]
)
def test_comparable(left: str, right: str) -> None:
    assert comparable(left) == comparable(right)
    assert username_identity(left) == username_identity(right)


def test_a_login_name_with_an_at_sign_is_an_email() -> None:
    assert login_identity("ada").startswith("USERNAME#")
    assert login_identity("ada@example.com").startswith("EMAIL#")
    assert login_identity("ada＠example.com") == login_identity("ADA@example.com")


@pytest.mark.parametrize("text", ["", " ", "\u3000", "abcdef", "a\tb", "a\u0085b", "a\u2066b"])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="This value"):
        clean_name(text, 5)


def test_a_name_is_trimmed() -> None:
    assert clean_name("  abcde\n", 5) == "abcde"


def test_failed_logins() -> None:
    full = FailedLogins()
    for _ in range(10):
        full.refuse(NOON, 10)
        full = full.and_one("x", NOON, 900)
    with pytest.raises(TooManyRequests) as refused:
        full.refuse(NOON, 10)
    assert refused.value.retry_after == 900
    assert full.count == 10


@pytest.mark.parametrize(
    ("claims", "current"),
    [
        ({"iat": SECONDS, "exp": SECONDS + 1}, True),
        ({"iat": SECONDS, "exp": SECONDS}, False),
        ({"iat": SECONDS + 1, "exp": SECONDS + 2}, False),
        ({"iat": SECONDS, "exp": SECONDS + 1, "nbf": SECONDS + 1}, False),
        ({"iat": SECONDS, "exp": SECONDS + 1, "nbf": None}, False),
        ({"iat": SECONDS}, False),
        ({"exp": SECONDS + 1}, False),
        ({"iat": True, "exp": SECONDS + 1}, False),
        ({"iat": SECONDS, "exp": "9999999999"}, False),
    ],
)
def test_is_current(claims: dict[str, object], current: bool) -> None:
    assert is_current(claims, NOON) is current


def test_secrets_are_new_each_time_and_hold_256_bits() -> None:
    assert len({new_refresh_token() for _ in range(100)} | {new_key_secret() for _ in range(100)}) == 200
    assert len(new_refresh_token()) == 43
    assert len(new_key_secret()) == 3 + 64
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
