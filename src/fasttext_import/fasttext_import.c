#include "fasttext_import.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>

#include "assemble.h"
#include "buffer.h"
#include "fasttext_file.h"
#include "fasttext_rule.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

/* Numbers of the buckets of a model of which the size is told. */
enum { MANY_NUMBERS = 1 << 25 };

/* A probability from which on a label of a model with a logistic function for each is given. */
static const double THRESHOLD = 0.5;

static const char *place_of(const sn_fasttext_file *f)
{
    return sn_stream_place(f->stream);
}

static seqnet_status check_kind(const sn_fasttext_file *f, seqnet_error *err)
{
    if (f->kind != SN_FASTTEXT_SUPERVISED)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: holds word vectors of fastText (%s) and no classifier; train one that "
                       "starts from them with .vectors",
                       place_of(f), f->kind == SN_FASTTEXT_CBOW ? "cbow" : "skipgram");
    if (f->loss == SN_FASTTEXT_HIERARCHICAL)
        return sn_fail(
            err, SEQNET_ERR_MODEL,
            "%s: was trained with -loss hs, whose probabilities are products along a "
            "tree that no layer here has; train it with -loss softmax, or start from its "
            "word vectors with .vectors",
            place_of(f));
    if (f->labels < 2 || f->labels > SN_MAX_LABELS)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: has %zu labels; a model has 2 to %d",
                       place_of(f), f->labels, SN_MAX_LABELS);
    if (f->words == 0)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: has no words", place_of(f));
    if (f->words + (size_t)f->rule.buckets >= (size_t)SN_MAX_ID)
        return sn_fail(err, SEQNET_ERR_MODEL, "%s: has too many words and buckets: %zu",
                       place_of(f), f->words + (size_t)f->rule.buckets);
    return SEQNET_OK;
}

static sn_model_config configure(const sn_fasttext_file *f)
{
    const bool is_ova = f->loss != SN_FASTTEXT_SOFTMAX;
    const size_t ids = f->words + (size_t)f->rule.buckets + 1;
    sn_model_config config = {
        .layer_count = 3,
        .maxlen = SN_MAX_FILE_TIME,
        .padding = {.padding = SEQNET_POST, .truncating = SEQNET_POST},
        .encoding = {.id_count = (int32_t)ids,
                     .start_char = SEQNET_ID_NONE,
                     .oov_char = SEQNET_ID_NONE,
                     .rule = {.kind = SN_TEXT_RULE_FASTTEXT, .fasttext = f->rule}},
        .row_kind = SN_ROWS_TEXT,
        .multi_label = is_ova,
        .threshold = is_ova ? THRESHOLD : 0.0};
    config.layers[0] =
        (sn_layer_spec){.kind = SN_EMBEDDING,
                        .embedding = {.id_count = ids, .units = f->dimension, .mask_zero = true}};
    config.layers[1] = (sn_layer_spec){.kind = SN_POOLING, .pooling = {.mode = SN_POOL_MEAN}};
    config.layers[2] = (sn_layer_spec){.kind = SN_DENSE, .dense = {.units = f->labels}};
    return config;
}

/* Cuts the names of the labels, which have newlines behind them, into strings. */
static seqnet_status cut_names(sn_fasttext_file *f, const char **names, seqnet_error *err)
{
    char *name = f->names.bytes + f->word_bytes;
    bool all_marked = true;
    for (size_t i = 0; i < f->labels; i++) {
        char *const end = strchr(name, '\n');
        *end = '\0';
        if (sn_utf8_count_invalid(name, (size_t)(end - name)))
            return sn_fail(err, SEQNET_ERR_MODEL, "%s: its label number %zu is not UTF-8",
                           place_of(f), i + 1);
        all_marked &= strncmp(name, SN_FASTTEXT_LABEL, sizeof SN_FASTTEXT_LABEL - 1) == 0 &&
                      name[sizeof SN_FASTTEXT_LABEL - 1] != '\0';
        names[i] = name;
        name = end + 1;
    }
    for (size_t i = 0; all_marked && i < f->labels; i++)
        names[i] += sizeof SN_FASTTEXT_LABEL - 1;
    return SEQNET_OK;
}

