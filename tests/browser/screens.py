"""The main pages of the four consoles, each with somebody who may see it; looked at by eye and by axe."""

from dataclasses import dataclass

from tests.browser.consoles import Desk


@dataclass(frozen=True)
class Screen:
    """A page: who opens it, where it begins, and which first links lead from there to it (CSS selectors)."""

    console: str
    name: str
    username: str
    path: str
    through: tuple[str, ...] = ()

    def show(self, desk: Desk) -> None:
        """Bring the page up at a desk where that somebody is signed in."""
        desk.open(self.path)
        for selector in self.through:
            desk.page.goto(desk.address + (desk.page.locator(selector).first.get_attribute("href") or ""))


ROW = "main tbody tr a"
LAST_ROW = "main tbody tr:last-child a"
"""Of the people under management, the one whose term runs longest: the first one's may be over on the day of the test."""
DUTY = "main .due-list a.button"

SCREENS = (
    Screen("reporting", "dashboard", "lanhdao", "/"),
    Screen("reporting", "quarter", "lanhdao", "/", ("main .chips a >> nth=3",)),
    Screen("reporting", "table", "lanhdao", "/table"),
    Screen("reporting", "percent", "lanhdao", "/", ("#figure-HLT-02 a",)),
    Screen("reporting", "places", "lanhdao", "/", ("#figure-CAM-01 a",)),
    Screen("reporting", "number", "lanhdao", "/", ("#figure-HLT-03 a",)),
    Screen("reporting", "reports", "tonghop", "/reports"),
    Screen("reporting", "review", "tonghop", "/reports", (ROW,)),
    Screen("reporting", "targets", "lanhdao", "/targets"),
    Screen("reporting", "heard", "lanhdao", "/heard"),
    Screen("reporting", "api", "lanhdao", "/api/docs"),
    Screen("reporting", "password", "lanhdao", "/password"),
    Screen("registry", "today", "canbo", "/"),
    Screen("registry", "people", "canbo", "/people"),
    Screen("registry", "search", "canbo", "/people?q=nguyen"),
    Screen("registry", "person", "canbo", "/user-management", (ROW,)),
    Screen("registry", "new-person", "canbo", "/people/new"),
    Screen("registry", "test-result", "canbo", "/people", (ROW, "main a[href$='/tests/new']")),
    Screen("registry", "decision", "canbo", "/", ("main a[href$='/management-decided']",)),
    Screen("registry", "acts", "canbo", "/user-management", (LAST_ROW, "main a[href$='/acts']")),
    Screen("registry", "managed", "canbo", "/user-management"),
    Screen(
        "registry",
        "stop",
        "canbo",
        "/user-management",
        (LAST_ROW, "main a[href$='/acts']", "main a[href$='/stop-decided']"),
    ),
    Screen("registry", "act", "canbo", "/user-management", (LAST_ROW, "main a[href^='/acts/']")),
    Screen(
        "registry",
        "request-of-determination",
        "canbo",
        "/user-management",
        (LAST_ROW, "main a[href$='/acts']", "main a[href$='/determination/requested']"),
    ),
    Screen("registry", "overdue", "canbo", "/duties/overdue"),
    Screen("registry", "books", "canbo", "/books"),
    Screen("registry", "month-of-checks", "canbo", "/books/residence-checks/month"),
    Screen("registry", "imports", "canbo", "/imports"),
    Screen("registry", "documents", "canbo", "/documents"),
    Screen("registry", "verify-document", "canbo", "/documents/verify"),
    Screen("registry", "drafts", "truongca", "/duties/signature"),
    Screen("registry", "draft", "truongca", "/", ("main section.signature a.button",)),
    Screen("registry", "openings", "truongca", "/openings"),
    Screen("registry", "audit", "giamsat", "/audit"),
    Screen("registry", "refused", "canbo", "/audit"),
    Screen("health", "today", "dieuduong", "/"),
    Screen("health", "head-today", "truongtram", "/"),
    Screen("health", "patients", "dieuduong", "/patients"),
    Screen("health", "patient", "bacsi", "/patients", (ROW,)),
    Screen("health", "new-patient", "dieuduong", "/patients/new"),
    Screen("health", "counselling", "dieuduong", "/counselling"),
    Screen("health", "new-counselling", "dieuduong", "/patients", (ROW, "main a[href$='/counselling/new']")),
    Screen("health", "determinations", "bacsi", "/determinations"),
    Screen("health", "new-determination", "bacsi", "/patients", (ROW, "main a[href$='/determinations/new']")),
    Screen("health", "request", "bacsi", "/determinations?show=waiting", (ROW,)),
    Screen("health", "reception", "bacsi", "/determinations?show=waiting", (ROW, "main a[href$='/receive']")),
    Screen("health", "determination", "truongtram", "/determinations?show=approval", (ROW,)),
    Screen("health", "treatments", "bacsi", "/treatments"),
    Screen("health", "kits", "kho", "/kits"),
    Screen("health", "kit", "kho", "/kits", (ROW,)),
    Screen("health", "training", "truongtram", "/training"),
    Screen("campaigns", "today", "vanhoa", "/"),
    Screen("campaigns", "activities", "vanhoa", "/activities"),
    Screen("campaigns", "activity", "vanhoa", "/activities", (ROW,)),
    Screen("campaigns", "campaigns", "vanhoa", "/campaigns"),
    Screen("campaigns", "action-month", "vanhoa", "/campaigns", ("main tbody a:has-text('Tháng hành động')",)),
    Screen("campaigns", "new-activity", "vanhoa", "/campaigns", (ROW, "main a[href$='/activities/new']")),
    Screen("campaigns", "delivery", "doanthe", "/activities?state=PLANNED", (ROW, "main a[href$='/delivery']")),
    Screen(
        "campaigns", "verification", "vanhoa", "/activities?state=DELIVERED", (ROW, "main a[href$='/verification']")
    ),
    Screen("campaigns", "places", "vanhoa", "/places"),
    Screen("campaigns", "support", "vanhoa", "/support"),
)

DOOR = "/sign-in"
