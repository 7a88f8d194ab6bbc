"""The questions that pages, API and handlers ask of the health station's data."""

from services.health.queries.kits import lots
from services.health.queries.listing import Listing
from services.health.queries.patients import PatientFile, identity_of, patient_file

__all__ = ["Listing", "PatientFile", "identity_of", "lots", "patient_file"]
