#!/usr/bin/env bash
# Tries the served API against its own description: every operation, good and bad input, as a
# client, a freelancer and nobody. Fails when Schemathesis finds anything. Arguments go to it.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
PATH="$root/target/venv/bin:$PATH"
command -v schemathesis >/dev/null || { echo "schemathesis is missing (./test installs it into target/venv)" >&2; exit 1; }
[ -x target/debug/guildhall ] || { echo "target/debug/guildhall is missing: cargo build --workspace" >&2; exit 1; }

scratch=${GUILDHALL_TEST_SCRATCH:-$root/target}/test-data
mkdir -p "$scratch"
work=$(mktemp -d "$scratch/schemathesis.XXXXXX")
chmod 755 "$work"
server=
finish() {
    status=$?
    if [ -n "$server" ]; then
        kill -TERM "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ "$status" -ne 0 ] && cp "$work/serve.log" target/schemathesis.log 2>/dev/null; then
        echo "the server's log: target/schemathesis.log" >&2
    fi
    rm -rf "$work"
}
trap finish EXIT

for name in $(compgen -e | grep -E '^(GUILDHALL_|DATABASE_)' || true); do unset "$name"; done
export GUILDHALL_ENV=test GUILDHALL_LISTEN=127.0.0.1:0 GUILDHALL_DATA="$work/data" GUILDHALL_TEST_FAST_CLUSTER=1
target/debug/guildhall serve >"$work/serve.out" 2>"$work/serve.log" </dev/null &
server=$!
url=
for _ in $(seq 600); do
    url=$(sed -n 's/^.*listening on //p' "$work/serve.out" | head -n1)
    [ -n "$url" ] && curl -fsS -o /dev/null "$url/health/ready" 2>/dev/null && break
    kill -0 "$server" 2>/dev/null || { cat "$work/serve.log" >&2; exit 1; }
    sleep 0.1
done
curl -fsS -o /dev/null "$url/health/ready"
target/debug/guildhall demo >/dev/null
curl -fsS -o /dev/null -X POST "$url/test/limits" -H 'content-type: application/json' -d '{"factor": 1000000}'

token() {
    curl -fsS "$url/api/v1/auth/login" -H 'content-type: application/json' \
        -d "{\"email\": \"$1@demo.test\", \"password\": \"guildhall-demo-2026\"}" |
        sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p'
}

# Most random workspaces do not exist; inside one there is something to find.
cat >"$work/schemathesis.toml" <<'TOML'
[parameters]
"path.workspace" = "atelier"

[checks]
# What fits the schema may still break a rule of the domain, and a random id names nothing.
positive_data_acceptance.expected-statuses = ["2xx", 400, 401, 402, 403, 404, 409, 410, 412, 415, 422, 428, 429]
# An edit that does not say what it was made against is told so (RFC 6585).
missing_required_header.expected-statuses = [400, 401, 403, 406, 415, 422, 428]
# Rights are swept by our own tests, which know who owns what.
object_level_authorization.enabled = false
TOML

failed=0
try() { # try WHO EXAMPLES [OPTIONS…]: what it says goes to a file of its own
    local who=$1 examples=$2
    shift 2
    (cd "$work" && schemathesis --config-file "$work/schemathesis.toml" run "$url/api/v1/openapi.json" --checks all -n "$examples" \
        --workers 1 --seed 20261120 --request-timeout 40 --continue-on-failure --no-color --suppress-health-check all \
        --exclude-operation-id auth.logout --exclude-operation-id session.end "$@") >"$work/$who.out" 2>&1
}
# At the same time, as people come: the tester itself is what takes the time.
pids=()
for who in client freelancer; do
    bearer=$(token "$who")
    [ -n "$bearer" ] || { echo "$who cannot sign in" >&2; exit 1; }
    try "$who" 15 --header "Authorization: Bearer $bearer" --phases examples,coverage,fuzzing ${1+"$@"} &
    pids+=($!)
done
try nobody 5 --phases coverage,fuzzing ${1+"$@"} || failed=1
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
for who in client freelancer nobody; do
    echo "as $who"
    cat "$work/$who.out"
done

if grep -c '"level":"ERROR"\| ERROR ' "$work/serve.log" >/dev/null; then
    echo "the server failed:" >&2
    grep '"level":"ERROR"\| ERROR ' "$work/serve.log" | head -20 >&2
    failed=1
fi
curl -fsS -X POST -o /dev/null "$url/test/settle" || failed=1
target/debug/guildhall check || failed=1
exit $failed
