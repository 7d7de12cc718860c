#!/usr/bin/env bats
# Tokenizers of Keras models: what a model makes of texts once it has one. What Keras makes of them
# is in tests/oracle.

bats_require_minimum_version 1.5.0
load helpers

WEIGHTS="$BATS_TEST_DIRNAME/../data/keras/weights.npz"

setup() {
    setup_workdir
    cat >layers.json <<'END'
[{"class_name": "Embedding", "config": {"name": "embedding", "input_dim": 7, "output_dim": 4}},
 {"class_name": "LSTM", "config": {"name": "lstm", "units": 3}},
 {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "sigmoid"}}]
END
}

# import FILE: makes m.st of a model of 7 ids whose tokenizer is FILE.
import() { "$SEQNET" import "$WEIGHTS" --layer-file layers.json --maxlen 6 --tokenizer "$1" -o m.st -q -f; }

# ids TEXT: the ids of a text, after "ids".
ids() { "$SEQNET" tokens -m m.st "$1" | sed -n 's/^ids *//p'; }

@test "words beyond num_words and unknown ones are as Keras has them" {
    printf '{"word_index": {"<OOV>": 1, "good": 2, "film": 3, "bad": 4}, "num_words": 4, "oov_token": "<OOV>"}' >t.json
    import t.json
    [ "$(ids "Good FILM, bad actors!")" = "2 3 1 1" ]
    printf '{"word_index": {"good": 1, "film": 2, "bad": 3}, "num_words": 3, "oov_token": null}' >t.json
    import t.json
    [ "$(ids "Good FILM, bad actors!")" = "1 2" ]
    "$SEQNET" predict -q -m m.st "Good film" "bad" "" >answers
    [ "$(wc -l <answers)" -eq 3 ]
}

@test "the rule with its settings is a part of the model" {
    printf '{"word_index": {"a": 1, "b": 2}, "lower": false, "filters": "xy", "split": "-"}' >t.json
    import t.json
    [ "$(ids "axb-A-b")" = "1 2 2" ]
    "$SEQNET" info m.st | tr -d '\n' | grep -q 'text rule: keras-tokenizer-1 *{"lower":false,"char_level":false,"split":"-","filters":"xy"}'
    [ "$("$SEQNET" info --json m.st | python3 -c 'import json, sys; print(json.load(sys.stdin)["text_rule"])')" = \
        'keras-tokenizer-1 {"lower":false,"char_level":false,"split":"-","filters":"xy"}' ]
    "$SEQNET" info --json m.st | grep -o '"fingerprint":"[0-9a-f]*"' >first
    sed 's/xy/xz/' t.json >other.json
    import other.json
    "$SEQNET" info --json m.st | grep -o '"fingerprint":"[0-9a-f]*"' >second
    ! cmp -s first second
}

@test "typographic quotes stay, as in Keras" {
    printf '{"good": 1, "\u201cgood\u201d": 2}' >t.json
    import t.json
    [ "$(ids "“good” good ‘good’")" = "2 1" ]
}

@test "characters are tokens, a newline among them" {
    printf '{"word_index": {"a": 1, " ": 2, "\\n": 3, "é": 4}, "char_level": true}' >t.json
    import t.json
    [ "$(ids $'A \nÉx')" = "1 2 3 4" ]
    [ "$("$SEQNET" tokens --json -m m.st $'a\n')" = '{"tokens":["a","\n"],"ids":[1,3],"unknown":[]}' ]
    printf 'text,label\n"a é\na",0\né,1\n' >rows.csv
    "$SEQNET" evaluate -m m.st rows.csv --json --part all | grep -q '"n":2'
}

@test "exports tell a newline in a word as others read it" {
    printf '{"word_index": {"good": 1, "a\\nb": 2}, "filters": ""}' >t.json
    import t.json
    [ "$(ids $'good a\nb')" = "1 2" ]
    "$SEQNET" export -q -m m.st -o m.npz
    [ "$(unzip -p m.npz tokenizer.json | jq -c '.config.word_index | fromjson')" = '{"good":1,"a\nb":2}' ]
    expect_error 2 "has a blank in it" "$SEQNET" export -q -m m.st -o m.vec
    "$SEQNET" export -q -m m.st -o m.onnx || skip "this build has no ONNX"
    grep -qa '^a␤b' m.onnx
}

@test "an index may begin with 0" {
    printf '{"good": 0, "film": 1, "bad": 2}' >t.json
    import t.json
    [ "$(ids "a good film")" = "0 1" ]
    "$SEQNET" tokens -m m.st "a good film" | grep -q '^reads  *good film$'
    "$SEQNET" explain -m m.st "a good film" >/dev/null
    printf 'text,label\ngood film,0\nbad,1\n' >rows.csv
    "$SEQNET" evaluate -m m.st rows.csv --json --part all | grep -q '"n":2'
    "$SEQNET" predict -m m.st "good film" >direct
    "$SEQNET" predict -m m.st --ids <<<'0 1' >by_ids
    cmp direct by_ids
}

@test "spans of words lie in the text as it was" {
    printf '{"i\u0307stanbul": 1, "dont": 2, "good": 3}' >t.json
    import t.json
    "$SEQNET" explain --json -m m.st "İstanbul, don't GOOD" >explained
    grep -q '"text":"i̇stanbul","start":0,"end":9,.*"text":"don.t","start":11,"end":16,.*"known":false' explained
}

@test "pickles are read, and never run" {
    python3 - <<'END'
import collections, os, pickle, sys, types
class Tokenizer:
    pass
module = types.ModuleType("text")
module.Tokenizer = Tokenizer
for name in ("keras", "keras.src", "keras.src.legacy", "keras.src.legacy.preprocessing"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["keras.src.legacy.preprocessing.text"] = module
Tokenizer.__module__ = "keras.src.legacy.preprocessing.text"
t = Tokenizer()
t.word_index = {"<OOV>": 1, "good": 2, "film": 3}
t.word_counts = collections.OrderedDict(good=3, film=1)
t.word_docs = collections.defaultdict(int, good=2)
t.num_words, t.oov_token, t.lower, t.split, t.char_level, t.filters = None, "<OOV>", True, " ", False, "!,.?"
pickle.dump(t, open("t.pickle", "wb"))
class Run:
    def __reduce__(self):
        return os.system, ("touch was_run",)
t.oov_token = Run()
pickle.dump(t, open("evil.pickle", "wb"))
END
    import t.pickle
    [ "$(ids "Good film! Really")" = "2 3 1" ]
    rm m.st
    expect_error 4 "evil.pickle: its pickle asks for [a-z]*.system, which is not allowed; nothing was run" import evil.pickle
    [ ! -e was_run ]
    [ ! -e m.st ]
}

@test "tokenizers of other libraries are named" {
    printf '{"version": "1.0", "model": {"type": "BPE", "vocab": {}}, "added_tokens": []}' >t.json
    expect_error 4 "t.json: is a tokenizer of Hugging Face, .*; name a tokenizer of Keras" import t.json
    printf '[PAD]\n[UNK]\n[CLS]\n[SEP]\nthe\n' >vocab.txt
    expect_error 4 "vocab.txt: is a WordPiece vocabulary of BERT" import vocab.txt
    : >empty.pickle
    expect_error 4 "empty.pickle: is empty" import empty.pickle
}
