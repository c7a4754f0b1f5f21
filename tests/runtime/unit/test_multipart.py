"""Forms: every way in which a multipart body is read or refused."""

import inspect

import pytest
from multipart import PushMultipartParser

from constellation.common.errors import BadRequest, Invalid, TooLarge, Unsupported
from constellation.runtime.multipart import UploadedFile, read_form
from constellation.runtime.multipart_parser import MOST_PARTS
from constellation.runtime.request import Request

TYPE = "multipart/form-data; boundary=X"
FILE = b'--X\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\nhello\r\n'
TEXT = b'--X\r\nContent-Disposition: form-data; name="description"\r\n\r\nSea \xc3\xa9\r\n'
END = b"--X--\r\n"
KNOWN = {"image", "description"}


def request(body: bytes, content_type: str = TYPE) -> Request:
    return Request("r", "POST", "/x", {}, {}, {"content-type": content_type}, body, None, "", from_cdn=False)


def test_files_and_fields_are_read() -> None:
    assert read_form(request(FILE + TEXT + END), KNOWN) == {
        "image": UploadedFile("a.jpg", b"hello"),
        "description": "Sea é",
    }


def test_a_form_without_fields_is_empty() -> None:
    assert read_form(request(b"--X--\r\n"), KNOWN) == {}


def test_the_file_name_may_come_before_the_name_and_hold_anything() -> None:
    swapped = FILE.replace(b'name="image"; filename="a.jpg"', 'filename="../é\u202e.jpg"; name="image"'.encode())
    assert read_form(request(swapped + END), KNOWN) == {"image": UploadedFile("../é\u202e.jpg", b"hello")}


@pytest.mark.parametrize(
    "content_type", ["", "application/json", "text/plain; boundary=X", "multipart/mixed; boundary=X"]
)
def test_what_is_no_form_is_unsupported(content_type: str) -> None:
    with pytest.raises(Unsupported):
        read_form(request(FILE + END, content_type), KNOWN)


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
        (TEXT + b"--X-\r\n", TYPE),
        (FILE + TEXT.replace(b"--X", b"--Xtra") + END, TYPE),
        (TEXT.replace(b"\xc3\xa9", b"\xff") + END, TYPE),
        (FILE * (MOST_PARTS + 1) + END, TYPE),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(body: bytes, content_type: str) -> None:
    with pytest.raises(BadRequest):
        read_form(request(body, content_type), KNOWN)


def test_two_fields_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read_form(request(FILE + FILE + END), KNOWN)
    assert refusal.value.violations[0].property == "image"


@pytest.mark.parametrize("size", [4_500_001, 20_000_000])
def test_a_file_past_one_invocations_payload_is_too_large(size: int) -> None:
    with pytest.raises(TooLarge, match=r"POST /api/uploads for files up to 50 MB\.") as refusal:
        read_form(request(FILE.replace(b"hello", b"x" * size) + END), KNOWN)
    assert refusal.value.message.startswith(
        f"The file is too large for a direct upload ({size / 1e6:.2f}".rstrip("0").rstrip(".")
    )


def test_a_file_at_the_limit_is_read() -> None:
    form = read_form(request(FILE.replace(b"hello", b"x" * 4_500_000) + END), KNOWN)
    assert form["image"] == UploadedFile("a.jpg", b"x" * 4_500_000)


def test_small_files_that_are_too_large_together_are_refused() -> None:
    parts = [FILE.replace(b'"image"', name).replace(b"hello", b"x" * 2_400_000) for name in (b'"image"', b'"other"')]
    with pytest.raises(TooLarge, match=r"^The request is too large \(4\.8 MB\)\. The limit is 4\.6 MB\.$"):
        read_form(request(b"".join(parts) + END), KNOWN)


def test_what_the_route_does_not_know_is_bounded_with_the_whole_alone() -> None:
    unknown = FILE.replace(b'"image"', b'"raw"')
    sent = unknown.replace(b"hello", b"x" * 4_550_000) + FILE + END
    assert read_form(request(sent), KNOWN) == {"image": UploadedFile("a.jpg", b"hello")}
    sent = unknown.replace(b"hello", b"x" * 4_650_000) + FILE + END
    with pytest.raises(TooLarge, match=r"^The file is too large for a direct upload \(4\.65 MB\)\."):
        read_form(request(sent), KNOWN)


