/*
 * Linear classifiers over the n-grams of a text. Each n-gram that the model knows has a counter, so
 * that a text of any length takes the same memory; what an occurrence adds to the sums follows from
 * what was counted before it.
 */
#ifndef SN_C_NGRAMS_H
#define SN_C_NGRAMS_H

#include <stdbool.h>
#include <string.h>

#include "functions.h"
#include "ngram_hash.h"
#include "xxh3.h"

enum { NGRAM_LONGEST = 8, NGRAM_BLOCKS = 2, NGRAM_WORDS = 0, NGRAM_CHARACTERS = 1 };

typedef struct ngram_part {
    size_t count, outputs;
    /* The longest n-grams; 0 characters: there are none of them. */
    size_t words, characters;
    /* [count], ascending; and where those begin that agree in the bits above `shift` */
    const uint32_t *hashes, *starts;
    int shift;
    const uint8_t *idf;
    /* [count, outputs]: q stands for q |q| times a scale */
    const int8_t *svm, *nb;
    const uint8_t *ratios;
    /* [256]: 1 + ln of a count */
    const float *frequencies;
    /* [6, outputs]: idf, svm, bias of svm, nb, bias of nb, ratios */
    const float *scales;
    /* What the decisions of svm and nb are worth. */
    float svm_share, nb_share;
} ngram_part;

/* A text on its way. */
typedef struct ngram_run {
    const ngram_part *part;
    /* [2, outputs] each, for words and characters: the sums in svm, in nb, and of squares in nb */
    double *svm, *nb, *squares;
    double norms[NGRAM_BLOCKS];
    /* [count] */
    uint8_t *counts;
    /* [count / 8 + 1], a bit each: the n-gram was first met among characters */
    uint8_t *blocks;
    /* The hashes of the newest words; those of n-grams of characters that may go on. */
    uint64_t newest[NGRAM_LONGEST], open[NGRAM_LONGEST];
    size_t newest_count, open_count;
    bool has_letters;
} ngram_run;

/* `sums` has room for 6 outputs, `counts` for one byte for each n-gram and one bit. */
static void begin_ngrams(ngram_run *r, const ngram_part *part, double *sums, uint8_t *counts)
{
    memset(r, 0, sizeof *r);
    memset(sums, 0, 6 * part->outputs * sizeof *sums);
    memset(counts, 0, part->count + part->count / 8 + 1);
    r->part = part;
    r->svm = sums;
    r->nb = sums + 2 * part->outputs;
    r->squares = sums + 4 * part->outputs;
    r->counts = counts;
    r->blocks = counts + part->count;
}

static double quantised(int8_t q)
{
    return q < 0 ? -(double)(q * q) : (double)(q * q);
}

/* Adds what one more occurrence of an n-gram changes. */
static void count_ngram(ngram_run *r, size_t number, size_t block)
{
    const ngram_part *const p = r->part;
    uint8_t *const count = &r->counts[number];
    const uint8_t bit = (uint8_t)(1U << number % 8);
    if (*count == 255)
        return;
    if (*count == 0 && block == NGRAM_CHARACTERS)
        r->blocks[number / 8] |= bit;
    block = r->blocks[number / 8] & bit ? NGRAM_CHARACTERS : NGRAM_WORDS;
    const double old = (double)p->frequencies[*count], now = (double)p->frequencies[*count + 1];
    const double more = now - old, squared = now * now - old * old;
    const double idf = (double)p->idf[number];
    ++*count;
    r->norms[block] += squared * idf * idf;
    for (size_t k = 0; k < p->outputs; k++) {
        const size_t at = number * p->outputs + k, to = block * p->outputs + k;
        r->svm[to] += more * quantised(p->svm[at]);
        if (p->nb) {
            const double ratio = (double)(p->ratios[at] * p->ratios[at]);
            r->nb[to] += more * quantised(p->nb[at]);
            r->squares[to] += squared * ratio * ratio;
        }
    }
}

