/* Fuzz target: any bytes as a tokenizer's file and as names of labels. What is read must be sound:
 * each word of the vocabulary has an id below the highest one, and each label has a name. */
#include "fuzz.h"

#include <stdlib.h>

#include "tokenizer_file.h"

static void check_tokenizer(const sn_tokenizer_file *file)
{
    char name[SN_TEXT_RULE_NAME];
    sn_text_rule rule;
    const size_t size = sn_vocabulary_size(file->vocabulary);
    if ((int64_t)size + file->index_from > file->highest_id || file->oov_id > file->highest_id ||
        !sn_text_rule_parse(&rule, sn_text_rule_name(file->rule, name)))
        abort();
    for (size_t rank = 1; rank <= size; rank++) {
        size_t length;
        const char *const word = sn_vocabulary_word(file->vocabulary, rank, &length);
        if (word && sn_vocabulary_rank(file->vocabulary, word, length) != rank)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sn_tokenizer_file file;
    sn_label_names labels;
    seqnet_error err;
    if (sn_tokenizer_file_parse(&file, data, size, "x", &err) == SEQNET_OK)
        check_tokenizer(&file);
    sn_tokenizer_file_free(&file);
    if (sn_label_names_parse(&labels, data, size, "x", &err) == SEQNET_OK)
        for (size_t i = 0; i < labels.count; i++)
            if (!labels.names[i])
                abort();
    sn_label_names_free(&labels);
    return 0;
}