ODD_FIELDS = {
    "twice": b'--X\r\nContent-Disposition: form-data; name="tags[]"\r\n\r\nsea\r\n' * 2,
    "latin-1": b'--X\r\nContent-Disposition: form-data; name="title"\r\n\r\nCaf\xe9\r\n',
    "a name in latin-1": b'--X\r\nContent-Disposition: form-data; name="Titl\xe9"\r\n\r\nx\r\n',
    "a name in shift-jis": b'--X\r\nContent-Disposition: form-data; name="\x83^\x83C\x83g\x83\x8b"\r\n\r\nx\r\n',
    "no name": b"--X\r\nContent-Disposition: form-data\r\n\r\nx\r\n",
    "an empty name": b'--X\r\nContent-Disposition: form-data; name=""\r\n\r\nx\r\n' * 2,
    "an empty name, a file": b'--X\r\nContent-Disposition: form-data; name=""; filename=""\r\n\r\n\xff\r\n' * 2,
    "no disposition": b"--X\r\nContent-Type: text/plain\r\n\r\nx\r\n",
    "no header": b"--X\r\n\r\nx\r\n",
    "no content": b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n',
    "another disposition": b'--X\r\nContent-Disposition: attachment; name="image"; filename="b.jpg"\r\n\r\nx\r\n',
    "another case": b'--X\r\nContent-Disposition: form-data; name="Image"; filename="b.jpg"\r\n\r\nx\r\n',
    "a file": b'--X\r\nContent-Disposition: form-data; name="raw"; filename="b.cr2"\r\n\r\n\xff\x00\r\n' * 2,
    "a nested form": b'--X\r\nContent-Disposition: form-data; name="more"\r\nContent-Type: multipart/mixed; boundary=Y'
    b'\r\n\r\n--Y\r\nContent-Disposition: file; filename="image"\r\n\r\n\xe9\r\n--Y--\r\n\r\n',
    "its charset": b'--X\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\nno-such-charset\r\n',
    "its charset, no text": b'--X\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\n\xff\x00\r\n',
    "a charset": b'--X\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=x'
    b"\r\n\r\n\xff\r\n",
    "an encoding": b'--X\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n%\r\n',
    "a wrong length": b'--X\r\nContent-Disposition: form-data; name="a"\r\nContent-Length: 9\r\n\r\nx\r\n',
    "a length of none": b'--X\r\nContent-Disposition: form-data; name="a"\r\nContent-Length: x\r\n\r\nx\r\n',
    "two lengths": b'--X\r\nContent-Disposition: form-data; name="a"\r\n'
    b"Content-Length: 1\r\nContent-Length: 1\r\n\r\nx\r\n",
    "a header of any name": b'--X\r\nContent-Disposition: form-data; name="a"\r\nX.Y!: \xff\r\n\xff: z\r\n\r\nx\r\n',
    "no header's line": b'--X\r\nContent-Disposition: form-data; name="a"\r\nnothing\r\n: a\r\n\r\nx\r\n',
    "many headers": b'--X\r\nContent-Disposition: form-data; name="a"\r\n' + b"X-Y: z\r\n" * 30 + b"\r\nx\r\n",
    "a long header": b'--X\r\nContent-Disposition: form-data; name="' + b"a" * 9000 + b'"\r\n\r\nx\r\n',
    "a folded header": b'--X\r\nContent-Disposition: form-data;\r\n\tname="a"\r\n \r\n\r\nx\r\n',
    "many fields": b"".join(
        b'--X\r\nContent-Disposition: form-data; name="%d"\r\n\r\nx\r\n' % number for number in range(MOST_PARTS - 2)
    ),
    "one field often": b'--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * (MOST_PARTS - 2),
}


@pytest.mark.parametrize("odd", ODD_FIELDS.values(), ids=ODD_FIELDS)
def test_what_the_route_does_not_know_is_ignored(odd: bytes) -> None:
    for sent in (odd + FILE + TEXT, FILE + odd + TEXT, FILE + TEXT + odd):
        read = read_form(request(sent + END), KNOWN)
        assert read == {"image": UploadedFile("a.jpg", b"hello"), "description": "Sea é"}


