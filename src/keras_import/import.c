/*
 * seqnet_import: a file of weights and a configuration become a model. The steps are those of the
 * struct below, from top to bottom.
 */
#include <seqnet/import.h>

#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>
#include <seqnet/train.h>

#include "assemble.h"
#include "fasttext_file.h"
#include "fasttext_import.h"
#include "fill.h"
#include "import_words.h"
#include "masked_maxima.h"
#include "memory.h"
#include "mixed_masks.h"
#include "node_arrays.h"
#include "stored.h"

#include "banned.h"

enum { USUAL_MAXLEN = 500 };

typedef struct importer {
    const char *path;
    const seqnet_import_options *options;
    seqnet_error *err;
    sn_notes notes;
    sn_weights_file file;
    /* The text of options.config or options.layer_file, or NULL. */
    char *given;
    sn_graph graph;
    sn_stored stored;
    sn_import_words words;
    /* Timesteps that the graph names, or 0. */
    size_t own_time;
    sn_translation translation;
    sn_model_config config;
    float *weights;
    seqnet_model *model;
} importer;

seqnet_import_options seqnet_import_options_default(void)
{
    return (seqnet_import_options){.padding = SEQNET_IMPORT_AUTO};
}

static seqnet_status check_options(const seqnet_import_options *options, seqnet_error *err)
{
    if (options->config && options->layer_file)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a configuration and a list of layers say the same; leave .config or "
                       ".layer_file out");
    if (options->tokenizer && options->word_index)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a tokenizer has its own words; leave .tokenizer or .word_index out");
    if (options->maxlen < 0 || options->maxlen > SN_MAX_FILE_TIME)
        return sn_fail(err, SEQNET_ERR_USAGE, ".maxlen is not a number from 0 to %d",
                       SN_MAX_FILE_TIME);
    if (options->num_words < 0 || options->num_words > INT32_MAX)
        return sn_fail(err, SEQNET_ERR_USAGE, ".num_words is not a number from 0 to %d", INT32_MAX);
    return SEQNET_OK;
}

/* ---- The file and its configuration ---- */

static bool has_weights(const sn_weights_file *file)
{
    for (size_t i = 0; i < file->array_count; i++)
        if (file->arrays[i].count)
            return true;
    return false;
}

static seqnet_status read_file(importer *m)
{
    const char *const named = m->options->config ? m->options->config : m->options->layer_file;
    char arrays[500];
    SN_TRY(sn_weights_file_read(&m->file, m->path, m->err));
    if (!has_weights(&m->file))
        return sn_fail(m->err, SEQNET_ERR_MODEL,
                       "%s: has no weights: it was saved before the model was built; train it, or "
                       "build it, and save it again",
                       m->path);
    if (named)
        return seqnet_layer_list_read(&m->given, named, m->err);
    if (m->file.config)
        return SEQNET_OK;
    sn_node_arrays_describe(&m->file, arrays, sizeof arrays);
    return sn_fail(m->err, SEQNET_ERR_MODEL,
                   "%s: has weights and no configuration (%s); give its layers with .config, what "
                   "model.to_json() writes, or with .layer_file",
                   m->path, arrays);
}

/* What errors about layers begin with, and, once the layers are known, those about arrays. */
static const char *layers_place(const importer *m)
{
    return m->options->config       ? m->options->config
           : m->options->layer_file ? m->options->layer_file
                                    : m->path;
}

static seqnet_status read_graph(importer *m)
{
    SN_TRY(sn_graph_read(&m->graph, m->given ? m->given : m->file.config, layers_place(m),
                         m->file.keras_version, m->err));
    sn_graph_compile(&m->graph, m->file.training_config);
    sn_graph_fold_maxima(&m->graph);
    SN_TRY(sn_translate_check(&m->graph, m->err));
    SN_TRY(sn_graph_time(&m->graph, &m->own_time, m->err));
    m->graph.place = m->path;
    SN_TRY(sn_node_arrays_find(&m->graph, &m->file, m->err));
    return sn_graph_check_maxima(&m->graph, m->err);
}

