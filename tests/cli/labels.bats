#!/usr/bin/env bats
# Labels that are meant to be the same or stand for nothing, rules that merge and drop them, and figures
# beside what they must beat.
load helpers

setup() {
    setup_workdir
}

# as LABEL_NEG LABEL_POS: rows on standard input, every other pair of them with these labels.
as() { awk -F '\t' -v n="$1" -v p="$2" '{ l = $1; if (int(NR / 2) % 2) l = l == "neg" ? n : p; print l "\t" $2 }'; }

# told FILE: check, train and load tell of labels that look the same, and the rule that they print merges
# them into two.
told() {
    "$SEQNET" check "$1" >out 2>/dev/null && return 1
    grep "^problem: labels look the same: " out
    rule=$(sed -n "s/^problem: labels look the same: .* with --map //p" out)
    "$SEQNET" train "$1" --epochs 1 -o told.st 2>err
    grep "^labels that look the same: .*--map" err
    eval "\"\$SEQNET\" load '$1' --map $rule --head 0" 2>err | grep -E "; .* 30, .* 30; out" || return 1
    run ! grep "look the same" err
}

@test "labels that differ in case, form, dots, digits or what is not seen are told, with a rule that merges them" {
    rows 60 | as Neg POS | to_tsv >case.tsv
    told case.tsv
    rows 60 | sed 's/^pos/caf\xc3\xa9/; s/^neg/na\xc3\xafve/' | awk -F '\t' '{ l = $1; if (int(NR / 2) % 2) { sub(/é/, "e\xcc\x81", l); sub(/ï/, "i\xcc\x88", l) } print l "\t" $2 }' | to_tsv >nfd.tsv
    told nfd.tsv
    rows 60 | as $'ne\u200bg' $'pos\ufeff' | to_tsv >unseen.tsv
    told unseen.tsv
    rows 60 | as 'neg.' 'pos!' | to_tsv >dots.tsv
    told dots.tsv
    rows 60 | sed 's/^neg/0/; s/^pos/1/' | awk -F '\t' '{ l = $1; if (int(NR / 2) % 2) l = l == "0" ? "0.0" : "01"; print l "\t" $2 }' | to_tsv >digits.tsv
    told digits.tsv
    rows 60 | sed "s/^neg/it's; so/; s/^pos/a=b,*/" | awk -F '\t' '{ l = $1; if (int(NR / 2) % 2) l = toupper(l); print l "\t" $2 }' | to_tsv >signs.tsv
    told signs.tsv
    rows 60 | sed 's/^neg/very bad/; s/^pos/very good/' | awk -F '\t' '{ l = $1; if (int(NR / 2) % 2) gsub(/ /, "_", l); print l "\t" $2 }' | to_tsv >blanks.tsv
    told blanks.tsv
    rows 60 | to_tsv >fine.tsv
    "$SEQNET" check fine.tsv 2>/dev/null | grep -x "nothing needs attention"
}

@test "blanks around labels are left out and told; nothing but blanks is no label" {
    printf 'label,text\npos,good\n"pos ",fine\n" neg",bad\n"neg\xc2\xa0",dull\n"\tneg\n",weak\n' >d.csv
    "$SEQNET" load d.csv --head 0 2>err | grep -q "; neg 3, pos 2;"
    grep -x "the blanks around the labels of 4 rows are left out" err
    printf 'label,text\npos,good\n"  \xc2\xa0",bad\n' >b.csv
    expect_error 3 "b.csv:3: has no label" "$SEQNET" load b.csv
}

@test "labels of missing values are told, with the rule that drops them" {
    rows 60 | awk -F '\t' '{ l = $1; if (NR % 4 == 0) l = NR % 8 ? "NaN" : "null"; print l "\t" $2 }' | to_tsv >d.tsv
    "$SEQNET" check d.tsv >out 2>/dev/null && return 1
    rule=$(sed -n "s/^problem: labels stand for a missing value: .* with --map '\(.*\)'$/\1/p" out)
    "$SEQNET" load d.tsv --map "$rule" --head 0 2>/dev/null | grep -q "; neg 30, pos 15;"
    "$SEQNET" train d.tsv --epochs 1 -o m.st 2>&1 | grep "labels that stand for a missing value: 'NaN' (8), 'null' (7)"
}

