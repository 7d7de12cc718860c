#include "tokenizer_file.h"

#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "file.h"
#include "foreign_tokenizer.h"
#include "tokenizer_tree.h"
#include "unpack.h"
#include "utf8.h"
#include "word_lines.h"

#include "banned.h"

/* Where the text begins, behind a byte order mark and blanks. */
static const char *first_of(const char *text, size_t size)
{
    const char *const end = text + size;
    if (size >= SN_UTF8_MARK_SIZE && memcmp(text, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0)
        text += SN_UTF8_MARK_SIZE;
    while (text < end && *text && strchr(" \t\r\n", *text))
        text++;
    return text;
}

/* Whether a line is a word in brackets, "[UNK]", and not a list. */
static bool is_bracketed(const char *text, const char *end)
{
    const char *at = text + 1;
    while (at < end && ((*at >= 'A' && *at <= 'Z') || (*at >= 'a' && *at <= 'z') || *at == '_'))
        at++;
    return at > text + 1 && end - at > 1 && at[0] == ']' && (at[1] == '\n' || at[1] == '\r');
}

/* Whether a text is JSON by its first character, and no list of words. */
static bool is_json(const char *text, size_t size)
{
    const char *const first = first_of(text, size), *const end = text + size;
    if (first == end)
        return false;
    return *first == '{' || *first == '"' || (*first == '[' && !is_bracketed(first, end));
}

static seqnet_status unpickle(sn_draft *draft, sn_tree *tree, const char *data, size_t size,
                              sn_tree_value *root)
{
    const unsigned allowed = SN_PICKLE_NUMPY | SN_PICKLE_PYTHON | SN_PICKLE_KERAS;
    const seqnet_status status =
        sn_tree_unpickle(tree, data, size, allowed, "a tokenizer of Keras or a word index", root);
    if (status == SEQNET_ERR_MODEL && *tree->pickle.forbidden)
        SN_TRY(sn_foreign_global(tree->pickle.forbidden, draft->path, draft->err));
    return status;
}

static seqnet_status read_draft(sn_draft *draft, sn_tree *tree, const char *data, size_t size,
                                char form[SN_TOKENIZER_FORM])
{
    sn_tree_value root;
    if (sn_tree_is_pickle(data, size)) {
        SN_TRY(unpickle(draft, tree, data, size, &root));
        return sn_tokenizer_tree_read(draft, tree, &root, form);
    }
    SN_TRY(sn_foreign_bytes(data, size, draft->path, draft->err));
    if (is_json(data, size)) {
        const char *const first = first_of(data, size);
        SN_TRY(sn_tree_parse(tree, first, size - (size_t)(first - data), &root));
        return sn_tokenizer_tree_read(draft, tree, &root, form);
    }
    if (!sn_utf8_is_clean(data, size))
        return sn_tokenizer_unknown(draft->path, draft->err);
    const size_t mark =
        size >= SN_UTF8_MARK_SIZE && memcmp(data, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0
            ? SN_UTF8_MARK_SIZE
            : 0;
    return sn_word_lines_read(draft, data + mark, size - mark, form);
}

static seqnet_status parse(sn_tokenizer_file *file, const char *data, size_t size, const char *path,
                           seqnet_error *err)
{
    sn_draft draft = {.path = path, .err = err};
    sn_tree tree = {.path = path, .err = err};
    char form[SN_TOKENIZER_FORM] = "";
    seqnet_status status = read_draft(&draft, &tree, data, size, form);
    if (status == SEQNET_OK)
        status = sn_draft_finish(&draft, form, file);
    sn_draft_free(&draft);
    sn_tree_free(&tree);
    return status;
}

seqnet_status sn_tokenizer_file_parse(sn_tokenizer_file *file, const void *bytes, size_t size,
                                      const char *path, seqnet_error *err)
{
    const char *data;
    char *made;
    size_t length;
    *file = (sn_tokenizer_file){.oov_id = -1};
    SN_TRY(sn_unpack(bytes, size, path, &data, &length, &made, err));
    const seqnet_status status = parse(file, data, length, path, err);
    free(made);
    if (status != SEQNET_OK)
        sn_tokenizer_file_free(file);
    return status;
}

seqnet_status sn_tokenizer_file_read(sn_tokenizer_file *file, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    *file = (sn_tokenizer_file){.oov_id = -1};
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    const seqnet_status status = sn_tokenizer_file_parse(file, bytes.data, bytes.size, path, err);
    sn_bytes_close(&bytes);
    return status;
}

void sn_tokenizer_file_free(sn_tokenizer_file *file)
{
    sn_vocabulary_free(file->vocabulary);
    *file = (sn_tokenizer_file){0};
}
