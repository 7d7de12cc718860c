#!/usr/bin/env bats
# The guide's Makefile, its line for cron and its units of systemd.

load ../cli/helpers
load helpers
setup() {
    setup_workdir
    put_on_path
}

makefile() {
    command -v make >/dev/null || skip "no make"
    block make | sed 's/ -q -o / --epochs 1 -q -o /' >Makefile
    rows 200 | to_csv >reviews.csv
    rows 20 2 | cut -f 2 | sed '1i text' >new.csv
    make >first.log
}

@test "make trains when the data changed, and does nothing otherwise" {
    makefile
    [ "$(wc -l <answers.csv)" -eq 21 ]
    make | grep -q 'is up to date'
    touch -d '1 hour ago' reviews.csv new.csv
    make | grep -q 'is up to date'
    before=$(cksum <reviews.safetensors)
    touch -d '1 hour ago' reviews.safetensors answers.csv
    rows 200 7 | to_csv >reviews.csv
    make >again.log
    grep -q 'seqnet train' again.log
    grep -q 'seqnet predict' again.log
    [ "$before" != "$(cksum <reviews.safetensors)" ]
    touch -d '2 hours ago' reviews.csv
    touch -d '1 hour ago' reviews.safetensors answers.csv
    touch new.csv
    make >answers.log
    ! grep -q 'seqnet train' answers.log || false
    grep -q 'seqnet predict' answers.log
}

@test "make: a training that fails or is interrupted leaves the older model and its answers" {
    makefile
    before=$(cat reviews.safetensors answers.csv | cksum)
    echo '"never closed' >>reviews.csv
    touch -d 'now + 2 seconds' reviews.csv
    run make
    [ "$status" -eq 2 ]
    [ "$before" = "$(cat reviews.safetensors answers.csv | cksum)" ]
    rows 200 | to_csv >reviews.csv
    touch -d 'now + 2 seconds' reviews.csv
    printf '#!/bin/sh\nfor last; do :; done\necho half >"$last"\nexit 130\n' >interrupted
    chmod +x interrupted
    rm bin/seqnet
    mv interrupted bin/seqnet
    run make
    [ "$status" -eq 2 ]
    [ "$before" = "$(cat reviews.safetensors answers.csv | cksum)" ]
}

@test "the line for cron: five times, a user, and a command that does the job once at a time" {
    command -v flock >/dev/null || skip "no flock"
    line=$(block cron)
    [[ $line =~ ^([0-9*]+\ +){5}[a-z]+\ (cd\ /srv/reviews\ .*)$ ]]
    command=${BASH_REMATCH[2]//\/srv\/reviews/$PWD}
    printf '#!/bin/sh\necho begun >>log\nsleep 2\n' >nightly.sh
    chmod +x nightly.sh
    sh -c "$command" &
    until [ -s log ]; do sleep 0.05; done
    run sh -c "$command"
    [ "$status" -eq 1 ]
    wait
    [ "$(wc -l <log)" -eq 1 ]
}

units() {
    command -v systemd-analyze >/dev/null || skip "no systemd-analyze"
    systemd-analyze --help | grep -q -- --offline || skip "systemd-analyze is older than 250"
    for kind in service timer; do
        block ini "seqnet-nightly.$kind" | sed "s|/usr/local/bin|$PWD/bin|" >"seqnet-nightly.$kind"
    done
    printf '#!/bin/sh\n' >bin/seqnet-nightly
    chmod +x bin/seqnet-nightly
}

@test "systemd accepts the units" {
    units
    run systemd-analyze verify --man=no ./seqnet-nightly.service ./seqnet-nightly.timer
    [ "$status" -eq 0 ] || { echo "$output" && false; }
    ! grep -q 'seqnet-nightly' <<<"$output" || { echo "$output" && false; }
    sed -n 's/^OnCalendar=//p' seqnet-nightly.timer | xargs -d '\n' systemd-analyze calendar >calendar
    grep -q 'Next elapse' calendar
}

@test "systemd finds little that the service is exposed to" {
    units
    systemd-analyze security --offline=yes --threshold=15 --no-pager ./seqnet-nightly.service >report ||
        { cat report && false; }
}
