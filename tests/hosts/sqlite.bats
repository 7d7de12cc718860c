#!/usr/bin/env bats
# The extension for SQLite, in SQLite's shell. $EXTENSION is its file.

load ../cli/helpers
load helpers
setup() {
    command -v sqlite3 >/dev/null || skip "no sqlite3"
    setup_workdir
    guide_files
}

# sql STATEMENT...: what SQLite prints, errors included; the statements after a failure run, too.
sql() { printf '%s\n' ".load $EXTENSION" "$@" | sqlite3 2>&1 || true; }

# json MODEL ARGUMENT...: what seqnet predict --json prints, without the number of the line.
json() { "$SEQNET" predict -q --json -m "$@" | sed 's/"line":1,//'; }

@test "the guide's statements" {
    ln -s "$EXTENSION" seqnet-sqlite.so
    block sql | sed 's/The cast/pos: The cast/' >guide.sql
    sqlite3 >out <guide.sql
    head -1 out | grep -qx 1
    grep -qxE '1\|(pos|neg)\|0\.[0-9]+' out
    grep -qx '3||' out
    tail -1 out | grep -qx 'negative'
}

@test "the answers of the program, for awkward texts, too" {
    texts=('' ' ' 'the film was wonderful' 'awful, boring' 'naïve 😀' $'two\nlines\r' $'\xff\xfe caf\xe9' "it's" '"' $'\x1b[31m')
    for text in "${texts[@]}"; do
        hex=$(printf %s "$text" | od -An -tx1 | tr -d ' \n')
        found=$(sql "select seqnet_model('reviews.safetensors') is null;" \
            "select seqnet_json(cast(x'$hex' as text)), seqnet_json(x'$hex');" | tail -1)
        [ "$found" = "$(json reviews.safetensors "$text")|$(json reviews.safetensors "$text")" ] || { echo "$text: $found" && false; }
    done
    [ "$(sql "select seqnet_json(5, 'reviews.safetensors');")" = "$(json reviews.safetensors 5)" ]
    [ "$(sql "select seqnet_json(2.5, 'reviews.safetensors');")" = "$(json reviews.safetensors 2.5)" ]
}

@test "NULL gives NULL, an empty blob is an empty text, a NUL is part of a text" {
    [ "$(sql "select typeof(seqnet(null)), typeof(seqnet_probability(null)), typeof(seqnet_json(null));")" = "null|null|null" ]
    [ "$(sql "select seqnet_json(zeroblob(0), 'reviews.safetensors');")" = "$(json reviews.safetensors '')" ]
    [ "$(sql "select json_extract(seqnet_json(x'617766756c0077', 'reviews.safetensors'), '$.tokens');")" = 2 ]
}

@test "a text of a megabyte" {
    awk 'BEGIN { for (i = 0; i < 170000; i++) printf "awful " }' >long.txt
    found=$(sql "select seqnet_json(readfile('long.txt'), 'reviews.safetensors');")
    [ "$found" = "$(json reviews.safetensors -i long.txt)" ]
}

@test "all rows of a table, in the order of the program" {
    found=$(sql '.mode csv' '.import reviews.csv reviews' "select seqnet_model('reviews.safetensors') is null;" \
        '.mode tabs' "select seqnet(text), printf('%.6f', seqnet_probability(text)) from reviews;" | tail -n +2)
    [ "$found" = "$("$SEQNET" predict -q -m reviews.safetensors -i reviews.csv)" ]
}

@test "two models at a time, and the model in the box until one is named" {
    fingerprint() { "$SEQNET" info "$1" --json | jq -r .fingerprint; }
    [ "$(sql "select seqnet('superb'), seqnet('superb', 'reviews.safetensors'), seqnet('superb');")" = "positive|pos|positive" ]
    [ "$(sql "select seqnet_model();")" = "$(fingerprint builtin:reviews)" ]
    [ "$(sql "select seqnet_model('reviews.safetensors');" "select seqnet_model(), seqnet('superb');")" = "$(
        fingerprint reviews.safetensors
        fingerprint reviews.safetensors
    )|pos" ]
}

