"""The names of uploaded files, as they are kept; and what the keys of dropped ones say."""

import pytest

from constellation.common.ids import parse_id
from constellation.common.names import safe_name
from constellation.uploads.model import FIRMWARE, IMAGE, Upload, dropped, posted_id, posted_key
from tests.support.world import NOON, UUID

USER, SPACE = "8d1c2a54-6b0f-4d0e-9a49-0f4f6a3c1b11", "1f0e6f43-5a0c-4a3e-8f5e-2a9c1c1f0b22"


def read(key: str, version: str = "v1", kind: str = IMAGE) -> Upload:
    """What an object is by its key."""
    return dropped(key, version, kind, NOON)


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


@pytest.mark.parametrize(
    ("path", "user", "constellation", "name"),
    [
        (f"{USER}/sea.jpg", USER, "", "sea.jpg"),
        (f"{USER}/{SPACE}/sea.jpg", USER, SPACE, "sea.jpg"),
        (f"{USER.upper()}/{SPACE.upper()}/SEA.JPG", USER, SPACE, "SEA.JPG"),
        (f"{USER}/{SPACE}", USER, "", SPACE),
        (f"{USER}/ a+b%20 ä\\.jpg", USER, "", " a+b%20 ä\\.jpg"),
        (f"{USER}/{SPACE}/folder/sea.jpg", "", "", "sea.jpg"),
        (f"{USER}/trip/sea.jpg", "", "", "sea.jpg"),
        (f"{USER}//sea.jpg", "", "", "sea.jpg"),
        (f"/{USER}/sea.jpg", "", "", "sea.jpg"),
        (f"{{{USER}}}/sea.jpg", "", "", "sea.jpg"),
        (f"{USER} /sea.jpg", "", "", "sea.jpg"),
        (f"１{USER[1:]}/sea.jpg", "", "", "sea.jpg"),
        ("anna/sea.jpg", "", "", "sea.jpg"),
        ("sea.jpg", "", "", "sea.jpg"),
        ("", "", "", ""),
    ],
)
def test_a_key_says_whose_a_dropped_file_is_and_where_it_is_to_lie(
    path: str, user: str, constellation: str, name: str
) -> None:
    upload = read(f"drop/{path}")
    assert (upload.user_id, upload.constellation, upload.name) == (user, constellation, name)
    assert upload.is_dropped
    assert (upload.key, upload.status, upload.created_at, upload.expires_at) == (f"drop/{path}", "pending", NOON, NOON)


def test_a_dropped_files_id_is_that_of_the_version_of_its_object() -> None:
    key = f"drop/{USER}/a"
    ids = [read(key).id, read(key, "v2").id, read(f"{key}b").id, read(f"drop/{USER}/ä").id, read(key, "").id]
    assert len(set(ids)) == 5
    assert all(UUID.fullmatch(id_) and parse_id(id_) == id_ for id_ in ids)
    assert read(key, kind=FIRMWARE).id == ids[0]
    assert read("drop/b", "a\n").id != read("drop/b\n", "a").id


@pytest.mark.parametrize(
    ("key", "report"),
    [
        (f"drop/{USER}/sea.jpg", f"drop-failed/{USER}/sea.jpg.json"),
        ("drop/a b+%ä.json", "drop-failed/a b+%ä.json.json"),
        ("drop/" + "x" * 1007, "drop-failed/" + "x" * 1007 + ".json"),
        ("drop/" + "x" * 1019, "drop-failed/" + "x" * 1007 + ".json"),
        ("drop/x" + "é" * 509, "drop-failed/x" + "é" * 503 + ".json"),
        ("drop/" + "é" * 509, "drop-failed/" + "é" * 503 + ".json"),
        ("drop/xx" + "🌅" * 254, "drop-failed/xx" + "🌅" * 251 + ".json"),
    ],
)
def test_a_report_lies_beside_the_file_and_fits_a_key(key: str, report: str) -> None:
    assert len(key.encode()) <= 1024
    assert read(key).report_key == report
    assert len(report.encode()) <= 1024


def test_the_key_of_what_is_posted_has_the_uploads_id() -> None:
    assert posted_id(posted_key(USER)) == USER
    assert [posted_id(key) for key in (f"drop/{USER}", f"incoming/{USER}/a", "incoming/", f"incoming/{SPACE}x")] == [
        None
    ] * 4
