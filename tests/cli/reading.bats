#!/usr/bin/env bats
# How data is read: which columns, which kind of file, which encoding; what a model remembers of it.
load helpers

setup() {
    setup_workdir
}

# tickets N: a CSV of tickets, id;subject;body;team, whose team follows from subject and body together.
tickets() {
    echo "id;subject;body;team"
    rows "$1" 7 | awk -F '\t' '{ printf "%d;%s;%s, %s;%s\n", NR, (NR % 2 ? "bill" : "card"), $2, "thanks", $1 }'
}

tickets_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/tickets.safetensors" ]; then
        tickets 120 >"$BATS_FILE_TMPDIR/tickets.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/tickets.csv" --text-column subject --text-column body --label-column team \
            --epochs 3 --test-split 0.2 -q -o "$BATS_FILE_TMPDIR/tickets.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/tickets.safetensors"
}

# --- columns ---

@test "columns are joined, told, and remembered by the model" {
    tickets 40 >t.csv
    "$SEQNET" load t.csv --text-column subject,body --label-column team --head 0 2>err >/dev/null
    grep -x "text: subject + body, label: team" err
    model=$(tickets_model)
    "$SEQNET" predict -m "$model" -i t.csv >one 2>err
    grep -x "text: subject + body" err
    awk -F ';' 'NR > 1 { print $2 " | " $3 }' t.csv >lines
    "$SEQNET" predict -q -m "$model" <lines >two
    cmp one two
    "$SEQNET" evaluate t.csv -m "$model" 2>err | head -1 | grep -F "40 rows"
    grep -x "text: subject + body, label: team" err
    "$SEQNET" tokens -q -m "$model" -i t.csv --json | wc -l | grep -qx 40
    "$SEQNET" check t.csv -m "$model" 2>err >/dev/null || true
    grep -x "text: subject + body, label: team" err
}

@test "a column with a comma in its name is one column" {
    printf 'label,"a,b",a\npos,good,x\nneg,bad,y\n' >d.csv
    "$SEQNET" load d.csv --text-column a,b --head 0 2>err >/dev/null
    grep -x "text: a,b, label: label" err
}

@test "a remembered column that is absent is an error; one that is typed counts" {
    model=$(tickets_model)
    printf 'id,title,body,team\n1,bill,good film,pos\n' >other.csv
    expect_error 3 "other.csv: has no column 'subject', which the model was trained on; it has 4 columns \(id, title, body, team\); pass --text-column" \
        "$SEQNET" predict -m "$model" -i other.csv
    expect_error 3 "other.csv: has no column 'subject', which the model was trained on" "$SEQNET" evaluate other.csv -m "$model"
    "$SEQNET" predict -m "$model" -i other.csv --text-column title,body 2>err | wc -l | grep -qx 1
    grep -x "text: title + body" err
    printf '{"subject":"bill","text":"good"}\n' >other.jsonl
    expect_error 3 "other.jsonl:1: has no key 'body', which the model was trained on" "$SEQNET" predict -m "$model" -i other.jsonl
}

@test "a remembered delimiter gives way where it splits nothing" {
    model=$(tickets_model)
    tickets 10 | tr ';' '|' >bars.csv
    tickets 10 | tr ';' '\t' >tabs.tsv
    tickets 10 >semi.csv
    for file in bars.csv tabs.tsv semi.csv; do "$SEQNET" predict -q -m "$model" -i $file >$file.out; done
    cmp bars.csv.out semi.csv.out
    cmp tabs.tsv.out semi.csv.out
}

@test "keys are joined and remembered, the prefix and the map, too" {
    rows 60 | awk -F '\t' '{ printf "{\"id\":%d,\"a\":{\"t\":\"w%d\"},\"b\":\"%s\",\"y\":%d}\n", NR, NR % 3, $2, ($1 == "pos") }' >d.jsonl
    "$SEQNET" train d.jsonl --text-key a.t,b --map '1=good;0=bad' --epochs 1 -q -o m.st
    "$SEQNET" evaluate d.jsonl -m m.st --json 2>err | jq -e '.labels == ["bad", "good"] and .n > 0'
    grep -x "text: a.t + b, label: y" err
    sed 's/"y":1/"y":"good"/; s/"y":0/"y":"bad"/' d.jsonl | head -20 >named.jsonl
    "$SEQNET" evaluate named.jsonl -m m.st --json 2>/dev/null | jq -e '.n == 20'
    rows 60 | sed 's/\(.*\)\t\(.*\)/#\1 \2/' >d.txt
    "$SEQNET" train d.txt --input-format fasttext --label-prefix '#' --epochs 1 -q -o p.st
    "$SEQNET" predict -q -m p.st <d.txt >one
    sed 's/^#[a-z]* //' d.txt | "$SEQNET" predict -q -m p.st >two
    cmp one two
}

