"""How values look on a page: dates, numbers, shares and spans of time in Vietnamese and English, and the template environment.

Figures are rounded here and nowhere else: half up, on exact numbers, so that 90.00 % on the page is never 89.996 % underneath.
Instants are shown in the time of Việt Nam; dates are shown as they were recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from chassis import i18n
from chassis.clock import LOCAL_ZONE, Clock
from chassis.i18n import _, current_locale, gettext, ngettext

Number = int | Decimal | Fraction

NOTHING = "—"
NO_BREAK = "\N{NO-BREAK SPACE}"
TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

MINUTE, HOUR, DAY = 60, 3600, 86400

_ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


# -- dates and times -----------------------------------------------------------------------------------------------------------


def format_date(day: date) -> str:
    """`05/07/2026`; in English `5 Jul 2026`, which nobody reads as the seventh of May."""
    if isinstance(day, datetime):
        day = _local(day).date()
    if current_locale() == "en":
        return f"{day.day} {_ENGLISH_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def format_time(moment: datetime | time) -> str:
    """`16:00`, in the time of Việt Nam when given an instant."""
    if isinstance(moment, datetime):
        moment = _local(moment).time()
    return f"{moment.hour:02}:{moment.minute:02}"


def format_instant(instant: datetime) -> str:
    """`16:00 ngày 05/07/2026`."""
    hour, day = format_time(instant), format_date(instant)
    return str(_("%(time)s ngày %(date)s", time=hour, date=day))


def _local(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone; only aware instants are shown")
    return instant.astimezone(LOCAL_ZONE)


# -- numbers -------------------------------------------------------------------------------------------------------------------


def round_half_up(number: Number, places: int = 2) -> Decimal:
    """Round an exact number the way a ledger does: 0.005 becomes 0.01, -0.005 becomes -0.01."""
    exact = Fraction(number)
    scaled = abs(exact) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    rounded = Decimal(whole).scaleb(-places)
    return -rounded if exact < 0 else rounded


def format_number(number: Number | float, places: int = 2) -> str:
    """`47.500` or `1.234,5`: at most `places` decimals, none that are zero at the end; a float is taken as it prints."""
    exact = Decimal(repr(number)) if isinstance(number, float) else number
    digits = format(round_half_up(exact, places), ",f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if current_locale() == "en":
        return digits
    return digits.translate(str.maketrans(",.", ".,"))


def format_percent(share: Number, places: int = 2) -> str:
    """`92,86 %` for 13/14: the share is a fraction of one, exact."""
    number = format_number(Fraction(share) * 100, places)
    return f"{number}%" if current_locale() == "en" else f"{number}{NO_BREAK}%"


# -- spans of time -------------------------------------------------------------------------------------------------------------


def relative_time(instant: datetime, now: datetime) -> str:
    """How long ago, or how long until: `12 giây trước`, `3 giờ nữa`, `vừa xong`."""
    seconds = int((now - instant).total_seconds())
    if abs(seconds) < 1:
        return str(_("vừa xong"))
    span = _span(abs(seconds))
    return str(_("%(span)s trước", span=span) if seconds > 0 else _("%(span)s nữa", span=span))


def updated_ago(instant: datetime, now: datetime) -> str:
    """`cập nhật 12 giây trước`; an instant that has not come yet (two machines' clocks) counts as now."""
    return str(_("cập nhật %(ago)s", ago=relative_time(min(instant, now), now)))


def relative_due(due: date | datetime, now: datetime) -> str:
    """How a duty stands: `còn 3 giờ`, `hạn hôm nay`, `còn 5 ngày`, `quá hạn 2 ngày`. A date is due at the end of its day."""
    if not isinstance(due, datetime):
        return _relative_day((due - _local(now).date()).days)
    seconds = int((due - now).total_seconds())
    if seconds < 0:
        return str(_("quá hạn %(span)s", span=_span(-seconds)))
    return str(_("còn %(span)s", span=_span(seconds)))


def due_state(due: date | datetime, now: datetime) -> str:
    """`OVERDUE`, `SOON` (within 24 hours, or today) or `ON_TIME`: the code of the state that `relative_due` words."""
    if isinstance(due, datetime):
        left = due - now
        late, soon = left < timedelta(0), left < timedelta(hours=24)
    else:
        days = (due - _local(now).date()).days
        late, soon = days < 0, days == 0
    return "OVERDUE" if late else "SOON" if soon else "ON_TIME"


def _relative_day(days: int) -> str:
    if days == 0:
        return str(_("hạn hôm nay"))
    if days < 0:
        return str(_("quá hạn %(span)s", span=_days(-days)))
    return str(_("còn %(span)s", span=_days(days)))


def _span(seconds: int) -> str:
    """One unit is enough for a reader: seconds, then minutes, hours and days, cut off and not rounded."""
    if seconds < MINUTE:
        return str(ngettext("%(count)s giây", "%(count)s giây", seconds))
    if seconds < HOUR:
        return str(ngettext("%(count)s phút", "%(count)s phút", seconds // MINUTE))
    if seconds < DAY:
        return str(ngettext("%(count)s giờ", "%(count)s giờ", seconds // HOUR))
    return _days(seconds // DAY)


def _days(days: int) -> str:
    return str(ngettext("%(count)s ngày", "%(count)s ngày", days))


# -- any value -----------------------------------------------------------------------------------------------------------------


def shown(value: object) -> str:
    """Any value as a reader expects it in a table cell or beside a label; nothing at all is `—`."""
    if value is None or (isinstance(value, str | list | tuple | set | frozenset) and not value):
        return NOTHING
    if isinstance(value, Markup):
        return value
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    return str(value)


_WRITERS: Sequence[tuple[Any, Callable[[Any], str]]] = (
    # The order matters: a bool is an int, and a datetime is a date.
    (bool, lambda value: str(_("Có") if value else _("Không"))),
    (int | float | Decimal | Fraction, format_number),
    (datetime, format_instant),
    (date, format_date),
    (time, format_time),
    (list | tuple | set | frozenset, lambda value: ", ".join(shown(item) for item in value)),
)


# -- the trend of a figure -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TrendShape:
    """A line chart worked out in whole drawing units: what the template only has to write down."""

    width: int
    height: int
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    last: tuple[float, float] | None
    zero_y: float
    target_y: float | None


def trend_shape(
    values: Sequence[Number | float | None], target: Number | float | None = None, *, width: int = 260, height: int = 56
) -> TrendShape:
    """Place the values of successive periods, oldest first, on a small chart that starts at zero. None leaves a gap."""
    edge = 5.0
    known = [float(value) for value in values if value is not None]
    top = max([*known, float(target) if target is not None else 0.0, 0.0]) or 1.0
    step = (width - 2 * edge) / max(len(values) - 1, 1)

    def y_of(value: Number | float) -> float:
        return round(height - edge - float(value) / top * (height - 2 * edge), 1)

    runs: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(edge + index * step, 1), y_of(value)))
    points = [point for run in runs for point in run]
    return TrendShape(
        width=width,
        height=height,
        lines=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple(run[0] for run in runs if len(run) == 1),
        last=points[-1] if points and values[-1] is not None else None,
        zero_y=y_of(0),
        target_y=None if target is None else y_of(target),
    )


# -- templates -----------------------------------------------------------------------------------------------------------------


class _CompiledOnce(BytecodeCache):
    """Keeps compiled templates for every service of this process: compiling those that they share takes longest at start."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := self._compiled.get(bucket.key)) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledOnce()


def environment(template_folders: Sequence[Path], *, clock: Clock) -> Environment:
    """The template environment of one service: its own folders first, then the chassis's.

    A name that a template uses and the page did not give is an error, never an empty place.
    """
    env = Environment(
        loader=FileSystemLoader([*template_folders, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
        extensions=["jinja2.ext.i18n"],
    )
    env.filters.update(_FILTERS)
    env.filters.update({name: _by_the_clock(function, clock) for name, function in _FILTERS_BY_THE_CLOCK.items()})
    env.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        now=clock.now,
        today=clock.today,
        trend_shape=trend_shape,
        languages=i18n.LOCALES,
    )
    env.globals["ui"] = env.get_template("macros.html").module
    return env


def _spoken_or_nothing(function: Callable[..., str]) -> Callable[..., str]:
    """A filter for values that may be missing: None is shown as `—`."""

    def filtered(value: Any, *args: Any, **kwargs: Any) -> str:
        return NOTHING if value is None else function(value, *args, **kwargs)

    return filtered


def _by_the_clock(function: Callable[[Any, datetime], str], clock: Clock) -> Callable[[Any], str]:
    """A filter that compares a moment with now."""

    def filtered(value: Any) -> str:
        return NOTHING if value is None else function(value, clock.now())

    return filtered


def _iso(value: date | datetime) -> str:
    """The machine's form, for `<time datetime=…>`."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def _typed(day: date) -> str:
    """How a date stands in a field that a person types into: the same in every language."""
    return f"{day:%d/%m/%Y}"


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _spoken_or_nothing(format_date),
    "time": _spoken_or_nothing(format_time),
    "instant": _spoken_or_nothing(format_instant),
    "number": _spoken_or_nothing(format_number),
    "percent": _spoken_or_nothing(format_percent),
    "iso": _iso,
    "typed": _typed,
    "shown": shown,
}

_FILTERS_BY_THE_CLOCK: Mapping[str, Callable[[Any, datetime], str]] = {
    "relative": relative_time,
    "updated": updated_ago,
    "due": relative_due,
    "due_state": due_state,
}
