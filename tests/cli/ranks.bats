#!/usr/bin/env bats
# One command in several processes: mpirun -n N seqnet ...

load helpers

setup() {
    setup_workdir
    case $BATS_TEST_DESCRIPTION in
    *"(one process)"*) ;;
    *)
        needs_no_sanitizer
        [ -f "${SEQNET%/*}/seqnet-mpi.so" ] || skip "this build has no MPI"
        ;;
    esac
    export OMPI_MCA_btl=self,vader # processes of one machine
}

# ranks N COMMAND...: runs the command as N processes.
ranks() {
    local status=0
    "$BATS_TEST_DIRNAME/../mpi.sh" "$@" || status=$?
    [ "$status" -ne 77 ] || skip "no mpirun starts processes here"
    return "$status"
}

# expect_ranks_error CODE PATTERN N COMMAND...: as expect_error of N processes: one line in all.
expect_ranks_error() {
    local code=$1 pattern=$2
    shift 2
    ranks 1 true >/dev/null
    expect_error "$code" "$pattern" ranks "$@"
}

# begin_training N EPOCH OPTION...: trains in N processes behind the test's back, and waits until an epoch
# begins. $launcher is mpirun.
begin_training() {
    local n=$1 epoch=$2
    shift 2
    ranks 1 true
    mpirun -q --allow-run-as-root --oversubscribe -n "$n" "$SEQNET" train a.csv --preset lstm -j1 \
        --patience 0 -o m.st "$@" 2>err &
    launcher=$!
    until grep -q "^Epoch $epoch/" err; do sleep 0.05; done
}

kill_last_process() { kill -9 "$(pgrep -P "$launcher" -f epochs | tail -n 1)"; }

files() {
    for i in 1 2 3 4 5; do
        rows $((i * 30)) "$i" | to_csv >"f$i.csv"
    done
    printf 'label,text\nneg,the film and' >f3.csv
    printf 'label,text\nneg,the film and\n\n\n' >f4.csv
}

@test "folds are spread, and all that is printed is the same" {
    rows 200 | to_csv >a.csv
    "$SEQNET" train a.csv --folds 5 --epochs 2 --json -o m.st >one.out 2>one.err
    for n in 2 3; do
        rm m.st
        ranks $n "$SEQNET" train a.csv --folds 5 --epochs 2 --json -o m.st >many.out 2>many.err
        strip='s/[0-9.]*s [0-9.]*[mu]*s.step/TIME/; s/[0-9.]*s\b/TIME/; s/"seconds":[0-9.e-]*/TIME/g'
        diff <(sed "$strip" one.err) <(sed "$strip" many.err)
        diff <(sed "$strip" one.out) <(sed "$strip" many.out)
    done
}

@test "tune tries the same trials in several processes" {
    rows 300 | to_csv >a.csv
    "$SEQNET" tune a.csv --trials 5 --epochs 1 --json -q -o one.sh | sed 's/"seconds":[0-9.]*//' >one.out
    ranks 3 "$SEQNET" tune a.csv --trials 5 --epochs 1 --json -q -o many.sh |
        sed 's/"seconds":[0-9.]*//' >many.out
    [ "$(wc -l <one.out)" -ge 5 ]
    diff one.out many.out
    diff one.sh many.sh
}

@test "predict shares files and prints their answers in order" {
    local model
    model=$(text_model)
    files
    for form in "" --json --annotate --with-filename "--top-k 2"; do
        # shellcheck disable=SC2086
        "$SEQNET" predict -m "$model" $form --input f1.csv f2.csv f3.csv f4.csv f5.csv >one.out 2>one.err
        for n in 2 5; do
            # shellcheck disable=SC2086
            ranks $n "$SEQNET" predict -m "$model" $form --input f1.csv f2.csv f3.csv f4.csv f5.csv \
                >many.out 2>many.err
            cmp one.out many.out
            diff one.err many.err
        done
    done
}

@test "a file that cannot be read ends predict where one process would end" {
    local model
    model=$(text_model)
    files
    printf 'label,text\nneg,the film and\nneg,a,b,c\n' >f4.csv
    for n in 1 2 4; do
        local status=0
        ranks $n "$SEQNET" predict -m "$model" --input f1.csv f2.csv f3.csv f4.csv f5.csv \
            >out$n 2>err$n || status=$?
        [ "$status" -eq 3 ]
        cmp out1 "out$n"
        diff err1 "err$n"
    done
    grep -q '^seqnet: f4.csv:3: ' err4
}

@test "answers wait in the folder of temporary files, or it is named" {
    model=$(text_model)
    for n in 1 2; do rows 10 $n | to_csv >f$n.csv; done
    expect_ranks_error 6 'rank 1: a temporary file for answers: cannot be used: .*TMPDIR' 2 \
        env TMPDIR="$PWD/none" "$SEQNET" predict -m "$model" -q --input f1.csv f2.csv -o answers.txt
    [ ! -e answers.txt ]
}

@test "predict -o is written by the first process alone, all of it or nothing" {
    local model
    model=$(text_model)
    files
    "$SEQNET" predict -m "$model" -q --input f1.csv f2.csv f5.csv -o one.txt
    ranks 3 "$SEQNET" predict -m "$model" -q --input f1.csv f2.csv f5.csv -o many.txt
    cmp one.txt many.txt
    expect_ranks_error 3 'missing.csv: cannot be opened' 3 "$SEQNET" predict -m "$model" -q \
        --input f1.csv missing.csv f5.csv -o none.txt
    [ ! -e none.txt ]
    [ "$(ls)" = "$(ls | grep -v none)" ]
}

