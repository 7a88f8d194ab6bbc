"""The base of the station's tables, and what every service keeps."""

from sqlalchemy.orm import DeclarativeBase

from chassis.storage import new_metadata
from chassis.tables import chassis_tables


class Table(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


CHASSIS = chassis_tables(Table.metadata)
