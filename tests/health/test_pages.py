"""The console as the station's people use it: in a browser, without JavaScript."""

import re
from datetime import date, timedelta

import pytest

from tests.health.builders import (
    ELSEWHERE,
    NUMBER,
    TODAY,
    Station,
    a_colleague,
    a_course,
    a_patient,
    a_product,
    a_receipt,
    a_session,
    a_treatment,
    decided,
)


def test_a_nurse_signs_in_and_records_a_counselling_from_todays_work(station: Station):
    patient = a_patient(station)
    station.hear(decided(patient.person_key))
    nurse = station.console.signed_in("TYT_COUNSELLOR")
    today = nurse.get("/").text
    assert "Nguyễn Văn Đức" in today and "trên 90 %" in today and "14/12/2026" in today
    form = f"/patients/{patient.patient_id}/counselling/new"
    assert form in today

    page = nurse.get(form).text
    assert 'value="20/11/2026"' in page
    assert re.search(r'value="NGUOI_SDTP"[^>]*checked', page)
    answer = nurse.submit(form, {"kind": "TAM_LY", "held_on": "20/11/2026", "group": "NGUOI_SDTP", "note": "Ngủ kém"})

    assert answer.status_code == 303, answer.text
    record = nurse.get(answer.location).text
    assert "Đã ghi lượt tư vấn Tâm lý ngày 20/11/2026." in record
    assert station.announced() == ["health.counselling.held.v1"]
    assert "Ngủ kém" not in station.told()
    assert "Nguyễn Văn Đức" not in nurse.get("/").text
