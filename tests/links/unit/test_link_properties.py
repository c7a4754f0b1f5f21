"""The grammar of links, in Python and at the edge: one table, then whatever hypothesis thinks of."""

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from math import floor
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constellation.common.errors import Invalid, NotFound
from constellation.imaging import grammar
from constellation.imaging.options import (
    AUTO,
    EXTENSIONS,
    MAX_SIDE,
    THUMBNAIL,
    WHOLE,
    Fit,
    Focus,
    Options,
    options_in,
    output_size,
)
from constellation.links.access_logs import views_in
from constellation.links.model import AUTOMATIC, THUMBNAIL_SUFFIX, Link, parse_key, parse_link
from constellation.runtime import dialects
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from infra.edge import function_code
from tests.support.cors import EMBEDDING
from tests.support.edge import Edge, running_edge, viewer_request
from tests.support.link_readings import differences
from tests.support.link_vectors import ID, VECTORS, Query, Vector
from tests.support.logs import HEADING, line


@endpoint("GET|HEAD /api/image/{image_id}", dialect=dialects.links, security="public")
def _in_python(request: Request) -> dict[str, str]:
    return {"key": parse_link(request.path_parameters["image_id"], request.query).key}


def _python(file: str, query: Query, method: str = "GET") -> dict[str, Any]:
    return _in_python(
        {
            "requestContext": {},
            "httpMethod": method,
            "path": f"/api/image/{file}",
            "pathParameters": {"image_id": file},
            "multiValueQueryStringParameters": query or None,
        }
    )


@pytest.fixture(scope="module")
def edge() -> Iterator[Edge]:
    with running_edge() as running:
        yield running


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: ascii((vector.file, vector.query))[:90])
def test_a_link_means_what_the_table_says(vector: Vector) -> None:
    if vector.key is not None:
        assert parse_link(vector.file, vector.query).key == vector.key
    elif vector.bad:
        with pytest.raises(Invalid) as refused:
            parse_link(vector.file, vector.query)
        assert tuple(violation.property for violation in refused.value.violations) == vector.bad
    else:
        with pytest.raises(NotFound):
            parse_link(vector.file, vector.query)


@pytest.mark.parametrize("prefix", ["/image/", "/api/image/"])
def test_the_edge_says_the_same_as_the_table(edge: Edge, prefix: str) -> None:
    for vector in VECTORS:
        assert _agrees(edge, prefix + vector.file, vector.file, vector.query) == _status(vector), vector


def test_a_view_is_the_same_in_a_log_of_links_and_in_one_of_what_the_edge_makes_of_them(edge: Edge) -> None:
    for vector in VECTORS:
        uri = f"/image/{vector.file}"
        rewritten = edge(uri, vector.query)
        if vector.key is not None:
            query = "&".join(f"{name}={each['value']}" for name, each in rewritten["querystring"].items())
            views = views_in([*HEADING, line(rewritten["uri"], query=query or "-")])
            assert views == views_in([*HEADING, line(uri)]) == ({} if THUMBNAIL_SUFFIX in uri else {ID: 1}), vector


def test_the_edge_takes_a_trailing_slash_and_no_other_path(edge: Edge) -> None:
    assert edge(f"/image/{ID}.jpg/", {"w": ["300"]})["uri"] == f"/{ID}/300x.jpg"
    for uri in (f"/image/{ID}.jpg//", f"//image/{ID}.jpg", f"/x/image/{ID}.jpg", f"/{ID}.jpg", f"/IMAGE/{ID}.jpg"):
        assert edge(uri, {})["statusCode"] == 404, uri


def test_the_edge_answers_a_head_request_without_a_body(edge: Edge) -> None:
    refused = edge(f"/image/{ID}.jpg", {"crop": ["maybe"]}, method="HEAD")
    assert (refused["statusCode"], refused["body"]["data"]) == (400, "")