@test "an option of one value is not given twice" {
    rows 20 | to_csv >d.csv
    expect_error 2 "--epochs is given twice, with different values" "$SEQNET" train d.csv --epochs 2 --epochs 3
    expect_error 2 "--label-column is given twice" "$SEQNET" load d.csv --label-column a --label-column b
    expect_error 2 "--label-column and --label-key stand for the same" "$SEQNET" load d.csv --label-column a --label-key b
    expect_error 2 "--lr is given twice" "$SEQNET" train d.csv --lr 0.1 --lr 0.2
    expect_error 2 "--header is given twice" "$SEQNET" load d.csv --header yes --header no
    "$SEQNET" load d.csv -q --head 0 --head 0 --no-quotes --no-quotes >/dev/null
}

# --- headers ---

@test "a header is known by what stands below it" {
    { echo "schlagwort,inhalt"; rows 20 | tr '\t' ,; } >german.csv
    "$SEQNET" load german.csv --head 0 2>err | grep -q "; neg 10, pos 10;"
    grep -x "german.csv: line 1 (schlagwort, inhalt) is taken for the names of columns; pass --header no if it is data" err
    { echo "номер,заметка"; rows 6 | awk -F '\t' '{ print NR "," $2 }'; } >numbers.csv
    "$SEQNET" predict -q -m "$(demo_model)" -i numbers.csv | wc -l | grep -qx 6
    rows 20 | tr '\t' , >bare.csv
    "$SEQNET" load bare.csv --head 0 2>err | grep -q "; neg 10, pos 10;"
    grep -x "text: column 2, label: column 1" err
    [ "$(wc -l <err)" -eq 1 ]
    { echo "метка,текст"; rows 6 | tr '\t' ,; } >known.csv
    "$SEQNET" load known.csv --head 0 2>err | head -1 | grep -qx "6 train sequences"
    grep -x "text: текст, label: метка" err
    [ "$(wc -l <err)" -eq 1 ]
}

@test "what is unsure about the first row is told" {
    printf 'meh,fine film\npos,great film\nneg,bad film\n' >few.csv
    "$SEQNET" load few.csv --head 0 2>err >out
    grep -q "few.csv: line 1 (meh, fine film) is taken for data; pass --header yes if it names columns" err
    head -1 out | grep -qx "3 train sequences"
}

@test "Excel's separator line is obeyed, by annotate, too" {
    printf 'sep=|\r\nlabel|text\r\npos|a, great; film\r\nneg|bad film\r\n' >bar.csv
    "$SEQNET" load bar.csv --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
    "$SEQNET" predict -q --annotate -m "$(demo_model)" -i bar.csv >out
    head -2 out | tr -d '\r' | diff - <(printf 'sep=|\nlabel|text|prediction|probability\n')
    [ "$(wc -l <out)" -eq 4 ]
    printf '"sep=;"\nlabel;text\npos;good, film\n' >quoted.csv
    "$SEQNET" load quoted.csv --head 0 2>/dev/null | head -1 | grep -qx "1 train sequence"
}

@test "two columns of one name are told apart by their numbers" {
    printf 'label,text,text\npos,1,great film\nneg,2,dull film\n' >d.csv
    expect_error 3 "d.csv: columns 2 and 3 are both named 'text'; choose one by its number" "$SEQNET" load d.csv
    "$SEQNET" load d.csv --text-column 3 --head 0 2>err >/dev/null
    printf 'label,text,label\npos,good,1\n' >l.csv
    expect_error 3 "l.csv: columns 1 and 3 are both named 'label'" "$SEQNET" load l.csv
    "$SEQNET" predict -q -m "$(demo_model)" -i l.csv | wc -l | grep -qx 1
}

# --- records ---

