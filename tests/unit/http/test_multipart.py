"""Forms: every way in which a multipart body is read or refused."""

import pytest

from constellation.domain.errors import BadRequest, Invalid, TooLarge, Unsupported
from constellation.http.multipart import UploadedFile, read_form
from constellation.http.request import Request

TYPE = "multipart/form-data; boundary=X"
FILE = b'--X\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nhello\r\n'
TEXT = b'--X\r\nContent-Disposition: form-data; name="description"\r\n\r\nSea \xc3\xa9\r\n'
END = b"--X--\r\n"


def request(body: bytes, content_type: str = TYPE) -> Request:
    return Request("r", "POST", "/x", {}, {}, {"content-type": content_type}, body, None, "", from_cdn=False)


def test_files_and_fields_are_read() -> None:
    assert read_form(request(FILE + TEXT + END)) == {"image": UploadedFile("a.jpg", b"hello"), "description": "Sea é"}


def test_a_form_without_fields_is_empty() -> None:
    assert read_form(request(b"--X--\r\n")) == {}


def test_the_file_name_may_come_before_the_name_and_hold_anything() -> None:
    swapped = FILE.replace(b'name="image"; filename="a.jpg"', 'filename="../é\u202e.jpg"; name="image"'.encode())
    assert read_form(request(swapped + END)) == {"image": UploadedFile("../é\u202e.jpg", b"hello")}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/plain; boundary=X", "multipart/mixed; boundary=X"]
)
def test_what_is_no_form_is_unsupported(content_type: str) -> None:
    with pytest.raises(Unsupported):
        read_form(request(FILE + END, content_type))


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", TYPE),
        (FILE, TYPE),
        (FILE + END, "multipart/form-data"),
        (FILE + END, "multipart/form-data; boundary=Y"),
        ((FILE + END).replace(b"\r\n", b"\n"), TYPE),
        (FILE.replace(b' name="image";', b"") + END, TYPE),
        (FILE.replace(b"Content-Disposition", b"X-Other") + END, TYPE),
        (FILE.replace(b"a.jpg", b"\xff.jpg") + END, TYPE),
        (TEXT.replace(b"\xc3\xa9", b"\xff") + END, TYPE),
        (FILE * 200 + END, TYPE),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(body: bytes, content_type: str) -> None:
    with pytest.raises(BadRequest):
        read_form(request(body, content_type))


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_form(request(FILE + FILE + END))
    assert refusal.value.violations[0].property == "image"


@pytest.mark.parametrize("size", [4_500_001, 20_000_000])
def test_a_file_past_one_invocations_payload_is_too_large(size: int) -> None:
    with pytest.raises(TooLarge, match=r"POST /api/uploads for files up to 50 MB\.") as refusal:
        read_form(request(FILE.replace(b"hello", b"x" * size) + END))
    assert refusal.value.message.startswith(
        f"The file is too large for a direct upload ({size / 1e6:.2f}".rstrip("0").rstrip(".")
    )


def test_a_file_at_the_limit_is_read() -> None:
    form = read_form(request(FILE.replace(b"hello", b"x" * 4_500_000) + END))
    assert form["image"] == UploadedFile("a.jpg", b"x" * 4_500_000)


def test_small_files_that_are_too_large_together_are_refused() -> None:
    parts = [FILE.replace(b'"image"', name).replace(b"hello", b"x" * 2_400_000) for name in (b'"image"', b'"other"')]
    with pytest.raises(TooLarge, match=r"^The request is too large \(4\.8 MB\)\. The limit is 4\.6 MB\.$"):
        read_form(request(b"".join(parts) + END))
