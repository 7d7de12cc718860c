#!/bin/sh
# Makes the models of fastText in this folder, and what fastText says of texts, with fastText 0.9.2 (Debian's
# package fasttext). One thread trains the same bits each time.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/train.txt" <<'TEXT'
__label__good a fine film with fine actors
__label__good great fun , warm and witty
__label__good what a lovely evening at the cinema
__label__good très bon film , bravo
__label__good 素晴らしい 映画
__label__good the best of the year , great great great
__label__bad a dull film with wooden actors
__label__bad two hours of boredom
__label__bad très mauvais film , hélas
__label__bad ひどい 映画
__label__bad the worst of the year , never again
__label__bad never a smile , never a thought
__label__none the film is on at eight
__label__none it has two hours and three actors
__label__none le film commence à huit heures
TEXT
cat >"$work/texts.txt" <<'TEXT'
a fine film
never again , two dull hours
le film est bon
ひどい 映画 は ひどい
unheard wonderfulness
film __label__good __label__nothing film
  spaces	and	tabs  

the worst	cinema of the year
great
TEXT

train() {
    name=$1
    shift
    fasttext "$@" -input "$work/train.txt" -output "$work/$name" -thread 1 -dim 4 -minCount 1 >/dev/null 2>&1
    cp "$work/$name.bin" "$name.bin"
}

train plain supervised -epoch 50 -lr 0.5
train ngrams supervised -epoch 50 -lr 0.5 -wordNgrams 3 -minn 2 -maxn 4 -bucket 50
train ova supervised -epoch 50 -lr 0.5 -loss ova
train hs supervised -epoch 5 -loss hs
train skipgram skipgram -epoch 5 -bucket 50 -minn 3 -maxn 5

for name in plain ngrams ova; do
    fasttext predict-prob "$name.bin" "$work/texts.txt" -1 >"$name.expected"
    fasttext print-sentence-vectors "$name.bin" <"$work/texts.txt" >"$name.sentences"
done
cp "$work/texts.txt" texts.txt
for name in ngrams skipgram; do
    printf '%s\n' film great the unheard mauvaise 素晴らしい | fasttext print-word-vectors "$name.bin" >"$name.words"
done
