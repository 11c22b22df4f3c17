#!/bin/sh
# recover.sh ARCHIVE DATA INSTANT: makes DATA, an empty folder or none, the cluster as it was at INSTANT
# ("2026-11-28 14:03:20+08"; "latest": all there is). Changes nothing in ARCHIVE. Start PostgreSQL on DATA
# afterwards: it reads the archive up to the instant and then opens. Runs as the user postgres.
set -eu

archive=$1
data=$2
instant=$3

if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
    echo "$data is not empty. Move it away first; do not remove it before the shop is open again." >&2
    exit 1
fi

if [ "$instant" = latest ]; then
    before=9999
    target="recovery_target_timeline = 'latest'"
else
    before=$(date -u -d "$instant" +%Y-%m-%dT%H%M%SZ)
    target="recovery_target_time = '$(date -u -d "$instant" '+%Y-%m-%d %H:%M:%S.%6N+00')'"
fi
# The last copy that was done by then.
base=$(ls "$archive/base" | sort | awk -v before="$before" '$0 <= before' | tail -n 1)
if [ -z "$base" ]; then
    echo "$archive/base holds no copy from before $instant." >&2
    exit 1
fi

mkdir -p "$data"
chmod 700 "$data"
tar -xzf "$archive/base/$base/base.tar.gz" -C "$data"
tar -xzf "$archive/base/$base/pg_wal.tar.gz" -C "$data/pg_wal"
# The copy may remember a recovery of before.
sed -i '/^\(restore_command\|recovery_target\)/d' "$data/postgresql.auto.conf"
cat >>"$data/postgresql.auto.conf" <<END
restore_command = 'cp "$archive/wal/%f" "%p"'
$target
recovery_target_action = 'promote'
END
touch "$data/recovery.signal"
echo "$data begins with the copy of $base and goes on to $instant."