static seqnet_status take_labels(seqnet_model *model, sn_fasttext_file *f, seqnet_error *err)
{
    const char **names;
    SN_TRY(sn_alloc(&names, f->labels, sizeof *names, err));
    seqnet_status status = cut_names(f, names, err);
    if (status == SEQNET_OK)
        status = sn_model_check_names(names, f->labels, place_of(f), err);
    if (status == SEQNET_OK)
        status = sn_model_set_labels(model, names, f->labels, err);
    free(names);
    return status;
}

static seqnet_status take_words(seqnet_model *model, const sn_fasttext_file *f, seqnet_error *err)
{
    seqnet_error inner = {0};
    const seqnet_status status =
        sn_vocabulary_from_lines(&model->vocabulary, f->names.bytes, f->word_bytes, &inner);
    if (status == SEQNET_OK)
        return status;
    return sn_fail(err, status == SEQNET_ERR_MEMORY ? status : SEQNET_ERR_MODEL, "%s: %s",
                   place_of(f), inner.message);
}

/* Reads the output matrix [labels, dimension] into a kernel [dimension, labels]. */
static seqnet_status read_output(sn_fasttext_file *f, float *kernel, seqnet_error *err)
{
    float *row;
    SN_TRY(sn_alloc_floats(&row, f->dimension, err));
    seqnet_status status = sn_fasttext_output(f, err);
    for (size_t label = 0; status == SEQNET_OK && label < f->labels; label++) {
        status = sn_fasttext_row(f, row, err);
        for (size_t k = 0; status == SEQNET_OK && k < f->dimension; k++)
            kernel[k * f->labels + label] = row[k];
    }
    free(row);
    return status;
}

/* Reads the matrices. Rows of buckets that no text reaches, where nothing is hashed, go through the
 * row of no word, which is zeroed behind them. */
static seqnet_status read_weights(seqnet_model *model, sn_fasttext_file *f, seqnet_error *err)
{
    const sn_tensor_table *const table = &model->network.table;
    const size_t rows = f->words + (size_t)f->rule.buckets;
    SN_TRY(sn_alloc_floats(&model->owned_weights, table->floats, err));
    float *const embeddings = model->owned_weights + table->tensors[0].offset;
    for (size_t i = 0; f->left; i++)
        SN_TRY(sn_fasttext_row(f, embeddings + (i < rows ? i + 1 : 0) * f->dimension, err));
    memset(embeddings, 0, f->dimension * sizeof *embeddings);
    memset(model->owned_weights + table->tensors[2].offset, 0, f->labels * sizeof(float));
    return read_output(f, model->owned_weights + table->tensors[1].offset, err);
}

static seqnet_status describe(const sn_fasttext_file *f, const seqnet_import_options *options,
                              char **json, seqnet_error *err)
{
    static const char *const losses[] = {[SN_FASTTEXT_NEGATIVE_SAMPLING] = "ns",
                                         [SN_FASTTEXT_SOFTMAX] = "softmax",
                                         [SN_FASTTEXT_ONE_VS_ALL] = "ova"};
    seqnet_json made = seqnet_json_begin_object();
    if (options->command_line)
        seqnet_json_string(&made, made.root, "command", options->command_line);
    seqnet_json_string(&made, made.root, "seqnet", SEQNET_VERSION);
    struct cJSON *const from = seqnet_json_object(&made, made.root, "imported");
    seqnet_json_string(&made, from, "file", place_of(f));
    seqnet_json_string(&made, from, "format", "fasttext");
    seqnet_json_string(&made, from, "loss", losses[f->loss]);
    return seqnet_json_end(&made, json, err);
}

static seqnet_status fill(seqnet_model *model, sn_fasttext_file *f,
                          const seqnet_import_options *options, seqnet_error *err)
{
    char *record;
    seqnet_error inner = {0};
    SN_TRY(take_labels(model, f, err));
    SN_TRY(take_words(model, f, err));
    SN_TRY(read_weights(model, f, err));
    SN_TRY(describe(f, options, &record, err));
    const seqnet_status status = sn_model_complete(model, model->owned_weights, record, &inner);
    return status == SEQNET_OK ? status
                               : sn_fail(err, status, "%s: %s", place_of(f), inner.message);
}

