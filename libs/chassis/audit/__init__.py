"""The audit log: who read or changed which record, in a chain that shows every later touch."""

from chassis.audit.tables import AuditTables, define_audit

__all__ = ["AuditTables", "define_audit"]
