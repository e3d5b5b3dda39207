#!/bin/sh
# PostgreSQL's archive_command: keeps one file of its journal (WAL) in a folder, whole or not at all.
#
#   archive_command = '/srv/storybank-code/deploy/archive-wal.sh %p %f /mnt/safe/wal'
#
# It never overwrites: a file of that name with other bytes means that two servers keep their journals
# in one folder. PostgreSQL then goes on asking, and keeps its own file; see pg_stat_archiver.
# Its group may read it: whoever tries in a drill whether a server comes back from these files.
set -eu
umask 027

from=$1
name=$2
folder=$3
kept=$folder/$name
draft=$folder/.$name.$$

if [ -e "$kept" ]; then
    if cmp -s "$from" "$kept"; then
        # The last time was cut off after all was done but the answer.
        sync "$kept" "$folder"
        exit 0
    fi
    echo "archive-wal: another $name is in $folder" >&2
    exit 1
fi

trap 'rm -f "$draft"' EXIT
cp "$from" "$draft"
sync "$draft"
# A link appears whole or not at all, and is refused where the name is taken meanwhile.
ln "$draft" "$kept"
rm -f "$draft"
sync "$folder"
