"""Signing up (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid, TooManyRequests
from constellation.http.binding import Body, Now
from constellation.http.dialects import sharing
from constellation.http.endpoint import endpoint
from constellation.http.request import Request
from constellation.http.viewer import viewer_network
from constellation.inputs.accounts import Signup
from constellation.services.signups import SIGN_UP, sign_up
from constellation.views.accounts import SignedUp


@endpoint(
    "POST /api/auth/signup",
    dialect=sharing,
    security="public",
    grants=SIGN_UP,
    status=201,
    errors=[BadRequest, Invalid, TooManyRequests],
)
def handler(new: Body[Signup], request: Request, now: Now) -> SignedUp:
    """POST /api/auth/signup: create a user."""
    user = sign_up(
        viewer_network(request), new.email, new.username, new.displayName, new.password, now, username_field="username"
    )
    return {"id": user.id}
