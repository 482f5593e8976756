#!/usr/bin/env bash
# Run a study every night and keep its log; what needs somebody's eye is printed, so that cron mails it.
#   15 2 * * *  $HOME/postgraft/examples/nightly.sh studies/amendments.yaml --if-changed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

logs=reports/log
log=$logs/$(date +%F).log
mkdir -p "$logs"

# A run that takes longer than a day is not overtaken by the next one.
exec 9>"$logs/lock"
if ! flock --nonblock 9; then
  echo "The run of an earlier night is still at work; see $logs."
  exit 1
fi

status=0
.venv/bin/python examples/nightly.py "$@" >"$log" 2>&1 || status=$?
if ((status != 0)); then
  echo "Exit status $status; the whole log is $log:"
  tail -n 40 "$log"
fi
find "$logs" -name '*.log' -mtime +90 -delete
exit "$status"
