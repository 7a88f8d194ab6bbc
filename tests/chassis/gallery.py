"""Sample pages of every chassis template: for the tests that render them and for looking at them in a browser.

`python tests/chassis/gallery.py FOLDER` writes one file per page and language beside a copy of the static files.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import Environment

from chassis import presentation
from chassis.clock import FrozenClock
from chassis.i18n import LOCALES, use_locale

NOW = datetime(2026, 11, 22, 2, 15, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def gallery_environment() -> Environment:
    return presentation.environment([], clock=FrozenClock(NOW))


def frame(service: str = "registry", title: str = "Công an", **more: Any) -> dict[str, Any]:
    """What every template is given, for a signed-in person of the demo ward."""
    menu = [
        ("today", "Việc hôm nay", "/"),
        ("people", "Người", "/people"),
        ("decision", "Quyết định", "/decisions"),
        ("calendar", "Đến hạn", "/due"),
        ("search", "Xét nghiệm", "/tests"),
        ("document", "Biểu mẫu", "/forms"),
    ]
    return {
        "service": {
            "name": service,
            "title": "Sổ theo dõi",
            "agency": f"{title} phường Đồng Nguyên",
            "accent": service,
            "port": 8001,
        },
        "unit": {
            "code": "09385",
            "name": "Đồng Nguyên",
            "full_name": "phường Đồng Nguyên",
            "title": "Phường Đồng Nguyên",
        },
        "actor": {"display_name": "Nguyễn Văn Mẫu", "username": "congan"},
        "role": "Cán bộ theo dõi",
        "menu": [{"icon": icon, "label": label, "href": href, "current": href == "/"} for icon, label, href in menu],
        "csrf_token": "token",
        "demo": True,
        "path": "/",
        "flash": [],
        "search_href": "/people",
        "version": "0.2.0",
        **more,
    }


@dataclass
class SampleField:
    name: str
    label: str
    kind: str = "text"
    required: bool = True
    value: str = ""
    hint: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warning: str = ""
    reason: str = ""
    attributes: dict[str, str] = field(default_factory=dict)

    @property
    def reason_name(self) -> str:
        return self.name + "_reason"


def sample_form(*, wrong: bool = False) -> dict[str, Any]:
    kinds = [("Y_TE", "Y tế", True), ("TAM_LY", "Tâm lý", False), ("XA_HOI", "Xã hội", False)]
    facilities = [("", "— Chọn —", True)] + [(f"{n:02}", f"Tổ dân phố số {n}", False) for n in range(1, 21)]
    held = SampleField(
        "held_on",
        "Ngày tư vấn",
        "date",
        value="31/02/2026" if wrong else "22/11/2026",
        hint="Ngày gặp, không phải ngày ghi sổ.",
        attributes={"inputmode": "numeric", "maxlength": "10"},
    )
    number = SampleField("number", "Số định danh cá nhân", value="001185012345", hint="12 chữ số, ghi liền.")
    errors = []
    if wrong:
        held.errors = ["Ngày tư vấn: không có ngày 31/02/2026; hãy ghi ngày có thật theo dd/mm/yyyy."]
        held.attributes["autofocus"] = "autofocus"
        number.warning = "Chữ số thứ tư nói người này là nữ, mẫu ghi là nam."
        errors = [
            ("held_on", "Ngày tư vấn", "không có ngày 31/02/2026; hãy ghi ngày có thật theo dd/mm/yyyy."),
            ("number", "Số định danh cá nhân", "cần xác nhận."),
        ]
    return {
        "title": "Ghi nhận lượt tư vấn",
        "intro": "Một lần gặp giữa người tư vấn và người được tư vấn.",
        "action": "/counselling/new",
        "submit": "Ghi nhận",
        "cancel": "/counselling",
        "version": 3,
        "once": "once",
        "summary": "Có mục chưa đúng; hãy sửa các mục dưới đây rồi ghi lại. Chưa có gì được lưu." if wrong else "",
        "errors": errors,
        "groups": [
            {
                "heading": "Người được tư vấn",
                "fields": [
                    number,
                    SampleField("full_name", "Họ và tên"),
                    SampleField("hidden", "", "hidden", value="x"),
                ],
            },
            {
                "heading": "Buổi tư vấn",
                "fields": [
                    held,
                    SampleField("kind", "Loại tư vấn", "radio", choices=kinds),
                    SampleField("topics", "Nội dung", "multiselect", required=False, choices=kinds),
                    SampleField("place", "Nơi tư vấn", "select", choices=facilities),
                    SampleField("minutes", "Số phút", "number", required=False, value="45"),
                    SampleField("told", "Đã giải thích quyền từ chối", "checkbox", value="true"),
                    SampleField(
                        "next_step",
                        "Bước tiếp theo",
                        "textarea",
                        required=False,
                        hint="Một câu, theo lời người được tư vấn.",
                    ),
                ],
            },
            {"heading": "", "fields": [SampleField("secret", "Mật khẩu", "password")]},
        ],
    }


def sample_reading(code: str, name: str, status: str, value: Fraction | int | None, **more: Any) -> dict[str, Any]:
    months = [
        f"{month:02}/{year}" for year, month in [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 12))]
    ]
    top = value or 0
    points = [
        {"label": label, "value": None if index == 3 else top * (60 + (index * 37) % 41) / 100}
        for index, label in enumerate(months[:-1])
    ]
    return {
        "code": code,
        "name": name,
        "status": status,
        "value": value,
        "kind": "percent",
        "unit": "người",
        "period": "tháng 11/2026",
        "points": [*points, {"label": months[-1], "value": value}],
        "updated_at": NOW - timedelta(seconds=12),
        "href": f"/figures/{code}",
        **more,
    }


READINGS = [
    sample_reading(
        "HLT-02",
        "Tư vấn, hỗ trợ y tế và tâm lý",
        "MET",
        Fraction(13, 14),
        numerator=13,
        denominator=14,
        target_text="> 90 %",
        target=Fraction(9, 10),
    ),
    sample_reading(
        "CAM-01",
        "Tổ dân phố có hoạt động Tháng hành động",
        "NOT_MET",
        Fraction(17, 20),
        numerator=17,
        denominator=20,
        unit="tổ",
        target_text="100 %",
        target=1,
    ),
    sample_reading("REG-01", "Người sử dụng trái phép chất ma túy đang quản lý", "NO_TARGET", 47, kind="number"),
    sample_reading(
        "HLT-06",
        "Que thử còn dùng được",
        "NO_DATA",
        None,
        kind="number",
        unit="que",
        points=[],
        note="Chưa có kiểm kê nào trong kỳ.",
    ),
]

DUTIES = [
    {
        "key": "overdue",
        "items": [
            {
                "who": "Trần Văn Mẫu",
                "href": "/people/1",
                "duty": "Ra quyết định quản lý người sử dụng trái phép chất ma túy",
                "due": NOW - timedelta(hours=30),
                "ground": "Điều 23 Luật Phòng, chống ma túy 2025",
                "action": {"label": "Ra quyết định", "href": "/people/1/decision"},
            },
        ],
    },
    {
        "key": "day",
        "items": [
            {
                "who": "Lê Thị Ví Dụ",
                "href": "/people/2",
                "duty": "Ghi kết quả xét nghiệm",
                "due": NOW + timedelta(hours=3),
                "ground": "Điều 22 Luật Phòng, chống ma túy 2025",
                "action": {"label": "Ghi kết quả", "href": "/people/2/test"},
            },
            {
                "who": "Phạm Văn Thử",
                "href": "/people/3",
                "duty": "Lập danh sách quản lý tại tổ dân phố số 5",
                "due": TODAY,
                "ground": None,
                "action": {"label": "Lập danh sách", "href": "/people/3/list"},
            },
        ],
    },
    {
        "key": "week",
        "items": [
            {
                "who": "Hoàng Thị Mẫu",
                "href": "/people/4",
                "duty": "Kết thúc quản lý khi hết thời hạn 01 năm",
                "due": TODAY + timedelta(days=4),
                "ground": "Nghị định 163/2026/NĐ-CP, Điều 41",
                "action": {"label": "Kết thúc quản lý", "href": "/people/4/end"},
            },
        ],
    },
    {
        "key": "waiting",
        "items": [
            {
                "who": "Vũ Văn Mẫu",
                "href": None,
                "duty": "Chờ trạm y tế xác định tình trạng nghiện",
                "due": TODAY + timedelta(days=2),
                "ground": None,
                "action": None,
            },
        ],
    },
]

COLUMNS = [
    {"key": "name", "label": "Họ và tên", "sort_href": "?sort=name", "sorted": "ascending"},
    {"key": "year", "label": "Năm sinh", "numeric": True},
    {"key": "place", "label": "Nơi ở"},
    {"key": "state", "label": "Tình trạng"},
    {"key": "since", "label": "Từ ngày", "sort_href": "?sort=since"},
    {"key": "due", "label": "Việc kế tiếp"},
]

ROWS = [
    {
        "href": f"/people/{index}",
        "cells": {
            "name": {"text": name, "sub": f"0272 •••• {3100 + index}"},
            "year": str(1980 + index),
            "place": "Tổ dân phố số 5" if index % 3 else None,
            "state": {"tone": "info", "word": "Đang quản lý"} if index % 2 else {"tone": "mute", "word": "Đã kết thúc"},
            "since": date(2026, 7, 5),
            "due": {"due": TODAY + timedelta(days=index * 3 - 5)} if index % 2 else None,
        },
    }
    for index, name in enumerate(
        [
            "Trần Văn Mẫu",
            "Lê Thị Ví Dụ",
            "Phạm Văn Thử",
            "Hoàng Thị Mẫu",
            "Vũ Văn Mẫu",
            "Đặng Thị Ví Dụ",
            "Bùi Văn Thử",
            "Ngô Thị Mẫu",
        ]
    )
]

FACTS = [
    ("Họ và tên", "Trần Văn Mẫu"),
    ("Ngày sinh", date(1985, 3, 2)),
    ("Giới tính", "Nam"),
    ("Nơi ở hiện tại", "Số 12, tổ dân phố số 5, phường Đồng Nguyên"),
    ("Số định danh cá nhân", "0272 •••• 3101"),
    ("Ghi chú", None),
    ("Số lượt tư vấn", 1234),
    ("Trong độ tuổi lao động", True),
]

SPEC = {
    "openapi": "3.1.0",
    "info": {"title": "Công an", "version": "1"},
    "paths": {
        "/api/v1/people": {
            "get": {
                "summary": "Danh sách người",
                "parameters": [{"name": "cursor", "in": "query"}],
                "responses": {"200": {}},
            },
            "post": {
                "summary": "Ghi nhận người",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
                "responses": {"201": {}, "422": {}},
            },
        },
    },
    "components": {
        "schemas": {
            "Person": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "title": "Họ và tên"},
                    "born_on": {"type": ["string", "null"], "format": "date"},
                    "tests": {"type": "array", "items": {"$ref": "#/components/schemas/Person"}},
                    "sex": {"type": "string", "enum": ["MALE", "FEMALE"]},
                },
            }
        }
    },
}

EXTRA = {
    "bars.html": """{% extends "base.html" %}{% block title %}Độ phủ{% endblock %}{% block content %}
{{ ui.page_head("Độ phủ theo tổ dân phố", [{"label": "Về tháng 6", "href": "/"}]) }}
<div class="card">{{ ui.bars(items, "Buổi tuyên truyền: 17/20 tổ có ít nhất một buổi") }}</div>
<div class="card">{{ ui.trend(points, "Lượt tư vấn 13 tháng", "number", 20) }}</div>{% endblock %}""",
}


def pages() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, template and context of every sample page."""
    nobody = {"actor": None, "role": None, "menu": [], "search_href": None}
    done = [
        {
            "level": "done",
            "text": "Đã ra quyết định số 12/QĐ-CAP cho Trần Văn Mẫu.",
            "next": {"label": "In quyết định", "href": "/decisions/12/print"},
        }
    ]
    yield (
        "today",
        "today.html",
        frame(flash=done)
        | {
            "title": "Việc hôm nay",
            "groups": DUTIES,
            "totals": [
                {"label": "Đang quản lý", "value": 47, "href": "/people"},
                {"label": "Hết hạn tháng này", "value": 3, "href": "/due"},
                {"label": "Chờ nơi khác", "value": 1, "href": "/due"},
                {"label": "Hồ sơ trong sổ", "value": 1234},
            ],
        },
    )
    yield "today-nothing", "today.html", frame("health", "Trạm Y tế") | {"title": "Việc hôm nay", "groups": []}
    yield (
        "list",
        "list.html",
        frame()
        | {
            "title": "Người đang quản lý",
            "columns": COLUMNS,
            "rows": ROWS,
            "count": 47,
            "chips": [
                {"label": "Tất cả", "href": "?", "on": True, "count": 47},
                {"label": "Sắp đến hạn", "href": "?due", "on": False, "count": 3},
                {"label": "Đã kết thúc", "href": "?ended", "on": False},
            ],
            "pager": {"prev": None, "next": "?cursor=x"},
            "actions": [
                {"label": "Xuất bảng tính", "href": "?csv", "icon": "download"},
                {"label": "Ghi nhận người", "href": "/people/new", "primary": True, "icon": "plus"},
            ],
        },
    )
    yield (
        "list-empty",
        "list.html",
        frame("campaigns", "Văn hoá – Xã hội")
        | {
            "title": "Hoạt động",
            "columns": COLUMNS,
            "rows": [],
            "empty": "Chưa có hoạt động nào trong chiến dịch này.",
        },
    )
    yield (
        "record",
        "record.html",
        frame()
        | {
            "title": "Trần Văn Mẫu",
            "facts": FACTS,
            "state": {"tone": "info", "word": "Đang quản lý từ 05/07/2026"},
            "back": {"label": "Người đang quản lý", "href": "/people"},
            "due": [DUTIES[1]["items"][0]],
            "actions": [
                {"label": "Dừng quản lý", "href": "/stop"},
                {"label": "In quyết định", "href": "/print", "icon": "print"},
                {"label": "Xét nghiệm lại", "href": "/again", "method": "post"},
            ],
            "timeline": [
                {
                    "on": date(2026, 7, 5),
                    "text": "Quyết định quản lý, thời hạn 01 năm (05/07/2026 đến 05/07/2027)",
                    "document": "12/QĐ-CAP",
                    "by": "Trưởng Công an phường",
                    "href": "/decisions/12",
                },
                {"on": date(2026, 7, 4), "text": "Xét nghiệm dương tính", "by": "Cán bộ theo dõi"},
                {"on": date(2026, 7, 1), "text": "Ghi nhận vào sổ"},
            ],
            "sections": [
                {"heading": "Quyết định", "columns": COLUMNS[:3], "rows": ROWS[:2]},
                {
                    "heading": "Giấy tờ",
                    "columns": COLUMNS[:3],
                    "rows": [],
                    "actions": [{"label": "Thêm giấy tờ", "href": "/new"}],
                },
            ],
        },
    )
    yield (
        "form",
        "form.html",
        frame("health", "Trạm Y tế")
        | {"form": sample_form(), "back": {"label": "Lượt tư vấn", "href": "/counselling"}},
    )
    yield (
        "form-wrong",
        "form.html",
        frame("health", "Trạm Y tế")
        | {
            "form": sample_form(wrong=True),
            "signing": [
                ("Căn cứ", "Điều 23 Luật Phòng, chống ma túy 2025"),
                ("Người ký", "Trưởng Công an phường"),
                ("Thời hạn", "từ 05/07/2026 đến 05/07/2027, 01 năm"),
                ("Sẽ được báo", "Trạm Y tế phường"),
            ],
        },
    )
    yield (
        "figures",
        "figures.html",
        frame("reporting", "Báo cáo")
        | {
            "title": "Chỉ tiêu kế hoạch 190",
            "intro": "Tháng 11/2026",
            "sections": [{"heading": "Y tế và xã hội", "readings": READINGS}],
        },
    )
    yield "figures-nothing", "figures.html", frame("reporting", "Báo cáo") | {"title": "Chỉ tiêu", "sections": []}
    yield (
        "bars",
        "bars.html",
        frame("campaigns", "Văn hoá – Xã hội")
        | {
            "items": [
                {
                    "label": f"Tổ dân phố số {n}",
                    "value": (n * 7) % 5,
                    "status": "MET" if (n * 7) % 5 else "NOT_MET",
                    "href": f"/places/{n}",
                }
                for n in range(1, 9)
            ],
            "points": [{"label": f"T{n}", "value": n * 3 % 17} for n in range(1, 14)],
        },
    )
    yield (
        "error",
        "error.html",
        frame()
        | {
            "status": 404,
            "title": "Không tìm thấy hồ sơ này",
            "message": "Hồ sơ có thể thuộc đơn vị khác hoặc địa chỉ đã gõ sai.",
            "reference": "019a-7f3c",
        },
    )
    yield (
        "sign-in",
        "sign_in.html",
        frame(**nobody)
        | {
            "problem": "Tên đăng nhập hoặc mật khẩu chưa đúng.",
            "username": "congan",
            "demo_accounts": [{"username": "congan", "password": "minh-hoa-2026", "role": "Cán bộ theo dõi"}],
        },
    )
    yield "sign-in-health", "sign_in.html", frame("health", "Trạm Y tế", **nobody)
    yield (
        "change-password",
        "change_password.html",
        frame() | {"errors": {"new_password": ["Mật khẩu mới: hãy ghi ít nhất 12 ký tự."]}, "must_change": True},
    )
    yield (
        "parked",
        "parked.html",
        frame("reporting", "Báo cáo")
        | {
            "parked": [
                {
                    "id": "019a",
                    "type": "health.counselling.held.v9",
                    "source": "/units/09385/health",
                    "position": 812,
                    "reason": "Không đọc được nội dung: thiếu held_on.",
                    "parked_at": NOW,
                    "attempts": 3,
                    "data": '{"id": "019a"}',
                }
            ]
        },
    )
    yield "parked-nothing", "parked.html", frame("reporting", "Báo cáo") | {"parked": []}
    yield (
        "audit",
        "audit.html",
        frame()
        | {
            "report": {"ok": True, "checked": 1234},
            "entries": [
                {
                    "position": 1234,
                    "at": NOW,
                    "account": "congan",
                    "roles": "CA_OFFICER",
                    "action": "person.read",
                    "record_type": "person",
                    "record_id": "019a7f3c",
                    "purpose": "person.read",
                }
            ],
        },
    )
    yield (
        "audit-broken",
        "audit.html",
        frame()
        | {"report": {"ok": False, "checked": 10, "first_broken": 7, "reason": "dòng đã bị sửa"}, "entries": []},
    )
    yield "api-docs", "api_docs.html", frame() | {"spec": SPEC}


def render(environment: Environment, template: str, context: dict[str, Any], locale: str) -> str:
    with use_locale(locale):
        source = EXTRA.get(template)
        found = environment.from_string(source) if source else environment.get_template(template)
        return found.render(context | {"locale": locale})


def write(folder: Path) -> None:
    shutil.copytree(presentation.STATIC, folder / "static", dirs_exist_ok=True)
    environment = gallery_environment()
    for name, template, context in pages():
        for locale in LOCALES:
            (folder / f"{name}.{locale}.html").write_text(
                render(environment, template, context, locale), encoding="utf-8"
            )


if __name__ == "__main__":
    write(Path(sys.argv[1]))
