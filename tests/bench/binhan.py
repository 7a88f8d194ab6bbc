"""The `binhan` command, of this checkout whatever else is installed."""

from chassis.cli import main

main()
