#!/usr/bin/env bats
# scripts/fetch-imdb.sh against a server on this machine, with tiny files in place of the real ones.

# Each test is a subshell: what it changes in the environment is meant to end with it.
# shellcheck disable=SC2030,SC2031

bats_require_minimum_version 1.5.0

setup() {
    fetch=$BATS_TEST_DIRNAME/../../scripts/fetch-imdb.sh
    served=$BATS_TEST_TMPDIR/served
    folder="$BATS_TEST_TMPDIR/a folder"
    log=$BATS_TEST_TMPDIR/requests
    mkdir "$served"
    printf 'twenty bytes of npz!' > "$served/imdb.npz"
    printf '{"the": 1}' > "$served/imdb_word_index.json"
    : > "$log"

    # Nothing of the user's own settings may reach curl.
    export HOME=$BATS_TEST_TMPDIR/home no_proxy=127.0.0.1 NO_PROXY=127.0.0.1
    unset XDG_CONFIG_HOME CURL_HOME
    SEQNET_IMDB_NPZ_SHA256=$(sha256sum < "$served/imdb.npz" | cut -d ' ' -f 1)
    SEQNET_IMDB_INDEX_MD5=$(md5sum < "$served/imdb_word_index.json" | cut -d ' ' -f 1)
    export SEQNET_IMDB_NPZ_SHA256 SEQNET_IMDB_INDEX_MD5
    start_server
}

teardown() {
    stop_server
}

start_server() {
    local port_file=$BATS_TEST_TMPDIR/port try
    python3 "$BATS_TEST_DIRNAME/http_server.py" "$served" "$port_file" "$log" 3>&- &
    server=$!
    for ((try = 0; try < 200; try++)); do
        [[ ! -e $port_file ]] || break
        sleep 0.05
    done
    export SEQNET_IMDB_URL
    SEQNET_IMDB_URL=http://127.0.0.1:$(< "$port_file")
}

stop_server() {
    if [[ -n ${server:-} ]]; then
        kill "$server"
        wait "$server" || true
        server=
    fi
}

# The requests for one file, as "RANGE STATUS" lines.
requests_for() {
    sed -n "s|^.*/$1 ||p" "$log"
}

assert_complete() {
    cmp "$served/imdb.npz" "$folder/imdb.npz"
    cmp "$served/imdb_word_index.json" "$folder/imdb_word_index.json"
    [[ ! -e $folder/imdb.npz.part && ! -e $folder/imdb_word_index.json.part ]]
}

@test "a fresh download makes the folder and fetches both files, messages on stderr" {
    run --separate-stderr -0 "$fetch" "$folder"
    [[ -z $output ]]
    [[ $stderr == *"imdb.npz is downloaded and verified"* ]]
    assert_complete
    [[ $(requests_for imdb.npz) == '- 200' ]]
}

@test "without an argument the folder is ~/.keras/datasets" {
    run -0 "$fetch"
    cmp "$served/imdb.npz" "$HOME/.keras/datasets/imdb.npz"
}

@test "a second run downloads nothing" {
    run -0 "$fetch" "$folder"
    stop_server
    : > "$log"
    run -0 "$fetch" "$folder"
    [[ $output == *"imdb.npz is there and verified"* ]]
    [[ ! -s $log ]]
    assert_complete
}

@test "--index-only fetches the index alone" {
    run -0 "$fetch" --index-only "$folder"
    [[ ! -e $folder/imdb.npz ]]
    cmp "$served/imdb_word_index.json" "$folder/imdb_word_index.json"
}

@test "an earlier .part is continued" {
    mkdir "$folder"
    head -c 7 "$served/imdb.npz" > "$folder/imdb.npz.part"
    run -0 "$fetch" "$folder"
    [[ $output == *"continuing the download"* ]]
    assert_complete
    [[ $(requests_for imdb.npz) == 'bytes=7- 206' ]]
}

@test "a .part that is complete needs no request" {
    mkdir "$folder"
    cp "$served/imdb.npz" "$folder/imdb.npz.part"
    run -0 "$fetch" "$folder"
    assert_complete
    [[ -z $(requests_for imdb.npz) ]]
}

@test "a connection that breaks off is taken up again in the same run" {
    SEQNET_IMDB_URL+=/cut/8
    run -0 "$fetch" "$folder"
    assert_complete
    [[ $(requests_for imdb.npz) == $'- 200\nbytes=8- 206\nbytes=16- 206' ]]
}

