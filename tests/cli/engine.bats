#!/usr/bin/env bats
# What the engine promises whatever the machine: a text's score does not depend on its neighbours, nor
# on the number of threads, for every instruction set and every core that the BLAS takes this one for.

load helpers

setup() {
    setup_workdir
}

# The instruction sets and BLAS cores that this processor can run, a pair on each line.
variants() {
    local isas=(baseline) cores=("")
    if [ "$(uname -m)" = x86_64 ]; then
        cores+=(Prescott)
        if grep -qw avx2 /proc/cpuinfo; then isas+=(avx2) cores+=(Haswell); fi
        if grep -qw avx512dq /proc/cpuinfo; then isas+=(avx512); fi
    fi
    for isa in "${isas[@]}"; do
        for core in "${cores[@]}"; do echo "$isa ${core:--}"; done
    done
}

# texts N: N different lines of different length.
texts() {
    awk -v n="$1" 'BEGIN {
        split("the film was good bad not very a great story boring and cast", w, " ")
        for (i = 0; i < n; i++) {
            line = ""
            for (k = 0; k < i % 23 + i % 7 * 3; k++) line = line w[(i * 7 + k * k) % 13 + 1] " "
            print line
        }
    }'
}

in_variant() {
    local isa=$1 core=$2
    shift 2
    if [ "$core" = - ]; then SEQNET_ISA=$isa "$@"; else SEQNET_ISA=$isa OPENBLAS_CORETYPE=$core "$@"; fi
}

@test "a text's score is the same alone, among 37 and among 256" {
    model=$(demo_model)
    texts 256 >256.txt
    head -37 256.txt >37.txt
    while read -r isa core; do
        in_variant "$isa" "$core" "$SEQNET" predict --json -m "$model" <256.txt | cut -d, -f2- >256.out
        in_variant "$isa" "$core" "$SEQNET" predict --json -m "$model" <37.txt | cut -d, -f2- >37.out
        [ "$(wc -l <256.out)" -eq 256 ]
        head -37 256.out | cmp - 37.out
        for n in 1 2 17 37; do
            text=$(sed -n "${n}p" 37.txt)
            in_variant "$isa" "$core" "$SEQNET" predict --json -m "$model" -- "$text" | cut -d, -f2- |
                cmp - <(sed -n "${n}p" 37.out)
        done
    done < <(variants)
}

@test "neither do threads change a score" {
    model=$(demo_model)
    texts 3000 | "$SEQNET" predict --json -j 1 -m "$model" >1.out
    for threads in 2 3 4 16; do
        texts 3000 | "$SEQNET" predict --json -j $threads -m "$model" | cmp - 1.out
    done
}

@test "training gives the same weights for -j 1, 2, 3 and 4, in every variant" {
    while read -r isa core; do
        for threads in 1 2 3 4; do
            in_variant "$isa" "$core" "$SEQNET" train builtin:demo:700 --epochs 2 --units 20 -q \
                -j $threads -o "$threads.safetensors"
            "$SEQNET" info --json "$threads.safetensors" | grep -oE '"fingerprint": ?"[^"]*"' >>"$isa$core"
        done
        [ "$(wc -l <"$isa$core")" -eq 4 ]
        [ "$(sort -u "$isa$core" | wc -l)" -eq 1 ]
    done < <(variants)
}

@test "scores of different instruction sets differ by rounding at most" {
    model=$(demo_model)
    texts 100 >100.txt
    SEQNET_ISA=baseline "$SEQNET" predict --json -m "$model" <100.txt >baseline.json
    while read -r isa core; do
        in_variant "$isa" "$core" "$SEQNET" predict --json -m "$model" <100.txt >other.json
        paste -d'\n' baseline.json other.json | grep -oE '"probability": ?[0-9.e-]+' | grep -oE '[0-9.e-]+$' |
            awk 'NR % 2 { a = $1; next } { d = a - $1; if (d > 1e-6 || d < -1e-6) bad++ }
                 END { exit bad > 0 || NR != 200 }'
    done < <(variants)
}

@test "SEQNET_ISA is shown; an unknown one is not obeyed, which is said" {
    SEQNET_ISA=baseline "$SEQNET" --version | grep -q '^instruction set: .*\(SSE2\|NEON\|plain\|baseline\)'
    for isa in nonsense AVX2; do
        [ "$(SEQNET_ISA=$isa "$SEQNET" --version 2>err)" = "$("$SEQNET" --version)" ]
        grep -x "SEQNET_ISA=$isa names none of the instruction sets here (.*baseline.*); .* is used" err
        SEQNET_ISA=$isa "$SEQNET" load builtin:demo:100 2>err >/dev/null
        [ "$(grep -c "^SEQNET_ISA=$isa " err)" -eq 1 ]
        SEQNET_ISA=$isa "$SEQNET" load -q builtin:demo:100 2>err >/dev/null
        [ ! -s err ]
    done
    SEQNET_ISA='' "$SEQNET" --version 2>err >/dev/null
    [ ! -s err ]
}

@test "-v says which engine runs" {
    check() {
        "$SEQNET" train builtin:demo:300 --epochs 1 -v -o m.safetensors "${@:2}" 2>&1 | grep -qF "$1"
    }
    check 'leading pads shared by all rows'
    check 'masked pads skipped' --mask-zero
    check 'trailing pads computed' --padding post
    check 'leading pads computed for every row in training, shared when scoring' --recurrent-dropout 0.2
    check 'trailing pads computed' --padding post --recurrent-dropout 0.2
    check 'masked pads skipped' --mask-zero --recurrent-dropout 0.2
}

@test "a GRU is trained, stored, shown and used as an LSTM is" {
    for threads in 1 2 2; do
        "$SEQNET" train builtin:demo:2000 --cell gru --units 20 --epochs 3 -j "$threads" -q -o "gru$threads.st" --force
    done
    fingerprint() { "$SEQNET" info "$1" | grep '^fingerprint: '; }
    [ "$(fingerprint gru1.st)" = "$(fingerprint gru2.st)" ]
    "$SEQNET" train builtin:demo:2000 --cell gru --units 20 --epochs 3 --seed 2 -q -o other.st
    [ "$(fingerprint gru1.st)" != "$(fingerprint other.st)" ]
    "$SEQNET" info gru1.st | grep ' gru (GRU) .* 3,240' # 3 x 20 x (32 + 20 + 2)
    texts 37 >37.txt
    "$SEQNET" predict --json -m gru1.st <37.txt >37.out
    "$SEQNET" predict --json -m gru1.st -- "$(sed -n 5p 37.txt)" | cut -d, -f2- >alone.out
    sed -n 5p 37.out | cut -d, -f2- | cmp - alone.out
    "$SEQNET" train builtin:demo:500 --cell gru --epochs 1 --pooling max-mean --mask-zero \
        --recurrent-dropout 0.2 -v -o pooled.st 2>&1 | grep 'engine: ragged, masked pads skipped'
    expect_error 2 '--cell cnn: expected one of lstm, gru, rnn' "$SEQNET" train builtin:demo:500 --cell cnn
}
