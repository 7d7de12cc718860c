#!/bin/sh
# The sentences of the library: they name no option of the command line, but the fields of the public
# structs (".num_words"), and the program knows an option for each of them.
#
#   sentences.sh PROJECT_FOLDER
set -eu
project=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fail_each WHAT: reads words, one a line, and says of each what is wrong with it.
fail_each() {
    while read -r word; do
        echo "sentences: $word $1"
        echo >>"$work/failures"
    done
}

# fields_of FILE...: prints the fields of the structs in headers, one a line.
fields_of() {
    cat "$@" | awk '
        { text = text " " $0 }
        END {
            while ((from = index(text, "/*")) > 0) {
                rest = substr(text, from + 2)
                text = substr(text, 1, from - 1) substr(rest, index(rest, "*/") + 2)
            }
            while (match(text, /struct [a-z_]+ \{[^}]*\}/)) {
                body = substr(text, RSTART, RLENGTH)
                sub(/^[^{]*\{/, "", body)
                text = substr(text, RSTART + RLENGTH)
                while (match(body, /[a-z_0-9]+(\[[^]]*\])?[,;]/)) {
                    name = substr(body, RSTART, RLENGTH)
                    sub(/[^a-z_0-9].*/, "", name)
                    print name
                    body = substr(body, RSTART + RLENGTH)
                }
            }
        }'
}

# words_missing_in FILE: prints those of standard input that are no line of it.
words_missing_in() {
    grep -vxF -f "$1" || true
}

# builtin.c has directives of the assembler, which look like fields.
for folder in "$project"/src/*/; do
    case $folder in
    */arguments/ | */cli/ | */completion/ | */console/ | */evaluation/ | */explanation/ | */manual/ | */reporting/ | */running/ | */tables/ | */training/ | */tuning/) ;;
    *) find "$folder" -name '*.[ch]' ! -name builtin.c -exec cat {} + ;;
    esac
done >"$work/library"
cat "$project"/include/seqnet/*.h >>"$work/library"
grep -oE '"([^"\\]|\\.)*"' "$work/library" >"$work/literals"

# Long options, and those letters that are no option of a command such as iconv, too. LibreOffice has long
# ones.
grep -E '[ ("](--[a-z%]|-[hijkmoq][^a-zA-Z])' "$work/literals" | grep -vE -e '--(headless|convert-to) ' \
    >"$work/options" || true
fail_each "names an option of the command line" <"$work/options"

# Words like a field that are none: endings of files' names.
printf '%s\n' bin c ckpt csv docx ft ftz gz h5 index json jsonl keras ndjson npy npz onnx pb tsv txt vec xlsm xlsx >"$work/endings"
grep -oE '[ ("]\.[a-z_0-9]+[ ,;:)"]' "$work/literals" | grep -oE '[a-z_0-9]+' | sort -u |
    words_missing_in "$work/endings" >"$work/named"
# A field that is a list is named in the singular.
fields_of "$project"/include/seqnet/*.h | sed 'p; s/s$//' | sort -u >"$work/fields"
words_missing_in "$work/fields" <"$work/named" | fail_each "is no field of a public struct"

# The table of the program: fields, and words of other kinds, which stand in the sentences as they do there.
sed -n 's/^ *{"\([^"]*\)", .*},$/\1/p' "$project/src/console/errors.c" >"$work/table"
sed -n 's/^\.\([a-z_0-9]*\).*/\1/p' "$work/table" | sort -u >"$work/known"
words_missing_in "$work/known" <"$work/named" | fail_each "has no option in src/console/errors.c"
words_missing_in "$work/named" <"$work/known" | fail_each "is in no sentence of the library"
grep -v '^\.' "$work/table" | while read -r phrase; do
    grep -qF "$phrase" "$work/literals" || echo "$phrase"
done | fail_each "is in no sentence of the library"

[ -s "$work/named" ] || echo "the library" | fail_each "names no field"
[ -e "$work/failures" ] && exit 1
echo "sentences: in order"
