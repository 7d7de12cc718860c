/*
 * The format `c`. What is written is read back: the arrays in the file are compared with those of
 * an image that is made anew, and this image is run over the samples, by the code that the file
 * holds. Only the walk over a text under a unicode rule is the library's own, whose text the file
 * has.
 */
#include "c_export.h"

#include <stdlib.h>
#include <string.h>

#include "emit.h"
#include "memory.h"

#include "banned.h"

static seqnet_status check_name(const char *name, seqnet_error *err)
{
    const char *c = name;
    while ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' ||
           (c > name && *c >= '0' && *c <= '9'))
        c++;
    if (*name && !*c && strlen(name) <= SN_C_NAME)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "'%.80s' cannot begin the names of a C file; pass .name with at most %d "
                   "letters, digits and _, the first of which is no digit",
                   name, SN_C_NAME);
}

static seqnet_status check_rule(const seqnet_model *model, seqnet_error *err)
{
    if (model->config.encoding.rule.kind != SN_TEXT_RULE_FASTTEXT)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "a C file cannot read texts as fastText does; pass .output_format onnx, whose "
                   "input are ids");
}

seqnet_status sn_c_export_write(const seqnet_model *model, const seqnet_export_options *options,
                                sn_buffer *bytes, seqnet_error *err)
{
    sn_c_image *image;
    const char *const name = options->name ? options->name : "seqnet";
    SN_TRY(check_name(name, err));
    SN_TRY(check_rule(model, err));
    SN_TRY(sn_alloc(&image, 1, sizeof *image, err));
    seqnet_status status = sn_c_image_make(image, model, options->quantize, err);
    if (status == SEQNET_OK)
        status = sn_c_emit(image, name, bytes, err);
    sn_c_image_free(image);
    free(image);
    return status;
}

/* A runtime that works on an image. */
typedef struct twin {
    const sn_c_image *image;
    float *memory, *logits, *probabilities;
    int32_t *ids;
    double *sums;
    uint8_t *counts;
    /* [word_max of the image] */
    char *word;
    sn_tokenizer tokenizer;
} twin;

static seqnet_status open_twin(twin *t, seqnet_error *err)
{
    const sn_c_image *const image = t->image;
    const size_t outputs = image->model->network.outputs;
    SN_TRY(sn_alloc(&t->memory, image->memory, sizeof *t->memory, err));
    SN_TRY(sn_alloc(&t->ids, image->net.time, sizeof *t->ids, err));
    SN_TRY(sn_alloc(&t->logits, outputs, sizeof *t->logits, err));
    SN_TRY(sn_alloc(&t->probabilities, outputs + 1, sizeof *t->probabilities, err));
    SN_TRY(sn_alloc(&t->sums, 6 * outputs, sizeof *t->sums, err));
    SN_TRY(sn_alloc(&t->word, image->word_max, 1, err));
    return sn_alloc(&t->counts, image->ngrams.count + image->ngrams.count / 8 + 1, 1, err);
}

static void close_twin(twin *t)
{
    sn_tokenizer_free(&t->tokenizer);
    free(t->memory);
    free(t->ids);
    free(t->logits);
    free(t->probabilities);
    free(t->sums);
    free(t->counts);
    free(t->word);
}

/* Takes a word of a text, for whoever asks. */
typedef void take_word(twin *t, void *user, const char *word, size_t length, bool begins_chunk);

static seqnet_status read_tokens(twin *t, const char *text, size_t length, take_word *take,
                                 void *user, seqnet_error *err)
{
    const char *token;
    size_t size;
    SN_TRY(sn_tokenizer_start(&t->tokenizer, t->image->model->config.encoding.rule, text, length,
                              err));
    while (sn_tokenizer_next(&t->tokenizer, &token, &size))
        take(t, user, token, size, t->tokenizer.after_gap);
    return SEQNET_OK;
}

static void take_id(twin *t, void *user, const char *word, size_t length, bool begins_chunk)
{
    int32_t id;
    (void)begins_chunk;
    (void)find_word_id(&t->image->words, word, length, &id);
    add_id(user, id);
}

static void take_ngram(twin *t, void *user, const char *word, size_t length, bool begins_chunk)
{
    (void)t;
    (void)begins_chunk;
    add_word(user, word, length);
}

static void take_letters(twin *t, void *user, const char *word, size_t length, bool begins_chunk)
{
    (void)t;
    add_letters(user, word, length, begins_chunk);
}

static id_row begin_row(const twin *t)
{
    return (id_row){.ids = t->ids,
                    .time = t->image->net.time,
                    .keeps_last = t->image->model->config.padding.truncating == SEQNET_PRE};
}

static void end_row(const twin *t, id_row *row)
{
    pad_row(row, t->image->model->config.padding.padding == SEQNET_PRE);
}

static seqnet_status encode(twin *t, const char *text, size_t length, seqnet_error *err)
{
    id_row row = begin_row(t);
    int32_t id;
    add_id(&row, t->image->start);
    if (t->image->word_rule.mapped) {
        word_walk walk = make_walk(&t->image->word_rule, text, length, t->word, t->image->word_max);
        while (next_word(&walk))
            if (find_walk_id(&t->image->words, &walk, &id) || !retry_word(&walk))
                add_id(&row, id);
    } else if (t->image->imported.separator) {
        imported_walk walk =
            begin_imported(&t->image->imported, text, length, t->word, t->image->word_max);
        while (next_imported(&walk))
            add_id(&row, imported_id(&t->image->words, &walk));
    } else {
        SN_TRY(read_tokens(t, text, length, take_id, &row, err));
    }
    end_row(t, &row);
    return SEQNET_OK;
}

