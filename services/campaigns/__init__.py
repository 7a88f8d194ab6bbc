"""The culture and social affairs office's service: plans, activities, their reach, and social support."""
