#!/bin/bash
# A real S3 server for the tests: Ceph radosgw with one monitor and one memory store, as the
# calling user, without containers (Debian: apt-get install radosgw ceph-mon ceph-osd ceph-mgr).
#   radosgw.sh start FOLDER PORT   S3 on 127.0.0.1:PORT, key "test", secret "testsecret"
#   radosgw.sh stop FOLDER
# PORT+1 serves the monitor. FOLDER must be short: it holds sockets.
set -euo pipefail

stop() {
  for pid_file in "$1"/run/*.pid; do
    [ -s "$pid_file" ] && kill "$(cat "$pid_file")" 2>/dev/null || true
  done
}

configure() {
  cat > "$D/ceph.conf" <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon_host = [v2:127.0.0.1:$MONITOR]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
auth_supported = none
ms_mon_client_mode = crc secure
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
osd_objectstore = memstore
osd_max_object_name_len = 256
osd_max_object_namespace_len = 64
osd_memory_target = 939524096
memstore_device_bytes = 1073741824
mon_allow_pool_size_one = true
mon_data = $D/mon
osd_data = $D/osd
rgw_data = $D/rgw
run_dir = $D/run
crash_dir = $D/crash
keyring = $D/keyring
log_file = $D/log/\$name.log
mon_cluster_log_file = $D/log/cluster.log
admin_socket = $D/run/\$name.asok
pid_file = $D/run/\$name.pid
[client.rgw]
rgw_frontends = beast endpoint=127.0.0.1:$PORT
rgw_enable_usage_log = false
rgw_dns_name = localhost
C
}

start_cluster() {
  monmaptool --create --addv a "[v2:127.0.0.1:$MONITOR]" \
    --fsid "$(awk '/^fsid/ {print $3}' ceph.conf)" monmap
  ceph-mon --mkfs -i a --monmap monmap
  ceph-mon -i a
  OSD=$(cat /proc/sys/kernel/random/uuid)
  timeout 60 ceph osd new "$OSD"
  ceph-osd -i 0 --mkfs --osd-uuid "$OSD"
  ceph-osd -i 0
  for _ in $(seq 300); do timeout 10 ceph osd stat | grep -q '1 up' && return; sleep 0.2; done
  echo "the object store daemon did not come up" >&2; exit 1
}

start_gateway() {
  timeout 120 radosgw-admin -n client.rgw user create --uid=test --display-name=test \
    --access-key=test --secret-key=testsecret > /dev/null
  radosgw -n client.rgw
  for _ in $(seq 600); do
    (exec 3<> "/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return; sleep 0.1
  done
  echo "the gateway does not listen" >&2; exit 1
}

case ${1:-} in
  start)
    D=$2 PORT=$3 MONITOR=$(($3 + 1))
    mkdir -p "$D"/{mon,osd,rgw,log,run,crash}
    cd "$D"
    touch keyring
    configure
    export CEPH_CONF=$D/ceph.conf
    trap 'stop "$D"' ERR
    { start_cluster; start_gateway; } > log/start.log 2>&1
    ;;
  stop) stop "$2" ;;
  *) sed -n '2,6s/^# //p' "$0"; exit 2 ;;
esac
