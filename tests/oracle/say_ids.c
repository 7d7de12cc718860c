/*
 * Says what the readers of tokenizers and of names of labels make of files, for tokenizers.py.
 *
 *     say_ids tokenizer PATH < TEXTS
 *     say_ids labels PATH
 *
 * Of a tokenizer the first line is its form and its facts; then comes a line of ids for each text,
 * which is a line in hexadecimal. Of labels each name is a line. A file that is refused gives its
 * status and its sentence.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "encoding.h"
#include "hexadecimal.h"
#include "tokenizer_file.h"

static int refused(const seqnet_error *err)
{
    printf("refused %d %s\n", (int)err->status, err->message);
    return 0;
}

static void say_ids(const sn_tokenizer_file *file, sn_tokenizer *tokenizer, const char *text,
                    size_t length)
{
    const sn_encoding encoding = {.id_count = INT32_MAX,
                                  .start_char = -1,
                                  .oov_char = file->oov_id,
                                  .index_from = file->index_from,
                                  .rule = file->rule};
    sn_encoded encoded = {.is_literal = true};
    if (sn_encode_text(&encoded, &encoding, file->vocabulary, tokenizer, text, length, NULL) !=
        SEQNET_OK)
        exit(1);
    for (size_t i = 0; i < encoded.length; i++)
        printf("%" PRId32 " ", encoded.ids[i]);
    putchar('\n');
    sn_encoded_free(&encoded);
}

static int say_tokenizer(const char *path)
{
    sn_tokenizer_file file;
    sn_tokenizer tokenizer = {0};
    seqnet_error err;
    char *line = NULL, *end, name[SN_TEXT_RULE_NAME];
    size_t room = 0;
    if (sn_tokenizer_file_read(&file, path, &err) != SEQNET_OK)
        return refused(&err);
    printf("%s; words=%zu num_words=%d oov=%d highest=%d from=%d maxlen=%d padding=%d/%d %s%s%s\n",
           file.form, file.words, (int)file.num_words, (int)file.oov_id, (int)file.highest_id,
           (int)file.index_from, (int)file.maxlen, file.has_padding ? (int)file.padding : -1,
           file.has_truncating ? (int)file.truncating : -1, sn_text_rule_name(file.rule, name),
           *file.told ? "; " : "", file.told);
    while (getline(&line, &room, stdin) > 0) {
        const size_t length = unhex(line, &end);
        say_ids(&file, &tokenizer, line, length);
    }
    free(line);
    sn_tokenizer_free(&tokenizer);
    sn_tokenizer_file_free(&file);
    return 0;
}

static int say_labels(const char *path)
{
    sn_label_names labels;
    seqnet_error err;
    if (sn_label_names_read(&labels, path, &err) != SEQNET_OK)
        return refused(&err);
    printf("%s\n", labels.form);
    for (size_t i = 0; i < labels.count; i++)
        printf("%s\n", labels.names[i]);
    sn_label_names_free(&labels);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    return strcmp(argv[1], "labels") == 0 ? say_labels(argv[2]) : say_tokenizer(argv[2]);
}
