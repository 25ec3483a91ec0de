#!/bin/sh
# Runs the shop on this machine, on the ports that the code falls back to:
# frontend 8080, services 9001 to 9008, a stand-in for the payment gateway 9010.
# Ctrl-C ends it.
#
# PostgreSQL on localhost:5432 is optional (PGUSER and PGPASSWORD say who asks):
# without it POST /checkout, /tickets, /stock and GET /orders answer with an
# error. So is Redis on 6379 (/wishlist) and Kafka on 9092 (without it orders
# and mailer hear of nothing).
set -e
cd "$(dirname "$0")"
bin=$(mktemp -d)
trap 'trap - EXIT INT TERM; kill $pids 2>/dev/null; wait; rm -r "$bin"' EXIT INT TERM

export PGHOST="${PGHOST:-localhost}"
if psql -d postgres -c '' >/dev/null 2>&1; then
  for file in db/*.sql; do psql -q -d postgres -v ON_ERROR_STOP=1 -f "$file" >/dev/null 2>&1 || true; done
else
  echo "no PostgreSQL on $PGHOST: the services start, their queries fail" >&2
fi

go build -o "$bin/" ./services/... ./testdata/gateway
pids=
for service in gateway quote cart wishlist payment inventory shipping orders mailer checkout frontend; do
  "$bin/$service" &
  pids="$pids $!"
done
wait