def test_a_refusal_reads_as_the_documents_errors_do(edge: Edge) -> None:
    assert json.loads(edge(f"/image/{ID}.jpg", {"crop": ["maybe"]})["body"]["data"]) == {
        "error": {
            "title": "Bad Request",
            "message": "Validation Error",
            "violations": [{"property": "crop", "message": "This value should be true or false."}],
        }
    }


def test_the_edge_function_fits_its_runtime() -> None:
    code = function_code()
    assert len(code.encode()) < 10_000
    for unknown in ("(?<", "for (const", "...", "class ", "?.", "??"):
        assert unknown not in code, unknown


def test_the_forms_of_values_are_not_slow() -> None:
    """Every repetition has an end, so a value of any length is decided by its first few characters."""
    for option in grammar.OPTIONS:
        assert not re.search(r"[*+]|\{\d+,\}", option.form), option.name


def test_the_edge_reads_encoded_values_and_survives_what_is_not_encoded_well(edge: Edge) -> None:
    event = viewer_request(f"/image/{ID}.jpg", {})
    for raw, key in {"0.5%2C0.25": "300x300c-f500_250", "%61uto": "300x300c-fauto", "%e0%a4": "", "%": ""}.items():
        query = {name: {"value": value} for name, value in {"w": "300", "crop": "true", "focus": raw}.items()}
        answer = edge.all([{"request": {**event["request"], "querystring": query}}])[0]
        assert answer["uri"] == f"/{ID}/{key}.jpg" if key else answer["statusCode"] == 400, raw


def test_thousands_of_random_queries_are_read_alike(edge: Edge) -> None:
    assert differences(edge, Random(1), 30_000) == []


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "auto-avif"),
        ("image/webp,*/*", "auto-webp"),
        ("*/*", "auto"),
        ("", "auto"),
        ("image/*", "auto"),
        ("image/avif;q=0,image/webp;q=0.1", "auto-webp"),
        ("image/avif; q=0.000 , image/webp", "auto-webp"),
        ("image/avif;q=0.001", "auto-avif"),
        ("IMAGE/AVIF;Q=0", "auto"),
        ("image/avif;v=1;q=1", "auto-avif"),
        ("image/avif-sequence, ximage/avif, image/avifx", "auto"),
        ("image/avif;q=0, image/avif", "auto-avif"),
        ("text/html;x=image/webp", "auto"),
        (",;,;q=0,,image/webp", "auto-webp"),
        ("\x00é," * 2000 + "image/webp", "auto-webp"),
        (" " * 8000 + "image/webp", "auto-webp"),
        ("," * 8000, "auto"),
        ("image/avif;" * 700, "auto-avif"),
        ("image/avif;q=0," * 500, "auto"),
        (";q=" + "0" * 8000 + ",image/avif;q=0." + "0" * 8000, "auto"),
    ],
    ids=lambda value: ascii(value)[:60],
)
def test_the_format_is_the_first_one_that_is_accepted(edge: Edge, accept: str, extension: str) -> None:
    assert parse_link(f"{ID}.auto", {}, accept).extension == extension
    assert edge(f"/image/{ID}.auto", {}, headers={"accept": accept})["uri"] == f"/{ID}/full.{extension}"
    assert edge(f"/image/{ID}.webp", {}, headers={"accept": accept})["uri"] == f"/{ID}/full.webp"


def test_several_accept_headers_are_one_list(edge: Edge) -> None:
    event = viewer_request(f"/image/{ID}.auto", {})
    fields = [{"value": "image/webp"}, {"value": "image/avif"}]
    event["request"]["headers"] = {"accept": {**fields[0], "multiValue": fields}}
    assert edge.all([event])[0]["uri"] == f"/{ID}/full.auto-avif"