@test "a model that is named again is loaded again" {
    cp reviews.safetensors changing.st
    "$SEQNET" train reviews.csv --epochs 1 --seed 9 -q -o other.st
    found=$(sql "select seqnet_model('changing.st') as one;" '.shell cp other.st changing.st' \
        "select seqnet_model(), count(seqnet('a', 'changing.st'));" "select seqnet_model('changing.st');" | cut -d '|' -f 1)
    [ "$(sed -n 1p <<<"$found")" = "$(sed -n 2p <<<"$found")" ]
    [ "$(sed -n 1p <<<"$found")" != "$(sed -n 3p <<<"$found")" ]
}

@test "any number of labels, and answers that are left open" {
    rows 400 | awk -F '\t' '{ print "__label__" $1, NR % 3 ? "" : "__label__plot", $2, NR % 3 ? "" : "plot" }' >many.ft
    "$SEQNET" train many.ft --multi-label --epochs 3 -q -o many.st
    head -40 many.ft | sed 's/__label__[a-z]* *//g' | jq -R '{text: .}' -c >some.jsonl
    "$SEQNET" predict -q -m many.st --annotate -i some.jsonl | jq -r '.prediction // ""' >expected
    sql 'create table lines(line);' '.mode tabs' '.import some.jsonl lines' '.mode list' \
        "select seqnet(json_extract(line, '\$.text'), 'many.st') from lines;" | diff expected -
    rows 400 | awk -F '\t' -v OFS='\t' 'NR % 5 == 0 { $1 = "pos" } 1' | to_csv >noisy.csv
    "$SEQNET" train noisy.csv --preset fast --validation-split 0.5 --precision 0.9 -q -o open.st
    text=$("$SEQNET" predict -q -m open.st --annotate -i noisy.csv | sed -n 's/^[a-z]*,\(.*\),?,.*/\1/p' | head -1)
    [ -n "$text" ]
    [ "$(sql "select typeof(seqnet('$text', 'open.st')), seqnet_probability('$text', 'open.st') > 0;")" = "null|1" ]
    [ "$(sql "select seqnet_json('$text', 'open.st');")" = "$(json open.st "$text")" ]
}

@test "what is no model is an error with a sentence, and the connection goes on" {
    echo text >notes.txt
    printf '\x89HDF\r\n\x1a\n and more' >model.h5
    for problem in "'/nowhere/x'|/nowhere/x: cannot be opened" "'notes.txt'|is not a model file (safetensors); train one with seqnet train$" \
        "'model.h5'|make a model of it: seqnet import model.h5 -o FILE" "'.'|is a folder" \
        "''|a model is the name of a file" "5|a model is the name of a file" "null|a model is the name of a file" \
        "x'61'|a model is the name of a file" "'reviews.safetensors' \|\| char(0)|a model is the name of a file"; do
        argument=${problem%|*}
        for call in "seqnet('a', ${argument//\\/})" "seqnet_model(${argument//\\/})"; do
            found=$(sql "select $call;" "select seqnet('superb', 'reviews.safetensors');")
            grep -q "${problem##*|}" <<<"$found" || { echo "$call: $found" && false; }
            [ "$(tail -1 <<<"$found")" = pos ]
        done
    done
    sql "select seqnet();" | grep -q 'wrong number of arguments'
}

@test "a database that somebody else has made names no file" {
    sqlite3 strange.db "create view harmless as select seqnet('superb') as label;" \
        "create view reading as select seqnet('superb', '/etc/passwd') as label;" \
        "create view choosing as select seqnet_model('/etc/passwd') as label;"
    for trusted in on off; do
        found=$(sql ".open strange.db" ".load $EXTENSION" "pragma trusted_schema = $trusted;" \
            "select label from harmless;" "select label from reading;" "select label from choosing;")
        grep -qx positive <<<"$found"
        [ "$(grep -c 'unsafe use of seqnet' <<<"$found")" -eq 2 ]
    done
    sql "create table t(text);" "create index i on t(seqnet(text));" | grep -q 'non-deterministic functions prohibited'
}

