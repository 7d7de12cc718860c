#include "word_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "file.h"
#include "json.h"
#include "memory.h"

#include "banned.h"

enum { RANKS_TO_SPARE = 1000000, MAX_VALUES = 1 << 22 };

static const char FILE_NAME[] = "imdb_word_index.json";

static seqnet_status check_entry(const cJSON *entry, size_t rank_limit, const char *path,
                                 seqnet_error *err)
{
    const char *const word = entry->string;
    const double rank = cJSON_IsNumber(entry) ? entry->valuedouble : 0.0;
    if (!(rank >= 1.0) || rank > (double)rank_limit || rank != (double)(size_t)rank)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: the rank of '%.80s' is not a whole number from 1 to %zu", path, word,
                       rank_limit);
    if (*word == '\0' || strchr(word, '\n'))
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: the word of rank %.0f is empty or holds a newline", path, rank);
    return SEQNET_OK;
}

/* Sets words[rank - 1] for each entry; *size becomes the highest rank. */
static seqnet_status order_by_rank(const char **words, size_t rank_limit, size_t *size,
                                   const cJSON *root, const char *path, seqnet_error *err)
{
    *size = 0;
    for (const cJSON *entry = root->child; entry; entry = entry->next) {
        SN_TRY(check_entry(entry, rank_limit, path, err));
        const size_t rank = (size_t)entry->valuedouble;
        if (words[rank - 1])
            return sn_fail(err, SEQNET_ERR_DATA, "%s: rank %zu is given to '%.80s' and to '%.80s'",
                           path, rank, words[rank - 1], entry->string);
        words[rank - 1] = entry->string;
        *size = rank > *size ? rank : *size;
    }
    return SEQNET_OK;
}

static seqnet_status build(sn_vocabulary **vocabulary, const char *const *words, size_t size,
                           const char *path, seqnet_error *err)
{
    size_t bytes = 0, pos = 0;
    for (size_t i = 0; i < size; i++)
        bytes += (words[i] ? strlen(words[i]) : 0) + 1;
    char *lines;
    SN_TRY(sn_alloc(&lines, bytes, 1, err));
    for (size_t i = 0; i < size; i++) {
        const size_t length = words[i] ? strlen(words[i]) : 0;
        if (length)
            memcpy(lines + pos, words[i], length);
        pos += length;
        lines[pos++] = '\n';
    }
    seqnet_error inner = {0};
    const seqnet_status status = sn_vocabulary_from_lines(vocabulary, lines, bytes, &inner);
    free(lines);
    return status == SEQNET_OK ? status : sn_fail(err, status, "%s: %s", path, inner.message);
}

static seqnet_status not_ranks(const char *path, const char *why, seqnet_error *err)
{
    return sn_fail(
        err, SEQNET_ERR_DATA,
        "%s: is not a JSON object of \"word\": rank pairs, as imdb_word_index.json is%s%s", path,
        *why ? ": " : "", why);
}

static seqnet_status read_json(sn_vocabulary **vocabulary, const cJSON *root, size_t rank_limit,
                               const char *path, seqnet_error *err)
{
    if (!cJSON_IsObject(root) || !root->child)
        return not_ranks(path, "", err);
    const char **words;
    size_t size = 0;
    SN_TRY(sn_alloc(&words, rank_limit, sizeof *words, err));
    seqnet_status status = order_by_rank(words, rank_limit, &size, root, path, err);
    if (status == SEQNET_OK)
        status = build(vocabulary, words, size, path, err);
    free(words);
    return status;
}

seqnet_status sn_word_index_parse(sn_vocabulary **vocabulary, const char *json, size_t length,
                                  const char *path, seqnet_error *err)
{
    static const char REMEDY[] = "name a smaller word index, or use a machine with more memory";
    /* Keys may occur twice here: the vocabulary refuses such a word with a sentence of its own. */
    const sn_json_limits limits = {.values = MAX_VALUES};
    cJSON *root;
    seqnet_error why = {0};
    *vocabulary = NULL;
    seqnet_status status = sn_json_parse(&root, json, length, &limits, NULL, &why);
    if (status == SEQNET_ERR_DATA)
        return not_ranks(path, why.message, err);
    /* Ranks may have gaps, but a small file must not make us allocate a large table. */
    if (status == SEQNET_OK)
        status = read_json(vocabulary, root, length + RANKS_TO_SPARE, path, err);
    else
        (void)sn_fail(err, status, "%s", why.message);
    cJSON_Delete(root);
    return sn_memory_place(status, path, REMEDY, err);
}

seqnet_status sn_word_index_read(sn_vocabulary **vocabulary, const char *path, seqnet_error *err)
{
    *vocabulary = NULL;
    sn_bytes bytes;
    SN_TRY(sn_bytes_open_text(&bytes, path, err));
    const seqnet_status status =
        sn_word_index_parse(vocabulary, (const char *)bytes.data, bytes.size, path, err);
    sn_bytes_close(&bytes);
    return status;
}

/* Sets *path to folder/inner/FILE_NAME when that file exists. */
static seqnet_status try_folder(char **path, const char *folder, size_t folder_length,
                                const char *inner, seqnet_error *err)
{
    char *candidate;
    SN_TRY(sn_format(&candidate, err, "%.*s%s%s", (int)folder_length, folder, inner, FILE_NAME));
    if (sn_file_exists(candidate))
        *path = candidate;
    else
        free(candidate);
    return SEQNET_OK;
}

seqnet_status sn_word_index_find(char **path, const char *data, seqnet_error *err)
{
    *path = NULL;
    const char *const slash = strrchr(data, '/');
    SN_TRY(try_folder(path, data, slash ? (size_t)(slash - data) + 1 : 0, "", err));
    const char *const shared = getenv("SEQNET_DATA");
    if (!*path && shared && *shared)
        SN_TRY(try_folder(path, shared, strlen(shared), "/", err));
    const char *const home = getenv("HOME");
    if (!*path && home && *home)
        SN_TRY(try_folder(path, home, strlen(home), "/.keras/datasets/", err));
    return SEQNET_OK;
}