_numbers = st.one_of(
    st.integers(-2, MAX_SIDE + 2).map(str),
    st.text(max_size=6),
    st.text("0123456789", max_size=6),
    st.from_regex(r"[+-]?[0-9_]{1,5}\s?"),
)
_crops = st.one_of(st.sampled_from(["true", "false", "TRUE", "False", ""]), st.text(max_size=6))
_queries = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.lists(_numbers, min_size=1, max_size=2) for name in ("w", "h", "width", "height")},
        "crop": st.lists(_crops, min_size=1, max_size=2),
        **{
            option.name: st.lists(
                st.from_regex(option.form, fullmatch=True) | st.text(max_size=6), min_size=1, max_size=2
            )
            for option in grammar.OPTIONS[3:]
        },
        "__proto__": st.lists(_numbers, min_size=1, max_size=2),
        "other": st.lists(st.text(max_size=3), min_size=1, max_size=2),
    },
)
_files = st.one_of(
    st.builds(
        "{}{}.{}".format,
        st.uuids().map(str) | st.uuids().map(str).map(str.upper) | st.text("0123456789abcdef-", max_size=40),
        st.sampled_from(["", "", "_thumbnail", "_"]),
        st.sampled_from([*EXTENSIONS, AUTO, "bmp", "JPG", ""]),
    ),
    st.text(max_size=50).filter(lambda text: not text.endswith("/")),
)


@given(file=_files, query=_queries)
@settings(max_examples=400, deadline=None)
def test_the_edge_and_python_never_differ(edge: Edge, file: str, query: Query) -> None:
    _agrees(edge, f"/image/{file}", file, query)


def _agrees(edge: Edge, uri: str, file: str, query: Query) -> int:
    """The status, after comparing all that the two say."""
    here, there = _python(file, query), edge(uri, query)
    if here["statusCode"] == 200:
        assert there["uri"] == "/" + json.loads(here["body"])["key"]
        mark = {"thumbnail": {"value": "true"}} if THUMBNAIL_SUFFIX in uri else {}
        assert there["querystring"] == mark
    else:
        assert (there["statusCode"], there["body"]["data"]) == (here["statusCode"], here["body"])
        said = {name.lower(): value for name, value in here["headers"].items()} | EMBEDDING
        headers = {name: {"value": value} for name, value in said.items()}
        assert there["headers"] == headers
    return here["statusCode"]


def _status(vector: Vector) -> int:
    return 200 if vector.key is not None else 400 if vector.bad else 404


_sides = st.integers(1, MAX_SIDE)


@st.composite
def _transforms(draw: st.DrawFn) -> Options:
    width, height = draw(_sides | st.none()), draw(_sides | st.none())
    fits: tuple[Fit, ...] = ("inside", "cover", "pad") if width and height else ("inside",)
    fit = draw(st.sampled_from(fits))
    focuses: st.SearchStrategy[Focus | None] = st.sampled_from([None, "auto", (0, 1000), (250, 333)])
    return Options(
        width=width,
        height=height,
        fit=fit,
        focus=draw(focuses) if fit == "cover" else None,
        background=draw(st.sampled_from(["", "000000", "abcdef01", "ffffff", "12345600"])),
        quality=draw(st.sampled_from([None, 5, 80, 100])),
        mirrored=draw(st.booleans()),
        turn=draw(st.sampled_from([0, 90, 180, 270])),
        blur=draw(st.integers(0, 50)),
        grey=draw(st.booleans()),
    )


@given(options=_transforms(), image_id=st.uuids().map(str), extension=st.sampled_from([*EXTENSIONS, *AUTOMATIC]))
def test_a_key_is_read_back(options: Options, image_id: str, extension: str) -> None:
    extension = "jpg" if extension == "jpeg" else extension
    link = Link(image_id, options_in(options, AUTO if extension in AUTOMATIC else extension), extension)
    assert parse_key(f"/{link.key}") == link


