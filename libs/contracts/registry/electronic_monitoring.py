"""What the commune police announce of electronic monitoring (track H); positions are never known here."""

from datetime import date

from contracts.base import Code, Key, event


@event("registry.electronic_monitoring.decided.v1", subject="case_id", on="decided_on")
class ElectronicMonitoringDecided:
    """The chief of police, or the deputy, ordered electronic monitoring.

    Not sent for the request of parents or a draft.
    """

    case_id: Key
    person_key: Key
    decided_on: date
    regime: Code
    form_code: Code | None
    em_basis: Code | None
    decider_role: Code | None


@event("registry.electronic_monitoring.fitted.v1", subject="case_id", on="fitted_on")
class ElectronicMonitoringFitted:
    """The device was fitted; the term of monitoring runs from then.

    Not sent when the device is fitted again.
    """

    case_id: Key
    person_key: Key
    fitted_on: date
    regime: Code
    form_code: Code | None
    starts_on: date | None
    ends_on: date | None


@event("registry.electronic_monitoring.resumed.v1", subject="case_id", on="refitted_on")
class ElectronicMonitoringResumed:
    """The device was fitted again after it had been removed for a time or monitoring had been paused.

    Not sent for the first fitting.
    """

    case_id: Key
    person_key: Key
    refitted_on: date
    regime: Code
    form_code: Code | None


@event("registry.electronic_monitoring.paused.v1", subject="case_id", on="paused_on")
class ElectronicMonitoringPaused:
    """Monitoring was paused, such as for prison.

    Not sent when the device is only removed for a time.
    """

    case_id: Key
    person_key: Key
    paused_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.electronic_monitoring.breached.v1", subject="case_id", on="violated_on")
class ElectronicMonitoringBreached:
    """Minutes of a violation of monitoring were taken.

    Not sent for a broken device that the person reported.
    """

    case_id: Key
    person_key: Key
    violated_on: date
    regime: Code
    form_code: Code | None


@event("registry.electronic_monitoring.replaced.v1", subject="case_id", on="replaced_on")
class ElectronicMonitoringReplaced:
    """A new decision took the place of this one.

    Not sent for the end of monitoring.
    """

    case_id: Key
    person_key: Key
    replaced_on: date
    regime: Code
    form_code: Code | None


@event("registry.electronic_monitoring.exempted.v1", subject="case_id", on="exempted_on")
class ElectronicMonitoringExempted:
    """The person was exempted from monitoring after its time without a violation.

    Not sent for the end of the term.
    """

    case_id: Key
    person_key: Key
    exempted_on: date
    regime: Code
    form_code: Code | None


@event("registry.electronic_monitoring.transferred.v1", subject="case_id", on="transferred_on")
class ElectronicMonitoringTransferred:
    """Monitoring was handed over to the commune where the person lives now.

    Not sent when the move was only noted.
    """

    case_id: Key
    person_key: Key
    transferred_on: date
    regime: Code
    form_code: Code | None
    to_commune: Code


@event("registry.electronic_monitoring.received.v1", subject="case_id", on="received_on")
class ElectronicMonitoringReceived:
    """Monitoring of another commune was taken over; the end stays.

    Not sent for a decision made here.
    """

    case_id: Key
    person_key: Key
    received_on: date
    regime: Code
    form_code: Code | None
    from_commune: Code
    em_basis: Code | None
    starts_on: date | None
    ends_on: date | None


@event("registry.electronic_monitoring.ended.v1", subject="case_id", on="terminated_on")
class ElectronicMonitoringEnded:
    """Monitoring ended: with its term, with the measure, or with the person.

    Not sent for an exemption.
    """

    case_id: Key
    person_key: Key
    terminated_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.electronic_monitoring.corrected.v1", subject="case_id", on="corrected_on")
class ElectronicMonitoringCorrected:
    """An act was declared mistaken, and this is now the whole truth of a case of electronic monitoring.
    With `void` there never was one.

    Not sent for a later act that ends or changes the case in the ordinary way.
    """

    case_id: Key
    person_key: Key
    corrected_on: date
    regime: Code
    state: Code
    starts_on: date | None
    ends_on: date | None
    closed_on: date | None
    reason: Code | None
    void: bool