@test "numbers, dates and texts without letters are told as what they are" {
    rows 60 | awk -F '\t' '{ print NR / 7 "," $2 }' | { echo label,text; cat; } >numbers.csv
    "$SEQNET" check numbers.csv 2>/dev/null | grep "^problem: the labels look like numbers or dates"
    "$SEQNET" load numbers.csv --head 0 2>/dev/null | awk 'length > 400 { exit 1 }'
    "$SEQNET" load numbers.csv --head 0 2>/dev/null | grep -q ", ... (10 of 60 shown);"
    rows 300 | awk -F '\t' '{ printf "2024-%02d-%02d,%s,%s\n", NR % 12 + 1, NR % 28 + 1, $1, $2 }' | { echo date,team,text; cat; } >dates.csv
    "$SEQNET" load dates.csv --label-column date --head 0 2>&1 >/dev/null | grep "the labels look like numbers or dates"
    rows 60 | awk -F '\t' '{ print NR "," $1 }' | { echo id,label; cat; } >ids.csv
    "$SEQNET" load ids.csv --text-column id --head 0 2>&1 >/dev/null | grep "60 of 60 texts have no letters; name the field"
    rows 150 | awk -F '\t' '{ print NR % 30 "," $2 }' | { echo label,text; cat; } >classes.csv
    "$SEQNET" load classes.csv --head 0 2>err >/dev/null
    run ! grep "numbers or dates" err
}

@test "--map keeps what it does not name, and tells what it names in vain" {
    rows 40 | awk -F '\t' '{ print NR % 5 + 1 "," $2 }' | { echo stars,text; cat; } >s.csv
    "$SEQNET" load s.csv --map '1,2=bad' --head 0 2>/dev/null | grep -q "; 3 8, 4 8, 5 8, bad 16;"
    "$SEQNET" load s.csv --map '1,2=bad;4,5=good;*=' --head 0 2>/dev/null | grep -q "; bad 16, good 16;"
    "$SEQNET" load s.csv --map '1=bad;9=worse' --head 0 2>&1 >/dev/null | grep "no row has the label '9', which --map names"
}

@test "a label that the model lacks comes with rules that work" {
    model=$(text_model)
    rows 20 | sed 's/^pos/Pos/' | to_csv >d.csv
    "$SEQNET" evaluate d.csv -m "$model" >out 2>err && return 1
    rule=$(sed -n "s/.*rename it with --map '\(.*\)', or drop its rows with .*/\1/p" err)
    [ "$rule" = "Pos=pos" ]
    "$SEQNET" evaluate d.csv -m "$model" --map "$rule" --json 2>/dev/null | jq -e '.n == 20'
    rule=$(sed -n "s/.*or drop its rows with '\(.*\)'$/\1/p" err)
    "$SEQNET" evaluate d.csv -m "$model" --map "$rule" --json 2>/dev/null | jq -e '.n == 10'
}

# --- figures ---

@test "train and evaluate name what always the same answer would reach" {
    rows 200 | awk -F '\t' '$1 == "pos" || NR % 19 == 0' | to_csv >rare.csv
    "$SEQNET" train rare.csv --preset lstm --epochs 1 --no-refit -o m.st 2>err
    grep -E "^no better than always 'pos', which reaches 0\.[0-9]{4} on the validation rows; see --class-weight" err
    "$SEQNET" evaluate rare.csv -m m.st --json 2>err >out
    jq -e '.majority.label == "pos" and .majority.share > 0.9 and (.per_label.neg | .rows > 0 and .recall == 0)' out
    grep "the model answers 'pos' for all 10[0-9] rows" err
    rows 200 | to_csv >even.csv
    "$SEQNET" train even.csv --epochs 6 --test-split 0.2 -o e.st 2>err
    grep -E "^always '(neg|pos)' would reach 0\.5000 on the test rows$" err
    "$SEQNET" evaluate even.csv -m e.st 2>/dev/null | grep -E "^majority: 0\.5000 \(always 'neg'\)$"
}

@test "a text without a known word is told as a guess" {
    model=$(text_model)
    "$SEQNET" predict -m "$model" "zzzz qqqq" 2>&1 >/dev/null | grep -x "1 of 1 text has no word that the model knows: a guess"
    printf 'lovely film\n\nzzzz\n' | "$SEQNET" predict -m "$model" --json 2>err | jq -c .known | paste -sd ' ' | grep -x "true false false"
    grep -x "2 of 3 texts have no word that the model knows: a guess" err
    "$SEQNET" predict -m "$model" "lovely film" 2>err >/dev/null
    run ! grep guess err
}

