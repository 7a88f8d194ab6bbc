"""An independent slow oracle: every figure of the catalogue, by plain loops over the list of events.

It shares no code with the service: it reads the JSON of the events and nothing else. What is asked of an event is its
type, its unit, its subject's version, its id and its data.
"""

import json
from datetime import date, timedelta

CODES = (
    "REG-01", "REG-02-IN", "REG-02-OUT", "HLT-01", "HLT-02", "HLT-03", "HLT-06", "HLT-06-NGAY",
    "CAM-01", "CAM-04-BUOI", "CAM-04-LUOT", "CAM-05", "CAM-06", "CAM-06-PT", "CAM-06-MXH",
)  # fmt: skip


class Oracle:
    """Remembers the events of a log, each once, and counts on demand: ``figure(code, unit, first_day, last_day)``."""

    def __init__(self, events):
        once = {event.event_id: event for event in events}
        said = [
            (
                event.unit,
                event.type.rsplit(".", 1)[0],
                (event.subject_version, event.event_id),
                json.loads(bytes(event.data)),
            )
            for event in once.values()
        ]
        self.said = sorted(said, key=lambda each: each[2])

    def about(self, unit, *types):
        """Return (version, data) of the unit's events of these types, older versions first."""
        return [(stamp[0], data) for of_unit, type_, stamp, data in self.said if of_unit == unit and type_ in types]

    def last(self, unit, key, *types):
        """Return the data that stand in the end, by key: of several events the one of the highest version."""
        standing = {}
        for version, data in self.about(unit, *types):
            standing[key(data)] = (version, data)
        return standing

    def figure(self, code, unit, first_day, last_day):
        """Return (numerator, denominator); the denominator of a count is None."""
        first, last = first_day.isoformat(), last_day.isoformat()
        return {
            "REG-01": self.under_management_at_the_end,
            "REG-02-IN": self.management_began,
            "REG-02-OUT": self.management_ended,
            "HLT-01": self.listed,
            "HLT-02": self.counselled,
            "HLT-03": self.trained,
            "HLT-06": self.stock,
            "HLT-06-NGAY": self.stock_and_use,
            "CAM-01": self.groups_reached,
            "CAM-04-BUOI": self.summing("sessions"),
            "CAM-04-LUOT": self.summing("attendances"),
            "CAM-05": self.summing("leaflets"),
            "CAM-06": self.summing("news_items", "articles", "photos", "reportages"),
            "CAM-06-PT": self.summing("broadcasts"),
            "CAM-06-MXH": self.summing("posts"),
        }[code](unit, first, last)

    # -- periods of a person's life: (person, began, ended or None)

    def managements(self, unit):
        """Walk through the life of each case; what was put right is the whole truth until something later is said."""
        lives = {}
        for of_unit, type_, _stamp, data in self.said:
            if of_unit != unit or not type_.startswith("registry.user_management."):
                continue
            life = lives.setdefault(data["case_id"], {"who": None, "began": None, "ended": None})
            happened = type_.rsplit(".", 1)[1]
            if happened == "corrected":
                there_is_one = data["starts_on"] is not None and not data["void"]
                life["who"] = data["person_key"]
                life["began"] = data["starts_on"] if there_is_one else None
                life["ended"] = data["closed_on"] if there_is_one else None
            elif happened in ("decided", "received", "extended"):
                since = data["starts_on"] or (data["decided_on"] if happened == "received" else None)
                if since is not None:
                    life["who"], life["began"] = data["person_key"], since
            elif happened in ("stopped", "ended", "transferred", "replaced"):
                life["ended"] = data[f"{happened}_on"]
        for life in lives.values():
            if life["began"] is not None:
                yield life["who"], life["began"], life["ended"]

    def treatments(self, unit):
        return self.of_treatment(unit, "health.ost_treatment.admitted", "admitted_on")

    def listings(self, unit):
        return self.of_treatment(unit, "health.ost_treatment.listed", "listed_on")

    def of_treatment(self, unit, beginning, day):
        began = self.last(unit, lambda data: data["treatment_id"], beginning)
        ended = self.last(unit, lambda data: data["treatment_id"], "health.ost_treatment.ended")
        for treatment, (_version, data) in began.items():
            end = ended[treatment][1]["ended_on"] if treatment in ended else None
            yield data["person_key"], data[day], end

    # -- registry

    def under_management_at_the_end(self, unit, first, last):
        return len(open_on(self.managements(unit), last)), None

    def management_began(self, unit, first, last):
        return len({who for who, began, ended in sound(self.managements(unit)) if first <= began <= last}), None

    def management_ended(self, unit, first, last):
        found = {who for who, began, ended in sound(self.managements(unit)) if ended and first <= ended <= last}
        return len(found), None

    # -- health

    def listed(self, unit, first, last):
        treated = open_on(self.treatments(unit), last)
        return len(treated & open_on(self.listings(unit), last)), len(treated)

    def counselled(self, unit, first, last):
        cared_for = {
            who
            for who, began, ended in sound([*self.managements(unit), *self.treatments(unit)])
            if began <= last and (ended is None or ended >= first)
        }
        seen = {
            data["person_key"]
            for _version, data in self.last(
                unit, lambda data: data["counselling_id"], "health.counselling.held"
            ).values()
            if first <= data["held_on"] <= last and data["kind"] in ("Y_TE", "TAM_LY")
        }
        return len(cared_for & seen), len(cared_for)

    def trained(self, unit, first, last):
        def duty(data):
            return data["course_id"], data["staff_id"]

        required = self.last(unit, duty, "health.training.required")
        attended = self.last(unit, duty, "health.training.attended")
        full, some = set(), set()
        for key, (_version, data) in required.items():
            there = attended[key][1] if key in attended else None
            if there and there["attended_on"] < data["held_on"]:
                continue
            if first <= data["held_on"] <= last:
                (full if there and there["fully"] else some).add(data["staff_id"])
        return len(full - some), len(full | some)

    def moves(self, unit):
        signs = {"health.test_kit.received": 1, "health.test_kit.used": -1, "health.test_kit.discarded": -1}
        standing = {}
        for of_unit, type_, _stamp, data in self.said:
            if of_unit == unit and type_ in signs:
                standing[data["move_id"]] = (data["moved_on"], signs[type_] * data["quantity"], type_)
        return standing.values()

    def stock(self, unit, first, last):
        return sum(amount for day, amount, _type in self.moves(unit) if day <= last), None

    def stock_and_use(self, unit, first, last):
        since = (date.fromisoformat(last) - timedelta(days=90)).isoformat()
        used = sum(
            -amount
            for day, amount, type_ in self.moves(unit)
            if type_ == "health.test_kit.used" and since < day <= last
        )
        return self.stock(unit, first, last)[0], used

    # -- campaigns

    def groups_reached(self, unit, first, last):
        registered = self.last(unit, lambda data: data["place_id"], "campaigns.place.registered")
        closed = self.last(unit, lambda data: data["place_id"], "campaigns.place.closed")
        groups = open_on(
            [
                (place, data["since_on"], closed[place][1]["closed_on"] if place in closed else None)
                for place, (_version, data) in registered.items()
                if data["kind"] in ("TDP", "THON")
            ],
            last,
        )
        cancelled = self.last(unit, lambda data: data["activity_id"], "campaigns.activity.cancelled")
        verified = self.last(unit, lambda data: data["activity_id"], "campaigns.activity.verified")
        reached = {
            place
            for activity, (version, data) in verified.items()
            for place in data["places"]
            if first <= data["delivered_on"] <= last
            and not (activity in cancelled and cancelled[activity][0] > version)
        }
        return len(groups & reached), len(groups)

    def summing(self, *measures):
        def total(unit, first, last):
            cancelled = self.last(unit, lambda data: data["activity_id"], "campaigns.activity.cancelled")
            delivered = self.last(unit, lambda data: data["activity_id"], "campaigns.activity.delivered")
            return sum(
                data.get(measure, 0)
                for activity, (version, data) in delivered.items()
                for measure in measures
                if first <= data["delivered_on"] <= last
                and not (activity in cancelled and cancelled[activity][0] > version)
            ), None

        return total


def sound(spans):
    """Leave out what ended before it began: somebody made a mistake, and it counts nowhere."""
    return [(who, began, ended) for who, began, ended in spans if ended is None or ended >= began]


def open_on(spans, day):
    """Return who is in a span at 24:00 of the day."""
    return {who for who, began, ended in sound(spans) if began <= day and (ended is None or ended > day)}
