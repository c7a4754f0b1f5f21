"""What is deployed, derived from what the functions declare; they find ``constellation`` as they do on Lambda."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

CORE = ROOT / "layers" / "core" / "python"
"""What is in the core layer on AWS; on one machine the functions read it in place."""

STACK = "Constellation"
"""The name of the stack, on AWS and on one machine."""

sys.path.append(str(CORE))
