#!/bin/sh
# base_backup.sh ARCHIVE [KEEP]: a copy of the whole cluster in ARCHIVE/base, named by the instant it was
# done (UTC), from which the files of ARCHIVE/wal lead on to any later instant. KEEP copies stay (4), and
# the files that lead on from the oldest of them. Runs as the user postgres, beside the server.
set -eu

archive=$1
keep=${2:-4}

# What an interrupted copy left.
rm -rf "$archive"/base/.part-*
part="$archive/base/.part-$$"
trap 'rm -rf "$part"' EXIT
pg_basebackup --pgdata="$part" --format=tar --gzip --checkpoint=fast --wal-method=stream
name=$(date -u +%Y-%m-%dT%H%M%SZ)
mv -T "$part" "$archive/base/$name"
sync "$archive/base"
echo "$archive/base/$name"

# By name is by time.
ls "$archive/base" | sort -r | tail -n "+$((keep + 1))" | while read -r old; do
    rm -rf "${archive:?}/base/$old"
done
oldest=$(ls "$archive/base" | sort | head -n 1)
first=$(tar -xzOf "$archive/base/$oldest/base.tar.gz" backup_label |
    sed -n 's/^START WAL LOCATION: .* (file \([0-9A-F]*\))$/\1/p')
pg_archivecleanup "$archive/wal" "${first:?}"
