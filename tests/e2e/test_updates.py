"""While a function is updated, each request meets all of the old or all of the new.

The steps are those that CloudFormation takes for a function, its version and its alias, one after the other. AWS takes
each of them in its own time; here a request comes after every step.
"""

import io
import json
import zipfile
from collections.abc import Generator
from typing import Any

import httpx
import pytest

from tests.support.product import Product

FUNCTION = "GetJwks"
"""A function that is called without a token; what it answers does not matter here."""

PATH = "/.well-known/jwks.json"

HANDLER = """
import json, os
from shared import LAYER

CODE = {release!r}

def handler(event, context):
    print("called")
    return {{"statusCode": 200, "body": json.dumps([LAYER, os.environ["RELEASE"], CODE])}}
"""

REQUESTS = 5


def _zipped(name: str, text: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(name, text)
    return archive.getvalue()


class Update:
    """The steps of an update of a function to a release."""

    def __init__(self, product: Product, release: str) -> None:
        self.release = release
        self._function = product.physical(f"{FUNCTION}Function")
        self._sdk: Any = product.sdk("lambda")

    def configure(self) -> None:
        """The layers and the environment come first."""
        layer = self._sdk.publish_layer_version(
            LayerName="shared", Content={"ZipFile": _zipped("python/shared.py", f"LAYER = {self.release!r}\n")}
        )
        held = self._sdk.get_function_configuration(FunctionName=self._function)["Environment"]["Variables"]
        self._sdk.update_function_configuration(
            FunctionName=self._function,
            Layers=[layer["LayerVersionArn"]],
            Environment={"Variables": {**held, "RELEASE": self.release}},
        )

    def replace_code(self) -> None:
        """Then the code."""
        package = _zipped("handler.py", HANDLER.format(release=self.release))
        self._sdk.update_function_code(FunctionName=self._function, ZipFile=package)

    def publish(self) -> None:
        """Then a version, which pins them."""
        self.version = self._sdk.publish_version(FunctionName=self._function)["Version"]

    def move(self, version: str = "") -> str:
        """Then the alias moves; the version before is the answer."""
        before = self._sdk.get_alias(FunctionName=self._function, Name="live")["FunctionVersion"]
        self._sdk.update_alias(FunctionName=self._function, Name="live", FunctionVersion=version or self.version)
        return before

    def remove(self, version: str) -> None:
        """At the end the version before goes."""
        self._sdk.delete_function(FunctionName=self._function, Qualifier=version)

    def call_itself(self) -> list[str]:
        """What the function itself answers, which no caller calls."""
        answer = self._sdk.invoke(FunctionName=self._function, Payload=b"{}")
        return json.loads(json.loads(answer["Payload"].read())["body"])


@pytest.fixture
def updated(product: Product, client: httpx.Client) -> Generator[Update]:
    """An update that is done, of a product that is as it was afterwards."""
    first = Update(product, "first")
    first.configure()
    first.replace_code()
    first.publish()
    before = first.move()
    yield first
    first.move(before)
    assert client.get(PATH).json().keys() == {"keys"}


def test_no_request_meets_a_mixture(product: Product, client: httpx.Client, updated: Update) -> None:
    old, new = ["first"] * 3, ["second"] * 3

    def answers() -> list[list[str]]:
        return [client.get(PATH).json() for _ in range(REQUESTS)]

    assert answers() == [old] * REQUESTS
    update = Update(product, "second")
    update.configure()
    assert update.call_itself() == ["second", "second", "first"]  # this is what has to be kept from requests
    assert answers() == [old] * REQUESTS
    update.replace_code()
    assert update.call_itself() == new
    assert answers() == [old] * REQUESTS
    update.publish()
    assert answers() == [old] * REQUESTS
    earlier = update.move()
    assert answers() == [new] * REQUESTS
    update.remove(earlier)
    assert answers() == [new] * REQUESTS
