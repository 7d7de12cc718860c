#!/bin/sh
# mpi.sh RANKS PROGRAM [ARGUMENT...]: runs a program as several processes on this machine, whatever the
# user and the number of cores. Exit status: that of mpirun; 77 where it is not there or starts nothing.
ranks=$1
shift
# OpenMPI leaves memory behind at its end.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
run() {
    mpirun -q --allow-run-as-root --oversubscribe --bind-to none -n "$@"
}
status=0
run "$ranks" "$@" || status=$?
if [ "$status" -ne 0 ] && ! run 1 true >/dev/null 2>&1; then
    echo "mpi.sh: skipped: there is no mpirun of OpenMPI that starts processes here"
    exit 77
fi
exit "$status"
