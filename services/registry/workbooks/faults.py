"""What can be wrong with a row of an old list: a code for the record, and a sentence that says what to write instead.

A fault never holds what stood in the cell, for that may name somebody; it holds the field and at most the number of another row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.i18n import _
from services.registry.workbooks.headings import headings

REFUSES: Mapping[str, str] = {
    "missing_name": _("chưa có họ tên; hãy ghi đầy đủ họ và tên."),
    "name_with_signs": _("tên chỉ gồm chữ cái, dấu cách, dấu nháy và gạch nối; hãy bỏ chữ số và ký hiệu khác."),
    "missing_sex": _("chưa ghi giới tính; hãy ghi Nam hoặc Nữ."),
    "unknown_sex": _("không hiểu giới tính này; hãy ghi Nam hoặc Nữ."),
    "missing_birth": _("chưa có ngày sinh; không rõ ngày thì ghi năm, ví dụ 1990."),
    "impossible_date": _("không phải là một ngày có trong lịch; hãy ghi dạng 05/07/2026."),
    "only_year": _("mới có năm hoặc tháng; hãy ghi đủ ngày, tháng, năm, ví dụ 05/07/2026."),
    "future_date": _("chưa đến ngày này; hãy ghi một ngày đã qua."),
    "too_early": _("trước năm 1900; hãy xem lại năm."),
    "birth_after_start": _("ngày sinh sau ngày đưa vào danh sách; hãy xem lại hai ngày."),
    "number_length": _("số định danh phải có đúng 12 chữ số, chứng minh nhân dân cũ 9 chữ số."),
    "number_not_digits": _(
        "số giấy tờ chỉ gồm chữ số; hộ chiếu thì bắt đầu bằng một hoặc hai chữ cái, ví dụ C1234567."
    ),
    "number_twice": _("số này đã có ở dòng %(fact)s của cùng danh sách; mỗi người một dòng trong một danh sách."),
    "number_of_another": _("số này trong sổ thuộc về người có tên hoặc năm sinh khác; hãy xem lại số."),
    "number_of_another_row": _("số này ở dòng %(fact)s thuộc về người có tên hoặc năm sinh khác; hãy xem lại số."),
    "missing_document": _("chưa có số quyết định; hãy ghi số của quyết định đã ký."),
    "missing_start": _("chưa có ngày đưa vào danh sách; hãy ghi dạng 05/07/2026."),
    "end_before_start": _("ngày hết hạn không sau ngày bắt đầu; hãy xem lại hai ngày."),
    "closed_before_start": _("ngày dừng, chấm dứt trước ngày bắt đầu; hãy xem lại hai ngày."),
    "closed_without_day": _("đã dừng hoặc chấm dứt nhưng chưa có ngày; hãy ghi ngày dừng, chấm dứt."),
    "open_with_closing_day": _("tình trạng ghi là còn quản lý mà lại có ngày dừng, chấm dứt; hãy sửa một trong hai."),
    "unknown_status": _("không hiểu tình trạng này; hãy ghi Đang quản lý, Tạm đình chỉ, Dừng hoặc Chấm dứt."),
    "unknown_substance": _("không hiểu loại ma túy này; hãy ghi tên thường gọi, ví dụ Heroin, Ketamin, hoặc ghi Khác."),
    "unknown_list": _("không biết dòng này thuộc danh sách nào; hãy ghi người sử dụng, người nghiện hoặc sau cai."),
    "same_person_twice": _("người không có số giấy tờ này (cùng tên, ngày sinh, cha mẹ) đã có ở dòng %(fact)s."),
    "under_12_without_reason": _("chưa đủ 12 tuổi khi vào danh sách; nếu đúng, hãy ghi lý do ở cột «Lý do»."),
    "formula_cell": _("ô chứa công thức; hãy thay bằng giá trị."),
    "error_cell": _("ô báo lỗi của bảng tính (ví dụ #REF!); hãy ghi lại giá trị."),
    "too_long": _("dài quá %(fact)s ký tự; hãy ghi ngắn lại."),
    "not_entered": _("sổ không nhận dòng này: %(fact)s"),
}
WARNS: Mapping[str, str] = {
    "number_province": _("ba số đầu không có trong bảng mã tỉnh nơi đăng ký khai sinh."),
    "number_unlike": _("số định danh không khớp với giới tính hoặc năm sinh đã ghi."),
    "zero_restored": _("Excel đã bỏ chữ số 0 ở đầu số; số được hiểu là có chữ số 0."),
    "no_document_column": _("danh sách không có cột này; số quyết định để trống như sổ cũ."),
    "term_not_of_law": _("thời hạn khác thời hạn của luật; giữ nguyên như sổ cũ."),
    "term_over": _("thời hạn đã hết mà chưa ghi dừng hay chấm dứt; người này sẽ hiện ở việc quá hạn."),
    "under_12": _("chưa đủ 12 tuổi khi vào danh sách; đã có lý do."),
    "differs_from_register": _("khác với hồ sơ đã có trong sổ; hồ sơ được giữ nguyên."),
    "known_without_number": _(
        "trong sổ đã có người cùng tên, cùng ngày sinh mà chưa có số; hãy xem có phải một người không."
    ),
    "left_out": _("ô có thông tin về HIV; không được giữ trong sổ của Công an, đã bỏ ô này."),
    "unknown_reason": _("không hiểu lý do này; lý do để trống."),
}
_SENTENCES: Mapping[str, str] = {**REFUSES, **WARNS}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault of a row. ``fact`` is a row number, a length, or the register's own sentence."""

    code: str
    field: str = ""
    fact: str = ""

    @property
    def refuses(self) -> bool:
        """Tell whether the row cannot be taken as it is."""
        return self.code in REFUSES

    @property
    def sentence(self) -> str:
        """Return the fault as a clerk reads it, the column first."""
        said = str(_(_SENTENCES[self.code], fact=self.fact))
        label = headings().labels.get(self.field)
        return f"{label}: {said}" if label else said


def as_plain(faults: Sequence[Fault]) -> list[dict[str, str]]:
    """Return faults as they are stored beside a row."""
    return [{"code": fault.code, "field": fault.field, "fact": fault.fact} for fault in faults]


def as_faults(stored: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Return stored faults."""
    return [Fault(code=one["code"], field=one["field"], fact=one["fact"]) for one in stored]
