# Shared by the recipes for several machines: see README.md here. Sourced, with set -eu.

# skip REASON: ends a recipe that this machine cannot run.
skip() {
    echo "skipped: $1"
    exit 77
}

# need TOOL PACKAGE...
need() {
    while [ $# -gt 0 ]; do
        command -v "$1" >/dev/null || skip "$1 is missing (Debian: $2)"
        shift 2
    done
}

[ "$(id -u)" = 0 ] || skip "making machines needs root"
SEQNET=${SEQNET:-seqnet}
need mpirun openmpi-bin
case $SEQNET in
*/*) SEQNET=$(realpath "$SEQNET") ;;
*) SEQNET=$(realpath "$(command -v "$SEQNET")") ;;
esac
[ -f "${SEQNET%/*}/seqnet-mpi.so" ] || ls "${SEQNET%/*}"/../lib/*/seqnet/seqnet-mpi.so >/dev/null 2>&1 ||
    skip "this build has no MPI"

unset OPENBLAS_CORETYPE SEQNET_ISA # of one machine alone: what differs is refused

work=$(mktemp -d)
cd "$work"

# Some labelled rows, always the same ones.
reviews() {
    awk -v n="$1" 'BEGIN {
        split("wonderful brilliant moving superb", good); split("awful boring dull clumsy", bad)
        print "label,text"
        for (i = 0; i < n; i++) {
            s = (s * 16807 + 11) % 2147483647
            w = i % 2 ? good[s % 4 + 1] : bad[s % 4 + 1]
            print (i % 2 ? "pos" : "neg") ",the film and its " w " story number " s % 97
        }
    }'
}

# The fingerprint in what a training has said.
fingerprint() { sed -n 's/^fingerprint //p' "$1"; }

# same NAME A B: both are there, and equal.
same() {
    [ -n "$2" ] && [ "$2" = "$3" ] || {
        echo "$1: '$2' and '$3'"
        exit 1
    }
    echo "ok: $1"
}
