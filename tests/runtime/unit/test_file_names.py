"""The names of files in forms, as browsers, command lines and libraries send them."""

from time import process_time

import pytest

from constellation.runtime.multipart import UploadedFile, read_form
from constellation.runtime.multipart_parser import file_name, parameters_of
from constellation.runtime.request import Request

NAMES = {
    "browsers": ('name="image"; filename="a.hex"', "a.hex"),
    "browsers, a quotation mark": ('name="image"; filename="a%22b%22.hex"', 'a"b".hex'),
    "browsers, a line": ('name="image"; filename="a%0D%0Ab.hex"', "a\r\nb.hex"),
    "browsers, UTF-8": ('name="image"; filename="прошивка.hex"', "прошивка.hex"),
    "browsers, a percent sign": ('name="image"; filename="100%.hex"', "100%.hex"),
    "browsers, percent signs": ('name="image"; filename="5% to 10%.hex"', "5% to 10%.hex"),
    "browsers, a backslash": ('name="image"; filename="a\\b.hex"', "a\\b.hex"),
    "browsers, no file": ('name="image"; filename=""', ""),
    "old browsers, a path": ('name="image"; filename="C:\\new\\temp\\a.hex"', "C:\\new\\temp\\a.hex"),
    "old browsers, a share": ('name="image"; filename="\\\\server\\share\\a.hex"', "\\server\\share\\a.hex"),
    "curl, a quotation mark": ('name="image"; filename="a\\"b.hex"', 'a"b.hex'),
    "curl, a backslash": ('name="image"; filename="a\\\\b.hex"', "a\\b.hex"),
    "curl, both": ('name="image"; filename="\\\\\\"a.hex"', '\\"a.hex'),
    "a semicolon": ('name="image"; filename="a;b=c.hex"', "a;b=c.hex"),
    "an escaped end": ('name="image"; filename="a\\"; filename=b.hex"', 'a"; filename=b.hex'),
    "a token": ("name=image; filename=a.hex", "a.hex"),
    "a token, with blanks": ("name=image; filename=my first file.hex ; x=y", "my first file.hex"),
    "a token, UTF-8": ("name=image; filename=é.hex", "é.hex"),
    "no end": ('name=image; filename="a.hex', "a.hex"),
    "blanks": ('name = "image" ;filename\t=\t"a.hex"', "a.hex"),
    "no blanks": ('name="image";filename="a.hex";x=y', "a.hex"),
    "another order": ('filename="a.hex"; name="image"', "a.hex"),
    "capitals": ('NAME="image"; FileName="a.hex"', "a.hex"),
    "what is none": ('name="image"; x; =y; ;; filename="a.hex"', "a.hex"),
    "twice": ('name="image"; filename="a.hex"; filename="b.txt"', "a.hex"),
    "in a name": ('x="; filename=b.txt"; name="image"; filename="a.hex"', "a.hex"),
    ".NET": (
        'name=image; filename="=?utf-8?B?0L/RgNC+0YjQuNCy0LrQsC5oZXg=?=";'
        " filename*=utf-8''%D0%BF%D1%80%D0%BE%D1%88%D0%B8%D0%B2%D0%BA%D0%B0.hex",
        "прошивка.hex",
    ),
    ".NET, ASCII": ("name=image; filename=a.hex; filename*=utf-8''a.hex", "a.hex"),
    "aiohttp": ('name="image"; filename="%D0%B0%20%2B.hex"; filename*=utf-8\'\'%D0%B0%20%2B.hex', "а +.hex"),
    "aiohttp, plain": ('name="image"; filename="%D0%B0%20b.hex"', "а b.hex"),
    "Requests": ("name=\"image\"; filename*=utf-8''%C3%A9.hex", "é.hex"),
    "the extended one first": ("name=image; filename*=UTF-8''b.hex; filename=a.txt", "b.hex"),
    "a language": ("name=image; filename*=UTF-8'en-GB'b.hex; filename=a.txt", "b.hex"),
    "Latin-1": ("name=image; filename*=iso-8859-1''%E9.hex; filename=e.hex", "é.hex"),
    "Latin-1 by its other name": ("name=image; filename*=latin1''%E9.hex", "é.hex"),
    "extended and quoted": ("name=image; filename*=\"UTF-8''%C3%A9.hex\"; filename=e.hex", "é.hex"),
    "extended, a percent sign": ("name=image; filename*=UTF-8''100%25.hex; filename=e.hex", "100%.hex"),
    "extended, decoded once": ("name=image; filename*=UTF-8''%2541.hex", "%41.hex"),
    "extended, no charset": ("name=image; filename*=%C3%A9.hex; filename=e.hex", "e.hex"),
    "extended, an empty charset": ("name=image; filename*=''%C3%A9.hex; filename=e.hex", "e.hex"),
    "extended, one quotation mark": ("name=image; filename*=UTF-8'é.hex; filename=e.hex", "e.hex"),
    "extended, raw": ("name=image; filename*=UTF-8''é.hex; filename=e.hex", "e.hex"),
    "extended, no UTF-8": ("name=image; filename*=UTF-8''%E9.hex; filename=e.hex", "e.hex"),
    "extended, a bad escape": ("name=image; filename*=UTF-8''%C3%A.hex; filename=e.hex", "e.hex"),
    "extended, an end of an escape": ("name=image; filename*=UTF-8''e%; filename=e.hex", "e.hex"),
    "extended, an unknown charset": ("name=image; filename*=x-none''%FF.hex; filename=e.hex", "e.hex"),
    "extended, a charset that is no text's": ("name=image; filename*=idna''%FF.hex; filename=e.hex", "e.hex"),
    "extended, nothing": ("name=image; filename*=UTF-8''; filename=e.hex", "e.hex"),
    "extended, wrong and alone": ("name=image; filename*=UTF-8''%E9.hex", ""),
    "words, Q": ('name=image; filename="=?UTF-8?Q?caf=C3=A9_1.hex?="', "café 1.hex"),
    "words, small letters": ('name=image; filename="=?utf-8?q?caf=C3=A9.hex?="', "café.hex"),
    "words, Latin-1": ('name=image; filename="=?iso-8859-1?Q?caf=E9.hex?="', "café.hex"),
    "words, Windows": ('name=image; filename="=?windows-1251?B?7O7w5S5oZXg=?="', "море.hex"),
    "words, a token": ("name=image; filename==?utf-8?B?w6kuaGV4?=", "é.hex"),
    "words, two": ('name=image; filename="=?utf-8?Q?caf?= =?utf-8?Q?=C3=A9.hex?="', "café.hex"),
    "words, a letter in two": ('name=image; filename="=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9.hex?="', "café.hex"),
    "words, and others": ('name=image; filename="=?utf-8?Q?caf=C3=A9?=.hex"', "café.hex"),
    "words, a percent sign": ('name=image; filename="=?utf-8?Q?100%25.hex?="', "100%25.hex"),
    "words, no base 64": ('name=image; filename="=?utf-8?B?w?=.hex"', "=?utf-8?B?w?=.hex"),
    "words, no such charset": ('name=image; filename="=?x-none?Q?=FF.hex?="', "=?x-none?Q?=FF.hex?="),
    "no words": ('name=image; filename="=?a.hex"', "=?a.hex"),
    "percent, no UTF-8": ('name=image; filename="caf%E9.hex"', "caf%E9.hex"),
    "percent, small letters": ('name=image; filename="caf%c3%a9.hex"', "café.hex"),
    "percent, a plus sign": ('name=image; filename="a+b%20c.hex"', "a+b c.hex"),
}


