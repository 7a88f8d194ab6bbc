#!/bin/sh
# Makes one role and one database per password file, each closed to the other roles. Safe to repeat: a changed
# password file changes the role's password, and a new file brings a new agency.
#
# psql's own variables say where and as whom (PGHOST, PGPORT, PGUSER, PGPASSWORD).
set -eu

folder="${BINHAN_SECRETS_FOLDER:-/run/binhan}"

for file in "$folder"/*.password; do
    service=$(basename "$file" .password)
    [ "$service" != administrator ] || continue
    psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname "${PGDATABASE:-postgres}" \
        --set service="$service" --set password="$(cat "$file")" <<'SQL'
SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE', :'service')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'service') \gexec
ALTER ROLE :"service" PASSWORD :'password';
SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'service')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
-- By default every role may connect to every database and make temporary tables there.
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --dbname "${PGDATABASE:-postgres}" \
    --command 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC'
