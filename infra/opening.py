"""What to open after a deployment, and what it costs: ``python -m infra.opening FILE`` with the CDK's outputs."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.costs import idle_cost


def opening(outputs: Mapping[str, Mapping[str, str]], template: Mapping[str, Any]) -> str:
    """The lines for whoever has deployed; ``outputs`` are those of the one stack, by its name."""
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
    """Print it for the outputs in the file that is named, and the template in ``cdk.out``."""
    outputs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    (stack,) = outputs
    template = json.loads((Path("cdk.out") / f"{stack}.template.json").read_text(encoding="utf-8"))
    print(opening(outputs, template))


if __name__ == "__main__":
    main()
