"""Rotating the key of access tokens: several keys count at once."""

from infra import app

app.use_locked_node()

from aws_cdk import App, Stack  # noqa: E402 - the CDK starts its Node when it is imported

from constellation.stores import signing  # noqa: E402
from constellation.stores.resources import SIGNING  # noqa: E402
from infra.storage import Storage  # noqa: E402


def test_the_first_of_several_signing_keys_signs_and_all_are_readable() -> None:
    stack = Stack(App(), "Stack")
    storage = Storage(stack, "Storage", signing_keys=["Next", "Present"])
    arns = stack.resolve(storage.arns(signing.PUBLISH))
    following, present = ({"Fn::GetAtt": [reference["Fn::GetAtt"][0], "Arn"]} for reference in arns)
    assert following["Fn::GetAtt"][0].startswith("StorageNext")
    assert present["Fn::GetAtt"][0].startswith("StoragePresent")
    assert stack.resolve(storage.name(SIGNING)) == {"Fn::Join": ["", [following, ",", present]]}