@test "a misplaced quote is an error of its line, and swallows no row" {
    printf 'label,text\npos,"good" film\nneg,bad film\npos,fine film\n' >behind.csv
    expect_error 3 "behind.csv:2: text follows the quote that closes a field" "$SEQNET" load behind.csv
    "$SEQNET" load behind.csv --skip-bad --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
    printf 'label,text\npos,"a\nlong" one\nneg,bad\npos,good\nneg,dull\n' >lines.csv
    expect_error 3 "lines.csv:3: text follows the quote that closes a field, of the field that begins in line 2" "$SEQNET" load lines.csv
    "$SEQNET" load lines.csv --skip-bad --head 0 2>err | head -1 | grep -qx "3 train sequences"
    grep -q "left out 1 bad row" err
    printf 'label,text\npos,"good" ,\nneg,bad\n' >after.csv
    expect_error 3 "after.csv:2: a blank follows the quote that closes a field" "$SEQNET" load after.csv
    printf 'label,text\npos,"he said \\"no\\", twice"\nneg,bad\n' >slash.csv
    expect_error 3 "slash.csv:2: a backslash stands before a quote" "$SEQNET" load slash.csv
    "$SEQNET" load slash.csv 2>&1 | sed -n "s/.*: sed '\(.*\)'\$/\1/p" >rule
    sed -f rule slash.csv >mended.csv
    "$SEQNET" load mended.csv --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
    printf 'label,text\npos, "good, film"\nneg,bad\n' >blank.csv
    expect_error 3 "blank.csv:2: a blank stands before a quote" "$SEQNET" load blank.csv
    printf 'label,text\npos,a 5" disk\nneg,he said "no" loudly\n' >inner.csv
    "$SEQNET" load inner.csv --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
    expect_error 3 "behind.csv:2: text follows" "$SEQNET" predict -q --annotate -m "$(demo_model)" -i behind.csv -o out.csv
}

@test "a quote in TSV that swallows rows is told" {
    printf 'pos\t"never closed\nneg\tbad film\npos\tgood end"\nneg\tdull\n' >d.tsv
    "$SEQNET" load d.tsv --head 0 2>err >/dev/null
    grep "d.tsv:1: a quote opens a text that goes on over lines which look like rows (2 in all); pass --no-quotes" err
    "$SEQNET" check d.tsv >out 2>/dev/null || [ $? -eq 1 ]
    grep "^problem: d.tsv:1: a quote opens a text" out
    "$SEQNET" load d.tsv --no-quotes --head 0 2>/dev/null | head -1 | grep -qx "4 train sequences"
    printf 'label\ttext\npos\t"two\nlines"\nneg\tbad\n' >fine.tsv
    "$SEQNET" load fine.tsv --head 0 2>err >/dev/null
    run ! grep "look like rows" err
}

@test "empty rows at the end are left out and told; elsewhere they lack a label" {
    { rows 6 | to_csv; printf ',\n , \n"",""\n\n'; } >end.csv
    "$SEQNET" load end.csv --head 0 2>err | head -1 | grep -qx "6 train sequences"
    grep -x "left out 3 empty rows at the end" err
    { echo label,text; echo pos,good; printf ',\n,\n'; echo neg,bad; } >middle.csv
    expect_error 3 "middle.csv:3: has no label" "$SEQNET" load middle.csv
    "$SEQNET" load middle.csv --skip-bad --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
}

@test "a NUL is the error of its row" {
    printf 'label,text\npos,good film\nneg,bad\0film\npos,fine film\n' >d.csv
    expect_error 3 "d.csv:3: holds a NUL byte" "$SEQNET" load d.csv
    "$SEQNET" load d.csv --skip-bad --head 0 2>/dev/null | head -1 | grep -qx "2 train sequences"
    printf '{"label":"a","text":"good film, a long one"}\n{"label":"b","text":"x\0y"}\n' >d.jsonl
    expect_error 3 "d.jsonl:2: holds a NUL byte" "$SEQNET" load d.jsonl
    { rows 30 | to_csv; printf '\0\0\0\0\n'; } >end.csv
    expect_error 3 "end.csv:32: holds a NUL byte" "$SEQNET" load end.csv
    printf 'good film\nbad\0film\n' | "$SEQNET" predict -m "$(demo_model)" 2>err | wc -l | grep -qx 2
    grep "standard input:2: 1 character is such as no text can hold" err
}

