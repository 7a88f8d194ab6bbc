"""For what a request is made: what the asker named, else what the address tells, else what is usual for the role."""

from chassis.web import Request
from chassis.web.request import Purpose
from services.registry.permissions import MATRIX

NO_PERSONAL_DATA = "OPERATION"
"""What the log says of a role that has no purpose in the register: the administrator runs it and reads nobody."""


def purpose_of(request: Request, named: str) -> Purpose:
    """Return the purpose of a request. Raises NotUnderstood for one that does not exist, PurposeNotYours for another's."""
    roles, right = request.by.roles, request.route.may if request.route else ""
    if named:
        return Purpose(MATRIX.check_fits(MATRIX.check_purpose(roles, named), right))
    own = MATRIX.purposes_of(roles)
    told = MATRIX.purpose_by_track(roles, MATRIX.tracks_of_right(right))
    if told:
        return Purpose(told)
    return Purpose(own[0], said=False) if own else Purpose(NO_PERSONAL_DATA)
