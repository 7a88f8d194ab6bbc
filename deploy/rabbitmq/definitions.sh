#!/bin/sh
# Prints the broker's accounts and permissions, one service per password file: deploy/rabbitmq/definitions.sh FOLDER
#
# A service may publish only what it itself announces, declare and read only its own queues, answer only what is asked of
# itself. Any of them may ask for a feed; who may ask whom about people stands in `asks`, and it is nobody else.
set -eu

folder="${1:?say which folder holds the password files}"
uuid='[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'  # the address to which an answer is sent

services=$(for file in "$folder"/*.password; do basename "$file" .password; done | grep -v '^administrator$')

comma() { sed '$!s/$/,/'; }

user() { printf '{"name": "%s", "password": "%s", "tags": "%s"}\n' "$1" "$(cat "$folder/$1.password")" "$2"; }

permission() {
    printf '{"user": "%s", "vhost": "/", "configure": "%s", "write": "%s", "read": "%s"}\n' "$1" "$2" "$3" "$4"
}

topic() { printf '{"user": "%s", "vhost": "/", "exchange": "%s", "write": "%s", "read": "%s"}\n' "$@"; }

users() {
    user administrator administrator
    for each in $services; do user "$each" ''; done
}

permissions() {
    permission administrator '.*' '.*' '.*'
    for each in $services; do
        queues="$each[.](inbox|parked)|rpc-$each|rpc[.]reply-.*"
        all="^(programme[.](events|parked)|nameko-rpc|$queues)$"
        permission "$each" "$all" "$all" "$all"
    done
}

asks() {
    case "$1" in
        health) printf 'registry[.]answer|' ;;
    esac
}

topics() {
    for each in $services; do
        topic "$each" programme.events "^[0-9]{5}[.]$each([.][a-z_]+){2}[.]v[0-9]+$" '.*'
        topic "$each" nameko-rpc "^($(asks "$each")[a-z_]+[.]feed|$uuid)$" "^($each[.][*]|$uuid)$"
    done
}

cat <<JSON
{
"vhosts": [{"name": "/"}],
"users": [
$(users | comma)
],
"permissions": [
$(permissions | comma)
],
"topic_permissions": [
$(topics | comma)
]
}
JSON