@test "what Python writes beside JSON is read where nobody asked for it" {
    printf '{"text":"good","label":1.0,"x":NaN}\n{"text":"bad","label":2.50,"y":[-Infinity,{"z":Infinity}]}\n' >d.jsonl
    "$SEQNET" load d.jsonl --head 0 2>/dev/null | grep -q "; 1.0 1, 2.50 1;"
    printf '{"text":"good","label":NaN}\n' >n.jsonl
    expect_error 3 "n.jsonl:1: has no label" "$SEQNET" load n.jsonl
    "$SEQNET" predict -q -m "$(demo_model)" -i n.jsonl | wc -l | grep -qx 1
    printf '{"text":5,"label":"a"}\n' >t.jsonl
    expect_error 3 "t.jsonl:1: the text 'text' is a number" "$SEQNET" load t.jsonl
    printf '{"text":"g","label":12345678901234567890}\n{"text":"b","label":[12345678901234567891]}\n{"text":"c","label":-0}\n' >big.jsonl
    "$SEQNET" load big.jsonl --head 0 2>/dev/null | grep -q "12345678901234567890 1, 12345678901234567891 1"
}

# --- kinds of files ---

# Files of other kinds, by their first bytes.
kinds() {
    { printf 'BZh91AY&SY\0\1\2\3'; head -c 60 /dev/zero; } >bz2
    printf '\3757zXZ\0\0\4\346\326\264F' >xz
    printf '\050\265\057\375\044\1\2\3\0\0' >zst
    { printf 'PAR1\025\004\025\0\0\0'; head -c 30 /dev/zero; } >parquet
    printf '\211HDF\r\n\032\n\0\0\0\0' >h5
    printf 'SQLite format 3\0\020\0\1\1' >sqlite
    printf '%%PDF-1.4\n%%\342\343\317\323\n1 0 obj\n' >pdf
    printf '\272\026\117\057\014\0\0\0' >fasttext.bin
    printf '\223NUMPY\1\0v\0' >npy
    printf '<!DOCTYPE html>\n<html><body>no data</body></html>\n' >html
    printf 'version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n' >lfs
    printf '\200\004\225\020\0\0\0\0\0\0\0' >pickle
    printf '\320\317\021\340\241\261\032\341\0\0' >xls
    { head -c 257 /dev/zero | tr '\0' 'a'; printf 'ustar\0000'; head -c 250 /dev/zero; } >tar
    head -c 600 /dev/urandom | tr 'PB{' 'xxx' >garbage
}

@test "other kinds of files are named on every way in, with what to do" {
    kinds
    rows 8 | to_csv >d.csv
    model=$(demo_model)
    while IFS='|' read -r file name remedy; do
        expect_error 3 "$file: .*$name.*; .*$remedy" "$SEQNET" load $file
        expect_error 3 "$file: .*$name" "$SEQNET" predict -m "$model" -i $file
        expect_error 3 "$file: .*$name" "$SEQNET" check $file --input-format csv
        expect_error 3 "standard input: .*$name" "$SEQNET" predict -m "$model" <$file
        expect_error 4 "$file: .*$name" "$SEQNET" predict -m $file x
        gzip -c $file >$file.gz
        expect_error 3 "$file.gz: .*$name" "$SEQNET" load $file.gz
        expect_error 3 "$file: .*$name" "$SEQNET" load d.csv --vocabulary $file
    done <<'END'
bz2|bzip2|bzcat bz2
xz|xz|xzcat xz
zst|zstd|zstdcat zst
parquet|Parquet|read_parquet
h5|HDF5|seqnet import h5
sqlite|SQLite|sqlite3 -header -csv sqlite
pdf|PDF|pdftotext pdf
fasttext.bin|fastText model|seqnet import fasttext.bin
npy|NumPy array|savez
html|HTML|
lfs|Git LFS pointer|git lfs pull
pickle|pickle|read_pickle
xls|Office|libreoffice
tar|tar archive|tar xf tar
END
    expect_error 3 "garbage: is binary data" "$SEQNET" load garbage
    expect_error 4 "h5: .*; make a model of it: seqnet import h5 -o FILE" "$SEQNET" predict -m h5 x
}