@test "what does not spread runs in one process, and speaks once" {
    rows 60 | to_csv >a.csv
    [ "$(ranks 3 "$SEQNET" load a.csv 2>err)" = "$("$SEQNET" load a.csv)" ]
    grep -q '^one of the 3 processes works, the others wait$' err
    [ "$(ranks 3 "$SEQNET" --version | wc -l)" -eq 4 ]
    [ "$(ranks 2 "$SEQNET" predict -m "$(text_model)" -q "a wonderful film" | wc -l)" -eq 1 ]
}

@test "an error of all processes is one line, with its exit code" {
    expect_ranks_error 3 'missing.csv: cannot be opened' 3 "$SEQNET" train missing.csv
    expect_ranks_error 2 'unknown option' 3 "$SEQNET" train a.csv --no-such-option
    rows 60 | to_csv >a.csv
    expect_ranks_error 6 'nowhere/m.st: cannot be written' 3 "$SEQNET" train a.csv -q -o nowhere/m.st
    expect_ranks_error 2 'standard input: reaches only one of the 2 processes' 2 "$SEQNET" train -
    expect_ranks_error 2 'standard input: reaches only one of the 2 processes' 2 "$SEQNET" tune -
}

@test "an error of one process ends all, and is told by its rank" {
    rows 60 | to_csv >a.csv
    mkdir elsewhere
    cat >apart.sh <<END
[ "\$OMPI_COMM_WORLD_RANK" != 1 ] || cd elsewhere
exec "$SEQNET" "\$@"
END
    expect_ranks_error 3 'rank 1: a.csv: cannot be opened' 3 sh apart.sh train a.csv -q
    [ ! -e seqnet.safetensors ]
    rows 62 | to_csv >elsewhere/a.csv
    expect_ranks_error 3 'rank 1: reads other data than rank 0' 3 sh apart.sh train a.csv -q
    [ ! -e seqnet.safetensors ]
}

@test "a training has the same fingerprint in any number of processes and threads" {
    local one many
    rows 400 | to_csv >a.csv
    for data in "builtin:demo:1000 --epochs 2" "a.csv --epochs 2" "a.csv --epochs 1 --preset lstm --layers 2 --bidirectional" \
        "a.csv --epochs 1 --preset keras --cell conv1d --batch-size 48"; do
        # shellcheck disable=SC2086
        one=$("$SEQNET" train $data -o m.st 2>&1 | sed -n 's/^fingerprint //p')
        [ ${#one} -eq 32 ]
        for n in 2 3 4 8; do
            # shellcheck disable=SC2086
            many=$(ranks $n "$SEQNET" train $data -j $((n % 2 + 1)) -o m.st 2>&1 |
                sed -n 's/^fingerprint //p')
            [ "$one" = "$many" ] || {
                echo "$data: $n processes of $((n % 2 + 1)) threads: '$many', not '$one'"
                return 1
            }
        done
    done
}

@test "a signal to mpirun keeps the model of a training" {
    rows 3000 | to_csv >a.csv
    begin_training 2 3 --epochs 100000
    kill -TERM $launcher
    ! wait $launcher || false
    grep -q '^interrupted after [0-9]* finished epochs' err
    grep -q '^saved m.st' err
    "$SEQNET" info m.st >/dev/null
}

@test "a process that is killed ends all" {
    rows 3000 | to_csv >a.csv
    begin_training 3 2 --epochs 100000
    kill_last_process
    ! wait $launcher || false
    [ ! -e m.st ]
    [ "$(grep -c '^seqnet: ' err)" -le 1 ]
}

@test "a training whose process was killed goes on in another number of processes" {
    local one many
    rows 900 | to_csv >a.csv
    set -- --epochs 5 --no-baseline
    one=$("$SEQNET" train a.csv --preset lstm --patience 0 "$@" -o one.st 2>&1 |
        sed -n 's/^fingerprint //p')
    begin_training 3 3 "$@" --checkpoint c.ckpt
    kill_last_process
    ! wait $launcher || false
    for n in 1 2 4; do
        cp c.ckpt c$n.ckpt
        many=$(ranks $n "$SEQNET" train -j1 -o m$n.st --resume c$n.ckpt 2>&1 |
            sed -n 's/^fingerprint //p')
        [ "$one" = "$many" ]
    done
}

@test "prepared rows and the reproducible arithmetic give one fingerprint, too" {
    local one many
    rows 300 | to_csv >a.csv
    "$SEQNET" prepare a.csv -q -o a.rows
    for options in "a.rows --preset lstm" "a.csv --reproducible"; do
        # shellcheck disable=SC2086
        one=$("$SEQNET" train $options --epochs 1 -f -o m.st 2>&1 | sed -n 's/^fingerprint //p')
        # shellcheck disable=SC2086
        many=$(ranks 3 "$SEQNET" train $options --epochs 1 -f -o m.st 2>&1 |
            sed -n 's/^fingerprint //p')
        [ -n "$one" ]
        [ "$one" = "$many" ]
    done
}

@test "(one process) several processes that cannot load MPI are refused" {
    mkdir bare
    cp "$SEQNET" bare/seqnet
    export OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=0
    expect_error 2 'mpirun has started 2 processes, and seqnet cannot load MPI' bare/seqnet train a.csv
    export OMPI_COMM_WORLD_RANK=1
    run bare/seqnet train a.csv
    [ "$status" -eq 2 ]
    [ "$output" = "" ]
    export SEQNET_MPI=off
    expect_error 3 'a.csv: cannot be opened' bare/seqnet train a.csv
}

@test "(one process) tasks of srun without MPI are refused" {
    export SLURM_STEP_NUM_TASKS=2 SLURM_PROCID=0 SLURM_SRUN_COMM_HOST=127.0.0.1
    expect_error 2 'srun has started 2 processes that cannot find each other; set SLURM_MPI_TYPE=pmix for srun' \
        "$SEQNET" train a.csv
}
