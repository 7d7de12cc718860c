#include "import_words.h"

#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "file.h"
#include "memory.h"
#include "word_index.h"

#include "banned.h"

/* ---- TextVectorization ---- */

static const sn_graph_node *find_vectorizer(const sn_graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        if (graph->nodes[i].is_used && strcmp(graph->nodes[i].class_name, "TextVectorization") == 0)
            return &graph->nodes[i];
    return NULL;
}

/* A setting that is a word, NULL for null; false for a function of the author's own. */
static bool read_word(const cJSON *config, const char *key, const char *usual, const char **word)
{
    const cJSON *const item = sn_json_member(config, key);
    *word = item ? cJSON_GetStringValue(item) : usual;
    return !item || cJSON_IsNull(item) || *word;
}

static seqnet_status read_rule(const sn_graph *graph, const sn_graph_node *node, sn_text_rule *rule,
                               seqnet_error *err)
{
    const char *standardize, *split, *mode;
    const cJSON *const ngrams = sn_json_member(node->config, "ngrams");
    if (!read_word(node->config, "output_mode", "int", &mode) || !mode || strcmp(mode, "int") != 0)
        return sn_graph_refuse(graph, node, err, "output_mode '%.40s' is not supported",
                               mode ? mode : "?");
    if (ngrams && !cJSON_IsNull(ngrams))
        return sn_graph_refuse(graph, node, err, "ngrams is not supported");
    if (!read_word(node->config, "standardize", "lower_and_strip_punctuation", &standardize))
        return sn_graph_refuse(graph, node, err,
                               "standardize is a function whose code is not in the file");
    if (!read_word(node->config, "split", "whitespace", &split))
        return sn_graph_refuse(graph, node, err,
                               "split is a function whose code is not in the file");
    if (!sn_vectorizer_rule(rule, standardize, split))
        return sn_graph_refuse(graph, node, err,
                               "standardize '%.40s' with split '%.40s' is not supported",
                               standardize ? standardize : "null", split ? split : "null");
    return SEQNET_OK;
}

static const sn_weights_asset *find_vocabulary(const sn_weights_file *file)
{
    for (size_t i = 0; i < file->asset_count; i++)
        if (strstr(file->assets[i].name, "vocab"))
            return &file->assets[i];
    return NULL;
}

/* The list in the layer's config, which some versions write; empty: there is none. */
static seqnet_status join_vocabulary(const cJSON *list, sn_buffer *lines, seqnet_error *err)
{
    const cJSON *item;
    if (cJSON_IsObject(list)) /* a list of a class of its own */
        list = sn_json_member(list, "config");
    if (!cJSON_IsArray(list))
        return SEQNET_OK;
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item))
            SN_TRY(sn_buffer_add_text(lines, item->valuestring, err));
        SN_TRY(sn_buffer_add_byte(lines, '\n', err));
    }
    return SEQNET_OK;
}

static seqnet_status parse_lines(sn_import_words *words, const sn_text_rule *rule,
                                 const sn_graph_node *node, const char *lines, size_t size,
                                 const char *place, seqnet_error *err)
{
    const double most = cJSON_GetNumberValue(sn_json_member(node->config, "max_tokens"));
    const size_t max_tokens = most >= 1.0 && most <= 1e9 ? (size_t)most : 0;
    return sn_vectorizer_parse(&words->tokenizer, rule, max_tokens, lines, size, place, err);
}

static seqnet_status parse_list(sn_import_words *words, const sn_text_rule *rule,
                                const sn_graph_node *node, const char *path, seqnet_error *err)
{
    sn_bytes bytes;
    SN_TRY(sn_bytes_open_text(&bytes, path, err));
    const seqnet_status status =
        parse_lines(words, rule, node, (const char *)bytes.data, bytes.size, path, err);
    sn_bytes_close(&bytes);
    return status == SEQNET_OK ? sn_copy_string(&words->path, path, strlen(path), err) : status;
}

static seqnet_status use_vectorizer(sn_import_words *words, const sn_graph *graph,
                                    const sn_graph_node *node, const sn_weights_file *file,
                                    const seqnet_import_options *options, seqnet_error *err)
{
    const sn_weights_asset *const asset = find_vocabulary(file);
    sn_text_rule rule;
    sn_buffer lines = {0};
    SN_TRY(read_rule(graph, node, &rule, err));
    words->kind = SN_WORDS_VECTORIZED;
    if (options->tokenizer)
        return parse_list(words, &rule, node, options->tokenizer, err);
    if (asset)
        return parse_lines(words, &rule, node, asset->bytes, asset->size, graph->place, err);
    seqnet_status status = join_vocabulary(sn_json_member(node->config, "vocabulary"), &lines, err);
    if (status == SEQNET_OK && lines.length == 0)
        status = sn_graph_refuse(graph, node, err,
                                 "its vocabulary is not in the file; give it with .tokenizer, a "
                                 "word a line as layer.get_vocabulary() lists them, or save the "
                                 "model as .keras");
    if (status == SEQNET_OK)
        status = parse_lines(words, &rule, node, lines.bytes, lines.length, graph->place, err);
    sn_buffer_free(&lines);
    return status;
}

