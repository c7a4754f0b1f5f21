"""Where text is normalised, classified or matched: each place has a line here that names its input and its bound."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = (ROOT / "layers/core/python/constellation", ROOT / "functions")

MODULES = ("unicodedata", "re")
METHODS = ("casefold", "normalize")

Location = tuple[str, str, str]
"""The module, the function or ``-`` for the module itself, and what it uses."""

COMPILED = ("written here", "done once, at import")
ONE = "one character at a time, of what the caller has bounded"

BOUNDS: Mapping[Location, tuple[str, str]] = {
    ("iiif.negotiate", "prefers_json", "re.search"): ("a parameter in Accept", "10,240 bytes by the CDN; linear"),
    ("iiif.syntax", "-", "re.compile"): COMPILED,
    ("iiif.syntax", "parse", "_ROTATION.fullmatch"): ("part of a path", "_LONGEST, looked at first"),
    ("iiif.syntax", "_region", "_REGION.fullmatch"): ("part of a path", "_LONGEST, looked at first"),
    ("iiif.syntax", "_size", "_SIZE.fullmatch"): ("part of a path", "_LONGEST, looked at first"),
    ("aws.direct", "_refused_by_s3", "re.search"): ("an answer of S3", "what S3 says of a refusal; linear"),
    ("runtime.base_url", "-", "re.compile"): COMPILED,
    ("runtime.base_url", "base_url", "_BASE.fullmatch"): ("a header", "_LONGEST, looked at first"),
    ("firmware.intel_hex", "-", "re.compile"): COMPILED,
    ("firmware.intel_hex", "_record", "_RECORD.fullmatch"): ("a line of a file", "521 characters by its pattern"),
    ("links.access_logs", "-", "re.compile"): COMPILED,
    ("links.access_logs", "_viewed", "_LINK.fullmatch"): ("a path in a CDN's log", "8,192 bytes by the CDN; linear"),
    ("links.access_logs", "_viewed", "_KEY.fullmatch"): ("a path in a CDN's log", "8,192 bytes by the CDN; linear"),
    ("accounts.identities", "-", "re.compile"): COMPILED,
    ("accounts.identities", "comparable", "unicodedata.category"): ("a name, an email", "EMAIL_LIMIT by _identity"),
    ("accounts.identities", "comparable", "unicodedata.normalize"): ("a name, an email", "EMAIL_LIMIT by _identity"),
    ("accounts.identities", "comparable", ".casefold"): ("the same, normalised", "EMAIL_LIMIT, expanded 18 times"),
    ("accounts.identities", "checked_email", "unicodedata.normalize"): ("an email", "EMAIL_LIMIT, looked at first"),
    ("accounts.identities", "checked_email", "_EMAIL.fullmatch"): ("the same, normalised", "EMAIL_LIMIT, expanded"),
    ("firmware.model", "parse_file_name", "re.finditer"): (
        "the name of a dropped file",
        "1,024 bytes, an object's key",
    ),
    ("common.ids", "-", "re.compile"): COMPILED,
    ("common.ids", "parse_id", "_UUID.fullmatch"): ("an id", "36 characters, looked at first"),
    ("common.names", "is_deceptive", "unicodedata.category"): ("a name", ONE),
    ("search.query", "-", "re.compile"): COMPILED,
    ("search.query", "search_for", "_FILE_NAME.finditer"): ("a text", "_MOST_COMPARED, cut off; linear"),
    ("common.times", "-", "re.compile"): COMPILED,
    ("common.times", "from_wire", "_ISO_8601.fullmatch"): ("a time", "35 characters by its pattern"),
    ("workspaces.tree", "order", ".casefold"): ("a stored name", "NAME_LIMIT when it was given"),
    ("firmware.versions", "-", "re.compile"): COMPILED,
    ("firmware.versions", "parse_version", "_VERSION.fullmatch"): ("a version", "LONGEST, looked at first"),
    ("images.inputs", "_digest", "re.fullmatch"): ("a digest", "64 characters by its pattern"),
    ("tags.model", "compared", "unicodedata.normalize"): ("a tag, a prefix", "LONGEST, looked at first"),
    ("tags.model", "compared", ".casefold"): ("the same, normalised", "LONGEST, expanded 18 times"),
    ("images.words", "_is_of_word", "unicodedata.category"): ("a sign of a text", ONE),
    ("images.words", "compared", "unicodedata.normalize"): ("a text", "_MOST_READ, then _MOST_COMPARED, cut off"),
    ("images.words", "compared", ".casefold"): ("the same, normalised", "_MOST_COMPARED, cut off"),
    ("search.params", "_page_number", "re.fullmatch"): ("a page's number", "18 digits by its pattern"),
    ("runtime.digests", "-", "re.compile"): COMPILED,
    ("runtime.digests", "check_digest", "_SHA_256.fullmatch"): (
        "Content-Digest",
        "10,240 bytes by the gateway; linear",
    ),
    ("runtime.idempotency", "-", "re.compile"): COMPILED,
    ("runtime.idempotency", "_keyed", "_KEY.fullmatch"): ("Idempotency-Key", "255 characters by its pattern"),
    ("runtime.multipart_parser", "-", "re.compile"): COMPILED,
    ("runtime.multipart_parser", "_extended", "_EXTENDED.fullmatch"): (
        "a header of a form's part",
        "_LONGEST_HEADER; linear",
    ),
    ("runtime.multipart_parser", "_without_padding", "re.escape"): (
        "a form's boundary",
        "10,240 bytes by the gateway; linear",
    ),
    ("runtime.multipart_parser", "_without_padding", "re.sub"): ("a form", "REQUEST_LIMIT by the CDN; linear"),
    ("runtime.multipart_parser", "parameters_of", "_ESCAPED.sub"): (
        "a header of a form, or its part",
        "_LONGEST_HEADER; linear",
    ),
    ("runtime.multipart_parser", "parameters_of", "_PARAMETER.findall"): (
        "a header of a form, or its part",
        "the same; linear",
    ),
    ("runtime.ranges", "-", "re.compile"): COMPILED,
    ("runtime.ranges", "asks_for_json", "re.fullmatch"): ("a parameter in Accept", "7 characters by its pattern"),
    ("runtime.ranges", "is_known", "_ENTITY_TAG.findall"): (
        "If-None-Match",
        "10,240 bytes by the gateway; linear",
    ),
    ("runtime.ranges", "_range", "_RANGE.fullmatch"): ("Range", "37 characters by its pattern"),
    ("runtime.urls", "-", "re.compile"): COMPILED,
    ("runtime.urls", "parse_url", "_URL.fullmatch"): ("an address", "MOST_CHARACTERS, looked at first; linear"),
    ("runtime.fields", "_limit", "re.fullmatch"): ("a number of entries", "3 digits by its pattern"),
    ("accounts.passwords", "_bytes", "unicodedata.normalize"): ("a password", "PASSWORD_LIMIT + 1, cut off"),
    ("workspaces.outputs", "members", ".casefold"): ("a stored name", "NAME_LIMIT when it was given"),
    ("imaging.inspect.gif_blocks", "-", "re.compile"): COMPILED,
    ("imaging.inspect.gif_blocks", "find_block", "_PLAUSIBLE.finditer"): (
        "a picture",
        "the limit of its bytes; linear",
    ),
    ("imaging.codecs.jpeg_cut", "-", "re.compile"): COMPILED,
    ("imaging.codecs.jpeg_cut", "intervals", "_MARKER.finditer"): ("an original", "the limit of its bytes; linear"),
    ("imaging.inspect.jpeg_segments", "-", "re.compile"): COMPILED,
    ("imaging.inspect.jpeg_segments", "_segments", "_MARKER.search"): ("a picture", "the limit of its bytes; linear"),
    ("imaging.inspect.sniff", "-", "re.compile"): COMPILED,
    ("imaging.inspect.sniff", "_text_type", "_CONTROL.search"): ("the beginning of a file", "_PREFIX, cut off"),
    ("imaging.inspect.sniff", "_text_type", "_PROLOGUE.match"): ("the beginning of a file", "_PREFIX, cut off"),
    ("imaging.inspect.sniff", "_text_type", "_SVG.match"): ("the beginning of a file", "_PREFIX, cut off"),
    ("imaging.inspect.sniff", "_text_type", "_HTML.match"): ("the beginning of a file", "_PREFIX, cut off"),
    ("images.inputs", "_focus", "re.fullmatch"): ("a focus", "REQUEST_LIMIT by the CDN; linear"),
    ("shares.model", "-", "re.compile"): COMPILED,
    ("shares.model", "is_code", "_CODE.fullmatch"): ("part of a path", "12 characters by its pattern"),
    ("shares.texts", "-", "re.compile"): COMPILED,
    ("shares.texts", "texts_for", "_RANGE.fullmatch"): ("Accept-Language", "10,240 bytes by the gateway; linear"),
    ("links.model", "-", "re.compile"): COMPILED,
    ("links.model", "parse_key", "_VARIANT_KEY.fullmatch"): ("part of a path", "8,192 bytes by the CDN; linear"),
    ("links.model", "_parse_variant", "re.fullmatch"): ("a variant in a query", "32 characters by its pattern"),
    ("variants.params", "checked_name", "re.fullmatch"): ("a variant in a path", "32 characters by its pattern"),
    ("variants.params", "_known_name", "re.fullmatch"): ("a variant in a path", "32 characters by its pattern"),
    ("imaging.grammar", "-", "re.compile"): COMPILED,
    ("imaging.grammar", "_choice", "re.escape"): ("a word of the grammar", "its own length"),
    ("links.accept", "_accepts", "re.finditer"): ("a header", "10,240 bytes by the gateway; linear"),
    ("links.accept", "_accepts", "re.search"): ("a part of a header", "10,240 bytes by the gateway; linear"),
    ("imaging.grammar", "_asked", "re.fullmatch"): ("an option in a query", "8,192 bytes by the CDN; linear"),
    ("imaging.grammar", "parse_options_key", "_KEY.fullmatch"): ("part of a path", "8,192 bytes by the CDN; linear"),
}


class _Places(ast.NodeVisitor):
    """What a module uses of MODULES, of its own compiled patterns and of METHODS, by its functions."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.found = set[Location]()
        self._module = module
        self._within = ["-"]
        self._patterns = {
            target.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("re.compile(")
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._within.append(node.name)
        self.generic_visit(node)
        self._within.pop()

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = node.value.id if isinstance(node.value, ast.Name) else ""
        is_flag = owner == "re" and node.attr.isupper()
        if owner in {*MODULES, *self._patterns} and not is_flag:
            self.found.add((self._module, self._within[-1], f"{owner}.{node.attr}"))
        elif node.attr in METHODS:
            self.found.add((self._module, self._within[-1], f".{node.attr}"))
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.module not in MODULES, "import the module, so that its uses are found"


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            yield ".".join(path.relative_to(source).with_suffix("").parts), ast.parse(path.read_text())


def _is_renamed(node: ast.AST) -> bool:
    return isinstance(node, ast.Import) and any(name.name in MODULES and name.asname for name in node.names)


def test_every_place_where_text_is_worked_on_has_its_bound() -> None:
    found = set[Location]()
    for module, tree in _modules():
        assert not any(map(_is_renamed, ast.walk(tree))), module
        found |= _Places(module, tree).found
    assert found - BOUNDS.keys() == set(), "a new place needs a bound, and a line above"
    assert BOUNDS.keys() - found == set(), "there is no such place any more"
