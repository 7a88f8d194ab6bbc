"""The registry of the commune police: people, their tests, and the management decisions that the law asks for."""