/* ---- Tokenizers ---- */

/* Takes Keras's index of the IMDB data for what it is: of a model of these data, whose ids are not
 * its own. */
static void take_imdb_index(sn_import_words *words, sn_notes *notes)
{
    if (!words->tokenizer.is_imdb)
        return;
    words->kind = SN_WORDS_IMDB;
    words->index = words->tokenizer.vocabulary;
    words->tokenizer.vocabulary = NULL;
    sn_notes_add(notes,
                 "%s: is Keras's word index of the IMDB data: the ids are taken for those of "
                 "imdb.load_data, which are 3 higher",
                 words->path);
}

static seqnet_status use_tokenizer(sn_import_words *words, const char *path, sn_notes *notes,
                                   seqnet_error *err)
{
    SN_TRY(sn_tokenizer_file_read(&words->tokenizer, path, err));
    words->kind = SN_WORDS_TOKENIZED;
    SN_TRY(sn_copy_string(&words->path, path, strlen(path), err));
    if (*words->tokenizer.told)
        sn_notes_add(notes, "%s: %s", path, words->tokenizer.told);
    take_imdb_index(words, notes);
    return SEQNET_OK;
}

/* Takes the first file beside the model that can be read. */
static seqnet_status try_beside(sn_import_words *words, const char *model, sn_notes *notes,
                                seqnet_error *err)
{
    sn_beside beside;
    seqnet_status status = sn_beside_find(&beside, model, SN_BESIDE_TOKENIZER, err);
    for (size_t i = 0; status == SEQNET_OK && i < beside.count && !words->path; i++) {
        seqnet_error why = {0};
        status = use_tokenizer(words, beside.paths[i], notes, &why);
        if (status == SEQNET_OK)
            sn_notes_add(notes,
                         "the tokenizer beside the model is used: %s (%s, %zu words); .tokenizer "
                         "names another one",
                         words->path, words->tokenizer.form, words->tokenizer.words);
        else if (status == SEQNET_ERR_MEMORY)
            (void)sn_fail(err, status, "%s", why.message);
        else {
            sn_notes_add(notes, "%s; it is left out", why.message);
            status = SEQNET_OK;
        }
    }
    sn_beside_free(&beside);
    return status;
}

/* ---- Keras's IMDB ids ---- */

static seqnet_status use_imdb(sn_import_words *words, const char *model,
                              const seqnet_import_options *options, sn_notes *notes,
                              seqnet_error *err)
{
    words->kind = SN_WORDS_IMDB;
    if (options->word_index)
        SN_TRY(sn_copy_string(&words->path, options->word_index, strlen(options->word_index), err));
    else
        SN_TRY(sn_word_index_find(&words->path, model, err));
    if (words->path)
        SN_TRY(sn_word_index_read(&words->index, words->path, err));
    sn_notes_add(notes, "no tokenizer is known: the ids are taken for those of Keras's IMDB data; "
                        ".tokenizer names the model's own");
    if (words->path)
        sn_notes_add(notes, "word index: %s", words->path);
    else
        sn_notes_add(notes, "no imdb_word_index.json is found: the model takes ids only; "
                            ".word_index names it");
    return SEQNET_OK;
}

seqnet_status sn_import_words_find(sn_import_words *words, const sn_graph *graph,
                                   const sn_weights_file *file, const char *path,
                                   const seqnet_import_options *options, sn_notes *notes,
                                   seqnet_error *err)
{
    const sn_graph_node *const node = find_vectorizer(graph);
    *words = (sn_import_words){.kind = SN_WORDS_IMDB};
    if (node)
        return use_vectorizer(words, graph, node, file, options, err);
    if (options->tokenizer)
        return use_tokenizer(words, options->tokenizer, notes, err);
    if (!options->word_index)
        SN_TRY(try_beside(words, path, notes, err));
    return words->path ? SEQNET_OK : use_imdb(words, path, options, notes, err);
}

void sn_import_words_free(sn_import_words *words)
{
    sn_tokenizer_file_free(&words->tokenizer);
    sn_vocabulary_free(words->index);
    free(words->path);
    *words = (sn_import_words){.kind = SN_WORDS_IMDB};
}
