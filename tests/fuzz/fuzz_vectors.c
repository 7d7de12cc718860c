/* Fuzz target: any bytes as a file of word vectors, for a few words and two or three dimensions. */
#include "fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "vectors.h"
#include "vocabulary.h"

enum { IDS = 12, MOST_DIMENSIONS = 3 };

static void read_as(const uint8_t *data, size_t size, size_t dimension,
                    const sn_vocabulary *vocabulary)
{
    static const sn_encoding encoding = {.id_count = IDS,
                                         .start_char = 1,
                                         .oov_char = 2,
                                         .index_from = 3,
                                         .rule = {.kind = SN_TEXT_RULE_UNICODE}};
    float table[IDS * MOST_DIMENSIONS] = {0};
    uint8_t seen[IDS] = {0};
    sn_vectors_found found;
    if (sn_vectors_read_bytes(table, seen, &found, data, size, "fuzz", dimension, &encoding,
                              vocabulary, NULL) != SEQNET_OK)
        return;
    for (size_t i = 0; i < IDS * dimension; i++)
        if (!isfinite(table[i]))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char words[] = "the\nfilm\nwasn't\n\xc3\xa9t\xc3\xa9\n!\n1.5\n";
    sn_vocabulary *vocabulary;
    if (sn_vocabulary_from_lines(&vocabulary, words, sizeof words - 1, NULL) != SEQNET_OK)
        return 0;
    for (size_t dimension = 2; dimension <= MOST_DIMENSIONS; dimension++)
        read_as(data, size, dimension, vocabulary);
    sn_vocabulary_free(vocabulary);
    return 0;
}
