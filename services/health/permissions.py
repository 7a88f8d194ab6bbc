"""Who may do what at the health station (domain.md 13.3): a table of role and action; what is not here is refused.

A doctor receives, examines, concludes and signs a determination of addiction, the head reads and approves it, and nobody
else knows of any. Clinical notes and HIV counselling are for those who treat and counsel; the store keeper sees test kits
and training and no patient. The auditor reads the log and no record; the administrator sees no business data.
"""

from chassis.permissions import Permissions
from services.health.domain.codes import ROLES

_COUNSELLOR = {
    "today.read": True,
    "patient.list": True,
    "patient.read": True,
    "patient.write": True,
    "clinical_note.read": True,
    "counselling.list": True,
    "counselling.write": True,
    "ost.read": True,
}
_TREATING = {**_COUNSELLOR, "ost.write": True, "kit.read": True, "kit.use": True}
_DOCTOR = {
    **_TREATING,
    "determination.read": True,
    "determination.write": True,
    "determination.sign": True,
    "determination.send_back": True,
}
_STORE = {
    "today.read": True,
    "kit.read": True,
    "kit.use": True,
    "kit.write": True,
    "training.read": True,
    "training.write": True,
}
_HEAD = {
    **_TREATING,
    **_STORE,
    "determination.read": True,
    "determination.approve": True,
    "determination.send_back": True,
}

PERMISSIONS = Permissions(
    {
        "TYT_HEAD": _HEAD,
        "TYT_DOCTOR": _DOCTOR,
        "TYT_COUNSELLOR": _COUNSELLOR,
        "TYT_STORE": _STORE,
        "DPO_AUDIT": {"audit_log.read": True},
        "SYSADMIN": {"parked_event.settle": True},
    },
    actions=[*{**_HEAD, **_DOCTOR}, "audit_log.read", "parked_event.settle"],
    roles=ROLES,
)
