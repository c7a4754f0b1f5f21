"""Sign up (contract, "Accounts")."""

from constellation.accounts.inputs import Signup
from constellation.accounts.outputs import SignedUp
from constellation.accounts.sign_up import sign_up
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import sharing
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


@endpoint("POST /api/auth/signup", dialect=sharing, security="public", uses=[sign_up], status=201)
def handler(new: Body[Signup], request: Request, now: Now) -> SignedUp:
    """POST /api/auth/signup: create a user."""
    user = sign_up(
        viewer_network(request), new.email, new.username, new.displayName, new.password, now, username_field="username"
    )
    return {"id": user.id}
