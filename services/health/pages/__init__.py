"""The station's console: what is due, patients, counselling, treatments, test kits, training."""

from chassis.web import Routes
from services.health.pages import counselling, kits, patients, today, training, treatments

routes = Routes(home="/")
for _part in (today, patients, counselling, treatments, kits, training):
    routes.include(_part.routes)
