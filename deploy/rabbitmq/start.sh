#!/bin/sh
# Starts the broker container: writes the accounts where only the server may read them.
set -eu

install -d -o rabbitmq -g rabbitmq -m 700 /run/binhan
(umask 077 && sh /opt/binhan/definitions.sh /secrets > /run/binhan/definitions.json)
chown rabbitmq /run/binhan/definitions.json
exec docker-entrypoint.sh rabbitmq-server "$@"
