"""Workbooks: reading an office's old lists, understanding their rows, and writing lists that leave the register."""

from services.registry.workbooks.checking import Entry, SheetPlan, entry_of
from services.registry.workbooks.faults import Fault, as_faults, as_plain
from services.registry.workbooks.headings import HEALTH, IGNORED, headings
from services.registry.workbooks.reading import (
    LARGEST_FILE,
    Row,
    WorkbookRead,
    packed,
    read_workbook,
    unpacked,
)
from services.registry.workbooks.writing import CSV, XLSX, Workbook, csv_lines, new_workbook

__all__ = [
    "CSV",
    "HEALTH",
    "IGNORED",
    "LARGEST_FILE",
    "XLSX",
    "Entry",
    "Fault",
    "Row",
    "SheetPlan",
    "Workbook",
    "WorkbookRead",
    "as_faults",
    "as_plain",
    "csv_lines",
    "entry_of",
    "headings",
    "new_workbook",
    "packed",
    "read_workbook",
    "unpacked",
]