@pytest.mark.parametrize(
    ("sent", "content_type"),
    [
        (b"This is a form.\r\n" + FILE + TEXT + END, TYPE),
        (b"\r\n" + FILE + TEXT + END, TYPE),
        (b"Caf\xe9\r\n\r\n" + FILE + TEXT + END, TYPE),
        (FILE + TEXT + END + b"epilogue", TYPE),
        (FILE + TEXT + END + b"\r\n\xff\r\n" + FILE + END, TYPE),
        (FILE + TEXT + b"--X--", TYPE),
        ((FILE + TEXT + END).replace(b"--X\r\n", b"--X \t\r\n").replace(b"--X--", b"--X-- "), TYPE),
        (FILE + TEXT + END, 'Multipart/Form-Data; charset=utf-8; Boundary="X"'),
        ((FILE + TEXT + END).replace(b"--X", b"--=_a:b/c?"), "multipart/form-data;boundary==_a:b/c?"),
        ((FILE + TEXT + END).replace(b"--X", b"--a b"), 'multipart/form-data; boundary="a b"; charset=x'),
        ((FILE + TEXT + END).replace(b"--X", b"--" + b"-" * 70 + b"7"), f"multipart/form-data; boundary={'-' * 70}7"),
        ((FILE + TEXT + END).replace(b"Content-Disposition: form-data", b"content-disposition:FORM-DATA "), TYPE),
    ],
)
def test_forms_are_read_as_they_come(sent: bytes, content_type: str) -> None:
    read = read_form(request(sent, content_type), KNOWN)
    assert read == {"image": UploadedFile("a.jpg", b"hello"), "description": "Sea é"}


SAID = b'--X\r\nContent-Disposition: form-data; name="_charset_"\r\n\r\n%s\r\n'


@pytest.mark.parametrize(
    ("text", "part", "form", "read"),
    [
        ("Sea é".encode("latin-1"), b"iso-8859-1", b"", "Sea é"),
        ("Sea é".encode("latin-1"), b'"ISO-8859-1"', b"utf-8", "Sea é"),
        ("Sea é".encode("latin-1"), b"", b"iso-8859-1", "Sea é"),
        ("Море".encode("cp1251"), b"windows-1251", b"", "Море"),
        ("海".encode("shift_jis"), b"", b"Shift_JIS", "海"),
        ("海".encode("gbk"), b"GBK", b"", "海"),
        ("Sea é".encode(), b"", b"", "Sea é"),
        ("Sea é".encode(), b"utf8", b"", "Sea é"),
        ("Sea é".encode(), b"no-such-charset", b"", "Sea é"),
        ("Sea é".encode(), b"", b"\xff", "Sea é"),
        ("Sea é".encode(), b"utf-7", b"idna", "Sea é"),
        ("Sea é".encode(), b"punycode", b"", "Sea é"),
        ("Sea é".encode(), b"base64", b"", "Sea é"),
        ("Sea é".encode(), b"x" * 5000, b"y" * 5000, "Sea é"),
        (b"Sea", b"utf-8\0", b"", "Sea"),
    ],
)
def test_a_known_text_is_read_in_the_charset_that_it_says(text: bytes, part: bytes, form: bytes, read: str) -> None:
    field = b'--X\r\nContent-Disposition: form-data; name="description"\r\n'
    if part:
        field += b"Content-Type: text/plain; charset=" + part + b"\r\n"
    sent = field + b"\r\n" + text + b"\r\n" + (SAID % form if form else b"") + END
    assert read_form(request(sent), KNOWN) == {"description": read}


@pytest.mark.parametrize("charset", [b"", b"us-ascii", b"utf-8", b"euc-jp", b"no-such-charset"])
def test_a_known_text_that_is_none_cannot_be_read(charset: bytes) -> None:
    field = b'--X\r\nContent-Disposition: form-data; name="description"\r\nContent-Type: text/plain; charset=%s\r\n'
    with pytest.raises(BadRequest):
        read_form(request(field % charset + b"\r\nSea \xff\r\n" + END), KNOWN)


@pytest.mark.parametrize(
    ("method", "parameters"),
    [("_on_segment_headerline", ["self", "line"]), ("_create_segment", ["self", "headerlist"])],
)
def test_the_parser_overrides_what_the_package_calls(method: str, parameters: list[str]) -> None:
    """These are private to the package. When it changes them, ``multipart_parser`` has to follow."""
    assert list(inspect.signature(vars(PushMultipartParser)[method]).parameters) == parameters
    assert "_segment_limit" in vars(PushMultipartParser(b"X"))
