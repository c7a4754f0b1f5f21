"""Links and what they mean: one table for the Python grammar and the edge function's."""

from dataclasses import dataclass, field

ID = "123e4567-e89b-42d3-a456-426614174000"

Query = dict[str, list[str]]


@dataclass(frozen=True)
class Vector:
    """A link's last path segment and query; its key, or the properties that a 400 names; neither is a 404."""

    file: str
    query: Query = field(default_factory=dict[str, list[str]])
    key: str | None = None
    bad: tuple[str, ...] = ()


def _served(extension: str, spec: str, **query: str) -> Vector:
    written = "jpg" if extension == "jpeg" else extension
    return Vector(f"{ID}.{extension}", {name: [value] for name, value in query.items()}, f"{ID}/{spec}.{written}")


def _bad(name: str, *values: str) -> Vector:
    return Vector(f"{ID}.jpg", {name: list(values)}, bad=(name,))


_SERVED = [
    *(_served(extension, "full") for extension in ("jpg", "jpeg", "png", "webp", "gif", "avif")),
    *(_served(extension, "800x", w="800") for extension in ("jpg", "jpeg", "png", "webp", "gif", "avif")),
    Vector(f"{ID.upper()}.jpg", {}, f"{ID}/full.jpg"),
    _served("jpg", "300x200", w="300", h="200"),
    _served("jpg", "300x200", h="200", w="300"),
    _served("jpg", "300x200", width="300", height="200"),
    _served("jpg", "300x200", width="300", h="200"),
    _served("jpg", "300x200", w="300", h="200", crop="false"),
    _served("jpg", "300x200", w="300", h="200", crop="FALSE"),
    _served("jpg", "300x200c", w="300", h="200", crop="true"),
    _served("jpg", "300x200c", w="300", h="200", crop="True"),
    _served("jpg", "300x200c", w="300", h="200", crop="tRUE"),
    _served("jpg", "x200", h="200"),
    _served("webp", "300x300c", w="300", crop="true"),
    _served("webp", "300x300c", height="300", crop="true"),
    _served("jpg", "full", crop="true"),
    _served("jpg", "full", crop="false"),
    _served("jpg", "1x1", w="1", h="1"),
    _served("jpg", "4096x4096c", w="4096", h="4096", crop="true"),
    _served("jpg", "800x", w="800", v="2", utm_source="x", W="7"),
    Vector(f"{ID}.jpg", {"v": ["1", "2"]}, f"{ID}/full.jpg"),
    *(
        Vector(f"{ID}_thumbnail.jpeg", query, f"{ID}/300x300c.jpg")
        for query in ({}, {"w": ["800"]}, {"w": ["0", "x"]}, {"crop": ["maybe"]}, {"w": ["1"], "width": ["2"]})
    ),
    Vector(f"{ID.upper()}_thumbnail.webp", {}, f"{ID}/300x300c.webp"),
]

_BAD = [
    *(
        _bad(name, value)
        for name in ("w", "h", "width", "height")
        for value in ("", "0", "-1", "+5", " 5", "5 ", "5\n", "007", "00", "4097", "99999", "1" * 400, "1_000", "1e3")
    ),
    *(
        _bad("w", value)
        for value in ("８００", "٣٠٠", "²", "0x10", "3.0", "3,0", "abc", "NaN", "Infinity", "null", "true")
    ),
    *(
        _bad("crop", value)
        for value in ("", "maybe", "1", "0", "yes", "true ", " true", "falſe", "true\n", "truefalse")
    ),
    _bad("w", "300", "300"),
    _bad("height", "300", "200"),
    _bad("crop", "true", "true"),
    Vector(f"{ID}.jpg", {"w": ["300"], "width": ["300"]}, bad=("w",)),
    Vector(f"{ID}.jpg", {"height": ["300"], "h": ["300"]}, bad=("h",)),
    Vector(f"{ID}.jpg", {"w": ["0"], "height": ["-1"], "crop": ["maybe"]}, bad=("w", "height", "crop")),
]

_UNKNOWN = [
    Vector(file, query)
    for query in ({}, {"w": ["300"]}, {"w": ["bad"]})
    for file in (
        ID,
        f"{ID}.",
        f"{ID}.bmp",
        f"{ID}.svg",
        f"{ID}.JPG",
        f"{ID}.jpg.png",
        f"{ID}.jpg.",
        f"{ID}..jpg",
        f".{ID}.jpg",
        f"{ID}.jpg\n",
        f"{ID}.jpg\x00",
        f"{ID}.jpg%00",
        f"{ID}%2ejpg",
        f"{ID}%00.jpg",
        f"{ID}_thumbnail_thumbnail.jpg",
        f"{ID}_Thumbnail.jpg",
        f"{ID}_thumbnail",
        "_thumbnail.jpg",
        ".jpg",
        "x.jpg",
        f"{ID[:-1]}.jpg",
        f"{ID}0.jpg",
        f"{{{ID}}}.jpg",
        f"urn:uuid:{ID}.jpg",
        ID.replace("-", "") + ".jpg",
        ID.replace("-", "", 1) + "-.jpg",
        ID.replace("1", "１") + ".jpg",
        ID.replace("a", "g") + ".jpg",
        f"..%2f{ID}.jpg",
        f"%2e%2e/{ID}.jpg",
        f"../{ID}.jpg",
        f"{ID}/full.jpg",
        f"constructor/{ID}.jpg",
    )
]

VECTORS = [*_SERVED, *_BAD, *_UNKNOWN]
