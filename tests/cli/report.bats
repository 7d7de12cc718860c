#!/usr/bin/env bats
# report: one page about a model. What a browser makes of it is tested in tests/browser.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# value NAME PAGE: the exact number of a figure at the top of the page.
value() {
    sed -n "s:.*<dt>$1</dt><dd class=\"figure\"><data value=\"\([^\"]*\)\".*:\1:p" "$2"
}

# held_out: rows that text_model was not trained on.
held_out() { rows 90 5 | to_csv; }

# The page's value of a tile is that of a field. The page has all digits, cJSON writes 15 where these
# are within the rounding of a double.
shows() {
    jq -e --argjson shown "$(value "$1" page.html)" "($2 - \$shown | fabs) <= 3e-16 * ($2 | fabs)" "$3" >/dev/null
}

@test "the figures of the page are those of evaluate --json" {
    held_out >new.csv
    run --separate-stderr "$SEQNET" report new.csv -m "$(text_model)" -o page.html
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [[ $stderr == *"wrote page.html"* ]]
    "$SEQNET" evaluate new.csv -m "$(text_model)" --json -q >new.json
    shows Accuracy .accuracy new.json
    shows Loss .loss new.json
    shows 'Macro F1' .macro_f1 new.json
    grep -q "It tells <strong><bdi>neg</bdi></strong> from <strong><bdi>pos</bdi></strong>" page.html
    [ "$(grep -c "<section" page.html)" -ge 8 ]
}

@test "the calibration before and after is that of evaluate, with and without --raw" {
    held_out >new.csv
    "$SEQNET" report new.csv -m "$(text_model)" -o page.html -q
    "$SEQNET" evaluate new.csv -m "$(text_model)" --json -q >new.json
    "$SEQNET" evaluate new.csv -m "$(text_model)" --raw --json -q >raw.json
    shows 'Calibration error' .ece new.json
    raw=$(sed -n 's/.* is <data[^(]*(<data value="\([^"]*\)".*before calibration.*/\1/p' page.html)
    echo "$raw"
    jq -e --argjson shown "$raw" '(.ece - $shown) | fabs < 1e-14' raw.json
}

@test "a model that gives no unsure answers: the page says on how many rows it answers" {
    rows 400 | awk -F'\t' '{ print (NR % 7 ? $1 : "pos") "\t" $2 }' | to_csv >rows.csv
    "$SEQNET" train rows.csv --test-split 0.3 --epochs 4 --precision 0.9 -q -o m.safetensors
    "$SEQNET" report rows.csv -m m.safetensors -q -o page.html
    grep -q "answers only where its probability is at least" page.html
}

@test "the page is one file that asks for nothing, and equal runs give equal bytes" {
    held_out >new.csv
    "$SEQNET" report new.csv -m "$(text_model)" -o a.html -q -j 1
    "$SEQNET" report new.csv -m "$(text_model)" -o b.html -q -j 3
    cmp a.html b.html
    run ! grep -oE '(src|href)="[^#"][^"]*"' a.html
    run ! grep -E '@import|url\(' a.html
    grep -q "default-src 'none'; style-src 'sha256-" a.html
}

@test "the policy's hashes are those of the style and the script" {
    "$SEQNET" report -m "$(text_model)" -o page.html -q
    python3 - page.html <<'END'
import base64, hashlib, re, sys
page = open(sys.argv[1], encoding="utf-8").read()
for element in ("style", "script"):
    text = re.search(f"<{element}>(.*?)</{element}>", page, re.S).group(1)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert f"{element}-src 'sha256-{digest}'" in page, element
END
}

@test "without DATA the page has the training record, and says what DATA would add" {
    run --separate-stderr "$SEQNET" report -m "$(text_model)" -o page.html
    [ "$status" -eq 0 ]
    grep -q "seqnet report DATA -m MODEL" page.html
    grep -q "When it was trained it was right on <strong><data" page.html
    grep -q "validation rows" page.html
    grep -q "id=\"learning\"" page.html
    run ! grep "id=\"confusion\"" page.html
}

@test "text of users is text: markup, quotes, controls and other scripts in labels and rows" {
    python3 - <<'END'
import json, random
draw = random.Random(3)
labels = ['<script>alert(1)</script>', '</script><!--', '"quoted" \'label\' & more', 'bad\u0007bell', '\u4e2d\u6587\u6807\u7b7e', '\u05e2\u05d1\u05e8\u05d9\u05ea \u202e']
with open("hostile.jsonl", "w") as out:
    for i in range(240):
        label = i % 6
        text = f"word{label} <b onclick=x>{draw.randrange(9)}</b> </script> \u202e\u0000 \"'&amp; other{draw.randrange(5)}"
        out.write(json.dumps({"label": labels[(label + (i % 17 == 0)) % 6], "text": text}) + "\n")
    out.write(json.dumps({"label": labels[0], "text": "word5 " + "long " * 20000}) + "\n")
END
    "$SEQNET" train hostile.jsonl --epochs 2 -q -o hostile.safetensors
    "$SEQNET" report hostile.jsonl --part all -m hostile.safetensors -o page.html -q
    python3 - page.html <<'END'
import html.parser, sys
page = open(sys.argv[1], encoding="utf-8").read()
assert not any(ord(c) < 32 and c != "\n" for c in page)
assert len(page) < 400000, len(page)
seen = []
class Reader(html.parser.HTMLParser):
    def handle_starttag(self, tag, attributes):
        seen.append(tag)
        assert not any(name.startswith("on") or name == "style" for name, _ in attributes), attributes
Reader().feed(page)
assert seen.count("script") == 1 and "b" not in seen
END
}

