#!/bin/sh
# PostgreSQL of Debian's package behind the variables and the volume of the image `postgres`, so
# that compose.yaml need not know which of the two it has.
set -eu
PATH=$(echo /usr/lib/postgresql/*/bin):$PATH
version=$(postgres --version | sed 's/.* \([0-9][0-9]*\)\..*/\1/')
export PGDATA="/var/lib/postgresql/$version/docker"

if [ "$(id -u)" = 0 ]; then
	install -d -o postgres -g postgres /var/lib/postgresql "${PGDATA%/*}" /run/postgresql
	exec setpriv --reuid postgres --regid postgres --init-groups "$0"
fi

# Made beside its place and renamed: what was cut off half-way is begun anew.
if [ ! -d "$PGDATA" ]; then
	: "${POSTGRES_PASSWORD:?is not set}"
	rm -rf "$PGDATA.new"
	umask 077
	echo "$POSTGRES_PASSWORD" >/tmp/password
	# shellcheck disable=SC2086 # words
	initdb --pgdata="$PGDATA.new" --username="$POSTGRES_USER" --pwfile=/tmp/password \
		--auth-host=scram-sha-256 --auth-local=trust ${POSTGRES_INITDB_ARGS:-}
	rm /tmp/password
	echo 'host all all all scram-sha-256' >>"$PGDATA.new/pg_hba.conf"
	echo "create database \"$POSTGRES_DB\"" | postgres --single -j -D "$PGDATA.new" postgres
	mv "$PGDATA.new" "$PGDATA"
fi
exec postgres -c listen_addresses='*' -c log_error_verbosity=terse
