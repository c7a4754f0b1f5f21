"""What is deployed, derived from what the functions declare; they find ``constellation`` as they do on Lambda."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "layers" / "core" / "python"))