@test "many labels: a heat map, and a page that stays small" {
    python3 - <<'END'
import random
draw = random.Random(5)
with open("many.ft", "w") as out:
    for i in range(1500):
        label = i % 50
        print(f"__label__topic{label} w{label} w{draw.randrange(50)} w{draw.randrange(50)}", file=out)
END
    "$SEQNET" train many.ft --preset fast -q -o many.safetensors
    "$SEQNET" report many.ft --part all -m many.safetensors -o page.html -q
    grep -q '<svg class="heat"' page.html
    grep -q "chooses one of <data value=\"50\">50</data> labels" page.html
    [ "$(wc -c <page.html)" -lt 300000 ]
}

@test "several labels a row" {
    rows 200 | awk -F'\t' '{ print "{\"label\":[\"" $1 "\"" (NR % 3 ? "" : ",\"third\"") "],\"text\":\"" $2 (NR % 3 ? "" : " zebra") "\"}" }' >labels.jsonl
    "$SEQNET" train labels.jsonl --multi-label --epochs 3 -q -o labels.safetensors
    "$SEQNET" report labels.jsonl --part all -m labels.safetensors -o page.html -q
    "$SEQNET" evaluate labels.jsonl --part all -m labels.safetensors --json -q >labels.json
    shows 'Micro F1' .micro_f1 labels.json
    run ! grep "id=\"confusion\"" page.html
}

@test "a model of ids, and generated data" {
    "$SEQNET" report builtin:demo:500 -m "$(demo_model)" -o demo.html -q
    grep -q "id=\"mistakes\"\|id=\"confusion\"" demo.html
    numpy "
draw = np.random.default_rng(1)
y = np.arange(300) % 2
x = draw.integers(4, 40, (300, 12)) + 20 * y[:, None]
np.savez('ids.npz', x_train=x[:200], y_train=y[:200], x_test=x[200:], y_test=y[200:])"
    "$SEQNET" train ids.npz --preset keras --epochs 2 -q -o ids.safetensors
    "$SEQNET" report ids.npz -m ids.safetensors -o ids.html -q
    run ! grep "id=\"words\"" ids.html
}

@test "a report replaces a report; anything else only with --force" {
    "$SEQNET" report -m "$(text_model)" -o page.html -q
    run --separate-stderr "$SEQNET" report -m "$(text_model)" -o page.html
    [[ $stderr == *"wrote page.html, replacing an older report"* ]]
    echo "<html>mine</html>" >mine.html
    expect_error 6 "mine.html: is not a report of seqnet's" "$SEQNET" report -m "$(text_model)" -o mine.html
    [ "$(cat mine.html)" = "<html>mine</html>" ]
    "$SEQNET" report -m "$(text_model)" -o mine.html -f -q
    grep -q 'name="generator" content="seqnet"' mine.html
    cp "$(text_model)" m.safetensors
    expect_error 6 "is an input of this run" "$SEQNET" report -m m.safetensors -o m.safetensors -f
    expect_error 2 "page.html.gz: a report is not compressed" "$SEQNET" report -m m.safetensors -o page.html.gz
    expect_error 6 "folder" "$SEQNET" report -m m.safetensors -o .
}

@test "the page goes to report.html, or with -o - to standard output" {
    "$SEQNET" report -m "$(text_model)" -q
    [ -s report.html ]
    "$SEQNET" report -m "$(text_model)" -q -o - | cmp - report.html
}

@test "errors: no such data, a part without rows, a column that is not there" {
    expect_error 3 "nosuch" "$SEQNET" report -q nosuch.csv -m "$(text_model)" -o page.html
    held_out >new.csv
    expect_error 3 "its validation part has no rows; choose another with --part" \
        "$SEQNET" report -q new.csv --part validation -m "$(text_model)" -o page.html
    expect_error 3 "--by" "$SEQNET" report -q new.csv --by month -m "$(text_model)" -o page.html
    [ ! -e page.html ]
}

@test "--by makes slices of a column" {
    rows 90 5 | awk -F'\t' 'BEGIN { print "label,text,shop" } { print $1 "," $2 "," (NR % 2 ? "north" : "so<b>uth") }' >new.csv
    "$SEQNET" report new.csv --by shop -m "$(text_model)" -o page.html -q
    grep -q "so&lt;b&gt;uth" page.html
}

@test "train --report writes the page of the test rows" {
    rows 240 | to_csv >rows.csv
    run --separate-stderr "$SEQNET" train rows.csv --test-split 0.2 --epochs 3 -o m.safetensors --report page.html
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [[ $stderr == *"wrote page.html"* ]]
    "$SEQNET" evaluate rows.csv -m m.safetensors --part test --json -q >test.json
    shows Accuracy .accuracy test.json
    echo mine >mine.html
    expect_error 6 "mine.html: is not a report" "$SEQNET" train rows.csv --epochs 1 -q --report mine.html
    [ "$(cat mine.html)" = mine ]
    expect_error 2 "--report ./m.safetensors: that is where the model goes" \
        "$SEQNET" train rows.csv -q -o m.safetensors --report ./m.safetensors
}

@test "train --report without unseen rows: the training record, and a note" {
    rows 240 | to_csv >rows.csv
    run --separate-stderr "$SEQNET" train rows.csv --epochs 3 -o m.safetensors --report page.html
    [ "$status" -eq 0 ]
    [[ $stderr == *"page.html: the model was trained on all rows"*"--test-split"* ]]
    run ! grep 'id="confusion"' page.html
    run --separate-stderr "$SEQNET" train rows.csv --no-refit --epochs 3 -o m.safetensors --report page.html --json
    [ "$status" -eq 0 ]
    jq -es 'length > 1' <<<"$output"
    grep -q 'validation rows of <bdi>rows.csv' page.html
}
