#!/usr/bin/env bats
# Which kernels OpenBLAS multiplies with, and what happens where they are wrong. A library that passes
# for OpenBLAS takes the processor for what a test says, and lies where it should
# (support/stub_openblas.c; ctest names its folder and the real library).

load helpers

setup() {
    setup_workdir
    unset OPENBLAS_CORETYPE
    export STUB_LOG=$PWD/loaded
}

needs_stub() {
    [ -n "${STUB_FOLDER:-}" ] || skip "no library that passes for OpenBLAS"
    grep -qw avx2 /proc/cpuinfo 2>/dev/null && grep -qw fma /proc/cpuinfo || skip "no AVX2"
    best=Haswell set=AVX2
    if grep -w avx512f /proc/cpuinfo | grep -w avx512bw | grep -w avx512cd | grep -w avx512dq | grep -qw avx512vl; then
        best=SkylakeX set=AVX-512
    fi
}

# with_stub NAME=VALUE... COMMAND...
with_stub() { env LD_LIBRARY_PATH="$STUB_FOLDER" "$@"; }

# products NAME=VALUE...: what --version says of matrix products.
products() { with_stub "$@" "$SEQNET" --version 2>notes | sed -n 's/^matrix products: //p'; }

@test "an OpenBLAS that does not know the processor is loaded again with better kernels" {
    needs_stub
    [ "$(products STUB_CORE=Prescott)" = "OpenBLAS 0.0 $best, chosen by seqnet: OpenBLAS takes this processor for Prescott" ]
    [ "$(paste -sd ' ' loaded)" = "Prescott $best" ]
    [ ! -s notes ]
}

@test "an OpenBLAS that chooses well is left alone" {
    needs_stub
    for core in "$best" Cooperlake NewerThanThis; do
        [ "$(products STUB_CORE="$core")" = "OpenBLAS 0.0 $core, chosen by OpenBLAS" ]
        [ "$(cat loaded)" = "$core" ]
        rm loaded
    done
}

@test "OPENBLAS_CORETYPE stays, and what it loses is said" {
    needs_stub
    [ "$(products STUB_CORE="$best" OPENBLAS_CORETYPE=Prescott)" = \
        "OpenBLAS 0.0 Prescott, chosen by OPENBLAS_CORETYPE, below the $set of this processor" ]
    [ "$(products STUB_CORE="$best" OPENBLAS_CORETYPE="$best")" = "OpenBLAS 0.0 $best, chosen by OPENBLAS_CORETYPE" ]
    [ "$(products STUB_CORE="$best" OPENBLAS_CORETYPE=Nix)" = \
        "OpenBLAS 0.0 $best, chosen by OpenBLAS instead of the core in OPENBLAS_CORETYPE" ]
    [ "$(products STUB_CORE=Prescott OPENBLAS_CORETYPE=)" = \
        "OpenBLAS 0.0 $best, chosen by seqnet: OpenBLAS takes this processor for Prescott" ]
    [ ! -s notes ]
    with_stub OPENBLAS_CORETYPE=Prescott "$SEQNET" train builtin:demo:100 --epochs 1 -o m -v 2>notes
    grep -q "^OpenBLAS 0.0 Prescott, chosen by OPENBLAS_CORETYPE, below the $set of this processor; " notes
    with_stub OPENBLAS_CORETYPE=Prescott "$SEQNET" train builtin:demo:100 --epochs 1 -f -o m 2>notes
    if grep -i openblas notes; then return 1; fi
}

@test "an OpenBLAS without the better kernels, or of one core, is used as it is" {
    needs_stub
    [ "$(products STUB_CORE=Prescott STUB_CORES=Prescott)" = \
        "OpenBLAS 0.0 Prescott, chosen by OpenBLAS, below the $set of this processor" ]
    rm loaded
    [ "$(products STUB_CORE=Prescott STUB_CONFIG="OpenBLAS 0.0 NO_AFFIN")" = \
        "OpenBLAS 0.0 Prescott, the only core of this OpenBLAS, below the $set of this processor" ]
    [ "$(cat loaded)" = Prescott ]
}

@test "an OpenBLAS that cannot be unloaded keeps its kernels" {
    needs_stub
    [ "$(products STUB_CORE=Prescott STUB_STAYS=1)" = \
        "OpenBLAS 0.0 Prescott, chosen by OpenBLAS, below the $set of this processor" ]
    [ "$(cat loaded)" = Prescott ]
    [ "$(products STUB_CORE="$best" STUB_STAYS=1 STUB_WRONG="$best")" = "plain C, the self-check of OpenBLAS failed" ]
}

@test "an OpenBLAS that the process has loaded before keeps its kernels" {
    needs_stub
    needs_no_sanitizer # which wants to be the first library
    [ "$(products STUB_CORE=Prescott LD_PRELOAD="$STUB_FOLDER/libopenblas.so.0")" = \
        "OpenBLAS 0.0 Prescott, chosen before seqnet was loaded, below the $set of this processor" ]
}

