"""Reports: the figures of a closed period, reviewed by one person and signed by another, then never changed.

What is recorded after the signature moves the living figures, not the report. It reaches the report as a version of its own,
which says why, by how much each figure moved, and which events moved it.
"""
