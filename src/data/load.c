/*
 * Loading a dataset. There are three ways, chosen by what DATA is:
 *
 *   a Keras .npz     word ranks or final ids; the file says which rows train and which test
 *   builtin:NAME     generated texts with parts of their own (generated.h)
 *   everything else  texts with labels (corpus.h): read, split, given a vocabulary, encoded
 */
#include "load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classes.h"
#include "dataset_options.h"
#include "file.h"
#include "file_kind.h"
#include "memory.h"
#include "npz.h"
#include "source.h"

#include "banned.h"

static const char MORE_MEMORY[] = "use fewer rows, or a machine with more memory";

static const double KERAS_SPLIT = 0.2;

/* What the training record tells: where the data chooses, Keras's share. */
static double asked_share(const seqnet_split_options *options)
{
    return options->validation_split == SEQNET_SPLIT_AUTO ? KERAS_SPLIT : options->validation_split;
}

/* Whether a file is an archive of arrays, which its first bytes tell, or is to be one by its name.
 */
static seqnet_status is_archive(sn_byte_stream *stream, const char *data, bool *answer,
                                seqnet_error *err)
{
    uint8_t first[SN_FILE_KIND_BYTES];
    size_t got;
    SN_TRY(sn_stream_peek(stream, first, 4, &got, err));
    if (got == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is empty", sn_stream_place(stream));
    *answer = sn_npz_recognise(&(sn_bytes){first, got}) || sn_has_ending(data, ".npz");
    if (!*answer)
        return SEQNET_OK;
    SN_TRY(sn_stream_peek(stream, first, sizeof first, &got, err));
    const sn_file_kind kind = sn_file_kind_of(first, got, sn_stream_place(stream));
    if (kind.class == SN_FILE_NPZ || kind.class == SN_FILE_TEXT)
        return SEQNET_OK;
    return sn_file_kind_fail(&kind, sn_stream_place(stream), SEQNET_ERR_DATA, err);
}

/* A file: an archive of ids, or else texts, which are never held all at once as they stand. */
static seqnet_status load_file(seqnet_dataset *dataset, const char *data,
                               const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                               seqnet_error *err)
{
    sn_byte_stream *stream;
    bool archive;
    SN_TRY(sn_stream_open(&stream, data, err));
    const seqnet_status status = is_archive(stream, data, &archive, err);
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    return (archive ? sn_load_archive : sn_load_texts)(dataset, data, stream, options, fixed, err);
}

static seqnet_status load(seqnet_dataset *dataset, const char *data,
                          const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                          seqnet_error *err)
{
    const char *const reason = seqnet_dataset_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    const char *const shown = sn_shown_path(data);
    dataset->validation_split = asked_share(&options->splits);
    sn_dataset_spill(dataset, (size_t)options->memory);
    SN_TRY(sn_copy_string(&dataset->source, shown, strlen(shown), err));
    if (sn_prepared_recognise(data))
        return sn_load_prepared(dataset, data, options, fixed, err);
    const sn_generated_corpus *const generator = sn_generated_find(data);
    dataset->is_generated = generator != NULL;
    if (generator)
        return sn_load_generated(dataset, generator, data, options, fixed, err);
    SN_TRY(sn_generated_check(data, err));
    if (sn_folder_recognise(data)) {
        SN_TRY(sn_check_folder_options(data, &options->records.reader, err));
        return sn_load_texts(dataset, data, NULL, options, fixed, err);
    }
    return load_file(dataset, data, options, fixed, err);
}

/* Keras's split of data that has parts of its own. The rows' ids, and the data hash, are not
 * touched by it: words are those of all training rows. */
static seqnet_status split_tail(seqnet_dataset *dataset, const seqnet_split_options *options,
                                seqnet_error *err)
{
    const double share = dataset->validation_split;
    const size_t count = dataset->parts[SEQNET_TRAIN].count;
    if (!options->tail || !sn_dataset_divides_itself(dataset) || share == 0.0 || count == 0)
        return SEQNET_OK;
    const size_t train = (size_t)floor((double)count * (1.0 - share));
    if (train == 0 || train == count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "a validation split of %g leaves nothing to train on or to validate with: "
                       "there are %zu training rows",
                       share, count);
    dataset->tail_split = true;
    dataset->origin.validation_split = share;
    sn_dataset_show_parts(dataset, train);
    return SEQNET_OK;
}

/* Data that says itself how it is divided is what a model was trained on when its hash is the same.
 */
static seqnet_status compare_hash(seqnet_dataset *dataset, const char *trained, seqnet_error *err)
{
    char hash[SEQNET_HASH_TEXT];
    if (!sn_dataset_divides_itself(dataset))
        return SEQNET_OK;
    SN_TRY(seqnet_dataset_hash(dataset, hash, err));
    dataset->is_training_data = strcmp(hash, trained) == 0;
    return SEQNET_OK;
}

/* Leaves nothing where loading failed, and texts only where they are wanted. */
static seqnet_status hand_over(seqnet_dataset **dataset, seqnet_status status,
                               const seqnet_dataset_options *options, seqnet_error *err)
{
    if (status == SEQNET_OK)
        status = sn_classes_count(*dataset, err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    } else if (!options->keep_texts) {
        sn_corpus_free(&(*dataset)->corpus);
    } else if ((*dataset)->corpus.sources.count) {
        sn_dataset_show_texts(*dataset, &(*dataset)->corpus);
    }
    return status;
}

static seqnet_status load_new(seqnet_dataset **dataset, const char *data,
                              const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                              const sn_base_words *base, seqnet_error *err)
{
    SN_TRY(sn_alloc(dataset, 1, sizeof **dataset, err));
    (*dataset)->base = *base;
    seqnet_status status = load(*dataset, data, options, fixed, err);
    if (status == SEQNET_OK && fixed && fixed->data_hash)
        status = compare_hash(*dataset, fixed->data_hash, err);
    if (status == SEQNET_OK && (!fixed || (*dataset)->is_training_data))
        status = split_tail(*dataset, &options->splits, err);
    return sn_memory_place(hand_over(dataset, status, options, err), sn_shown_path(data),
                           MORE_MEMORY, err);
}

seqnet_status sn_dataset_load_with(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options,
                                   const sn_fixed_words *fixed, seqnet_error *err)
{
    return load_new(dataset, data, options, fixed, &(sn_base_words){0}, err);
}

seqnet_status sn_dataset_load_onto(seqnet_dataset **dataset, const char *data,
                                   const seqnet_dataset_options *options, const sn_base_words *base,
                                   seqnet_error *err)
{
    return load_new(dataset, data, options, NULL, base, err);
}

static seqnet_status resplit(seqnet_dataset *dataset, const seqnet_dataset *whole,
                             const seqnet_dataset_options *options, seqnet_error *err)
{
    const char *const reason = seqnet_dataset_options_check(options);
    if (reason)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s", reason);
    if (whole->corpus.texts[SEQNET_TRAIN].count == 0 || seqnet_dataset_is_builtin(whole))
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: only texts can be split anew: .folds is for them", whole->source);
    dataset->validation_split = asked_share(&options->splits);
    dataset->base = whole->base;
    sn_dataset_spill(dataset, (size_t)options->memory);
    SN_TRY(sn_copy_string(&dataset->source, whole->source, strlen(whole->source), err));
    SN_TRY(sn_corpus_copy(&dataset->corpus, &whole->corpus, err));
    if (options->keep_texts)
        SN_TRY(sn_corpus_own(&dataset->corpus, err));
    return sn_load_corpus(dataset, options, NULL, err);
}

/* The rows keep their parts; labels get the numbers that they have among the model's. */
static seqnet_status recode(seqnet_dataset *recoded, const seqnet_dataset *dataset,
                            const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                            seqnet_error *err)
{
    size_t texts = 0;
    for (size_t p = 0; p < SN_PARTS; p++)
        texts += dataset->corpus.texts[p].count;
    if (texts == 0)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: its texts were not kept", dataset->source);
    sn_dataset_spill(recoded, (size_t)options->memory);
    SN_TRY(sn_copy_string(&recoded->source, dataset->source, strlen(dataset->source), err));
    SN_TRY(sn_string_set_copy(&recoded->labels, &dataset->labels, err));
    SN_TRY(sn_origin_copy(&recoded->origin, &dataset->origin, err));
    recoded->is_generated = dataset->is_generated;
    recoded->multi_label = dataset->multi_label;
    SN_TRY(sn_label_sets_copy(&recoded->sets, &dataset->sets, NULL, err));
    SN_TRY(sn_encode_corpus(recoded, &dataset->corpus, options, fixed, SEQNET_TEXT_RULE_AUTO, err));
    sn_dataset_show_texts(recoded, &dataset->corpus);
    return sn_classes_renumber(recoded, fixed, err);
}

seqnet_status sn_dataset_recode(seqnet_dataset **recoded, const seqnet_dataset *dataset,
                                const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                seqnet_error *err)
{
    SN_TRY(sn_alloc(recoded, 1, sizeof **recoded, err));
    return hand_over(recoded, recode(*recoded, dataset, options, fixed, err), options, err);
}

seqnet_status seqnet_dataset_resplit(seqnet_dataset **dataset, const seqnet_dataset *whole,
                                     const seqnet_dataset_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(dataset, 1, sizeof **dataset, err));
    const seqnet_status status = resplit(*dataset, whole, options, err);
    return sn_memory_place(hand_over(dataset, status, options, err), whole->source, MORE_MEMORY,
                           err);
}

seqnet_status seqnet_dataset_load(seqnet_dataset **dataset, const char *data,
                                  const seqnet_dataset_options *options, seqnet_error *err)
{
    return sn_dataset_load_with(dataset, data, options, NULL, err);
}
