"""What the agencies tell each other: every event type, in one catalogue, and nothing else."""

from contracts import campaigns, health, registry
from contracts.base import CATALOGUE

__all__ = ["CATALOGUE", "campaigns", "health", "registry"]
