"""Deploy the assembly to the engine as the CDK deploys it to AWS: ``python -m infra.local.deployment ASSEMBLY``.

Assets go to a bucket, and the stack is made from its template. This runs in a process of its own, so that the launcher
stays small. It prints its steps on standard error, and the outputs of the stack as JSON on standard output.
"""

import importlib
import json
import os
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from infra import STACK, console_files
from infra.local.front import SAVE_PATH
from infra.local.packing import pack
from infra.local.places import REGION

ACCOUNT = "000000000000"
BOOTSTRAP_VERSION = "21"
DEPLOY_SECONDS = 300


class DeploymentFailed(Exception):
    """The deployment failed; the text names the resource and the reason."""


class Deployment:
    """The deployment of one assembly to the engine."""

    def __init__(self, assembly: Path) -> None:
        self._assembly = assembly
        self._template = (assembly / f"{STACK}.template.json").read_text(encoding="utf-8")
        self._formation = _client("cloudformation")

    def run(self) -> dict[str, str]:
        """Deploy the assembly unless it is deployed already; return the outputs. Raises DeploymentFailed."""
        stack = self._describe()
        if stack is None or not self._is_current(stack):
            stack = self._deploy(stack)
            urllib.request.urlopen(  # noqa: S310
                urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + SAVE_PATH, method="POST")  # noqa: S310
            ).close()
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def _is_current(self, stack: Mapping[str, Any]) -> bool:
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return False
        body = self._formation.get_template(StackName=STACK)["TemplateBody"]
        return (json.loads(body) if isinstance(body, str) else body) == json.loads(self._template)

    def _deploy(self, stack: Mapping[str, Any] | None) -> Mapping[str, Any]:
        if stack is not None and stack["StackStatus"] in ("CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"):
            self._formation.delete_stack(StackName=STACK)
            self._settle()
            stack = None
        _say("uploading the functions")
        url = self._upload_assets()
        _say("creating the stack" if stack is None else "updating the stack")
        act = self._formation.create_stack if stack is None else self._formation.update_stack
        act(StackName=STACK, TemplateURL=url, Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"])
        deployed = self._settle()
        if deployed is None or deployed["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise DeploymentFailed(self._reason())
        return deployed

    def _describe(self) -> Mapping[str, Any] | None:
        try:
            return self._formation.describe_stacks(StackName=STACK)["Stacks"][0]
        except ClientError as fault:
            if fault.response["Error"]["Code"] == "ValidationError":
                return None
            raise

    def _settle(self) -> Mapping[str, Any] | None:
        """Wait until the stack is stable; return it, or None if it is gone. Raises DeploymentFailed."""
        deadline = time.monotonic() + DEPLOY_SECONDS
        while time.monotonic() < deadline:
            stack = self._describe()
            if stack is None or not stack["StackStatus"].endswith("IN_PROGRESS"):
                return stack
            time.sleep(0.1)
        raise DeploymentFailed(f"The stack was not done within {DEPLOY_SECONDS} s.")

    def _reason(self) -> str:
        """Return the first failure of the last attempt; events come newest first, with those of older attempts."""
        reason = "The stack was rolled back without saying why."
        for event in self._formation.describe_stack_events(StackName=STACK)["StackEvents"]:
            status, kind = event["ResourceStatus"], event["ResourceType"]
            if kind == "AWS::CloudFormation::Stack" and status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
                break
            if status.endswith("FAILED"):
                told = event.get("ResourceStatusReason", "no reason given")
                reason = f"{status} {event['LogicalResourceId']} ({kind}): {told}"
        return reason

    def _upload_assets(self) -> str:
        """Upload every asset to where the template expects it; return the URL of the template."""
        bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
        objects = _client("s3")
        objects.create_bucket(Bucket=bucket)
        _client("ssm").put_parameter(
            Name="/cdk-bootstrap/hnb659fds/version", Value=BOOTSTRAP_VERSION, Type="String", Overwrite=True
        )
        present = {
            item["Key"]
            for page in objects.get_paginator("list_objects_v2").paginate(Bucket=bucket)
            for item in page.get("Contents", [])
        }
        assets = json.loads((self._assembly / f"{STACK}.assets.json").read_text(encoding="utf-8"))["files"]
        template_key = ""
        for asset in assets.values():
            source = self._assembly / asset["source"]["path"]
            (destination,) = asset["destinations"].values()
            key = destination["objectKey"]
            if source.name == f"{STACK}.template.json":
                template_key = key
            if key not in present:
                body = pack(source) if asset["source"]["packaging"] == "zip" else source.read_bytes()
                objects.put_object(Bucket=bucket, Key=key, Body=body)
        return f"{os.environ['AWS_ENDPOINT_URL']}/{bucket}/{template_key}"


def _client(service: str) -> Any:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, read_timeout=120)
    sdk: Any = importlib.import_module("boto3")
    return sdk.client(service, config=config)


def _say(what: str) -> None:
    print(f"  {what} …", file=sys.stderr, flush=True)


def main() -> int:
    """Deploy the assembly named on the command line; return the exit status."""
    try:
        outputs = Deployment(Path(sys.argv[1])).run()
        if console_files.BUILT.exists():
            console_files.publish(_client("s3"), outputs[console_files.BUCKET_OUTPUT])
    except (DeploymentFailed, ClientError) as failure:
        print(f"The deployment failed: {failure}", file=sys.stderr)
        return 1
    print(json.dumps(outputs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