@test "a model is no text, texts are no model, and gzip within gzip is told" {
    model=$(demo_model)
    expect_error 3 "is a model file .*; name it with -m" "$SEQNET" predict -m "$model" -i "$model"
    rows 8 | to_csv >d.csv
    expect_error 4 "d.csv: is not a model file" "$SEQNET" predict -m d.csv x
    gzip -c "$model" >m.gz
    expect_error 4 "m.gz: is compressed with gzip; unpack the model with gunzip" "$SEQNET" predict -m m.gz x
    gzip -c d.csv | gzip -c >twice.csv.gz
    expect_error 3 "twice.csv.gz: is gzip data within gzip data; .*gzip -dc twice.csv.gz" "$SEQNET" load twice.csv.gz
    gzip -dc twice.csv.gz | "$SEQNET" load - --head 0 -q | head -1 | grep -qx "8 train sequences"
}

@test "a page is text where lines are asked for, and in a folder" {
    printf '<html>good film</html>\n' >page
    "$SEQNET" predict -q --input-format lines -m "$(demo_model)" -i page | wc -l | grep -qx 1
    mkdir -p d/pos d/neg
    cp page d/pos/a.txt
    echo "bad film" >d/neg/a.txt
    "$SEQNET" load d -q --head 0 | head -1 | grep -qx "2 train sequences"
}

@test "texts that begin like other kinds of files are texts" {
    printf '%s\n' "BZh this is no archive" "PAR1 is a text" "ORC and elf" "GIF8 of a cat" "Obj is a word" "PK is short" >t.txt
    while read -r line; do
        echo "$line" | "$SEQNET" predict -q -m "$(demo_model)" | wc -l | grep -qx 1
    done <t.txt
}

@test "labels of fastText are never words, and other forms on standard input get a hint" {
    model=$(text_model)
    rows 6 | to_fasttext >t.valid
    rows 6 | cut -f 2 | "$SEQNET" predict -q -m "$model" >want
    "$SEQNET" predict -m "$model" -i t.valid 2>err | cmp - want
    grep "t.valid:1: words that begin with __label__ are labels, and left out of the texts" err
    "$SEQNET" predict -q -m "$model" <t.valid | cmp - want
    rows 6 | to_csv | "$SEQNET" predict -m "$model" 2>err >/dev/null
    grep "standard input: looks like CSV, but each line is taken for a text; pass --input-format csv" err
    rows 6 | to_jsonl | "$SEQNET" predict -m "$model" 2>err >/dev/null
    grep "standard input: looks like JSON Lines, .*; pass --input-format jsonl" err
    rows 6 | to_tsv | "$SEQNET" predict -m "$model" 2>err >/dev/null
    grep "looks like TSV" err
    echo "a good film, and a great text" | "$SEQNET" predict -m "$model" 2>err >/dev/null
    run ! grep "looks like" err
    : >empty
    "$SEQNET" predict -m "$model" -i empty 2>err
    grep -x "empty: is empty" err
}

# --- encodings ---

@test "UTF-16 and UTF-32 are decoded, with a mark and without" {
    printf 'label,text\npos,caf\303\251 wonderful \360\237\230\200\nneg,awful\n' >want.csv
    "$SEQNET" load want.csv --head 9 >want 2>/dev/null
    for to in UTF-16LE UTF-16BE UTF-32LE UTF-32BE UTF-16 UTF-32; do
        iconv -f UTF-8 -t $to want.csv >d.csv
        "$SEQNET" load d.csv --head 9 2>/dev/null | cmp - want
        gzip -c d.csv >z.csv.gz
        "$SEQNET" load z.csv.gz --head 9 2>/dev/null | cmp - want
        "$SEQNET" predict -q --annotate -m "$(demo_model)" -i d.csv | wc -l | grep -qx 3
        cut -d , -f 2 want.csv | iconv -f UTF-8 -t $to | "$SEQNET" predict -q -m "$(demo_model)" | wc -l | grep -qx 3
    done
}

