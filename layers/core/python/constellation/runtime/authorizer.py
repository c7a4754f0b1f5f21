"""Declare a function as a Lambda authorizer, which turns the Authorization header into a caller or a denial.

A denial is a policy, not an exception. So the gateway caches it like an approval, and answers it with the same 401 as
a missing credential.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from constellation.aws.resources import Grant
from constellation.common.observability import logger
from constellation.common.times import utc_now
from constellation.runtime.operation import needs_of, together
from constellation.runtime.request import CONTEXT, Caller

if TYPE_CHECKING:
    from constellation.runtime.endpoint import Security


CACHE_SECONDS = 30
"""How long the gateway may reuse an answer. What was revoked is refused after this time at the latest."""


@dataclass(frozen=True)
class Authorizer:
    """A TOKEN authorizer. Called with an event it is the Lambda function.

    The gateway calls it only with a header that matches ``pattern``.
    """

    memory: ClassVar[int] = 512
    """MB."""
    timeout: ClassVar[int] = 10
    """Seconds."""

    security: "Security"
    pattern: str
    function: Callable[[str, datetime], Caller | None]
    grants: tuple[Grant, ...]

    def __call__(self, event: Mapping[str, Any], _context: object = None, *, now: datetime | None = None) -> Any:
        """Answer a TOKEN authorizer event with a policy for the whole stage. Endpoints check rights themselves."""
        credential = event["authorizationToken"].partition(" ")[2].strip()
        caller = self.function(credential, now or utc_now())
        logger().info("authorized" if caller else "denied", extra={"user_id": caller.user_id if caller else ""})
        api, stage = event["methodArn"].split("/")[:2]
        answer: dict[str, Any] = {
            "principalId": caller.user_id if caller else "anonymous",
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow" if caller else "Deny",
                        "Resource": f"{api}/{stage}/*",
                    }
                ],
            },
        }
        if caller:
            answer["context"] = {name: getattr(caller, name) for name in CONTEXT}
        return answer


def authorizer(
    security: "Security", *, credential: str, uses: Sequence[Callable[..., Any]] = ()
) -> Callable[[Callable[[str, datetime], Caller | None]], Authorizer]:
    """Declare a function as the authorizer of every endpoint with this ``security``.

    ``credential`` is a regular expression for the credential after the scheme ``Bearer`` (RFC 6750, 2.1), whose case
    does not matter. ``uses`` are the operations that the function calls.
    """
    pattern = f"^[Bb][Ee][Aa][Rr][Ee][Rr] +{credential}$"
    needs = together(map(needs_of, uses))
    return lambda function: Authorizer(security, pattern, function, needs.grants)
