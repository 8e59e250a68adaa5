#!/usr/bin/env bash
# Checks what can't be run where CI runs, by its own linter or schema, and against the program. Needs Python 3.11 and a built
# program; run as `bash deploy/check.sh`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target="${CARGO_TARGET_DIR:-$PWD/target}"
program="${EXPRESS_ENTRY_BIN:-$target/release/express-entry}"
export EXPRESS_ENTRY_BIN="$program"
work="$target/ci/deploy"
# The oldest and the newest Kubernetes that the manifests are for.
kubernetes=(1.31 1.37)
# What `systemd-analyze security` may count against the unit, in tenths; 0 is out of reach for what has a network.
exposure=15

[[ -x "$program" ]] || { echo "no program at $program: build it, or set EXPRESS_ENTRY_BIN"; exit 1; }
mkdir -p "$work/rendered" "$work/units"
[[ -x "$work/venv/bin/python" ]] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -r deploy/requirements.txt
export PATH="$work/venv/bin:$PATH"
if ! command -v systemd-analyze >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends systemd
fi

echo "-- the container file, by hadolint"
hadolint --failure-threshold style deploy/Containerfile

echo "-- the manifests, as YAML and by the schemas of Kubernetes ${kubernetes[*]}"
yamllint --strict --config-file deploy/.yamllint deploy/kubernetes
for overlay in base mesh; do
    kubectl kustomize "deploy/kubernetes/$overlay" >"$work/rendered/$overlay.yaml"
    for version in "${kubernetes[@]}"; do
        report="$(kubernetes-validate --strict --kubernetes-version "$version" "$work/rendered/$overlay.yaml" 2>&1)" ||
            { echo "$report"; exit 1; }
        # An object that it has no schema for is passed over with a warning.
        [[ "$(grep -c ' passed for resource ' <<<"$report")" == "$(grep -c '^kind: ' "$work/rendered/$overlay.yaml")" ]] ||
            { echo "$report"; echo "not every object of $overlay was checked"; exit 1; }
    done
done

echo "-- the unit, by systemd-analyze"
# `verify` wants the program to be where the unit says, and warns of what it doesn't know without failing.
sed "s#/usr/local/bin/express-entry#$program#" deploy/systemd/express-entry.service >"$work/units/express-entry.service"
warnings="$(systemd-analyze verify --man=no "$work/units/express-entry.service" 2>&1)" || { echo "$warnings"; exit 1; }
[[ "$warnings" != *express-entry* ]] || { echo "$warnings"; exit 1; }
systemd-analyze security --offline=yes --no-pager --threshold="$exposure" "$work/units/express-entry.service" >"$work/security" ||
    { grep '✗' "$work/security"; tail -1 "$work/security"; exit 1; }
tail -1 "$work/security"

echo "-- all of it, against the program"
RENDERED="$work/rendered" python -m pytest -q -p no:cacheprovider deploy/test_deploy.py