@test "--encoding decodes files, pipes and folders; a mark counts in any case" {
    printf 'label,text\npos,tr\303\250s bien\nneg,d\303\251cevant\n' >u.csv
    "$SEQNET" load u.csv --head 9 2>/dev/null >want
    iconv -f UTF-8 -t WINDOWS-1252 u.csv >w.csv
    "$SEQNET" load w.csv --encoding WINDOWS-1252 --head 9 2>/dev/null | cmp - want
    "$SEQNET" load - --input-format csv --encoding latin1 --head 9 2>/dev/null <w.csv | cmp - want
    iconv -f UTF-8 -t UTF-16 u.csv | "$SEQNET" load - --input-format csv --encoding latin1 --head 9 2>/dev/null | cmp - want
    { printf '\357\273\277'; cat u.csv; } | "$SEQNET" load - --input-format csv --encoding latin1 --head 9 2>/dev/null | cmp - want
    mkdir -p d/pos d/neg
    printf 'tr\350s bien' >d/pos/a.txt
    printf 'nul' >d/neg/a.txt
    "$SEQNET" load d --encoding latin1 --head 9 2>err | grep -q "très"
    run ! grep "not UTF-8" err
    "$SEQNET" load d --head 9 2>err >/dev/null
    grep "d/pos/a.txt: 1 byte sequence is not UTF-8" err
    expect_error 2 "the encoding 'nonsense' is not known; iconv -l" "$SEQNET" load u.csv --encoding nonsense
}

@test "what is no UTF-8 is told with file, line and remedy by every command" {
    printf 'label,text\npos,good\nneg,d\351cevant\npos,tr\350s \377\n' >d.csv
    model=$(demo_model)
    told="d.csv:3: 3 byte sequences are not UTF-8, here first, and read as U\+FFFD; name the encoding with --encoding"
    "$SEQNET" load d.csv 2>err >/dev/null
    grep -E "$told" err
    "$SEQNET" predict -m "$model" -i d.csv 2>err >/dev/null
    grep -E "$told" err
    "$SEQNET" train d.csv --validation-split 0 --epochs 1 -o m.st 2>err >/dev/null
    grep -E "$told" err
    "$SEQNET" evaluate d.csv -m m.st 2>err >/dev/null
    grep -E "$told" err
    "$SEQNET" tokens -m "$model" -i d.csv 2>err >/dev/null
    grep -E "$told" err
    "$SEQNET" check d.csv >out 2>/dev/null || [ $? -eq 1 ]
    grep "^problem: d.csv:3: 3 byte sequences are not UTF-8" out
    printf 'label,text\nn\351g,bad\np\350s,good\n' >l.csv
    expect_error 3 "l.csv:2: the label 'n.xe9g' is not UTF-8; pass --encoding, such as WINDOWS-1252" "$SEQNET" load l.csv
    printf '{"label":"n\\ud83d","text":"bad"}\n' >l.jsonl
    expect_error 3 "l.jsonl:1: the label 'label' holds characters that are not UTF-8" "$SEQNET" load l.jsonl
    printf '{"label":"a","text":"d\351cevant"}\n' >t.jsonl
    "$SEQNET" load t.jsonl 2>err >/dev/null
    grep "t.jsonl:1: 1 byte sequence is not UTF-8" err
    printf 'abc\201' | "$SEQNET" predict --encoding WINDOWS-1252 -m "$model" 2>err >/dev/null
    grep "standard input:1: 1 byte sequence is not UTF-8" err
}

# --- what a tester found ---

@test "an encoding that a model remembers gives way to UTF-8" {
    rows 60 | to_csv | sed 's/film/caf\xe9/' >w.csv
    "$SEQNET" train w.csv --encoding latin1 --epochs 1 -q -o m.st
    iconv -f latin1 -t UTF-8 w.csv >u.csv
    "$SEQNET" predict -q -m m.st -i w.csv >one 2>err
    "$SEQNET" predict -q -m m.st -i u.csv | cmp - one
    echo "un café" | "$SEQNET" tokens -q -m m.st | grep -q "café"
    printf 'caf\xe9\n' | "$SEQNET" tokens -q -m m.st | grep -q "café"
}