@test "a connection that keeps breaking off leaves the .part, and the next run continues it" {
    local base=$SEQNET_IMDB_URL
    SEQNET_IMDB_URL=$base/cut/4
    run -1 "$fetch" "$folder"
    [[ $output == *"run this again to continue"* ]]
    [[ ! -e $folder/imdb.npz ]]
    [[ $(stat -c %s "$folder/imdb.npz.part") == 12 ]]

    : > "$log"
    SEQNET_IMDB_URL=$base run -0 "$fetch" "$folder"
    assert_complete
    [[ $(requests_for imdb.npz) == 'bytes=12- 206' ]]
}

@test "a server without ranges serves a fresh download" {
    SEQNET_IMDB_URL+=/plain
    run -0 "$fetch" "$folder"
    assert_complete
}

@test "a server without ranges is asked for the whole file when there is a .part" {
    SEQNET_IMDB_URL+=/plain
    mkdir "$folder"
    head -c 7 "$served/imdb.npz" > "$folder/imdb.npz.part"
    run -0 "$fetch" "$folder"
    assert_complete
    [[ $(requests_for imdb.npz) == $'bytes=7- 200\n- 200' ]]
}

@test "a .part of other content is thrown away and the file fetched anew, once" {
    mkdir "$folder"
    printf 'WRONG' > "$folder/imdb.npz.part"
    run -0 "$fetch" "$folder"
    [[ $output == *"fetching it anew"* ]]
    assert_complete
    [[ $(requests_for imdb.npz) == $'bytes=5- 206\n- 200' ]]
}

@test "a .part longer than the file is thrown away" {
    mkdir "$folder"
    printf 'more than the twenty bytes' > "$folder/imdb.npz.part"
    run -0 "$fetch" "$folder"
    assert_complete
}

@test "a wrong checksum exits 3 and leaves no file" {
    printf 'another twenty bytes' > "$served/imdb.npz"
    run -3 "$fetch" "$folder"
    [[ $output == *"is not the published file"* ]]
    [[ ! -e $folder/imdb.npz && ! -e $folder/imdb.npz.part ]]
    [[ $(requests_for imdb.npz) == '- 200' ]]
}

@test "a wrong file behind a .part is fetched anew once, then exits 3" {
    mkdir "$folder"
    head -c 7 "$served/imdb.npz" > "$folder/imdb.npz.part"
    printf 'another twenty bytes' > "$served/imdb.npz"
    run -3 "$fetch" "$folder"
    [[ ! -e $folder/imdb.npz && ! -e $folder/imdb.npz.part ]]
    [[ $(requests_for imdb.npz) == $'bytes=7- 206\n- 200' ]]
}

@test "a server that is down exits 1" {
    stop_server
    run -1 "$fetch" "$folder"
    [[ $output == *"could not download $SEQNET_IMDB_URL/imdb.npz"* ]]
    [[ ! -e $folder/imdb.npz ]]
}

@test "a server error keeps the .part" {
    rm "$served/imdb.npz"
    mkdir "$folder"
    printf 'twenty' > "$folder/imdb.npz.part"
    run -1 "$fetch" "$folder"
    [[ $(< "$folder/imdb.npz.part") == twenty ]]
}

@test "a file the server does not have exits 1" {
    rm "$served/imdb_word_index.json"
    run -1 "$fetch" "$folder"
    cmp "$served/imdb.npz" "$folder/imdb.npz"
    [[ ! -e $folder/imdb_word_index.json ]]
}

@test "a local file that differs is kept and reported" {
    mkdir "$folder"
    printf 'my own reviews' > "$folder/imdb.npz"
    run -0 "$fetch" "$folder"
    [[ $output == *"imdb.npz is there and kept; it is not the published file"* ]]
    [[ $(< "$folder/imdb.npz") == 'my own reviews' ]]
    cmp "$served/imdb_word_index.json" "$folder/imdb_word_index.json"
    [[ -z $(requests_for imdb.npz) ]]
}

@test "a relative folder, a slash at the end of the address" {
    cd "$BATS_TEST_TMPDIR"
    SEQNET_IMDB_URL+=/
    run -0 "$fetch" 'a folder'
    assert_complete
}

@test "--help goes to stdout, names the environment and exits 0" {
    run --separate-stderr -0 "$fetch" --help
    [[ $output == *SEQNET_IMDB_NPZ_SHA256* && $output == *SEQNET_IMDB_INDEX_MD5* ]]
    [[ -z $stderr ]]
}

@test "wrong usage exits 2" {
    run -2 "$fetch" --frobnicate
    run -2 "$fetch" one two
    run -2 "$fetch" ''
    unset HOME
    run -2 "$fetch"
    [[ ! -s $log ]]
}
