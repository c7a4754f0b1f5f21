"""``make fuzz``: random links, options and requests by IIIF, damaged files, then requests to the whole product.

Some of the requests have all checks of Schemathesis. What went wrong is written to ``build/fuzz``, each input beside
what was said of it; then the exit status is 1.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

from constellation.links.marks import KEYS
from infra.openapi import DOCUMENT
from tests.fuzz import api, files
from tests.fuzz.conformance import conform
from tests.fuzz.files import Fault
from tests.support.edge import running_edge
from tests.support.iiif_requests import iiif_faults
from tests.support.link_readings import differences
from tests.support.product import ROOT, running_product
from tests.support.random_options import faults, originals
from tests.support.signatures import Forger

FOLDER = ROOT / "build" / "fuzz"
ROUNDS = 50
SEED = 18
QUERIES = 1_000_000
"""Links that the CDN's edge function and the function behind it must read alike."""
FORGED = 1_000_000
"""Mutants of signed links, of which the CDN's edge function must take none."""
OPTION_SETS = 100_000
IIIF_REQUESTS = 50_000
REQUESTS = 3000
"""Of nobody, and of somebody."""
EXAMPLES = 50
"""Random requests for each operation, by Schemathesis's own command."""


def main() -> int:
    """Try everything."""
    return min(1, _links() + _signatures() + _options() + _iiif() + _files() + _requests())


def _links() -> int:
    begun = time.monotonic()
    with running_edge() as edge:
        found = differences(edge, Random(SEED), QUERIES)
    _say(f"{QUERIES:,} links read by the edge and by Python in {time.monotonic() - begun:.0f} s: {len(found)} differ")
    _write([Fault(f"link-{number}", said, b"") for number, said in enumerate(found)])
    return len(found)


def _signatures() -> int:
    begun, keys = time.monotonic(), ["one key", "another key"]
    with running_edge(held={KEYS: ",".join(keys)}) as edge:
        tried = Forger(edge, keys, Random(SEED)).run(FORGED)
    said = (
        f"{len(tried.accepted)} accepted, {tried.genuine - tried.genuine_taken} of {tried.genuine:,} genuine ones not"
    )
    _say(f"{FORGED:,} forged links in {time.monotonic() - begun:.0f} s: {said}")
    _write([Fault(f"forged-{number}", repr(each), b"") for number, each in enumerate(tried.accepted)])
    return len(tried.accepted) + tried.genuine - tried.genuine_taken


def _options() -> int:
    begun = time.monotonic()
    found, outcomes = faults(originals(), Random(SEED), OPTION_SETS)
    said = ", ".join(f"{name} {times:,}" for name, times in sorted(outcomes.items()))
    _say(f"{OPTION_SETS:,} sets of options in {time.monotonic() - begun:.0f} s: {len(found)} faults; {said}")
    _write([Fault(f"options-{number}", said, b"") for number, said in enumerate(found)])
    return len(found)


def _iiif() -> int:
    begun = time.monotonic()
    found, outcomes = iiif_faults(originals(), Random(SEED), IIIF_REQUESTS)
    said = ", ".join(f"{name} {times:,}" for name, times in sorted(outcomes.items()))
    _say(f"{IIIF_REQUESTS:,} requests by IIIF in {time.monotonic() - begun:.0f} s: {len(found)} faults; {said}")
    _write([Fault(f"iiif-{number}", said, b"") for number, said in enumerate(found)])
    return len(found)


def _files() -> int:
    begun, cases, slowest, largest = time.monotonic(), 0, 0.0, "never"
    results = Counter[str]()
    found: list[Fault] = []
    for number in range(ROUNDS):
        outcome = files.run(number, is_timed=True)
        cases += outcome.cases
        results += outcome.results
        slowest = max(slowest, outcome.slowest)
        if outcome.largest:
            largest = f"last in {outcome.largest.case}"
            _write([outcome.largest])
        found += outcome.faults + outcome.slow
        _say(f"round {number + 1} of {ROUNDS}: {cases:,} files, {len(found)} faults")
    for result, times in sorted(results.items()):
        _say(f"  {result:24} {times:7,}")
    _say(f"  slowest {slowest:.1f} s, peak {files.peak_megabytes():.0f} MB ({largest})")
    _say(f"{cases:,} damaged files in {time.monotonic() - begun:.0f} s: {len(found)} faults")
    _write(found)
    return len(found)


def _requests() -> int:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, running_product(Path(folder), ENGINE_AUTH="true") as product:
        for who, person in (("nobody", None), ("somebody", api.Person(product.url))):
            found = api.fuzz(document, product.url, REQUESTS, person)
            statuses = ", ".join(f"{status} {times:,}" for status, times in sorted(found.statuses.items()))
            seconds, where = found.slowest
            _say(f"{found.cases:,} requests of {who}: {len(found.faults)} faults; {statuses}")
            _say(f"  slowest {seconds:.1f} s, {where}")
            _write([Fault(f"request-of-{who}-{n}", said, b"") for n, said in enumerate(found.faults)])
            wrong += len(found.faults)
        status, said = conform(product.url, EXAMPLES, Path(folder))
        _say(said)
    return wrong + status


def _write(faults: Sequence[Fault]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for fault in faults:
        (FOLDER / f"{fault.case}.txt").write_text(fault.said, encoding="utf-8")
        (FOLDER / f"{fault.case}.bin").write_bytes(fault.data)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
