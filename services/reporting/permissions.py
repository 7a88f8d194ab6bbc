"""Who may see figures and what is behind them (domain 13.3): the committee, its focal office, the agencies' heads."""

from collections.abc import Mapping

from chassis.i18n import _
from chassis.permissions import Permissions

ROLES: Mapping[str, str] = {
    "UB_CHAIR": _("Chủ tịch Ủy ban nhân dân cấp xã"),
    "UB_VICE": _("Phó Chủ tịch Ủy ban nhân dân cấp xã"),
    "VHXH": _("Công chức Văn hóa - Xã hội (đầu mối)"),
    "CA_CHIEF": _("Trưởng Công an cấp xã"),
    "TYT_HEAD": _("Trưởng Trạm Y tế"),
    "DPO_AUDIT": _("Cán bộ giám sát dữ liệu cá nhân"),
    "SYSADMIN": _("Quản trị hệ thống"),
}

_READING = {
    "figure.read": True,
    "figure.trace": True,
    "target.read": True,
    "log.read": True,
    "report.read": True,
}
_SIGNING = {**_READING, "report.sign": True}

PERMISSIONS = Permissions(
    {
        "UB_CHAIR": _SIGNING,
        "UB_VICE": _SIGNING,
        "VHXH": {**_READING, "report.review": True, "parked_event.settle": True},
        "CA_CHIEF": _READING,
        "TYT_HEAD": _READING,
        "DPO_AUDIT": {"audit_log.read": True},
        "SYSADMIN": {"log.read": True, "parked_event.settle": True},
    },
    actions=[*_READING, "report.review", "report.sign", "audit_log.read", "parked_event.settle"],
    roles=ROLES,
)
