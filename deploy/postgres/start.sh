#!/bin/sh
# Starts the database container: hands the passwords to the server's account, which may not read the folder itself.
set -eu

install -d -o postgres -g postgres -m 700 /run/binhan
install -o postgres -g postgres -m 400 /secrets/*.password /run/binhan/
exec docker-entrypoint.sh postgres "$@"