def test_the_keys_of_links_from_before_are_as_they_were() -> None:
    """What is stored and cached under a key stays there: nothing is rendered again."""
    spelled = {
        "full": WHOLE,
        "800x": Options(800),
        "x600": Options(height=600),
        "800x600": Options(800, 600),
        "300x300c": THUMBNAIL,
    }
    for key, options in spelled.items():
        assert (grammar.key_of(options), grammar.parse_options_key(key)) == (key, options)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        f"{ID}/full.jpg",
        f"/{ID}/full",
        f"/{ID}/full.jpeg",
        f"/{ID}/full.bmp",
        f"/{ID}/x.jpg",
        f"/{ID}/xc.jpg",
        f"/{ID}/300xc.jpg",
        f"/{ID}/0x0.jpg",
        f"/{ID}/0300x.jpg",
        f"/{ID}/4097x.jpg",
        f"/{ID}/300x300C.jpg",
        f"/{ID}/300x３00.jpg",
        f"/{ID}/300x300.jpg\n",
        f"/{ID}/full-q80.png",
        f"/{ID}/full-q81.jpg",
        f"/{ID}/full-q0.jpg",
        f"/{ID}/full-q80-q80.jpg",
        f"/{ID}/full-g-m.jpg",
        f"/{ID}/full-r360.jpg",
        f"/{ID}/full-s51.jpg",
        f"/{ID}/full-b12345600.png",
        f"/{ID}/full-bffffff.jpg",
        f"/{ID}/full-bFF0000.jpg",
        f"/{ID}/full-b123456ff.png",
        f"/{ID}/full-f500_500.jpg",
        f"/{ID}/300x300-f500_500.jpg",
        f"/{ID}/300x300c-f1001_0.jpg",
        f"/{ID}/300x300c-f0500_0.jpg",
        f"/{ID}/300xp.jpg",
        f"/{ID}/full.auto-jpg",
        f"/{ID}/full.auto-",
        f"/{ID}_thumbnail/300x300.jpg",
        f"/{ID.upper()}/full.jpg",
        f"/../{ID}/full.jpg",
        f"//{ID}/full.jpg",
    ],
)
def test_no_other_path_is_a_key(path: str) -> None:
    with pytest.raises(NotFound):
        parse_key(path)


@given(width=st.integers(1, 70_000), height=st.integers(1, 70_000), transform=_transforms())
@settings(max_examples=500)
def test_sizes_are_those_of_exact_arithmetic(width: int, height: int, transform: Options) -> None:
    assert output_size(width, height, transform) == _exact(width, height, transform)


def _exact(width: int, height: int, transform: Options) -> tuple[int, int]:
    """The contract's sentence, in fractions."""
    wanted_width, wanted_height = transform.width, transform.height
    if transform.turn in (90, 270):
        width, height = height, width
    if transform.fit == "pad":
        assert wanted_width is not None
        assert wanted_height is not None
        return wanted_width, wanted_height
    if transform.fit == "cover":
        assert wanted_width is not None
        assert wanted_height is not None
        return min(wanted_width, width), min(wanted_height, height)
    scale = Fraction(1)
    if wanted_width is not None:
        scale = min(scale, Fraction(wanted_width, width))
    if wanted_height is not None:
        scale = min(scale, Fraction(wanted_height, height))
    rounded = [max(1, floor(side * scale + Fraction(1, 2))) for side in (width, height)]
    return rounded[0], rounded[1]


@pytest.mark.parametrize(
    ("size", "transform", "expected"),
    [
        ((3600, 2100), Options(800), (800, 467)),
        ((3600, 2100), Options(800, 600), (800, 467)),
        ((3600, 2100), Options(400, 400, "cover"), (400, 400)),
        ((200, 1), Options(100), (100, 1)),
        ((1000, 1), Options(100), (100, 1)),
        ((4, 3), Options(2), (2, 2)),
        ((100, 50), Options(4096, 4096), (100, 50)),
        ((100, 50), THUMBNAIL, (100, 50)),
        ((400, 200), THUMBNAIL, (300, 200)),
        ((400, 200), WHOLE, (400, 200)),
    ],
)
def test_sizes_of_the_contract(size: tuple[int, int], transform: Options, expected: tuple[int, int]) -> None:
    assert output_size(*size, transform) == expected
