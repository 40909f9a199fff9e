#!/bin/sh
# pln nightly for schedulers that do not try again: once, and three times more where that may help.
# Prints nothing where all went well.
#
#     pln-nightly.sh --config /etc/pln/pln.toml
#
# PLN: the program; PAUSES: seconds before each attempt.

for pause in ${PAUSES:-0 900 900 3600}; do
    sleep "$pause"
    said=$("${PLN:-/opt/pln/bin/pln}" nightly "$@" 2>&1)
    code=$?
    case $code in
    0 | 4) exit 0 ;; # done, or another run is doing it
    2 | 3) break ;;  # settings or data: somebody has to look
    esac
done
printf '%s\n' "$said" | grep -v '^{' # without the lines about progress
exit "$code"
