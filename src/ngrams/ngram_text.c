#include "ngram_text.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "memory.h"
#include "ngram_hash.h"
#include "utf8.h"

#include "banned.h"

/* The hashes of the newest words, the newest one first. */
typedef struct newest_words {
    uint64_t hashes[SN_NGRAM_LONGEST];
    size_t count;
} newest_words;

/* Takes the next word, and adds the n-grams that end with it. */
static seqnet_status add_word(sn_ngram_text *s, const sn_ngram_spec *spec, newest_words *newest,
                              uint64_t word, seqnet_error *err)
{
    uint64_t hash = 0;
    newest->count += newest->count < spec->words;
    memmove(newest->hashes + 1, newest->hashes, (newest->count - 1) * sizeof word);
    newest->hashes[0] = word;
    SN_TRY(sn_grow(&s->hashes, &s->hash_capacity, s->hash_count + newest->count, sizeof *s->hashes,
                   err));
    for (size_t n = 0; n < newest->count; n++) {
        hash = sn_ngram_extend(hash, newest->hashes[n]);
        s->hashes[s->hash_count++] = sn_ngram_shorten(hash);
    }
    return SEQNET_OK;
}

/* Appends a token to the characters of the chunks, with a blank where a chunk ends. */
static seqnet_status add_letters(sn_ngram_text *s, const char *token, size_t length,
                                 seqnet_error *err)
{
    SN_TRY(sn_grow(&s->letters, &s->letter_capacity, s->letter_count + length + 2,
                   sizeof *s->letters, err));
    if (s->tokenizer.after_gap)
        s->letters[s->letter_count++] = ' ';
    for (size_t pos = 0; pos < length;) {
        int32_t code;
        pos += sn_utf8_decode(token + pos, length - pos, &code);
        s->letters[s->letter_count++] = code;
    }
    s->letters[s->letter_count] = ' '; /* behind the last chunk */
    return SEQNET_OK;
}

static seqnet_status read_words(sn_ngram_text *s, const sn_ngram_spec *spec, seqnet_error *err)
{
    const char *token;
    size_t length;
    newest_words newest = {.count = 0};
    while (sn_tokenizer_next(&s->tokenizer, &token, &length)) {
        if (sn_tokenizer_retry(&s->tokenizer, token, length))
            continue; /* its parts in ASCII follow */
        SN_TRY(add_word(s, spec, &newest, XXH3_64bits(token, length), err));
        if (spec->characters)
            SN_TRY(add_letters(s, token, length, err));
    }
    s->letter_count += s->letter_count > 0; /* the last blank */
    return SEQNET_OK;
}

/* Reads a text that is an array of ids. */
static seqnet_status read_ids(sn_ngram_text *s, const sn_ngram_spec *spec, const char *text,
                              size_t length, seqnet_error *err)
{
    newest_words newest = {.count = 0};
    for (size_t at = 0; at < length; at += sizeof(int32_t)) {
        uint32_t id;
        memcpy(&id, text + at, sizeof id);
        SN_TRY(add_word(s, spec, &newest, sn_ngram_mix((uint64_t)id + 1), err));
    }
    return SEQNET_OK;
}

/* Adds the n-grams of the chunks' characters. None goes beyond the blank that ends its chunk. */
static seqnet_status add_character_ngrams(sn_ngram_text *s, size_t longest, seqnet_error *err)
{
    const int32_t *const letters = s->letters;
    SN_TRY(sn_grow(&s->hashes, &s->hash_capacity, s->hash_count + s->letter_count * longest,
                   sizeof *s->hashes, err));
    for (size_t start = 0; start < s->letter_count; start++) {
        const size_t rest = s->letter_count - start, most = rest < longest ? rest : longest;
        uint64_t hash = SN_NGRAM_CHARACTERS;
        for (size_t n = 0; n < most; n++) {
            hash = sn_ngram_extend(hash, (uint64_t)letters[start + n] + 1);
            if (n > 0 || letters[start] != ' ')
                s->hashes[s->hash_count++] = sn_ngram_shorten(hash);
            if (n > 0 && letters[start + n] == ' ')
                break;
        }
    }
    return SEQNET_OK;
}

/* Makes an empty table in which the occurrences fill at most half of the places. */
static seqnet_status clear_slots(sn_ngram_text *s, seqnet_error *err)
{
    size_t slots = 16;
    while (slots < 2 * s->hash_count)
        slots *= 2;
    SN_TRY(sn_grow(&s->slots, &s->slot_capacity, slots, sizeof *s->slots, err));
    memset(s->slots, 0, slots * sizeof *s->slots);
    s->slot_mask = slots - 1;
    return SEQNET_OK;
}

/* The place of a hash in the table, or the free one where it belongs. */
static inline size_t find_slot(const sn_ngram_text *s, uint32_t hash, size_t mask)
{
    size_t slot = hash & mask;
    while (s->slots[slot] && s->ngrams[s->slots[slot] - 1].hash != hash)
        slot = (slot + 1) & mask;
    return slot;
}

/* Counts the occurrences first .. end - 1. */
static void count_hashes(sn_ngram_text *s, size_t first, size_t end)
{
    const size_t mask = s->slot_mask;
    for (size_t i = first; i < end; i++) {
        const uint32_t hash = s->hashes[i];
        const size_t slot = find_slot(s, hash, mask);
        if (!s->slots[slot]) {
            s->ngrams[s->count++] = (sn_ngram){.hash = hash};
            s->slots[slot] = (uint32_t)s->count;
        }
        s->ngrams[s->slots[slot] - 1].count++;
    }
}

seqnet_status sn_ngram_text_read(sn_ngram_text *s, const sn_ngram_spec *spec, const char *text,
                                 size_t length, seqnet_error *err)
{
    s->count = s->word_count = s->hash_count = s->letter_count = 0;
    if (spec->has_ids) {
        SN_TRY(read_ids(s, spec, text, length, err));
    } else {
        SN_TRY(sn_tokenizer_start(&s->tokenizer, spec->rule, text, length, err));
        SN_TRY(read_words(s, spec, err));
    }
    const size_t of_words = s->hash_count;
    if (spec->characters)
        SN_TRY(add_character_ngrams(s, spec->characters, err));
    SN_TRY(clear_slots(s, err));
    SN_TRY(sn_grow(&s->ngrams, &s->ngram_capacity, s->hash_count + 1, sizeof *s->ngrams, err));
    count_hashes(s, 0, of_words);
    s->word_count = s->count;
    count_hashes(s, of_words, s->hash_count);
    return SEQNET_OK;
}

size_t sn_ngram_text_find(const sn_ngram_text *s, uint32_t hash)
{
    const uint32_t number = s->slots[find_slot(s, hash, s->slot_mask)];
    return number ? number - 1 : SIZE_MAX;
}

uint32_t sn_ngram_text_closing(const sn_ngram_text *s, size_t first, size_t last)
{
    uint64_t hash = SN_NGRAM_CHARACTERS;
    for (size_t i = first; i <= last; i++)
        hash = sn_ngram_extend(hash, (uint64_t)s->letters[i] + 1);
    return sn_ngram_shorten(sn_ngram_extend(hash, ' ' + 1));
}

void sn_ngram_text_free(sn_ngram_text *s)
{
    sn_tokenizer_free(&s->tokenizer);
    free(s->ngrams);
    free(s->hashes);
    free(s->letters);
    free(s->slots);
    free(s->ids);
    *s = (sn_ngram_text){0};
}