/* ---- Timesteps ---- */

static seqnet_status translate(importer *m, size_t time, bool is_trial)
{
    m->notes.is_silent = is_trial;
    m->graph.place = layers_place(m);
    const seqnet_status status = sn_translate(&m->translation, &m->graph, time, &m->config,
                                              &m->notes, is_trial ? NULL : m->err);
    m->notes.is_silent = false;
    m->graph.place = m->path;
    return status;
}

/* Finds the timesteps for which what is flattened has as many numbers as the Dense behind it takes;
 * 0: none are, or the number of timesteps does not matter. */
static size_t find_flattened_time(importer *m)
{
    size_t low = 1, high = SN_MAX_TIME;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        /* What is too short for a kernel fails. */
        if (translate(m, middle, true) != SEQNET_OK || sn_keras_compare(&m->translation) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const bool fits =
        translate(m, low, true) == SEQNET_OK && sn_keras_compare(&m->translation) == 0;
    const bool matters =
        translate(m, SN_MAX_TIME, true) == SEQNET_OK && sn_keras_compare(&m->translation) != 0;
    return fits && matters ? low : 0;
}

static seqnet_status choose_time(importer *m, size_t *time)
{
    const size_t asked = (size_t)m->options->maxlen, own = m->own_time;
    *time = own;
    if (own && asked && own != asked)
        return sn_fail(m->err, SEQNET_ERR_USAGE,
                       "%s: the model takes rows of %zu ids, not of %zu; leave .maxlen out",
                       m->path, own, asked);
    if (own)
        return SEQNET_OK;
    const size_t flattened = asked ? 0 : find_flattened_time(m);
    *time = asked ? asked : flattened;
    if (flattened)
        sn_notes_add(&m->notes, "rows of %zu ids follow from the sizes of the layers", flattened);
    if (*time)
        return SEQNET_OK;
    *time = m->words.tokenizer.maxlen > 0 ? (size_t)m->words.tokenizer.maxlen : USUAL_MAXLEN;
    if (m->words.kind == SN_WORDS_VECTORIZED)
        sn_notes_add(
            &m->notes,
            "the TextVectorization names no length, so that Keras pads to the longest text "
            "of a batch: here all rows have %zu ids; .maxlen sets another length",
            *time);
    else if (m->words.tokenizer.maxlen > 0)
        sn_notes_add(&m->notes, "rows of %zu ids, as %s says", *time, m->words.path);
    else
        sn_notes_add(
            &m->notes,
            "the file names no length of its rows: %zu ids are taken; .maxlen sets another", *time);
    return SEQNET_OK;
}

/* ---- Words and rows ---- */

static const char *const SIDES[] = {[SEQNET_PRE] = "in front", [SEQNET_POST] = "at the end"};

/* Takes the side that an option asks for, or without one the usual side; whether it did the last.
 */
static bool side_of(seqnet_import_side asked, seqnet_side usual, seqnet_side *side)
{
    *side = asked == SEQNET_IMPORT_AUTO   ? usual
            : asked == SEQNET_IMPORT_POST ? SEQNET_POST
                                          : SEQNET_PRE;
    return asked == SEQNET_IMPORT_AUTO;
}

/* Does the same where the tokenizer's file may say the side; whether nothing said it. */
static bool choose_side(importer *m, seqnet_import_side asked, bool is_told, seqnet_side told,
                        const char *what, seqnet_side usual, seqnet_side *side)
{
    const bool is_open = side_of(asked, is_told ? told : usual, side);
    if (is_open && is_told)
        sn_notes_add(&m->notes, "rows are %s %s, as %s says", what, SIDES[told], m->words.path);
    return is_open && !is_told;
}

static void choose_padding(importer *m)
{
    const bool is_imdb = m->words.kind == SN_WORDS_IMDB;
    const seqnet_side usual = is_imdb ? SEQNET_PRE : SEQNET_POST;
    const sn_tokenizer_file *const told = &m->words.tokenizer;
    const bool pads = choose_side(m, m->options->padding, told->has_padding, told->padding,
                                  "padded", usual, &m->config.padding.padding);
    const bool cuts = choose_side(m, m->options->truncating, told->has_truncating, told->truncating,
                                  "cut", usual, &m->config.padding.truncating);
    if (m->words.kind == SN_WORDS_VECTORIZED || (!pads && !cuts))
        return;
    sn_notes_add(&m->notes, "where rows are %s is not in the file: %s, as %s; %s otherwise",
                 pads && cuts ? "padded and cut"
                 : pads       ? "padded"
                              : "cut",
                 SIDES[usual],
                 is_imdb ? "Keras does by itself" : "most models with a tokenizer of their own do",
                 is_imdb ? (pads ? ".padding post" : ".truncating post")
                         : (pads ? ".padding pre" : ".truncating pre"));
}

static int32_t special_id(int32_t id, int32_t id_count)
{
    return id < id_count ? id : SEQNET_ID_NONE;
}

static void encode_imdb(sn_encoding *encoding)
{
    enum { START = 1, UNKNOWN = 2, INDEX_FROM = 3 };
    encoding->start_char = special_id(START, encoding->id_count);
    encoding->oov_char = special_id(UNKNOWN, encoding->id_count);
    encoding->index_from = INDEX_FROM;
}

static void encode_tokenized(importer *m, sn_encoding *encoding)
{
    const sn_tokenizer_file *const tokenizer = &m->words.tokenizer;
    encoding->start_char = SEQNET_ID_NONE;
    encoding->oov_char = special_id(tokenizer->oov_id, encoding->id_count);
    encoding->index_from = tokenizer->index_from;
    encoding->rule = tokenizer->rule;
    if (tokenizer->highest_id >= encoding->id_count)
        sn_notes_add(&m->notes,
                     "the tokenizer has ids up to %d, the embedding rows for those below %d: words "
                     "with higher ids are %s",
                     tokenizer->highest_id, encoding->id_count,
                     encoding->oov_char == SEQNET_ID_NONE ? "dropped" : "unknown");
}

/* The rows of the embedding, as many as num_words asks for. */
static seqnet_status choose_ids(importer *m)
{
    sn_embedding_spec *const embedding = &m->config.layers[0].embedding;
    const size_t asked = (size_t)m->options->num_words;
    if (asked > embedding->id_count)
        return sn_fail(m->err, SEQNET_ERR_USAGE,
                       "%s: the embedding has %zu rows; choose a smaller .num_words than %zu",
                       m->path, embedding->id_count, asked);
    embedding->id_count = asked ? asked : embedding->id_count;
    sn_encoding *const encoding = &m->config.encoding;
    *encoding = (sn_encoding){.id_count = (int32_t)embedding->id_count};
    m->config.row_kind = m->words.kind == SN_WORDS_IMDB ? SN_ROWS_RANKS : SN_ROWS_TEXT;
    if (m->words.kind == SN_WORDS_IMDB)
        encode_imdb(encoding);
    else
        encode_tokenized(m, encoding);
    return SEQNET_OK;
}

/* Rows and words as seqnet has stored them, apart from what the options say. */
static seqnet_status use_stored(importer *m)
{
    SN_TRY(sn_stored_apply(&m->stored, &m->config, m->path, m->err));
    (void)side_of(m->options->padding, m->config.padding.padding, &m->config.padding.padding);
    (void)side_of(m->options->truncating, m->config.padding.truncating,
                  &m->config.padding.truncating);
    return SEQNET_OK;
}

static seqnet_status make_config(importer *m)
{
    size_t time;
    SN_TRY(choose_time(m, &time));
    SN_TRY(translate(m, time, false));
    m->config.maxlen = time;
    if (m->stored.is_there)
        return use_stored(m);
    SN_TRY(choose_ids(m));
    choose_padding(m);
    return SEQNET_OK;
}

/* ---- The model ---- */

static seqnet_status place_error(seqnet_status status, const importer *m, const seqnet_error *inner)
{
    if (status == SEQNET_OK || status == SEQNET_ERR_MEMORY)
        return status == SEQNET_OK ? status : sn_fail(m->err, status, "%s", inner->message);
    return sn_fail(m->err, SEQNET_ERR_MODEL, "%s: %s", m->path, inner->message);
}

/* A configuration must not ask for memory that the file has nothing for. Kernels with zeros between
 * their taps, and sums, need more than the file has. */
static seqnet_status check_floats(const importer *m)
{
    enum { MOST_ZEROS = 4096 };
    const size_t needed = m->model->network.table.floats;
    size_t stored = 0;
    for (size_t i = 0; i < m->file.array_count; i++)
        stored += m->file.arrays[i].count;
    if (needed / MOST_ZEROS <= stored)
        return SEQNET_OK;
    return sn_fail(m->err, SEQNET_ERR_MODEL,
                   "%s: its layers would have %zu weights, and the file has %zu", m->path, needed,
                   stored);
}

static seqnet_status fill_weights(importer *m)
{
    SN_TRY(check_floats(m));
    SN_TRY(sn_alloc_floats(&m->weights, m->model->network.table.floats, m->err));
    SN_TRY(sn_keras_fill(&m->translation, &m->model->network, m->file.backend, m->weights, m->err));
    return sn_stored_unscale(&m->stored, m->model, m->weights, m->path, m->err);
}

static seqnet_status give_labels(importer *m)
{
    sn_label_names labels;
    const size_t outputs = m->model->network.outputs;
    const size_t count = m->config.multi_label ? outputs : sn_class_count(outputs);
    if (count > SN_MAX_LABELS)
        return sn_fail(m->err, SEQNET_ERR_MODEL,
                       "%s: has %zu outputs; a model has at most %d labels", m->path, count,
                       SN_MAX_LABELS);
    if (m->stored.is_there && !m->options->labels && m->stored.label_count == count)
        return sn_model_set_labels(m->model, (const char *const *)m->stored.labels, count, m->err);
    seqnet_status status = sn_import_labels_find(&labels, count, m->words.kind, m->path, m->options,
                                                 &m->notes, m->err);
    if (status == SEQNET_OK)
        status = sn_model_set_labels(m->model, (const char *const *)labels.names, count, m->err);
    sn_label_names_free(&labels);
    return status;
}

/* Of the IMDB index, the words that have an id in the embedding. */
static seqnet_status give_words(importer *m)
{
    const sn_encoding *const encoding = &m->config.encoding;
    if (m->stored.is_there) {
        m->model->vocabulary = m->stored.vocabulary;
        m->stored.vocabulary = NULL;
        return SEQNET_OK;
    }
    if (m->words.kind != SN_WORDS_IMDB) {
        m->model->vocabulary = m->words.tokenizer.vocabulary;
        m->words.tokenizer.vocabulary = NULL;
        return SEQNET_OK;
    }
    if (!m->words.index)
        return SEQNET_OK;
    const int64_t usable = (int64_t)encoding->id_count - encoding->index_from - 1;
    return sn_vocabulary_first(&m->model->vocabulary, m->words.index,
                               usable > 0 ? (size_t)usable : 0, m->err);
}

/* ---- The record ---- */

static seqnet_status hash_file(const char *path, char hash[SN_HASH_TEXT], seqnet_error *err)
{
    sn_bytes bytes;
    sn_hasher hasher;
    *hash = '\0';
    if (!sn_file_exists(path)) /* a folder */
        return SEQNET_OK;
    SN_TRY(sn_bytes_open(&bytes, path, SEQNET_ERR_MODEL, err));
    const seqnet_status status = sn_hasher_begin(&hasher, err);
    if (status == SEQNET_OK) {
        sn_hasher_add(&hasher, bytes.data, bytes.size);
        sn_hasher_end(&hasher, hash);
    }
    sn_bytes_close(&bytes);
    return status;
}

static void add_text(seqnet_json *json, struct cJSON *object, const char *key, const char *text)
{
    if (text && *text)
        seqnet_json_string(json, object, key, text);
}

static seqnet_status write_record(importer *m, char **record)
{
    const seqnet_import_options *const options = m->options;
    char hash[SN_HASH_TEXT];
    SN_TRY(hash_file(m->path, hash, m->err));
    seqnet_json json = seqnet_json_begin_object();
    add_text(&json, json.root, "command", options->command_line);
    seqnet_json_string(&json, json.root, "seqnet", SEQNET_VERSION);
    struct cJSON *const object = seqnet_json_object(&json, json.root, "imported");
    seqnet_json_string(&json, object, "file", m->path);
    add_text(&json, object, "file_hash", hash);
    add_text(&json, object, "keras_version", m->file.keras_version);
    add_text(&json, object, "config", options->config);
    add_text(&json, object, "layer_file", options->layer_file);
    add_text(&json, object, m->words.kind == SN_WORDS_IMDB ? "word_index" : "tokenizer",
             m->words.path);
    struct cJSON *const notes = seqnet_json_list(&json, object, "notes");
    for (size_t i = 0; i < m->notes.count; i++)
        seqnet_json_string(&json, notes, NULL, m->notes.sentences[i]);
    return seqnet_json_end(&json, record, m->err);
}

static seqnet_status assemble(importer *m)
{
    seqnet_error inner = {0};
    char *record;
    SN_TRY(place_error(sn_model_outline(&m->model, &m->config, &inner), m, &inner));
    SN_TRY(sn_keras_check_masks(&m->translation, &m->model->network, m->err));
    SN_TRY(fill_weights(m));
    SN_TRY(give_labels(m));
    SN_TRY(give_words(m));
    SN_TRY(write_record(m, &record));
    m->model->owned_weights = m->weights;
    m->weights = NULL;
    return place_error(sn_model_complete(m->model, m->model->owned_weights, record, &inner), m,
                       &inner);
}

/* ---- The whole ---- */

/* What seqnet has stored beside the weights counts, unless the options name other words. */
static seqnet_status find_words(importer *m)
{
    const seqnet_import_options *const options = m->options;
    if (!options->tokenizer && !options->word_index && !options->num_words && !m->given)
        SN_TRY(sn_stored_read(&m->stored, &m->file, m->path, m->err));
    if (m->stored.is_there)
        return SEQNET_OK;
    return sn_import_words_find(&m->words, &m->graph, &m->file, m->path, options, &m->notes,
                                m->err);
}

static seqnet_status import(importer *m)
{
    SN_TRY(check_options(m->options, m->err));
    SN_TRY(read_file(m));
    SN_TRY(read_graph(m));
    SN_TRY(find_words(m));
    SN_TRY(make_config(m));
    return assemble(m);
}

seqnet_status seqnet_import(seqnet_model **model, const char *path,
                            const seqnet_import_options *options, seqnet_error *err)
{
    const seqnet_import_options usual = seqnet_import_options_default();
    importer *m;
    if (sn_fasttext_tells_path(path))
        return sn_fasttext_import(model, path, options ? options : &usual, err);
    *model = NULL;
    SN_TRY(sn_alloc(&m, 1, sizeof *m, err));
    m->path = path;
    m->options = options ? options : &usual;
    m->err = err;
    const seqnet_status status = import(m);
    if (status == SEQNET_OK)
        *model = m->model;
    else
        seqnet_model_free(m->model);
    for (size_t i = 0; i < m->notes.count && status == SEQNET_OK && m->options->note; i++)
        m->options->note(m->options->user, m->notes.sentences[i]);
    free(m->weights);
    sn_import_words_free(&m->words);
    sn_stored_free(&m->stored);
    sn_graph_free(&m->graph);
    free(m->given);
    sn_weights_file_free(&m->file);
    sn_notes_free(&m->notes);
    free(m);
    return status;
}
