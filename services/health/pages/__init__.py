"""The station's console: what is due, patients, counselling, treatments, determinations, test kits, training."""

from chassis.web import Routes
from services.health.pages import (
    counselling,
    determination,
    determination_deeds,
    determination_record,
    kits,
    patients,
    today,
    training,
    treatments,
)

routes = Routes(home="/")
for _part in (
    today,
    patients,
    determination,
    determination_record,
    determination_deeds,
    counselling,
    treatments,
    kits,
    training,
):
    routes.include(_part.routes)
