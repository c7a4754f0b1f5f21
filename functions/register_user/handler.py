"""Signing up by the names of document 001 (contract, "Accounts")."""

from constellation.domain.errors import BadRequest, Invalid, TooManyRequests
from constellation.http.binding import Body, Now
from constellation.http.dialects import constellations
from constellation.http.endpoint import endpoint
from constellation.http.request import Request
from constellation.http.viewer import viewer_network
from constellation.inputs.accounts import Registration
from constellation.services.sessions import START, start_brief
from constellation.services.signups import SIGN_UP, sign_up
from constellation.views.accounts import BEARER, Registered


@endpoint(
    "POST /register",
    dialect=constellations,
    security="public",
    grants=[*SIGN_UP, *START],
    status=201,
    errors=[BadRequest, Invalid, TooManyRequests],
)
def handler(new: Body[Registration], request: Request, now: Now) -> Registered:
    """POST /register: create a user and log it in."""
    user = sign_up(viewer_network(request), new.email, new.name, None, new.password, now, username_field="name")
    return {"user_uuid": user.id, "access_token": start_brief(user.id, now), "token_type": BEARER}
