"""The four services in one process, on SQLite: the way to try Bình An, and to run it in one office.

The only place that knows every service.
"""
