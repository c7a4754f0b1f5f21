"""The declaration of a Lambda authorizer: from the Authorization header to a caller, or a denial.

A denial is a policy, not an exception: the gateway then caches it like an approval, and its gateway
response for it is the same 401 as for a missing credential.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from constellation.aws.resources import Grant
from constellation.common.observability import logger
from constellation.common.times import utc_now
from constellation.runtime.operation import Needs, needs_of, together
from constellation.runtime.request import Caller

if TYPE_CHECKING:
    from constellation.runtime.endpoint import Security


CACHE_SECONDS = 30
"""How long the gateway may reuse an answer: a revoked key or session is out within it."""


@dataclass(frozen=True)
class Authorizer:
    """One TOKEN authorizer; called with an event it is the Lambda function.

    ``pattern`` is what the header must match for the function to be asked at all.
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
        """Answer a TOKEN authorizer event with a policy for the whole stage; rights are the functions' part."""
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
            answer["context"] = {
                "user_id": caller.user_id,
                "session_id": caller.session_id,
                "key_id": caller.key_id,
            }
        return answer


def authorizer(
    security: "Security", *, credential: str, uses: Sequence[Callable[..., Any]] = (), grants: Sequence[Grant] = ()
) -> Callable[[Callable[[str, datetime], Caller | None]], Authorizer]:
    """Declare a function as the authorizer of every endpoint with this ``security``.

    ``credential`` is a regular expression for what stands after the scheme ``Bearer`` (RFC 6750, 2.1), in any case.
    """
    pattern = f"^[Bb][Ee][Aa][Rr][Ee][Rr] +{credential}$"
    needs = together([*map(needs_of, uses), Needs(tuple(grants))])
    return lambda function: Authorizer(security, pattern, function, needs.grants)
