"""The targets: what the plan asks of whom, sentence by sentence."""

from typing import Any

from chassis.i18n import _
from chassis.web import Menu, Request, Response, Routes
from services.reporting.figures import in_words, target_text
from services.reporting.indicators import the_catalogue
from services.reporting.targets import Target
from services.reporting.targets.in_force import TARGETS

routes = Routes()


@routes.page("/targets", may="target.read", menu=Menu(_("Chỉ tiêu giao"), icon="document", order=2))
def targets(request: Request) -> Response:
    """List the unit's targets with the sentence that each comes from."""
    own = [target for target in TARGETS if target.unit == request.by.unit]
    return request.render(
        "list.html",
        title=_("Chỉ tiêu giao"),
        columns=[
            {"key": "indicator", "label": _("Mã"), "whole": True},
            {"key": "target", "label": _("Mức giao")},
            {"key": "sentence", "label": _("Nguyên văn")},
            {"key": "document", "label": _("Văn bản"), "whole": True},
            {"key": "responsible", "label": _("Chịu trách nhiệm")},
        ],
        rows=[_row(target) for target in own],
        count=len(own),
        empty=_("Đơn vị này chưa có tệp chỉ tiêu."),
    )


def _row(target: Target) -> dict[str, Any]:
    catalogue = the_catalogue()
    if target.indicator not in catalogue:
        amount = str(_("chưa tính trong hệ thống"))
        return {"cells": [target.indicator, amount, target.sentence, target.document_number, target.responsible]}
    definition = catalogue[target.indicator]
    return {
        "href": f"/indicators/{target.indicator}",
        "cells": [
            target.indicator,
            target_text(definition, target) or in_words(definition, target.value),
            target.sentence,
            target.document_number,
            target.responsible,
        ],
    }
