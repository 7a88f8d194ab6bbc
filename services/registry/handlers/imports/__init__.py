"""Bringing an office's old list into the register: kept sealed, understood, checked, entered in portions, and taken back whole.

Each step is one transaction with what became of its rows, so that the work may be interrupted anywhere and goes on from there; a
row that is through is not done again. Steps are short, for whoever opens a page meanwhile waits for the end of one.
"""

from services.registry.handlers.imports.columns import choose_columns, upload_workbook
from services.registry.handlers.imports.entering import begin_entering
from services.registry.handlers.imports.files import RIGHT
from services.registry.handlers.imports.portions import work_on
from services.registry.handlers.imports.undoing import begin_undoing

__all__ = ["RIGHT", "begin_entering", "begin_undoing", "choose_columns", "upload_workbook", "work_on"]
