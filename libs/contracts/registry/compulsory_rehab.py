"""What the commune police announce of compulsory rehabilitation (tracks F and K)."""

from datetime import date

from contracts.base import Code, Count, Key, event


@event("registry.compulsory_rehab.opened.v1", subject="case_id", on="opened_on")
class CompulsoryRehabOpened:
    """The dossier that proposes compulsory rehabilitation was opened.

    Not sent when a ground was found and no dossier is open yet.
    """

    case_id: Key
    person_key: Key
    opened_on: date
    regime: Code
    form_code: Code | None
    ground: Code
    last_violation_on: date | None


@event("registry.compulsory_rehab.notified.v1", subject="case_id", on="notice_served_on")
class CompulsoryRehabNotified:
    """The person was served the notice and may read the file.

    Not sent for the reading itself.
    """

    case_id: Key
    person_key: Key
    notice_served_on: date
    regime: Code
    form_code: Code | None
    reading_over_on: date | None


@event("registry.compulsory_rehab.sent.v1", subject="case_id", on="sent_on")
class CompulsoryRehabSent:
    """The dossier was sent to the court.

    Not sent when it only went to the district office that checks it.
    """

    case_id: Key
    person_key: Key
    sent_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.decided.v1", subject="case_id", on="court_decided_on")
class CompulsoryRehabDecided:
    """The court decided on the dossier: approved or rejected.

    Not sent when the court only asks for clarification.
    """

    case_id: Key
    person_key: Key
    court_decided_on: date
    regime: Code
    form_code: Code | None
    outcome: Code
    term_months: Count | None
    rehab_sequence_no: Count | None
    adult_at_court: bool | None


@event("registry.compulsory_rehab.assigned.v1", subject="case_id", on="facility_assigned_on")
class CompulsoryRehabAssigned:
    """The provincial police designated the facility.

    Not sent for the letter that asks for it.
    """

    case_id: Key
    person_key: Key
    facility_assigned_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.admitted.v1", subject="case_id", on="admitted_on")
class CompulsoryRehabAdmitted:
    """The facility received the person; the term runs from then, less the days in interim custody.

    Not sent for interim custody.
    """

    case_id: Key
    person_key: Key
    admitted_on: date
    regime: Code
    form_code: Code | None
    venue: Code | None
    starts_on: date | None
    ends_on: date | None


@event("registry.compulsory_rehab.postponed.v1", subject="case_id", on="postponed_on")
class CompulsoryRehabPostponed:
    """Serving the court's decision was postponed.

    Not sent for somebody already in the facility: that is `suspended`.
    """

    case_id: Key
    person_key: Key
    postponed_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.suspended.v1", subject="case_id", on="suspended_on")
class CompulsoryRehabSuspended:
    """Serving the decision was suspended for treatment; the time goes on.

    Not sent before the admission.
    """

    case_id: Key
    person_key: Key
    suspended_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.resumed.v1", subject="case_id", on="resumed_on")
class CompulsoryRehabResumed:
    """The person serves the rest again, after recovery, escape or prison.

    Not sent for the first admission.
    """

    case_id: Key
    person_key: Key
    resumed_on: date
    regime: Code
    form_code: Code | None
    ends_on: date | None


@event("registry.compulsory_rehab.escaped.v1", subject="case_id", on="escaped_on")
class CompulsoryRehabEscaped:
    """The person escaped from the facility.

    Not sent for a permitted absence.
    """

    case_id: Key
    person_key: Key
    escaped_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.interrupted.v1", subject="case_id", on="interrupted_on")
class CompulsoryRehabInterrupted:
    """Compulsory rehabilitation was interrupted because the person serves a prison sentence.

    Not sent for an escape.
    """

    case_id: Key
    person_key: Key
    interrupted_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.compulsory_rehab.exempted.v1", subject="case_id", on="exempted_on")
class CompulsoryRehabExempted:
    """The person was exempted from serving the decision, or what was left of it.

    Not sent for a suspension.
    """

    case_id: Key
    person_key: Key
    exempted_on: date
    regime: Code
    form_code: Code | None


@event("registry.compulsory_rehab.completed.v1", subject="case_id", on="certified_on")
class CompulsoryRehabCompleted:
    """Compulsory rehabilitation was completed; it counts from the last day of the term.

    Not sent for an exemption from the rest.
    """

    case_id: Key
    person_key: Key
    certified_on: date
    regime: Code
    form_code: Code | None
    completed_on: date | None


@event("registry.compulsory_rehab.closed.v1", subject="case_id", on="closed_on")
class CompulsoryRehabClosed:
    """A case ended without a decision being served, or by death or prison.

    Not sent for completion or exemption.
    """

    case_id: Key
    person_key: Key
    closed_on: date
    regime: Code
    form_code: Code | None
    reason: Code


@event("registry.compulsory_rehab.corrected.v1", subject="case_id", on="corrected_on")
class CompulsoryRehabCorrected:
    """An act was declared mistaken, and this is now the whole truth of a case of compulsory rehabilitation.
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


@event("registry.interim_custody.decided.v1", subject="case_id", on="started_on")
class InterimCustodyDecided:
    """A person was taken into a public facility while the dossier is compiled; the days are deducted later.

    Not sent for the admission under a court's decision.
    """

    case_id: Key
    person_key: Key
    started_on: date
    regime: Code
    form_code: Code | None


@event("registry.interim_custody.ended.v1", subject="case_id", on="ended_on")
class InterimCustodyEnded:
    """Interim custody ended: by release, or by passing into rehabilitation.

    Not sent while the person stays.
    """

    case_id: Key
    person_key: Key
    ended_on: date
    regime: Code
    form_code: Code | None


@event("registry.interim_custody.corrected.v1", subject="case_id", on="corrected_on")
class InterimCustodyCorrected:
    """An act was declared mistaken, and this is now the whole truth of a stay in interim custody.
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