@test "many connections, each with a model of its own" {
    for python in python3 /usr/bin/python3; do
        "$python" -c 'import sqlite3; sqlite3.Connection.enable_load_extension' 2>/dev/null && break
    done || skip "no Python whose SQLite loads extensions"
    "$python" - "$EXTENSION" <<'END'
import sqlite3, sys, threading
def ask(results, number):
    for _ in range(3):
        connection = sqlite3.connect(':memory:')
        connection.enable_load_extension(True)
        connection.load_extension(sys.argv[1])
        model = ('reviews.safetensors', 'builtin:reviews')[number % 2]
        connection.execute('select seqnet_model(?)', (model,)).fetchone()
        results[number] = connection.execute('select seqnet(?), seqnet_json(?)', ('superb', 'superb')).fetchone()[0]
        connection.close()
results = {}
threads = [threading.Thread(target=ask, args=(results, number)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert [results[i] for i in range(8)] == ['pos', 'positive'] * 4, results
END
}

@test "only the entry of the extension is visible" {
    command -v nm >/dev/null || skip "no nm"
    [ "$(nm -D --defined-only "$EXTENSION" | awk '$3 !~ /^_/ { print $3 }')" = sqlite3_extension_init ]
}

@test "an older SQLite is told what is needed" {
    command -v cc >/dev/null || skip "no cc"
    cat >old.c <<'END'
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sqlite3ext.h>
static int version;
static int number(void) { return version; }
static const char *name(void) { return "3.23.1"; }
static char *print(const char *format, ...)
{
    static char text[200];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return text;
}
static void *no_memory(int size) { return size < 0 ? &version : NULL; }
int main(int argc, char **argv)
{
    /* The rest of the table is NULL: nothing else may be called. */
    const sqlite3_api_routines old = {.libversion_number = number, .libversion = name, .mprintf = print, .malloc = no_memory};
    void *const extension = dlopen(argv[1], RTLD_NOW);
    int (*entry)(sqlite3 *, char **, const sqlite3_api_routines *) = 0;
    if (argc != 2 || !extension)
        return 9;
    *(void **)&entry = dlsym(extension, "sqlite3_extension_init");
    for (const int *v = (const int[]){3023001, 3030999, 0}; *v; v++) {
        char *problem = 0;
        version = *v;
        if (entry(0, &problem, &old) != SQLITE_ERROR)
            return 1;
        puts(problem);
    }
    version = 3031000;
    return entry(0, 0, &old) != SQLITE_NOMEM;
}
END
    cc old.c -o old -ldl || skip "no headers of SQLite"
    ./old "$EXTENSION" >out
    [ "$(uniq -c out | tr -s ' ')" = " 2 seqnet needs SQLite 3.31 or later, and this is 3.23.1" ]
}

@test "an allocation that fails is an error, whichever it is" {
    [ -n "${FAIL_ALLOC:-}" ] || skip "no library that makes allocations fail"
    printf '%s\n' ".load $EXTENSION" "select seqnet_model('reviews.safetensors') is null;" \
        "select seqnet('superb'), seqnet_json('dull', 'builtin:reviews') is null;" >failing.sql
    export LD_PRELOAD="$FAIL_ALLOC $EXTENSION"
    FAIL_ALLOC_COUNT_FILE=count sqlite3 <failing.sql >expected
    [ "$(cat count)" -gt 100 ]
    for kind in AT FROM; do
        for number in $(seq 1 $(($(cat count) / 20)) "$(cat count)"); do
            status=0
            env "FAIL_ALLOC_$kind=$number" sqlite3 <failing.sql >out 2>&1 || status=$?
            [ "$status" -le 1 ]
            [ "$(tail -n 2 out)" = "$(cat expected)" ] || grep -qi 'out of memory' out || { echo "$kind $number: $(cat out)" && false; }
        done
    done
}
