#!/bin/sh
# Makes the folder of passwords and shared secrets: deploy/new-secrets.sh FOLDER [SERVICE…]
#
# One file per service (its database role and broker user), one for the administrators, one for the person keys.
# Files that are there stay as they are; an agency that joins a unit gets `person_key.secret` from the others.
set -eu

folder="${1:?say where: deploy/new-secrets.sh ./secrets}"
shift
[ $# -gt 0 ] || set -- registry health campaigns reporting

new_secret() {  # 32 random bytes in hexadecimal: safe in URLs, in SQL and in JSON
    [ -e "$1" ] || od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$1"
}

umask 077
mkdir -p "$folder"
new_secret "$folder/administrator.password"
new_secret "$folder/person_key.secret"
for service in "$@"; do
    new_secret "$folder/$service.password"
done
# Inside the images, services run as this account and read nothing that is not theirs.
if [ "$(id -u)" = 0 ]; then
    chown 10001:10001 "$folder"/*.password "$folder/person_key.secret"
fi