static seqnet_status tell_buckets(const sn_fasttext_file *f, const seqnet_import_options *options,
                                  seqnet_error *err)
{
    char size[SN_SIZE_TEXT], *sentence;
    SN_TRY(sn_format(
        &sentence, err,
        "all %d buckets of hashed n-grams are kept, %s, since a text may reach any of "
        "them; a smaller -bucket makes a smaller model",
        (int)f->rule.buckets,
        sn_show_size((double)f->rule.buckets * (double)f->dimension * sizeof(float), size)));
    options->note(options->user, sentence);
    free(sentence);
    return SEQNET_OK;
}

static seqnet_status tell(const sn_fasttext_file *f, const seqnet_import_options *options,
                          seqnet_error *err)
{
    if (!options->note)
        return SEQNET_OK;
    if ((size_t)f->rule.buckets > MANY_NUMBERS / f->dimension)
        SN_TRY(tell_buckets(f, options, err));
    if (f->loss != SN_FASTTEXT_SOFTMAX)
        options->note(options->user,
                      "each label has a probability of its own, and a text any number of labels; "
                      "fastText rounds these probabilities to a table, which is up to 0.008 off");
    return SEQNET_OK;
}

/* Makes the model of an open file, which it closes. */
static seqnet_status import(seqnet_model **model, sn_fasttext_file *f, seqnet_status status,
                            const seqnet_import_options *options, seqnet_error *err)
{
    *model = NULL;
    if (status == SEQNET_OK)
        status = check_kind(f, err);
    const sn_model_config config = status == SEQNET_OK ? configure(f) : (sn_model_config){0};
    if (status == SEQNET_OK)
        status = sn_model_outline(model, &config, err);
    if (status == SEQNET_OK)
        status = fill(*model, f, options, err);
    if (status == SEQNET_OK)
        status = tell(f, options, err);
    if (status != SEQNET_OK) {
        seqnet_model_free(*model);
        *model = NULL;
    }
    sn_fasttext_close(f);
    return status;
}

/* Refuses options about what the file has. */
static seqnet_status check_options(const char *path, const seqnet_import_options *o,
                                   seqnet_error *err)
{
    const struct {
        bool is_given;
        const char *name;
    } options[] = {{o->config, ".config"},
                   {o->layer_file, ".layer_file"},
                   {o->tokenizer, ".tokenizer"},
                   {o->word_index, ".word_index"},
                   {o->labels, ".labels"},
                   {o->maxlen, ".maxlen"},
                   {o->num_words, ".num_words"},
                   {o->padding != SEQNET_IMPORT_AUTO, ".padding"},
                   {o->truncating != SEQNET_IMPORT_AUTO, ".truncating"}};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].is_given)
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "%s: a fastText model has its own words and labels, and takes whole "
                           "texts; leave %s out",
                           path, options[i].name);
    return SEQNET_OK;
}

seqnet_status sn_fasttext_import(seqnet_model **model, const char *path,
                                 const seqnet_import_options *options, seqnet_error *err)
{
    sn_fasttext_file file;
    *model = NULL;
    SN_TRY(check_options(path, options, err));
    const seqnet_status status =
        import(model, &file, sn_fasttext_open(&file, path, SEQNET_ERR_MODEL, err), options, err);
    return sn_memory_place(status, path, "close other programs, or train it with a smaller -bucket",
                           err);
}

seqnet_status sn_fasttext_import_bytes(seqnet_model **model, const void *bytes, size_t size,
                                       const char *place, seqnet_error *err)
{
    sn_fasttext_file file;
    const seqnet_import_options options = {.padding = SEQNET_IMPORT_AUTO};
    return import(model, &file,
                  sn_fasttext_open_bytes(&file, bytes, size, place, SEQNET_ERR_MODEL, err),
                  &options, err);
}
