#!/bin/sh
# Measures training over two machines whose network has a rate and a delay: for the table in
# tests/bench/SCALE.md. Prints, for each network, the milliseconds a step.
#
#   netem.sh DATA [OPTION...]     SEQNET is the program; the options go to train
#
# NETWORKS lists rates, or rates and delays of each way; "none" is the bare cable.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
data=$(realpath "$1")
shift
. "$here/common.sh"
. "$here/namespaces.sh"
need tc iproute2 jq jq
trap 'namespaces_down; rm -rf "$work"' EXIT
namespaces_up

# Not every kernel has netem; tbf, which most have, gives a rate without a delay.
shape() {
    for machine in a b; do
        ip netns exec "seqnet-$machine" tc qdisc delete dev seqnet0 root 2>/dev/null || true
        if [ "$1" = none ]; then
            :
        elif [ -n "$2" ]; then
            ip netns exec "seqnet-$machine" tc qdisc add dev seqnet0 root netem rate "$1" delay "$2" \
                limit 100000 2>/dev/null || return 1
        else
            ip netns exec "seqnet-$machine" tc qdisc add dev seqnet0 root tbf rate "$1" burst 256k \
                latency 100ms
        fi
    done
}

milliseconds() { jq -s "map(select(.epoch and .seconds))[-1].seconds * 1000 / $steps" epochs.json; }

train() { "$SEQNET" train "$data" "$@" -q -f --json -o "$work/scale.st"; }

"$SEQNET" train "$data" "$@" --epochs 1 -f -o scale.st 2>log >/dev/null
steps=$(sed -n 's|^\([0-9]*\)/[0-9]* - .*|\1|p' log | head -n 1)
for threads in 1 2; do
    train "$@" --epochs 2 -j "$threads" >epochs.json 2>/dev/null
    printf '%-24s %8.2f ms a step\n' "1 process, $threads threads" "$(milliseconds)"
done
printf '%s\n' "${NETWORKS:-none
10gbit
1gbit
10gbit 0.1ms
10gbit 1ms
1gbit 0.1ms
1gbit 1ms}" | while read -r rate delay; do
    shape "$rate" "${delay:-}" || {
        printf '%-24s not measured: this kernel has no netem\n' "$rate $delay"
        continue
    }
    across 2 "$SEQNET" train "$data" "$@" --epochs 2 -j 1 -v -f --json -o "$work/scale.st" >epochs.json \
        2>log </dev/null
    printf '%-24s %8.2f ms a step; %s\n' "$rate ${delay:-}" "$(milliseconds)" \
        "$(sed -n 's/^sent to the other processes: //p' log)"
done
