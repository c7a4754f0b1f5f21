"""Derive what is deployed from the declarations of the functions, which import ``constellation`` as on Lambda."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

CORE = ROOT / "layers" / "core" / "python"
"""The content of the core layer on AWS; the local engine's functions read it in place."""

STACK = "Constellation"
"""The default name of the stack on AWS, and its name on the local engine."""

sys.path.append(str(CORE))
