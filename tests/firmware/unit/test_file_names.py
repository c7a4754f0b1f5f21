"""The names of files of firmware, as labels and versions are read from them."""

import pytest

from constellation.firmware.model import parse_file_name


@pytest.mark.parametrize(
    ("name", "label", "version"),
    [
        ("pump-1.2.3.hex", "pump", "1.2.3"),
        ("pump_1.2.3.HEX", "pump", "1.2.3"),
        ("pump 1.2.3.Hex", "pump", "1.2.3"),
        ("pump-v1.2.3.hex", "pump", "1.2.3"),
        ("pump_v1.2.3.hex", "pump", "1.2.3"),
        ("pump-1.2.3-rc.1+build.5.hex", "pump", "1.2.3-rc.1+build.5"),
        ("pump-1.0.0-2.0.0.hex", "pump", "1.0.0-2.0.0"),
        ("big-pump-2-1.0.0.hex", "big-pump-2", "1.0.0"),
        ("pump_2_v10.20.30.hex", "pump_2", "10.20.30"),
        ("pump-1.0.0", "pump", "1.0.0"),
        ("pump-1.0.0.jpg", "pump-1.0.0.jpg", "0.0.0"),
        ("pump.hex", "pump", "0.0.0"),
        ("pump.hex.hex", "pump.hex", "0.0.0"),
        ("pump-1.0.hex", "pump-1.0", "0.0.0"),
        ("pump-01.0.0.hex", "pump-01.0.0", "0.0.0"),
        ("pump-V1.0.0.hex", "pump-V1.0.0", "0.0.0"),
        ("pump-١.0.0.hex", "pump-١.0.0", "0.0.0"),
        ("pump1.0.0.hex", "pump1.0.0", "0.0.0"),
        ("pump-.hex", "pump-", "0.0.0"),
        ("1.0.0.hex", "1.0.0", "0.0.0"),
        ("-1.0.0.hex", "-1.0.0", "0.0.0"),
        ("--1.0.0.hex", "-", "1.0.0"),
        ("Pümpe 🚰-1.0.0.hex", "Pümpe 🚰", "1.0.0"),
        ("100%+-1.0.0.hex", "100%+", "1.0.0"),
        ("x" * 128 + "-1.0.0.hex", "x" * 128, "1.0.0"),
        ("-1" * 500 + "-1.0.0.hex", "-1" * 500, ""),
    ],
)
def test_a_name_has_a_label_and_a_version(name: str, label: str, version: str) -> None:
    if version:
        found, number = parse_file_name(name)
        assert (found, number.text) == (label, version)
    else:
        with pytest.raises(ValueError, match="128 characters or less"):
            parse_file_name(name)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "blank"),
        (".hex", "blank"),
        (" .hex", "blank"),
        (" -1.0.0.hex", "blank"),
        ("x" * 129 + ".hex", "128 characters or less"),
        ("x" * 129 + "-1.0.0.hex", "128 characters or less"),
        ("pump\u202e-1.0.0.hex", "control characters"),
        ("pump-1.0.0\n.hex", "control characters"),
        ("\n-1.0.0.hex", "blank"),
    ],
)
def test_a_name_without_a_label_is_a_fault(name: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        parse_file_name(name)
