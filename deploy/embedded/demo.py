"""The demo: accounts that anybody may use, and the mark that says that nobody in the ward exists."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import insert, select

from chassis import accounts
from chassis.errors import StartRefused
from chassis.service import Runtime

MARK = "demo"
PASSWORD = "binh-an-minh-hoa"  # noqa: S105 - printed in the README; the demo holds nobody's data


@dataclass(frozen=True)
class DemoAccount:
    """Somebody who may sign in to one console of the demo."""

    service: str
    username: str
    role: str
    title: str


ACCOUNTS = (
    DemoAccount("registry", "canbo", "CA_OFFICER", "Cán bộ Công an (minh hoạ)"),
    DemoAccount("registry", "truongca", "CA_CHIEF", "Trưởng Công an (minh hoạ)"),
    DemoAccount("registry", "giamsat", "DPO_AUDIT", "Giám sát dữ liệu (minh hoạ)"),
    DemoAccount("health", "dieuduong", "TYT_COUNSELLOR", "Điều dưỡng (minh hoạ)"),
    DemoAccount("health", "bacsi", "TYT_DOCTOR", "Bác sĩ (minh hoạ)"),
    DemoAccount("health", "truongtram", "TYT_HEAD", "Trưởng Trạm Y tế (minh hoạ)"),
    DemoAccount("health", "kho", "TYT_STORE", "Thủ kho (minh hoạ)"),
    DemoAccount("campaigns", "vanhoa", "VHXH", "Công chức Văn hóa - Xã hội (minh hoạ)"),
    DemoAccount("campaigns", "truyenthanh", "COMMS", "Cán bộ truyền thanh (minh hoạ)"),
    DemoAccount("campaigns", "doanthe", "ORG", "Cán bộ đoàn thể (minh hoạ)"),
    DemoAccount("reporting", "lanhdao", "UB_VICE", "Phó Chủ tịch UBND (minh hoạ)"),
    DemoAccount("reporting", "tonghop", "VHXH", "Cán bộ tổng hợp (minh hoạ)"),
)


def create_demo_accounts(runtimes: Mapping[str, Runtime], unit: str) -> None:
    """Make the accounts of the demo, one for each role."""
    for each in ACCOUNTS:
        runtime = runtimes[each.service]
        with runtime.store.begin() as session:
            accounts.create_account(
                session,
                runtime.tables.accounts,
                clock=runtime.clock,
                unit=unit,
                username=each.username,
                display_name=each.title,
                roles=[each.role],
                password=accounts.hash_password(PASSWORD, username=each.username),
            )


class RealWard(StartRefused):
    """Made-up people must not come among people who exist."""


def mark_as_demo(runtimes: Mapping[str, Runtime]) -> None:
    """Write into every database that its people are made up; raise :class:`RealWard` when some of them are not."""
    unmarked = {name: runtime for name, runtime in runtimes.items() if not _is_marked(runtime)}
    for name, runtime in unmarked.items():
        with runtime.store.reading() as session:
            if session.execute(select(runtime.tables.outbox.outbox).limit(1)).first():
                raise RealWard(f"{name} has recorded facts that are not made up; name an empty folder with --data")
    for runtime in unmarked.values():
        with runtime.store.begin() as session:
            session.execute(insert(runtime.tables.trait).values(name=MARK, value="yes"))


def show_the_mark(runtimes: Mapping[str, Runtime]) -> None:
    """Let every page of a marked database say that its people are made up, and its door say who may come in."""
    for name, runtime in runtimes.items():
        if _is_marked(runtime):
            runtime.settings = replace(runtime.settings, demo=True)
            runtime.definition.routes.demo_accounts = [
                {"username": each.username, "password": PASSWORD, "role": runtime.definition.role_labels[each.role]}
                for each in ACCOUNTS
                if each.service == name
            ]


def _is_marked(runtime: Runtime) -> bool:
    trait = runtime.tables.trait
    with runtime.store.reading() as session:
        return session.execute(select(trait).where(trait.c.name == MARK)).first() is not None