static void count_words(twin *t, ngram_run *run, const char *text, size_t length, bool of_words)
{
    word_walk walk = make_walk(&t->image->word_rule, text, length, t->word, t->image->word_max);
    while (next_word(&walk)) {
        if (retry_word(&walk))
            continue;
        if (of_words)
            add_word(run, walk.word, walk.size < walk.room ? walk.size : walk.room);
        else
            add_word_letters(run, &walk);
    }
}

static seqnet_status count_ngrams(twin *t, const char *text, size_t length, seqnet_error *err)
{
    ngram_run run;
    begin_ngrams(&run, &t->image->ngrams, t->sums, t->counts);
    for (int of_words = 1; of_words >= !t->image->ngrams.characters; of_words--)
        if (t->image->word_rule.mapped)
            count_words(t, &run, text, length, of_words);
        else
            SN_TRY(read_tokens(t, text, length, of_words ? take_ngram : take_letters, &run, err));
    decide(&run, t->logits);
    return SEQNET_OK;
}

/* Makes probabilities of the logits so far and those of the ids. */
static void answer(twin *t)
{
    const size_t outputs = t->image->model->network.outputs;
    if (t->image->net.count) {
        const float *const logits = run_network(&t->image->net, t->memory, t->ids);
        for (size_t k = 0; k < outputs; k++)
            t->logits[k] += t->image->network_scale * logits[k];
    }
    (void)(t->image->model->config.multi_label ? find_each_label : find_label)(t->logits, outputs,
                                                                               t->probabilities);
}

static seqnet_status score_sample(twin *t, const sn_samples *samples, size_t row, seqnet_error *err)
{
    memset(t->logits, 0, t->image->model->network.outputs * sizeof *t->logits);
    if (samples->has_texts) {
        size_t length;
        const char *const text = sn_samples_text(samples, row, &length);
        if (t->image->model->ngrams)
            SN_TRY(count_ngrams(t, text, length, err));
        if (t->image->net.count)
            SN_TRY(encode(t, text, length, err));
    } else {
        id_row ids = begin_row(t);
        for (size_t i = 0; i < sn_sequences_length(&samples->ids, row); i++)
            add_id(&ids, sn_sequences_row(&samples->ids, row)[i]);
        end_row(t, &ids);
    }
    answer(t);
    return SEQNET_OK;
}

static seqnet_status score_samples(const sn_c_image *image, const sn_samples *samples,
                                   double *probabilities, seqnet_error *err)
{
    twin *t;
    SN_TRY(sn_alloc(&t, 1, sizeof *t, err));
    t->image = image;
    seqnet_status status = open_twin(t, err);
    for (size_t row = 0; status == SEQNET_OK && row < samples->count; row++) {
        status = score_sample(t, samples, row, err);
        for (size_t k = 0; k < samples->labels; k++)
            probabilities[row * samples->labels + k] = (double)t->probabilities[k];
    }
    close_twin(t);
    free(t);
    return status;
}

/* The number behind the first place where the head has these words. */
static size_t number_behind(const char *text, const char *words)
{
    const char *const found = strstr(text, words);
    return found ? (size_t)strtoull(found + strlen(words), NULL, 10) : 0;
}

void sn_c_export_describe(const sn_buffer *bytes, seqnet_export_report *report)
{
    report->constants = number_behind(bytes->bytes, SN_C_CONSTANTS);
    report->workspace = number_behind(bytes->bytes, SN_C_WORKSPACE);
}

static seqnet_quantize quantize_of(const char *text)
{
    const char *const found = strstr(text, SN_C_WEIGHTS);
    for (int q = SEQNET_QUANTIZE_INT8; found && q > SEQNET_QUANTIZE_NONE; q--) {
        const char *const word = sn_c_quantize_word((seqnet_quantize)q);
        if (strncmp(found + strlen(SN_C_WEIGHTS), word, strlen(word)) == 0)
            return (seqnet_quantize)q;
    }
    return SEQNET_QUANTIZE_NONE;
}

static seqnet_status compare_arrays(const sn_c_image *image, const char *text, seqnet_error *err)
{
    for (size_t i = 0; i < image->array_count; i++)
        if (!sn_c_emit_matches(&image->arrays[i], text))
            return sn_fail(err, SEQNET_ERR_MODEL, "the table %s of the C file is not the model's",
                           image->arrays[i].name);
    return SEQNET_OK;
}

seqnet_status sn_c_export_score(const seqnet_model *model, const sn_buffer *bytes,
                                const sn_samples *samples, double *probabilities, size_t *rows,
                                seqnet_error *err)
{
    sn_c_image *image;
    char *text = NULL;
    SN_TRY(sn_alloc(&image, 1, sizeof *image, err));
    seqnet_status status = sn_copy_string(&text, bytes->bytes, bytes->length, err);
    SN_GOTO(status);
    SN_GOTO(sn_c_image_make(image, model, quantize_of(text), err));
    SN_GOTO(compare_arrays(image, text, err));
    SN_GOTO(score_samples(image, samples, probabilities, err));
    *rows = samples->count;
out:
    sn_c_image_free(image);
    free(image);
    free(text);
    return status;
}
