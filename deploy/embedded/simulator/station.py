"""The same lives as the health station records them, with its treatments, test kits and courses."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from chassis.unit_of_work import UnitOfWork
from embedded.simulator.diary import Story
from embedded.simulator.people import Person
from embedded.simulator.police import Life
from services.health import handlers, queries
from services.health.commands import (
    AdmitToOst,
    DiscardKits,
    EndOstTreatment,
    OpenCourse,
    ReceiveKits,
    RecordAttendance,
    RecordCounselling,
    RegisterKitProduct,
    RegisterPatient,
    RegisterStaff,
    UseKits,
)
from services.health.domain import first_expiring

HEAD, DOCTOR, NURSE, STORE = "TYT_HEAD", "TYT_DOCTOR", "TYT_COUNSELLOR", "TYT_STORE"
PRODUCTS = (
    ("TEST4", "Test nhanh 4 chất (MOR, MET, MDMA, THC)", ["MOR", "MET", "MDMA", "THC"], 50),
    ("TESTMOR", "Test nhanh MOR", ["MOR"], 20),
)
STAFF = ("BAC_SI", "DIEU_DUONG", "Y_SI", "DUOC_SI", "HO_SINH", "DAN_SO")
COURSES = (
    "Tập huấn xác định tình trạng nghiện ma túy",
    "Tập huấn tư vấn, can thiệp tâm lý",
    "Tập huấn quản lý điều trị Methadone",
)
COUNSELLED_SHARE = 0.93


@dataclass
class Treatment:
    """One OST treatment of a made-up patient."""

    person: Person
    admitted_on: date
    ended_on: date | None = None
    treatment_id: str = ""


def live_at_the_station(story: Story, lives: list[Life]) -> None:
    """Enter everything that the station does in these months."""
    managed = [life for life in lives if life.managed_from is not None]
    for life in managed:
        _register_patient(
            story, life.person, (life.managed_from or story.first_day) + timedelta(days=story.chance.randint(1, 9))
        )
    treatments = _treat(story, max(3, len(lives) // 6))
    for life in managed:
        _counsel(
            story,
            life.person,
            "NGUOI_SDTP",
            (life.managed_from or story.first_day) + timedelta(days=10),
            life.managed_until or story.last_day,
        )
    for treatment in treatments:
        _counsel(
            story,
            treatment.person,
            "OST",
            treatment.admitted_on + timedelta(days=3),
            treatment.ended_on or story.last_day,
        )
    _keep_stock(story, len(lives))
    _train(story)


def _register_patient(story: Story, person: Person, day: date) -> None:
    story.diary.on(day, "health", NURSE, partial(_open_file, person), hour=8)


def _treat(story: Story, count: int) -> list[Treatment]:
    treatments = []
    for _ in range(count):
        treatment = Treatment(
            story.population.somebody(), story.first_day + timedelta(days=int(story.days * story.chance.random() * 0.8))
        )
        _register_patient(story, treatment.person, treatment.admitted_on)
        listed_after = story.chance.randint(0, 20) if story.happens(0.96) else None
        story.diary.on(treatment.admitted_on, "health", DOCTOR, partial(_admit, treatment, listed_after), hour=10)
        if story.happens(0.2):
            ended_on = treatment.admitted_on + timedelta(days=story.chance.randint(60, 300))
            if ended_on <= story.last_day:
                treatment.ended_on = ended_on
                reason = story.chance.choice(("COMPLETED", "TERMINATED", "TRANSFERRED"))
                story.diary.on(ended_on, "health", DOCTOR, partial(_end_treatment, treatment, reason), hour=15)
        treatments.append(treatment)
    return treatments


def _counsel(story: Story, person: Person, group: str, start: date, end: date) -> None:
    """Counsel somebody about every two months; a few are hard to reach."""
    every = 45 if story.happens(COUNSELLED_SHARE) else 160
    day = start + timedelta(days=story.chance.randint(0, 12))
    while day < end:
        kind = story.chance.choice(("Y_TE", "TAM_LY", "Y_TE", "TAM_LY", "XA_HOI", "HIV"))
        story.diary.on(
            day, "health", NURSE, partial(_counselling, person, kind, group), hour=story.chance.randint(9, 16)
        )
        day += timedelta(days=every + story.chance.randint(-8, 8))


def _keep_stock(story: Story, people: int) -> None:
    story.diary.on(story.first_day, "health", STORE, _open_products, hour=7)
    day, lot = story.first_day, 1
    while day <= story.last_day:
        for product_code, *_rest in PRODUCTS:
            expires_on = day + timedelta(days=story.chance.randint(300, 500))
            quantity = max(40, people) + story.chance.randint(0, 40)
            story.diary.on(
                day, "health", STORE, partial(_receive, product_code, f"L{lot:04d}", expires_on, quantity), hour=8
            )
            lot += 1
        day += timedelta(days=90)
    for offset in range(4, story.days, 4):
        product_code = story.chance.choice(PRODUCTS)[0]
        story.diary.on(
            story.first_day + timedelta(days=offset),
            "health",
            STORE,
            partial(_use, product_code, story.chance.randint(1, 6)),
            hour=16,
        )
    for offset in range(360, story.days, 60):
        story.diary.on(story.first_day + timedelta(days=offset), "health", STORE, _discard_expired, hour=17)


def _train(story: Story) -> None:
    team: list[str] = []
    story.diary.on(story.first_day, "health", HEAD, partial(_hire, team), hour=7)
    for number, title in enumerate(COURSES, start=1):
        held_on = story.first_day + timedelta(days=story.days * number // (len(COURSES) + 1))
        missing = story.happens(0.3)
        story.diary.on(held_on, "health", HEAD, partial(_course, team, title, missing=missing), hour=7, minute=30)


def _open_file(person: Person, uow: UnitOfWork) -> None:
    if person.patient_id:
        return
    saved = handlers.register_patient(
        RegisterPatient(
            full_name=person.full_name, sex=person.sex, birth_date=person.birth_date, personal_number=person.number
        ),
        uow,
    )
    person.patient_id = saved.patient_id


def _admit(treatment: Treatment, listed_after: int | None, uow: UnitOfWork) -> None:
    listed_on = treatment.admitted_on if listed_after is not None else None
    saved = handlers.admit_to_ost(
        AdmitToOst(
            patient_id=treatment.person.patient_id,
            admitted_on=treatment.admitted_on,
            facility_code="CS_METHADONE_01",
            listed_on=listed_on,
        ),
        uow,
    )
    treatment.treatment_id = saved.treatment_id


def _end_treatment(treatment: Treatment, reason: str, uow: UnitOfWork) -> None:
    handlers.end_ost_treatment(
        EndOstTreatment(treatment_id=treatment.treatment_id, ended_on=uow.today(), reason=reason), uow
    )


def _counselling(person: Person, kind: str, group: str, uow: UnitOfWork) -> None:
    handlers.record_counselling(
        RecordCounselling(patient_id=person.patient_id, held_on=uow.today(), kind=kind, group=group), uow
    )


def _open_products(uow: UnitOfWork) -> None:
    for code, name, panel, minimum in PRODUCTS:
        handlers.register_kit_product(
            RegisterKitProduct(product_code=code, name=name, panel=list(panel), minimum_stock=minimum), uow
        )


def _receive(product_code: str, lot_number: str, expires_on: date, quantity: int, uow: UnitOfWork) -> None:
    handlers.receive_kits(
        ReceiveKits(
            product_code=product_code,
            lot_number=lot_number,
            expires_on=expires_on,
            moved_on=uow.today(),
            quantity=quantity,
        ),
        uow,
    )


def _use(product_code: str, quantity: int, uow: UnitOfWork) -> None:
    lots = [each for each in queries.lots(uow.session, with_stock=True) if each.product_code == product_code]
    lot_id = first_expiring([(each.lot_id, each.expires_on, each.on_hand) for each in lots], uow.today())
    if lot_id is None:
        return
    on_hand = next(each.on_hand for each in lots if each.lot_id == lot_id)
    handlers.use_kits(UseKits(lot_id=lot_id, moved_on=uow.today(), quantity=min(quantity, on_hand)), uow)


def _discard_expired(uow: UnitOfWork) -> None:
    for lot in queries.lots(uow.session, with_stock=True):
        if lot.expires_on < uow.today():
            handlers.discard_kits(
                DiscardKits(lot_id=lot.lot_id, moved_on=uow.today(), quantity=lot.on_hand, reason="EXPIRED"), uow
            )


def _hire(team: list[str], uow: UnitOfWork) -> None:
    for number, position in enumerate(STAFF, start=1):
        saved = handlers.register_staff(
            RegisterStaff(full_name=f"Nhân viên {number} (minh hoạ)", position=position), uow
        )
        team.append(saved.staff_id)


def _course(team: list[str], title: str, uow: UnitOfWork, *, missing: bool) -> None:
    course = handlers.open_course(
        OpenCourse(name=title, organiser="Sở Y tế", held_on=uow.today(), staff=list(team)), uow
    )
    uow.session.flush()
    for number, staff_id in enumerate(team):
        fully = not (missing and number == len(team) - 1)
        handlers.record_attendance(
            RecordAttendance(course_id=course.course_id, staff_id=staff_id, attended_on=uow.today(), fully=fully), uow
        )