static void find_ngram(ngram_run *r, uint32_t hash, size_t block)
{
    const ngram_part *const p = r->part;
    const size_t bucket = hash >> p->shift, end = p->starts[bucket + 1];
    for (size_t i = p->starts[bucket]; i < end; i++)
        if (p->hashes[i] == hash) {
            count_ngram(r, i, block);
            return;
        }
}

/* Takes the next word: the n-grams that end with it. */
static void add_word(ngram_run *r, const char *word, size_t length)
{
    uint64_t hash = 0;
    r->newest_count += r->newest_count < r->part->words;
    memmove(r->newest + 1, r->newest, (r->newest_count - 1) * sizeof *r->newest);
    r->newest[0] = xxh3(word, length);
    for (size_t n = 0; n < r->newest_count; n++) {
        hash = sn_ngram_extend(hash, r->newest[n]);
        find_ngram(r, sn_ngram_shorten(hash), NGRAM_WORDS);
    }
}

/* Takes the next character of the chunks, which have a blank at both ends. */
static void add_letter(ngram_run *r, int32_t code)
{
    const uint64_t next = (uint64_t)code + 1;
    for (size_t i = 0; i < r->open_count; i++) {
        r->open[i] = sn_ngram_extend(r->open[i], next);
        find_ngram(r, sn_ngram_shorten(r->open[i]), NGRAM_CHARACTERS);
    }
    if (code == ' ')
        r->open_count = 0;
    if (r->part->characters > 1) {
        if (r->open_count + 1 == r->part->characters) /* the oldest one is as long as it may be */
            memmove(r->open, r->open + 1, --r->open_count * sizeof *r->open);
        r->open[r->open_count++] = sn_ngram_extend(SN_NGRAM_CHARACTERS, next);
    }
    if (code != ' ')
        find_ngram(r, sn_ngram_shorten(sn_ngram_extend(SN_NGRAM_CHARACTERS, next)),
                   NGRAM_CHARACTERS);
    r->has_letters = true;
}

/* Takes the characters of a word; a chunk begins with it where something stands before it that is
 * no word. */
static void add_letters(ngram_run *r, const char *word, size_t length, bool begins_chunk)
{
    if (begins_chunk)
        add_letter(r, ' ');
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(word + pos, length - pos, &code);
        add_letter(r, code);
    }
}

/* The same for a word of the rule keras, which is a chunk of its own. */
static void add_word_letters(ngram_run *r, const word_walk *w)
{
    add_letter(r, ' ');
    for (size_t pos = w->start; pos < w->end;) {
        const word_part part = read_part(w, pos);
        if (part.size)
            add_letter(r, part.code);
        pos = part.end;
    }
}

/* Writes the decisions for `outputs` logits. */
static void decide(ngram_run *r, float *decisions)
{
    const ngram_part *const p = r->part;
    double scales[NGRAM_BLOCKS];
    if (r->has_letters)
        add_letter(r, ' ');
    for (size_t b = 0; b < NGRAM_BLOCKS; b++) {
        const double norm = square_root(r->norms[b]) * (double)p->scales[0];
        scales[b] = norm > 0.0 ? 1.0 / norm : 0.0;
    }
    for (size_t k = 0; k < p->outputs; k++) {
        const float *const scale = p->scales + k;
        const size_t n = p->outputs;
        const double svm = scales[0] * r->svm[k] + scales[1] * r->svm[n + k];
        double decision = (double)p->svm_share * (svm * (double)scale[n] + (double)scale[2 * n]);
        if (p->nb) {
            const double sum = scales[0] * r->nb[k] + scales[1] * r->nb[n + k];
            const double squares =
                scales[0] * scales[0] * r->squares[k] + scales[1] * scales[1] * r->squares[n + k];
            const double norm = square_root(squares) * (double)scale[5 * n];
            decision +=
                (double)p->nb_share *
                ((norm > 0.0 ? sum * (double)scale[3 * n] / norm : 0.0) + (double)scale[4 * n]);
        }
        decisions[k] = (float)decision;
    }
}

#endif
