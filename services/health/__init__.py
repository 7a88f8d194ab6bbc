"""The health station's service: treatment, counselling, test kits and the training of staff."""
