"""Who may do what in the registry (domain.md 13.3): a table of role and action; what is not here is refused.

Who drafts is not who signs: the officer records a signed decision with its number and its signer, and the law, not this table,
says which office signs. The people's committee reads files that await its signature; under the law in force there are none, so
its roles have no right here. The auditor reads the log and no record; the administrator sees no business data.
"""

from chassis.permissions import Permissions
from services.registry.domain.codes import ROLES

_POLICE = {
    "today.read": True,
    "person.list": True,
    "person.read": True,
    "person.write": True,
    "test_result.write": True,
    "user_management.list": True,
    "user_management.decide": True,
    "user_management.stop": True,
    "user_management.end": True,
}

PERMISSIONS = Permissions(
    {
        "CA_CHIEF": _POLICE,
        "CA_OFFICER": _POLICE,
        "UB_CHAIR": {},
        "UB_VICE": {},
        "DPO_AUDIT": {"audit_log.read": True},
        "SYSADMIN": {"parked_event.settle": True},
    },
    actions=[*_POLICE, "audit_log.read", "parked_event.settle"],
    roles=ROLES,
)
