"""Who may do what in campaigns (domain 13.3): the focal office verifies, everybody records their own."""

from collections.abc import Mapping

from chassis.i18n import _
from chassis.permissions import Permissions

ROLES: Mapping[str, str] = {
    "VHXH": _("Công chức Văn hóa - Xã hội"),
    "COMMS": _("Trung tâm cung ứng dịch vụ sự nghiệp công"),
    "ORG": _("Mặt trận, đoàn thể"),
    "TDP_LEAD": _("Tổ trưởng tổ dân phố, trưởng thôn"),
    "UB_CHAIR": _("Chủ tịch Ủy ban nhân dân cấp xã"),
    "UB_VICE": _("Phó Chủ tịch Ủy ban nhân dân cấp xã"),
    "DPO_AUDIT": _("Cán bộ giám sát dữ liệu cá nhân"),
    "SYSADMIN": _("Quản trị hệ thống"),
}

_READING = {"today.read": True, "activity.read": True, "campaign.read": True, "place.read": True}
_RECORDING = {**_READING, "activity.plan": True, "activity.deliver": True, "activity.cancel": True}
_SUPPORTING = {"support_case.read": True, "support_case.write": True}

PERMISSIONS = Permissions(
    {
        "VHXH": {
            **_RECORDING,
            **_SUPPORTING,
            "activity.verify": True,
            "campaign.write": True,
            "place.write": True,
        },
        "COMMS": _RECORDING,
        "ORG": {**_RECORDING, **_SUPPORTING},
        "TDP_LEAD": _RECORDING,
        "UB_CHAIR": _READING,
        "UB_VICE": _READING,
        "DPO_AUDIT": {"audit_log.read": True},
        "SYSADMIN": {"parked_event.settle": True},
    },
    actions=[
        *_RECORDING,
        *_SUPPORTING,
        "activity.verify",
        "campaign.write",
        "place.write",
        "audit_log.read",
        "parked_event.settle",
    ],
    roles=ROLES,
)
