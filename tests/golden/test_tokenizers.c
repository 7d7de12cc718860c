/*
 * Tokenizers that users published: the ids of ten sentences by each, as texts_to_sequences gives
 * them, and what is refused. Needs SEQNET_SHARED, the folder that has models/zoo.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tokenizer_ids.h"

enum { PATH = 1024 };

static const char *path_in(char path[PATH], const char *folder, const char *name)
{
    const int length = snprintf(path, PATH, "%s/%s", folder, name);
    assert_in_range(length, 1, PATH - 1);
    return path;
}

static cJSON *read_expected(const char *folder)
{
    char path[PATH];
    sn_bytes bytes;
    (void)path_in(path, folder, "expected.json");
    assert_int_equal(sn_bytes_open(&bytes, path, SEQNET_ERR_DATA, NULL), SEQNET_OK);
    cJSON *const root = cJSON_ParseWithLength((const char *)bytes.data, bytes.size);
    assert_non_null(root);
    sn_bytes_close(&bytes);
    return root;
}

static void assert_ids(const sn_tokenizer_file *file, const char *text, const cJSON *expected,
                       const char *path)
{
    sn_encoded encoded = encode_by(file, text);
    size_t i = 0;
    for (const cJSON *id = expected->child; id; id = id->next, i++)
        if (i >= encoded.length || encoded.ids[i] != id->valueint)
            fail_msg("%s: id %zu of '%s'", path, i, text);
    assert_int_equal(i, encoded.length);
    sn_encoded_free(&encoded);
}

static void assert_sentences(const char *path, const cJSON *entry)
{
    sn_tokenizer_file file;
    seqnet_error err;
    if (sn_tokenizer_file_read(&file, path, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    const cJSON *ids = cJSON_GetObjectItem(entry, "ids")->child;
    const cJSON *sentence = cJSON_GetObjectItem(entry, "sentences")->child;
    for (; sentence; sentence = sentence->next, ids = ids->next)
        assert_ids(&file, sentence->valuestring, ids, path);
    sn_tokenizer_file_free(&file);
}

static void assert_refused(const char *path, const char *expected)
{
    sn_tokenizer_file file;
    seqnet_error err;
    assert_int_equal(sn_tokenizer_file_read(&file, path, &err), SEQNET_ERR_MODEL);
    if (!strstr(err.message, expected))
        fail_msg("%s", err.message);
    assert_null(file.vocabulary);
}

static void zoo_folder(char folder[PATH])
{
    const char *const shared = getenv("SEQNET_SHARED");
    if (!shared || !*shared) {
        print_message("skipped: SEQNET_SHARED is not set\n");
        skip();
    }
    (void)path_in(folder, shared, "models/zoo");
}

static void tokenizers_beside_models(void **state)
{
    (void)state;
    char path[PATH], folder[PATH], owner[PATH];
    zoo_folder(folder);
    cJSON *const root = read_expected(folder);
    size_t count = 0;
    for (const cJSON *entry = root->child; entry; entry = entry->next) {
        const cJSON *const name = cJSON_GetObjectItem(entry, "tokenizer");
        if (!name || !cJSON_GetObjectItem(entry, "sentences"))
            continue;
        (void)path_in(owner, folder, entry->string);
        *strrchr(owner, '/') = '\0';
        (void)path_in(path, owner, name->valuestring);
        assert_sentences(path, entry);
        count++;
    }
    assert_true(count >= 8);
    cJSON_Delete(root);
}

static void tokenizers_without_models(void **state)
{
    (void)state;
    char path[PATH], folder[PATH];
    zoo_folder(folder);
    (void)path_in(path, folder, "tokenizers");
    memcpy(folder, path, sizeof folder);
    cJSON *const root = read_expected(folder);
    for (const cJSON *entry = root->child; entry; entry = entry->next) {
        (void)path_in(path, folder, entry->string);
        if (cJSON_GetObjectItem(entry, "sentences"))
            assert_sentences(path, entry);
        else
            assert_refused(path, "Hugging Face");
    }
    cJSON_Delete(root);
}

static void other_files_beside_models(void **state)
{
    (void)state;
    char path[PATH], folder[PATH];
    sn_label_names labels;
    zoo_folder(folder);
    (void)path_in(path, folder, "Vedantika1705/tokenizer.pickle");
    assert_refused(path, "empty");
    (void)path_in(path, folder, "chadn/model_config.json");
    assert_refused(path, "neither");
    (void)path_in(path, folder, "Akshatkasera/labels.txt");
    assert_int_equal(sn_label_names_read(&labels, path, NULL), SEQNET_OK);
    assert_int_equal(labels.count, 9);
    assert_string_equal(labels.names[7], "set_an_alarm");
    sn_label_names_free(&labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokenizers_beside_models),
        cmocka_unit_test(tokenizers_without_models),
        cmocka_unit_test(other_files_beside_models),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
