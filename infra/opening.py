"""Print what to open after a deployment, and what it costs: ``python -m infra.opening FILE`` with the CDK's outputs."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra import whole
from infra.costs import idle_cost


def opening(outputs: Mapping[str, Mapping[str, str]], template: Mapping[str, Any]) -> str:
    """Return the lines for whoever has deployed; ``outputs`` are those of one stack, under its name."""
    ((stack, values),) = outputs.items()
    base = values["BaseUrl"]
    lines = [
        f"{stack} is ready at {base}",
        f"  its API is described at {base}/docs, and tried with: make smoke BASE={base}",
        f"  idle it costs about ${idle_cost(template):.2f} a month by list prices (docs/costs.md)",
    ]
    if base != f"https://{values['DistributionDomainName']}":
        lines.append(f"  until that name leads there (CNAME or alias): {values['DistributionDomainName']}")
    return "\n".join(lines)


def main() -> None:
    """Print the lines for the outputs in the named file, and for the templates in ``cdk.out``."""
    outputs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    (stack,) = outputs
    print(opening(outputs, whole.synthesized(Path("cdk.out"), stack)))


if __name__ == "__main__":
    main()
