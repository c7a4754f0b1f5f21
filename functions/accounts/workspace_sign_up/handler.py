"""Sign up, in the form of document 001 (contract, "Accounts")."""

from constellation.accounts.inputs import Registration
from constellation.accounts.outputs import BEARER, Registered
from constellation.accounts.sessions import start_brief
from constellation.accounts.sign_up import sign_up
from constellation.runtime.binding import Body, Now
from constellation.runtime.dialects import constellations
from constellation.runtime.endpoint import endpoint
from constellation.runtime.request import Request
from constellation.runtime.viewer import viewer_network


@endpoint("POST /register", dialect=constellations, security="public", uses=[sign_up, start_brief], status=201)
def handler(new: Body[Registration], request: Request, now: Now) -> Registered:
    """POST /register: create a user and get an access token."""
    user = sign_up(viewer_network(request), new.email, new.name, None, new.password, now, username_field="name")
    return {"user_uuid": user.id, "access_token": start_brief(user.id, now), "token_type": BEARER}
