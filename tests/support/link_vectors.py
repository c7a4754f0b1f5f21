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

_OPTIONS = [
    *(
        _served("jpg", key, **query)
        for key, query in {
            "300x200": {"w": "300", "h": "200", "fit": "inside"},
            "300x200c": {"w": "300", "h": "200", "fit": "cover"},
            "300x300c": {"w": "300", "fit": "cover"},
            "200x200c": {"h": "200", "fit": "cover", "crop": "true"},
            "300x201c": {"w": "300", "h": "201", "fit": "cover", "crop": "False"},
            "300x200p": {"w": "300", "h": "200", "fit": "pad"},
            "300x202p": {"w": "300", "h": "202", "fit": "pad", "crop": "false"},
            "full-bff0000": {"bg": "FF0000"},
            "full-b0a0b0c": {"bg": "0A0b0C99"},
            "full-b000000": {"bg": "00000000"},
            "300x300c-f500_500": {"w": "300", "h": "300", "crop": "true", "focus": "center"},
            "300x301c-f500_500": {"w": "300", "h": "301", "crop": "true", "focus": "0.5,0.500"},
            "300x300c-f0_1000": {"w": "300", "fit": "cover", "focus": "0,1"},
            "300x302c-f1000_0": {"w": "300", "h": "302", "fit": "cover", "focus": "1.000,0.00"},
            "300x303c-f1_999": {"w": "300", "h": "303", "fit": "cover", "focus": "0.001,0.999"},
            "300x304c-f70_290": {"w": "300", "h": "304", "fit": "cover", "focus": "0.07,0.29"},
            "300x300c-fauto": {"w": "300", "fit": "cover", "focus": "auto"},
            "300x305": {"w": "300", "h": "305", "focus": "0.1,0.2"},
            "300x306p": {"w": "300", "h": "306", "fit": "pad", "focus": "auto"},
            "full-q5": {"q": "1"},
            "full-q80": {"q": "82"},
            "full-q85": {"q": "83"},
            "full-q100": {"q": "100"},
            "150x": {"w": "100", "dpr": "1.5"},
            "152x5": {"w": "101", "h": "3", "dpr": "1.5"},
            "4095x": {"w": "1365", "dpr": "3"},
            "4096x4096c": {"h": "2048", "dpr": "2", "crop": "true"},
            "100x": {"w": "100", "dpr": "1"},
            "full-r90": {"rotate": "90"},
            "full-r180": {"rotate": "180"},
            "full-r270": {"rotate": "270"},
            "full-m": {"flip": "h"},
            "full-m-r180": {"flip": "v"},
            "full-m-r90": {"flip": "v", "rotate": "270"},
            "full-r90-s3": {"flip": "hv", "rotate": "270", "blur": "3"},
            "full-s50": {"blur": "50"},
            "full-g": {"gray": "TRUE"},
            "800x600c-f250_750-b102030-q75-m-r90-s9-g": {
                "gray": "true",
                "blur": "9",
                "rotate": "90",
                "flip": "h",
                "q": "77",
                "bg": "102030",
                "focus": "0.25,0.75",
                "fit": "cover",
                "dpr": "2",
                "h": "300",
                "w": "400",
            },
        }.items()
    ),
    *(
        _served("jpg", "full", **query)
        for query in (
            {"bg": "ffffff"},
            {"bg": "FFFFFF00"},
            {"bg": "transparent"},
            {"dpr": "3"},
            {"fit": "cover"},
            {"fit": "inside", "crop": "FALSE"},
            {"focus": "0.3,0.3", "crop": "true"},
            {"gray": "false"},
            {"flip": "hv", "rotate": "180"},
        )
    ),
    _served("png", "full", q="50"),
    _served("gif", "full", q="50"),
    *(_served(extension, "full-q50", q="50") for extension in ("jpeg", "webp", "avif")),
    *(_served(extension, "full", bg="12345600") for extension in ("png", "webp", "gif", "avif")),
    *(_served(extension, "full-b12345601", bg="12345601") for extension in ("png", "webp", "gif", "avif")),
    *(_served(extension, "full-bffffff", bg="FFFFFFff") for extension in ("png", "webp", "gif", "avif")),
    _served("auto", "800x-b12345600-q50", w="800", bg="12345600", q="50"),
    _served("auto", "full-bffffff", bg="ffffff"),
    Vector(f"{ID}_thumbnail.auto", {"fit": ["x"]}, f"{ID}/300x300c.auto"),
    *(
        _bad(name, value)
        for name, wrong in {
            "fit": ("", "Cover", "fill", "cover ", "inside|pad", "true"),
            "bg": (
                "",
                "red",
                "fff",
                "#ffffff",
                "fffffff",
                "fffffffff",
                "gggggg",
                "Transparent",
                "ffffff\n",
                "１２３４５６",
            ),
            "focus": (
                "",
                "NaN,1",
                "0.5",
                "0.5,",
                ",0.5",
                "0.5,0.5,0.5",
                "0.5;0.5",
                "0.5, 0.5",
                "1.1,0",
                "1.001,0",
                "0.0005,0",
                "-0,0",
                ".5,0",
                "0.,0",
                "00,0",
                "1.,1",
                "1e0,1",
                "Center",
                "AUTO",
                "face",
                "0٫5,0",
            ),
            "q": ("", "0", "101", "1e3", "80.0", "080", "-1", "+5", "high"),
            "dpr": ("", "0", "1.0", "1.50", "2.0", "4", "2x", "1,5"),
            "rotate": ("", "0", "45", "360", "-90", "90.0", "090"),
            "flip": ("", "H", "vh", "hh", "x", "true"),
            "blur": ("", "0", "51", "1.5", "05", "-1", "1e1"),
            "gray": ("", "1", "yes", "true ", "grey"),
        }.items()
        for value in wrong
    ),
    *(
        _bad(name, value, value)
        for name, value in {
            "fit": "pad",
            "bg": "ffffff",
            "focus": "auto",
            "q": "80",
            "dpr": "1",
            "rotate": "90",
            "flip": "h",
            "blur": "1",
            "gray": "true",
        }.items()
    ),
    *(
        Vector(f"{ID}.{extension}", {name: [value] for name, value in query.items()}, bad=bad)
        for extension in ("jpg", "auto")
        for bad, query in {
            ("fit",): {"crop": "true", "fit": "inside", "w": "3"},
            ("fit", "fit"): {"crop": "TRUE", "fit": "pad", "w": "3"},
            ("fit", "dpr"): {"fit": "pad", "h": "4096", "dpr": "1.5"},
            ("dpr",): {"w": "2048", "h": "2049", "dpr": "2"},
            ("w", "q"): {"w": "0", "q": "0", "fit": "pad"},
        }.items()
    ),
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

VECTORS = [*_SERVED, *_OPTIONS, *_BAD, *_UNKNOWN]