@test "evaluate knows the data that a model was trained on, and draws its parts again" {
    rows 300 | to_csv >d.csv
    "$SEQNET" train d.csv --test-split 0.2 --epochs 4 --seed 9 -o m.st 2>err
    accuracy=$(sed -n 's/^test: accuracy \([0-9.]*\), .* on 60 rows$/\1/p' err)
    "$SEQNET" evaluate d.csv -m m.st >out 2>err
    head -1 out | grep -x "d.csv, test part: 60 rows"
    grep -x "accuracy: $accuracy" out
    grep "d.csv is what the model was trained on; these are the rows that were set aside to test with" err
    "$SEQNET" evaluate d.csv -m m.st --part validation --json 2>err | jq -e '.n == 48 and .training_data'
    grep "these are the rows that chose its best epoch, and it was trained on them again: the figures flatter it" err
    "$SEQNET" evaluate d.csv -m m.st --part all 2>&1 >/dev/null | grep "the figures flatter it"
    # The same rows elsewhere, and other rows.
    to_jsonl < <(rows 300) >d.jsonl
    "$SEQNET" evaluate d.jsonl -m m.st 2>/dev/null | head -1 | grep -x "d.jsonl, test part: 60 rows"
    rows 300 5 | to_csv >other.csv
    "$SEQNET" evaluate other.csv -m m.st 2>err | head -1 | grep -x "other.csv, all parts: 300 rows"
    run ! grep "trained on" err
    "$SEQNET" info m.st --json | jq -e '.training.test.n == 60 and .training.splits.test == 0.2'
    "$SEQNET" info m.st | grep -x "test: accuracy $accuracy, loss .* on 60 rows"
}

@test "parts are drawn again for archives, folders and several labels" {
    numpy "
rng = np.random.default_rng(1)
x = rng.integers(4, 50, (200, 8)); y = rng.integers(0, 2, 200)
np.savez('d.npz', x_train=x, y_train=y, x_test=x[:40], y_test=y[:40])"
    "$SEQNET" train d.npz --epochs 1 -q -o n.st
    "$SEQNET" evaluate d.npz -m n.st --part validation --json 2>/dev/null | jq -e '.n == 40'
    "$SEQNET" evaluate d.npz -m n.st --part train 2>&1 >/dev/null | grep "the figures flatter it"
    rows 90 | awk -F '\t' '{ print "__label__" $1 (NR % 3 ? "" : " __label__third") " " $2 }' >m.ft
    "$SEQNET" train m.ft --multi-label --test-split 0.2 --epochs 1 -q -o mt.st
    "$SEQNET" evaluate m.ft -m mt.st --json 2>err | jq -e '.n == 18'
    grep "m.ft is what the model was trained on" err
}

@test "the answers of all labels, and of records" {
    rows 80 | awk -F '\t' '{ print "l" NR % 8 "," $2 }' | { echo label,text; cat; } >d.csv
    "$SEQNET" train d.csv --epochs 1 -q -o m.st
    "$SEQNET" predict -q -m m.st -k -1 "a film" | awk -F '\t' '{ exit NF != 16 }'
    "$SEQNET" predict -q -m m.st -k 4096 "a film" >out
    awk -F '\t' '{ exit NF != 16 }' out
    "$SEQNET" predict -q -m m.st -k 3 --json "a film" | jq -e '.probabilities | length == 3'
    expect_error 2 "--top-k 0: expected -1" "$SEQNET" predict -m m.st -k 0 x
    printf 'label,text\nl1,"two\nlines"\nl2,one\n' >r.csv
    "$SEQNET" predict -q -m m.st --json -i r.csv | jq -c '[.line, .record]' | paste -sd ' ' | grep -x '\[2,1\] \[4,2\]'
}

@test "rows that are padded, and those that are shown cut, can be seen" {
    rows 20 | to_csv >d.csv
    "$SEQNET" pad d.csv --maxlen 14 --head 1 2>/dev/null | sed -n 3p | awk '{ exit NF != 15 || $2 != 0 }'
    "$SEQNET" pad d.csv --maxlen 14 --padding post --head 1 2>/dev/null | sed -n 3p | awk '{ exit NF != 15 || $15 != 0 }'
    "$SEQNET" pad d.csv --maxlen 3 --head 1 2>/dev/null | sed -n 3p | awk '{ exit NF != 4 }'
    { echo label,text; for i in 1 2 3; do echo "l$i,$(seq -s ' ' 30)"; done; } >long.csv
    "$SEQNET" load long.csv 2>/dev/null | grep -E "^train\[0\] l1, 31 ids:( [0-9]+){14} \.\.\.$"
    "$SEQNET" load long.csv --head 1 2>/dev/null | grep -E "^train\[0\] l1, 31 ids:( [0-9]+){31}$"
}

@test "check measures data against a model" {
    model=$(text_model)
    rows 60 9 | to_csv >fine.csv
    "$SEQNET" check fine.csv -m "$model" 2>/dev/null | grep -x "nothing needs attention"
    { rows 60 9 | to_csv; echo odd,a film; } >odd.csv
    "$SEQNET" check odd.csv -m "$model" 2>/dev/null | grep "^problem: odd.csv:62: the label 'odd' is none of the model's"
    rows 60 | awk -F '\t' '{ print $1 ",zz" NR " yy" NR " film" }' | { echo label,text; cat; } >strange.csv
    "$SEQNET" check strange.csv -m "$model" 2>/dev/null | grep -E "^problem: train: 50.0 % of the words are unknown to the model"
}
