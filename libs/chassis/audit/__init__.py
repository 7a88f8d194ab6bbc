"""The audit log: who read or changed which record, in a chain that shows every later touch."""

from chassis.audit.chain import BREAK_NOTICED, append
from chassis.audit.entry import AuditEntry, AuditFact
from chassis.audit.reading import AuditPage, entries
from chassis.audit.tables import AuditTables, define_audit
from chassis.audit.verification import Anchor, AuditReport, verify

__all__ = [
    "BREAK_NOTICED",
    "Anchor",
    "AuditEntry",
    "AuditFact",
    "AuditPage",
    "AuditReport",
    "AuditTables",
    "append",
    "define_audit",
    "entries",
    "verify",
]
