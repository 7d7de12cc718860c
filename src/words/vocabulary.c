/*
 * The words lie in one block, each followed by a newline; starts[rank - 1] is where one begins. An
 * open-addressing table of ranks, at most half full, finds a word by its XXH3 hash.
 */
#include "vocabulary.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "memory.h"

#include "banned.h"

struct sn_vocabulary {
    char *lines;
    /* [size + 1]: word r is lines[starts[r - 1]] .. lines[starts[r] - 2]. */
    size_t *starts;
    size_t size;
    /* Ranks; 0 for a free slot. */
    uint32_t *slots;
    /* The number of slots, a power of two, less 1. */
    size_t mask;
};

static size_t count_lines(const char *lines, size_t size)
{
    size_t count = size > 0 && lines[size - 1] != '\n';
    for (size_t i = 0; i < size; i++)
        count += lines[i] == '\n';
    return count;
}

/* The slot that holds the word, or the free one where it belongs. */
static size_t find_slot(const sn_vocabulary *vocabulary, const char *word, size_t length)
{
    size_t slot = (size_t)XXH3_64bits(word, length) & vocabulary->mask;
    for (uint32_t rank; (rank = vocabulary->slots[slot]) != 0;
         slot = (slot + 1) & vocabulary->mask) {
        size_t other_length = 0;
        const char *const other = sn_vocabulary_word(vocabulary, rank, &other_length);
        if (other_length == length && memcmp(other, word, length) == 0)
            break;
    }
    return slot;
}

static seqnet_status index_words(sn_vocabulary *vocabulary, seqnet_error *err)
{
    size_t slots = 16;
    while (slots < vocabulary->size * 2)
        slots *= 2;
    SN_TRY(sn_alloc(&vocabulary->slots, slots, sizeof *vocabulary->slots, err));
    vocabulary->mask = slots - 1;
    for (size_t rank = 1; rank <= vocabulary->size; rank++) {
        size_t length;
        const char *const word = sn_vocabulary_word(vocabulary, rank, &length);
        if (!word)
            continue;
        const size_t slot = find_slot(vocabulary, word, length);
        if (vocabulary->slots[slot] != 0)
            return sn_fail(err, SEQNET_ERR_DATA,
                           "the word '%.*s' stands twice in the vocabulary, as number %zu and %zu",
                           (int)(length < 80 ? length : 80), word, (size_t)vocabulary->slots[slot],
                           rank);
        vocabulary->slots[slot] = (uint32_t)rank;
    }
    return SEQNET_OK;
}

static seqnet_status fill_lines(sn_vocabulary *vocabulary, const char *lines, size_t size,
                                seqnet_error *err)
{
    vocabulary->size = count_lines(lines, size);
    if (vocabulary->size >= UINT32_MAX)
        return sn_fail(err, SEQNET_ERR_DATA, "the vocabulary has more than 2^32 words");
    SN_TRY(sn_alloc(&vocabulary->lines, size + 1, 1, err));
    SN_TRY(sn_alloc(&vocabulary->starts, vocabulary->size + 1, sizeof *vocabulary->starts, err));
    if (size)
        memcpy(vocabulary->lines, lines, size);
    vocabulary->lines[size] = '\n'; /* ends the last line when the text does not */
    for (size_t rank = 1, pos = 0; rank <= vocabulary->size; rank++) {
        const char *const newline = memchr(vocabulary->lines + pos, '\n', size + 1 - pos);
        pos = (size_t)(newline - vocabulary->lines) + 1;
        vocabulary->starts[rank] = pos;
    }
    return index_words(vocabulary, err);
}

seqnet_status sn_vocabulary_from_lines(sn_vocabulary **vocabulary, const char *lines, size_t size,
                                       seqnet_error *err)
{
    SN_TRY(sn_alloc(vocabulary, 1, sizeof **vocabulary, err));
    const seqnet_status status = fill_lines(*vocabulary, lines, size, err);
    if (status != SEQNET_OK) {
        sn_vocabulary_free(*vocabulary);
        *vocabulary = NULL;
    }
    return status;
}

void sn_vocabulary_free(sn_vocabulary *vocabulary)
{
    if (!vocabulary)
        return;
    free(vocabulary->lines);
    free(vocabulary->starts);
    free(vocabulary->slots);
    free(vocabulary);
}

size_t sn_vocabulary_size(const sn_vocabulary *vocabulary)
{
    return vocabulary->size;
}

size_t sn_vocabulary_rank(const sn_vocabulary *vocabulary, const char *word, size_t length)
{
    return length ? vocabulary->slots[find_slot(vocabulary, word, length)] : 0;
}

const char *sn_vocabulary_word(const sn_vocabulary *vocabulary, size_t rank, size_t *length)
{
    if (rank < 1 || rank > vocabulary->size)
        return NULL;
    const size_t start = vocabulary->starts[rank - 1];
    *length = vocabulary->starts[rank] - 1 - start;
    return *length ? vocabulary->lines + start : NULL;
}

const char *sn_vocabulary_lines(const sn_vocabulary *vocabulary, size_t count, size_t *size)
{
    *size = vocabulary->starts[count < vocabulary->size ? count : vocabulary->size];
    return vocabulary->lines;
}

static seqnet_status join_words(sn_vocabulary **vocabulary, const sn_word_count *words,
                                size_t count, seqnet_error *err)
{
    size_t size = 0, pos = 0;
    for (size_t i = 0; i < count; i++)
        size += words[i].length + 1;
    char *lines;
    SN_TRY(sn_alloc(&lines, size, 1, err));
    for (size_t i = 0; i < count; i++) {
        memcpy(lines + pos, words[i].word, words[i].length);
        pos += words[i].length;
        lines[pos++] = '\n';
    }
    const seqnet_status status = sn_vocabulary_from_lines(vocabulary, lines, size, err);
    free(lines);
    return status;
}

/* The number of words that occur at least `min_count` times; the counts are sorted. */
static size_t count_frequent(const sn_word_counts *counts, size_t min_count)
{
    size_t count = counts->distinct;
    while (count > 0 && counts->words[count - 1].count < min_count)
        count--;
    return count;
}

seqnet_status sn_vocabulary_from_counts(sn_vocabulary **vocabulary, sn_word_counts *counts,
                                        size_t min_count, seqnet_error *err)
{
    sn_word_counts_sort(counts);
    return join_words(vocabulary, counts->words, count_frequent(counts, min_count), err);
}

static seqnet_status copy_words(sn_vocabulary *copy, const sn_vocabulary *vocabulary,
                                seqnet_error *err)
{
    const size_t size = vocabulary->starts[copy->size];
    SN_TRY(sn_alloc(&copy->lines, size + 1, 1, err));
    SN_TRY(sn_alloc(&copy->starts, copy->size + 1, sizeof *copy->starts, err));
    memcpy(copy->lines, vocabulary->lines, size);
    memcpy(copy->starts, vocabulary->starts, (copy->size + 1) * sizeof *copy->starts);
    return index_words(copy, err);
}

seqnet_status sn_vocabulary_first(sn_vocabulary **copy, const sn_vocabulary *vocabulary,
                                  size_t count, seqnet_error *err)
{
    SN_TRY(sn_alloc(copy, 1, sizeof **copy, err));
    (*copy)->size = count < vocabulary->size ? count : vocabulary->size;
    const seqnet_status status = copy_words(*copy, vocabulary, err);
    if (status != SEQNET_OK) {
        sn_vocabulary_free(*copy);
        *copy = NULL;
    }
    return status;
}