@test "labels that are no UTF-8 are not merged, in folders either" {
    mkdir -p "d/caf$(printf '\xe9')" "d/caf$(printf '\xe8')"
    for label in d/*; do echo "some text" >"$label/a.txt"; done
    expect_error 3 "the label 'caf.xe8' is not UTF-8" "$SEQNET" load d
}

@test "columns by number, and a model of data without names" {
    model=$(text_model)
    rows 20 | tr '\t' , >bare.csv
    "$SEQNET" predict -q -m "$model" -i bare.csv --text-column 2 | wc -l | grep -qx 20
    "$SEQNET" evaluate bare.csv -q -m "$model" --text-column 2 --label-column 1 --json | jq -e '.n == 20'
    "$SEQNET" train bare.csv --epochs 1 -q -o n.st
    rows 20 | to_csv >named.csv
    expect_error 3 "named.csv: names its 2 columns \(label, text\), which the data of the model did not" "$SEQNET" predict -m n.st -i named.csv
    "$SEQNET" predict -q -m n.st -i bare.csv | wc -l | grep -qx 20
}

@test "fields are told only where they are taken" {
    model=$(tickets_model)
    echo "a good film" | "$SEQNET" predict -m "$model" 2>err >/dev/null
    run ! grep "^text:" err
    printf 'good, film\nbad\n' >lines.txt
    "$SEQNET" tokens -q -m "$model" -i lines.txt | grep -c ^text | grep -qx 2
}

@test "lines of other forms get a hint" {
    model=$(demo_model)
    hint() { "$SEQNET" predict -m "$model" 2>&1 >/dev/null | grep "looks like $1"; }
    printf 'titel|inhalt\na|b\n' | hint CSV
    rows 3 | hint TSV
    printf 'schlagwort,inhalt\na,b\n' | hint CSV
    printf 'sep=;\na;b\n' | hint CSV
    printf '[{"text":"a"}]\n' | hint "JSON Lines"
    printf 'good, bad and ugly\n' | "$SEQNET" predict -m "$model" 2>&1 >/dev/null | grep "looks like" && return 1
    true
}

@test "a prefix of one's own does not make __label__ a word" {
    rows 60 | sed 's/\(.*\)\t/#\1 /' >p.txt
    "$SEQNET" train p.txt --input-format fasttext --label-prefix '#' --epochs 1 -q -o p.st
    echo "__label__neg the film" | "$SEQNET" tokens -q -m p.st | grep -x "text    the film"
}

@test "a line end within a text of TSV is no swallowed row" {
    printf 'text\tlabel\n"line one\nline two"\tpos\nfilm\tneg\n' >d.tsv
    "$SEQNET" load d.tsv --head 0 2>err | head -1 | grep -qx "2 train sequences"
    run ! grep "look like rows" err
    printf 'pos\t"never closed\nneg\tbad film\npos\tgood end"\n' >s.tsv
    "$SEQNET" predict -m "$(demo_model)" -i s.tsv 2>err >/dev/null
    grep "s.tsv:1: a quote opens a text that goes on" err
}

@test "headers that stand again are left out and told" {
    rows 10 | to_csv >a.csv
    cat a.csv a.csv >twice.csv
    "$SEQNET" load twice.csv --head 0 2>err | head -1 | grep -qx "20 train sequences"
    grep -x "left out 1 repetition of the header" err
}

@test "what is no text in a folder is left out and told, and a pointer is an error" {
    mkdir -p d/pos d/neg
    echo good >d/pos/a.txt
    echo bad >d/neg/a.txt
    printf 'PK\3\4junk\0\0' >d/neg/b.txt
    "$SEQNET" load d --head 0 2>err | head -1 | grep -qx "2 train sequences"
    grep "d: left out 1 entry: 1 file that is no text (neg/b.txt)" err
    printf 'version https://git-lfs.github.com/spec/v1\noid sha256:12\n' >d/neg/c.txt
    expect_error 3 "d/neg/c.txt: is a Git LFS pointer" "$SEQNET" load d
}

@test "--encoding names an encoding, and hints of it are usable" {
    rows 4 | to_csv >d.csv
    expect_error 2 "the name of the encoding must not be empty" "$SEQNET" load d.csv --encoding ""
    printf '文章很好看\n不好看的电影\n' | iconv -f UTF-8 -t UTF-16LE >zh
    "$SEQNET" predict -q --encoding UTF-16LE -m "$(demo_model)" -i zh | wc -l | grep -qx 2
    "$SEQNET" predict -m "$(demo_model)" "$(printf 'caf\xe9 film')" 2>err >/dev/null
    grep "argument:1: 1 byte sequence is not UTF-8" err
    expect_error 2 "--refit and --no-refit exclude each other" "$SEQNET" train d.csv --refit --no-refit
}