@test "without memory for a choice OpenBLAS keeps its own" {
    needs_stub
    [ -n "${FAIL_ALLOC:-}" ] || skip "no failing allocations"
    kept=0
    for n in 1 2 3 4 5 6; do # the program's own come first
        line=$(products STUB_CORE=Prescott LD_PRELOAD="$FAIL_ALLOC" FAIL_ALLOC_AT=$n 2>/dev/null) || true
        [ -n "$line" ] || continue
        [ "$line" = "OpenBLAS 0.0 Prescott, chosen by OpenBLAS, below the $set of this processor" ] && kept=$((kept + 1))
        [[ $line == "OpenBLAS 0.0 "* ]]
    done
    [ "$kept" -eq 1 ]
}

@test "kernels that multiply wrongly are replaced by those for Haswell, and it is said once" {
    needs_stub
    for core in Cooperlake Prescott; do
        for shape in "" STUB_WRONG_SHAPE=32x128x240 STUB_WRONG_SHAPE=1x128x32; do
            # shellcheck disable=SC2086
            [ "$(products STUB_CORE=$core OPENBLAS_CORETYPE=$core STUB_WRONG="Cooperlake Prescott" $shape)" = \
                "OpenBLAS 0.0 Haswell, chosen by seqnet: others multiply wrongly here" ]
            [ "$(wc -l <notes)" -eq 1 ]
            grep -qE "^the kernels of OpenBLAS 0.0 $core multiply wrongly on this processor \(.*\); those for Haswell are used; install another version of OpenBLAS$" notes
        done
    done
    grep -qF '(1x128x32)' notes
    with_stub STUB_CORE=Cooperlake STUB_WRONG=Cooperlake "$SEQNET" train builtin:demo:200 --epochs 1 -o right 2>notes
    [ "$(grep -c 'multiply wrongly' notes)" -eq 1 ]
    with_stub STUB_CORE=Haswell "$SEQNET" train builtin:demo:200 --epochs 1 -o known 2>notes
    if grep 'multiply wrongly' notes; then return 1; fi
    "$SEQNET" info right --json | jq -e '.training.blas == "OpenBLAS 0.0 Haswell"'
    [ "$("$SEQNET" info right --json | jq -r .fingerprint)" = "$("$SEQNET" info known --json | jq -r .fingerprint)" ]
}

@test "plain C does the work where all kernels multiply wrongly" {
    needs_stub
    for core in Haswell Cooperlake Prescott; do
        [ "$(products STUB_CORE=$core STUB_WRONG=all)" = "plain C, the self-check of OpenBLAS failed" ]
        grep -qE "^matrix products run in plain C, several times slower: the kernels of OpenBLAS 0.0 .* multiply wrongly on this processor \(1x128x32\); install another version of OpenBLAS$" notes
    done
    with_stub STUB_WRONG=all "$SEQNET" train builtin:demo:200 --epochs 1 -o m 2>notes
    [ "$(grep -c 'multiply wrongly' notes)" -eq 1 ]
    with_stub STUB_WRONG=all "$SEQNET" bench train --data builtin:demo:200 --runs 1 --json 2>notes |
        jq -e '.blas == "plain C" and .blas_choice == "the self-check of OpenBLAS failed"'
    [ "$(grep -c 'multiply wrongly' notes)" -eq 1 ]
}

@test "bench says whose choice the kernels are" {
    needs_stub
    with_stub STUB_CORE=Prescott "$SEQNET" bench train --data builtin:demo:200 --runs 1 >out
    tail -1 out | grep -q "; OpenBLAS 0.0 $best, chosen by seqnet: OpenBLAS takes this processor for Prescott; "
    with_stub STUB_CORE=Prescott "$SEQNET" bench train --data builtin:demo:200 --runs 1 --json |
        jq -e '.blas_choice | startswith("chosen by seqnet")'
}

@test "scoring a text does not load OpenBLAS" {
    needs_stub
    model=$(demo_model)
    rm -f loaded
    with_stub STUB_CORE=Prescott "$SEQNET" predict -m "$model" good
    [ ! -e loaded ]
}

@test "with the kernels that seqnet chooses, training gives the bits of an OpenBLAS that chooses them" {
    needs_stub
    [ -n "${REAL_OPENBLAS:-}" ] || skip "no OpenBLAS"
    export STUB_OPENBLAS=$REAL_OPENBLAS
    fingerprint_of() {
        "$@" "$SEQNET" train builtin:demo:400 --epochs 1 -f -o m 2>notes
        sed -n 's/^fingerprint //p' notes
    }
    chosen=$(fingerprint_of with_stub STUB_CORE=Prescott)
    known=$(fingerprint_of env OPENBLAS_CORETYPE="$best")
    old=$(fingerprint_of with_stub OPENBLAS_CORETYPE=Prescott)
    [ -n "$chosen" ]
    [ "$chosen" = "$known" ]
    [ "$chosen" != "$old" ]
}
