# Reads "+ PID SIGNAL" and "- PID"; when the writer is gone, stops all that were not taken back, with their groups.
exec >/dev/null 2>&1
trap '' HUP INT QUIT TERM PIPE
guarded=
while read -r verb pid signal; do
    if [ "$verb" = + ]; then
        guarded="$guarded $pid:$signal"
    else
        kept=
        for entry in $guarded; do
            [ "${entry%%:*}" = "$pid" ] || kept="$kept $entry"
        done
        guarded=$kept
    fi
done
for entry in $guarded; do
    kill -s "${entry#*:}" -- "-${entry%%:*}" || kill -s "${entry#*:}" "${entry%%:*}"
done
turns=0
while [ $turns -lt 100 ]; do
    alive=
    for entry in $guarded; do
        kill -0 -- "-${entry%%:*}" || kill -0 "${entry%%:*}" || continue
        alive=yes
    done
    [ -n "$alive" ] || exit 0
    turns=$((turns + 1))
    sleep 0.1
done
for entry in $guarded; do
    kill -s KILL -- "-${entry%%:*}"
    kill -s KILL "${entry%%:*}"
done
