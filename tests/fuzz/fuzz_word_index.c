/* Fuzz target: any bytes as a word index. */
#include "fuzz.h"

#include "word_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_vocabulary *vocabulary;
    size_t length, sum = 0;
    if (sn_word_index_parse(&vocabulary, (const char *)data, size, "fuzz", NULL) != SEQNET_OK)
        return 0;
    for (size_t rank = 1; rank <= sn_vocabulary_size(vocabulary); rank++) {
        const char *const word = sn_vocabulary_word(vocabulary, rank, &length);
        sum += word ? sn_vocabulary_rank(vocabulary, word, length) != rank : 0;
    }
    sn_vocabulary_free(vocabulary);
    if (sum)
        __builtin_trap(); /* a word is found at its rank */
    return 0;
}
