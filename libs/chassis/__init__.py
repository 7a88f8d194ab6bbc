"""How a service runs: storage, events, pages, accounts. Holds no noun of the programme."""