@pytest.mark.parametrize(("sent", "name"), NAMES.values(), ids=NAMES)
def test_a_name(sent: str, name: str) -> None:
    assert _read(sent.encode()) == name


@pytest.mark.parametrize(
    ("sent", "name"),
    [(b"caf\xe9.hex", "café.hex"), (b"\xff\xfe.hex", "ÿþ.hex"), (b"caf\xc3\xa9\xff.hex", "cafÃ©ÿ.hex")],
)
def test_a_name_that_is_no_utf_8_is_latin_1(sent: bytes, name: str) -> None:
    assert _read(b'name="image"; filename="' + sent + b'"') == name


@pytest.mark.parametrize("sent", ['name="image"', 'name="image; filename=a"', 'name="image"; x="filename=a"'])
def test_without_a_name_it_is_no_file(sent: str) -> None:
    assert file_name(parameters_of(f"form-data; {sent}")) is None


@pytest.mark.parametrize(
    "unit", [';a="', ';a="\\', ";a=", '"\\', "=?a?q?", "=?utf-8?q?=41?= ", "%41", ";", "; ", "filename*=a'b'", "='"]
)
def test_the_time_is_linear_in_the_header(unit: str) -> None:
    started = process_time()
    for before in ("", "; filename=", '; filename="', "; filename*="):
        file_name(parameters_of("form-data" + before + unit * (16_000 // len(unit))))
    assert process_time() - started < 0.5


def _read(parameters: bytes) -> str:
    body = b"--X\r\nContent-Disposition: form-data; " + parameters + b"\r\n\r\nx\r\n--X--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=X"}
    request = Request("r", "POST", "/x", {}, {}, headers, body, None, "", from_cdn=False)
    file = read_form(request, {"image"})["image"]
    assert isinstance(file, UploadedFile)
    assert file.data == b"x"
    return file.name
