"""Derive what is deployed from the declarations of the functions, which import ``constellation`` as on Lambda."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

CORE = ROOT / "layers" / "core" / "python"
"""The content of the core layer on AWS; the local engine's functions read it in place."""

STACK = "Constellation"
"""The default name of the stack on AWS, and its name on the local engine."""

CDN_REGION = "us-east-1"
"""The region of CloudFront's metrics, certificates, firewalls and quotas, whatever the region of the stack."""

LOCAL_CONCURRENCY = 32
"""Concurrent executions of functions on one machine, where each is a process. Beyond, the engine answers a bare 429.

The edge lets half as many requests through; the rest is for what functions and events cause.
"""

EXECUTE_API = "/_aws/execute-api/"
"""The beginning of the paths of the local engine's API."""

sys.path.append(str(CORE))
