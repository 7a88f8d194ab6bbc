"""Reporting: owns nothing but what it heard; figures are a fold over the event log and may be rebuilt at any time."""
