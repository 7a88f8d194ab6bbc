#!/bin/sh
# Starts one service in its container: addresses from the environment, passwords from files.
set -eu

service="${BINHAN_SERVICE:?BINHAN_SERVICE must name the service this container runs}"
secrets="${BINHAN_SECRETS_FOLDER:-/run/secrets}"

if [ -z "${BINHAN_DATABASE_URL:-}" ]; then
    password=$(cat "$secrets/password")
    export BINHAN_DATABASE_URL="postgresql+psycopg://$service:$password@${BINHAN_DATABASE_HOST:?}:${BINHAN_DATABASE_PORT:-5432}/$service"
fi
if [ -z "${BINHAN_AMQP_URL:-}" ]; then
    password=$(cat "$secrets/password")
    export BINHAN_AMQP_URL="amqp://$service:$password@${BINHAN_BROKER_HOST:?}:${BINHAN_BROKER_PORT:-5672}/"
fi

# The agencies share this secret; the service's own keys are made here at its first start and never leave.
if [ -r "$secrets/person-key" ] && [ ! -e "$BINHAN_KEYS/person_key.secret" ]; then
    (umask 077 && cp "$secrets/person-key" "$BINHAN_KEYS/person_key.secret")
fi

# The service makes its first keys and migrates its database itself, and waits with pages open while the database is away.
exec binhan serve "$service"
