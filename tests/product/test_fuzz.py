"""Damaged files, a part of those that ``make fuzz`` tries: taken or refused, in the code that reads them and beyond."""

from tests.fuzz.files import ROUND, run

RESULTS = {
    *("cleaned: taken", "cleaned: refused", "checked: taken", "checked: refused", "read: taken", "read: refused"),
    *("uploaded: 201", "uploaded: 422", "as_guest: 201", "as_guest: 422", "added: 201", "added: 400"),
    *("binary: 200", "binary: 400", "form: 400", "rendered: 200", "rendered: 404", "dropped: handled"),
}
"""What must come of some of them, or they try too little."""


def test_damaged_files_are_taken_or_refused() -> None:
    outcome = run(1)
    assert [f"{fault.case}: {fault.said}" for fault in outcome.faults] == []
    assert outcome.cases == ROUND
    assert set(outcome.results) >= RESULTS
