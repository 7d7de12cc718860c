#!/usr/bin/env bash
# fetch-imdb.sh - downloads the IMDB reviews in Keras's form: imdb.npz and imdb_word_index.json.
#
# A download goes to FILE.part, is continued there by the next run if it breaks off, and gets its
# name only after its checksum has been found right. A file that is already there is never touched.
set -euo pipefail

readonly TRIES=3
url=${SEQNET_IMDB_URL:-https://storage.googleapis.com/tensorflow/tf-keras-datasets}
npz_sha256=${SEQNET_IMDB_NPZ_SHA256:-69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f}
index_md5=${SEQNET_IMDB_INDEX_MD5:-bfafd718b763782e994055a2d397834f}

usage() {
    cat <<'END'
Usage: fetch-imdb.sh [--index-only] [FOLDER]

Downloads imdb.npz (17 MB) and imdb_word_index.json (1.6 MB) from Keras's public storage to FOLDER
(default: ~/.keras/datasets) and verifies their checksums. Files that are there already are kept; a
download that broke off is continued. Needs curl.

  --index-only  download imdb_word_index.json alone
  -h, --help    show this help

Environment, for mirrors and tests:
  SEQNET_IMDB_URL         the address that the two file names are appended to
  SEQNET_IMDB_NPZ_SHA256  expected SHA-256 of imdb.npz
  SEQNET_IMDB_INDEX_MD5   expected MD5 of imdb_word_index.json

Exit status: 0 both files are there, 1 the download failed (network, server or disk), 2 wrong usage,
3 what was downloaded has the wrong checksum.
END
}

say() { printf 'fetch-imdb.sh: %s\n' "$*" >&2; }

fail() {
    local status=$1
    shift
    say "$@"
    exit "$status"
}

# checksum sha256|md5 FILE
checksum() {
    if command -v "${1}sum" > /dev/null; then
        "${1}sum" < "$2" | cut -d ' ' -f 1
    else
        openssl dgst "-$1" -r < "$2" | cut -d ' ' -f 1
    fi
}

# matches FILE sha256|md5 SUM
matches() {
    [[ $(checksum "$2" "$1") == "$3" ]]
}

# Continues PART, or starts it; returns curl's exit status and sets http_status.
transfer() {
    local from=$1 part=$2 progress=(--silent --show-error) status=0
    if [[ -t 2 ]]; then
        progress=(--progress-bar)
    fi
    http_status=$(curl "${progress[@]}" --fail --location --connect-timeout 20 \
        --speed-limit 1 --speed-time 60 --continue-at - --output "$part" \
        --write-out '%{http_code}' "$from") || status=$?
    return "$status"
}

# Fills PART. A connection that broke off is taken up again. A server that cannot continue (curl
# says 33 or 36; the server says 416 when PART is no shorter than the file) is asked for all of it.
download() {
    local from=$1 part=$2 try status=0
    for ((try = 1; try <= TRIES; try++)); do
        status=0
        transfer "$from" "$part" || status=$?
        case $status:$http_status in
            0:*) return 0 ;;
            33:* | 36:* | *:416)
                say 'the earlier download cannot be continued; fetching the whole file'
                rm -f "$part"
                ;;
            18:* | 28:* | 52:* | 56:* | 92:*) say 'the connection broke off' ;;
            *) break ;;
        esac
    done
    return "$status"
}

download_or_exit() {
    local from=$1 part=$2 status=0 kept=
    download "$from" "$part" || status=$?
    if ((status != 0)); then
        if [[ -s $part ]]; then
            kept='; what has arrived is kept, run this again to continue'
        fi
        fail 1 "could not download $from (curl: $status)$kept"
    fi
}

# fetch NAME sha256|md5 SUM: FOLDER/NAME is there afterwards, or the script has ended.
fetch() {
    local name=$1 kind=$2 sum=$3
    local file=$folder/$name
    local part=$file.part continued=no

    if [[ -e $file ]]; then
        keep "$file" "$kind" "$sum"
        return
    fi
    if [[ -s $part ]]; then
        continued=yes
        say "$name: continuing the download from $url"
    else
        say "$name: downloading from $url"
    fi
    if [[ $continued == no ]] || ! matches "$part" "$kind" "$sum"; then
        download_or_exit "$url/$name" "$part"
    fi
    if [[ $continued == yes ]] && ! matches "$part" "$kind" "$sum"; then
        say "$name: the continued download is not the published file; fetching it anew"
        rm -f "$part"
        download_or_exit "$url/$name" "$part"
    fi
    accept "$file" "$kind" "$sum"
}

keep() {
    local file=$1 kind=$2 sum=$3
    if matches "$file" "$kind" "$sum"; then
        say "$file is there and verified"
    else
        say "$file is there and kept; it is not the published file" \
            "(only downloads are verified, a local file may differ)"
    fi
}

accept() {
    local file=$1 kind=$2 sum=$3
    if ! matches "$file.part" "$kind" "$sum"; then
        say "${file##*/}: expected $kind $sum"
        say "${file##*/}: received $kind $(checksum "$kind" "$file.part")"
        rm -f "$file.part"
        fail 3 "$url/${file##*/} is not the published file; it was thrown away"
    fi
    mv "$file.part" "$file"
    say "$file is downloaded and verified"
}

parse_arguments() {
    index_only=no
    folder=
    while (($# > 0)); do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            --index-only) index_only=yes ;;
            -*) fail 2 "unknown option $1; see --help" ;;
            '') fail 2 'the folder is an empty name; see --help' ;;
            *)
                [[ -z $folder ]] || fail 2 'one folder at most; see --help'
                folder=$1
                ;;
        esac
        shift
    done
    if [[ -z $folder ]]; then
        [[ -n ${HOME:-} ]] || fail 2 'HOME is not set; name a folder'
        folder=$HOME/.keras/datasets
    fi
}

main() {
    parse_arguments "$@"
    url=${url%/}
    command -v curl > /dev/null || fail 1 'curl is missing (Debian: apt-get install curl)'
    mkdir -p "$folder" || fail 1 "cannot make the folder $folder"
    if [[ $index_only == no ]]; then
        fetch imdb.npz sha256 "$npz_sha256"
    fi
    fetch imdb_word_index.json md5 "$index_md5"
}

main "$@"
