#!/bin/sh
# archive_wal.sh FILE TARGET: PostgreSQL's archive_command. Ends well only when the whole file is on the
# disk under its name; nothing that is there is ever overwritten. After a failure PostgreSQL comes again.
set -eu

file=$1
target=$2

if [ -e "$target" ]; then
    # Asked again after a crash: the same file is there already. Another under this name is somebody
    # else's history, and must stay.
    cmp -s "$file" "$target" && exit 0
    echo "$target is there and holds something else" >&2
    exit 1
fi

part="$target.$$.part"
trap 'rm -f "$part"' EXIT
cp "$file" "$part"
sync "$part"
# Fails where the name was taken meanwhile, which mv would not.
ln "$part" "$target"
sync "${target%/*}"
