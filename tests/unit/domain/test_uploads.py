"""The names of uploaded files, as they are kept."""

import pytest

from constellation.domain.uploads import safe_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("sea.jpg", "sea.jpg"),
        ("C:\\Pictures\\sea.jpg", "sea.jpg"),
        ("../../etc/passwd", "passwd"),
        ("Öland 🏝️.png", "Öland 🏝️.png"),
        ("a\r\nSet-Cookie: b.jpg", "aSet-Cookie: b.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\u2028b\u0085c\0d", "abcd"),
        ("  spaced .jpg ", "spaced .jpg"),
        ("x" * 300, "x" * 255),
        ("x" * 254 + " y", "x" * 254),
        ("folder/", ""),
        ("\u2066", ""),
        ("", ""),
    ],
)
def test_a_safe_name_is_the_last_part_without_what_deceives(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept
