"""What the station's rules forbid, as situations."""

from chassis.errors import RuleBroken


class TreatmentUnderWay(RuleBroken):
    """A person is in one substitution treatment at a time."""

    code = "treatment_under_way"


class OutOfOrder(RuleBroken):
    """A date lies before the one that it must follow."""

    code = "out_of_order"


class NotEnoughKits(RuleBroken):
    """A lot cannot give more than it holds."""

    code = "not_enough_kits"


class LotExpired(RuleBroken):
    """A kit is not used after its expiry date."""

    code = "lot_expired"
