#!/bin/sh
# Every image of compose.yaml from packages (Debian's, PyPI's, npm's), where those are reached, or a
# mirror of them, but no registry of images is. As root, on any Linux with mmdebstrap and an engine:
#   deploy/images/make.sh                  all of them
#   deploy/images/make.sh gate program     only these: python node program database gate
# Then: docker compose -f deploy/compose.yaml -f deploy/compose.packages.yaml up -d
#
# ENGINE=podman          instead of docker (23 or newer)
# SUITE=trixie           the Debian release; any with Python ≥ 3.11 and PostgreSQL ≥ 15
# MIRROR=http://…        of Debian; empty: as mmdebstrap is set up
# PIP_CONF, NPMRC, CA    files: pip's settings, npm's settings, certificates (in the first two:
#                        /run/secrets/ca). None of them gets into an image.
# BUILD_OPTIONS          for the engine, e.g. --network=host
set -eu
cd "$(dirname "$0")/../.."
ENGINE=${ENGINE:-docker} SUITE=${SUITE:-trixie}

# bare NAME PACKAGES [CHANGE …]: an image of these packages; a CHANGE is one line of a Dockerfile.
bare() {
	name=$1 packages=$2
	shift 2
	# Two commands, or a Debian that failed half-way would become an image.
	# shellcheck disable=SC2086 # MIRROR is one word or nothing
	mmdebstrap --quiet --variant=minbase --include="$packages,ca-certificates,tzdata" \
		${HOOK:+--customize-hook="$HOOK"} "$SUITE" "$work/$name.tar" ${MIRROR:-}
	for change; do set -- "$@" --change "$change" && shift; done
	"$ENGINE" import "$@" "$work/$name.tar" "safegrid-$name"
	rm "$work/$name.tar"
}

# build ARGUMENTS: with what the net here needs. Podman leaves HEALTHCHECK out of its own format.
build() {
	[ "$ENGINE" = docker ] || set -- --format docker "$@"
	[ -z "${PIP_CONF:-}" ] || set -- --secret "id=pip,src=$PIP_CONF" "$@"
	[ -z "${NPMRC:-}" ] || set -- --secret "id=npm,src=$NPMRC" "$@"
	[ -z "${CA:-}" ] || set -- --secret "id=ca,src=$CA" "$@"
	# shellcheck disable=SC2086 # words
	"$ENGINE" build ${BUILD_OPTIONS:-} --build-arg PYTHON_IMAGE=safegrid-python \
		--build-arg NODE_IMAGE=safegrid-node "$@" .
}

python() {
	HOOK='ln -s python3 "$1/usr/bin/python"' bare python python3,python3-venv 'CMD ["python"]'
}

node() { build --file deploy/images/node.Dockerfile --tag safegrid-node; }

program() { build --tag "$(sed -n 's/^  image: \(safegrid:.*\)/\1/p' deploy/compose.yaml)"; }

database() {
	# Debian makes a cluster of its own; ours lies in the volume.
	HOOK='rm -rf "$1"/var/lib/postgresql/* && cp deploy/images/database.sh "$1/usr/local/bin/database"' \
		bare database postgresql 'ENTRYPOINT ["database"]' 'VOLUME /var/lib/postgresql'
}

gate() {
	bare gate caddy 'ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config' \
		'CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]'
}

work=$(mktemp -d "${TMPDIR:-/var/tmp}/safegrid-images.XXXXXX")
trap 'rm -rf "$work"' EXIT
[ $# -gt 0 ] || set -- python node program database gate
for part; do
	echo "== $part"
	"$part"
done
