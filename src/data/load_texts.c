/* Loading texts with labels: the source is chosen here, be it files, folders or a generator, and
 * pulled into a corpus, which is divided into parts, given a vocabulary and encoded. */
#include "load.h"

#include <stdio.h>
#include <string.h>

#include "classes.h"
#include "corpus_split.h"
#include "dataset_options.h"
#include "file.h"
#include "memory.h"
#include "source.h"

#include "banned.h"

static seqnet_status fix_labels(sn_corpus *corpus, const sn_fixed_words *fixed, seqnet_error *err)
{
    corpus->labels_of = "the model's";
    return sn_classes_add(&corpus->labels, (const char *const *)fixed->label_names,
                          fixed->label_count, err);
}

static bool is_stdin(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static seqnet_status check_inputs(const char *data, const seqnet_dataset_options *options,
                                  seqnet_error *err)
{
    const seqnet_split_options *const splits = &options->splits;
    if (is_stdin(data) + is_stdin(splits->test) + is_stdin(splits->validation) +
            is_stdin(options->unlabeled) <=
        1)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "standard input is named for two parts; name a file for one of them");
}

/* The source of a folder, or else of a file or "-", whose stream is taken over when there is one
 * already. */
static seqnet_status open_source(sn_source **source, seqnet_part part, const char *path,
                                 sn_byte_stream *stream, const seqnet_reader_options *options,
                                 seqnet_error *err)
{
    if (!stream && sn_folder_recognise(path))
        return sn_folder_open(source, part, path, options->encoding, err);
    if (!stream)
        SN_TRY(sn_stream_open(&stream, path, err));
    return sn_source_file_open(source, part, stream, path, options, err);
}

static seqnet_status read_part(sn_corpus *corpus, seqnet_part part, const char *path,
                               sn_byte_stream *stream, const seqnet_record_options *options,
                               sn_label_map *map, seqnet_error *err)
{
    sn_source *source;
    seqnet_reader_options reader = options->reader;
    reader.many_labels = corpus->multi_label && (int)part != SN_UNLABELED;
    SN_TRY(open_source(&source, part, path, stream, &reader, err));
    const seqnet_status status = sn_corpus_read(corpus, source, options, map, err);
    sn_source_free(source);
    return status;
}

/* How texts without labels are read: as DATA where the options name fields, but in whatever form
 * their file has. */
static seqnet_record_options unlabeled_reading(const seqnet_record_options *options)
{
    seqnet_record_options reading = *options;
    seqnet_reader_options *const reader = &reading.reader;
    reading.keep_fields = false;
    reader->format = SEQNET_FORMAT_AUTO;
    reader->label_field = reader->weight_field = reader->label_separator = NULL;
    reader->remembered.delimiter = reader->remembered.header = reader->remembered.encoding = true;
    return reading;
}

static seqnet_status read_unlabeled(sn_corpus *corpus, const char *path,
                                    const seqnet_record_options *options, seqnet_error *err)
{
    const seqnet_record_options reading = unlabeled_reading(options);
    sn_label_map map = {0};
    SN_TRY(read_part(corpus, (seqnet_part)SN_UNLABELED, path, NULL, &reading, &map, err));
    if (corpus->texts[SN_UNLABELED].count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no texts; leave .unlabeled out",
                       sn_shown_path(path));
    return SEQNET_OK;
}

/* Reads the parts that the options name. `stream`: DATA's, which is taken over, when it is a file.
 */
static seqnet_status read_parts(sn_corpus *corpus, const char *data, sn_byte_stream *stream,
                                const seqnet_dataset_options *options, sn_label_map *map,
                                seqnet_error *err)
{
    const seqnet_split_options *const splits = &options->splits;
    const seqnet_record_options *const records = &options->records;
    SN_TRY(read_part(corpus, SEQNET_TRAIN, data, stream, records, map, err));
    sn_corpus_fix_labels(corpus);
    if (splits->test)
        SN_TRY(read_part(corpus, SEQNET_TEST, splits->test, NULL, records, map, err));
    if (splits->validation)
        SN_TRY(read_part(corpus, SEQNET_VALIDATION, splits->validation, NULL, records, map, err));
    if (options->unlabeled)
        SN_TRY(read_unlabeled(corpus, options->unlabeled, records, err));
    return SEQNET_OK;
}

/* The map of labels. One that a model remembers leaves the model's labels as they are. */
static seqnet_status make_map(sn_label_map *map, sn_corpus *corpus,
                              const seqnet_label_options *options, const sn_fixed_words *fixed,
                              seqnet_error *err)
{
    SN_TRY(sn_label_map_parse(map, options->map, err));
    if (options->map)
        SN_TRY(sn_copy_string(&corpus->origin.map, options->map, strlen(options->map), err));
    return fixed && options->map_is_remembered
               ? sn_label_map_keep(map, (const char *const *)fixed->label_names, fixed->label_count,
                                   err)
               : SEQNET_OK;
}

static seqnet_status read_corpus(sn_corpus *corpus, const char *data, sn_byte_stream *stream,
                                 const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                                 seqnet_error *err)
{
    sn_label_map map = {0};
    corpus->multi_label = options->labels.multi_label;
    seqnet_status status = check_inputs(data, options, err);
    if (status == SEQNET_OK)
        status = make_map(&map, corpus, &options->labels, fixed, err);
    if (status == SEQNET_OK)
        status = read_parts(corpus, data, stream, options, &map, err);
    else
        sn_stream_close(stream);
    if (status == SEQNET_OK && !options->labels.map_is_remembered && sn_label_map_unmatched(&map))
        (void)snprintf(corpus->reading.unmatched, sizeof corpus->reading.unmatched, "%.119s",
                       sn_label_map_unmatched(&map));
    sn_label_map_free(&map);
    return status;
}

/* Data without any row is refused, but where bad records are what is looked for. */
static seqnet_status check_rows(const sn_corpus *corpus, const char *place, bool tells_problems,
                                seqnet_error *err)
{
    const seqnet_reading *const reading = &corpus->reading;
    for (size_t part = 0; part < SN_PARTS; part++)
        if (corpus->texts[part].count)
            return SEQNET_OK;
    if (reading->dropped)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has no rows left: .map drops all %zu; leave the rule that drops their "
                       "labels out",
                       place, reading->dropped);
    if (reading->bad == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows; expected texts with labels", place);
    if (tells_problems)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows that can be read; the first: %s", place,
                   reading->first_bad);
}

/* Divides texts as they were in the training of a model, when it is these that it was trained on.
 */
static seqnet_status split_as_trained(seqnet_dataset *dataset, const sn_origin *origin,
                                      seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    if (!origin || !origin->hash[0] || strcmp(origin->hash, corpus->origin.hash) != 0)
        return SEQNET_OK;
    const seqnet_split_options splits = {.test_split = origin->test_split,
                                         .validation_split = origin->validation_split,
                                         .seed = origin->seed};
    dataset->is_training_data = true;
    return sn_corpus_split(corpus, dataset->source, &splits, err);
}

seqnet_status sn_load_corpus(seqnet_dataset *dataset, const seqnet_dataset_options *options,
                             const sn_fixed_words *fixed, seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    const char *const separator = options->records.reader.label_separator;
    if (fixed)
        SN_TRY(split_as_trained(dataset, fixed->origin, err));
    else
        SN_TRY(sn_corpus_split(corpus, dataset->source, &options->splits, err));
    if (!fixed && !options->labels.any)
        SN_TRY(sn_corpus_check_parts(corpus, dataset->source, &options->splits, err));
    dataset->reading = corpus->reading;
    SN_TRY(sn_origin_copy(&dataset->origin, &corpus->origin, err));
    SN_TRY(sn_string_set_copy(&dataset->labels, &corpus->labels, err));
    dataset->multi_label = corpus->multi_label;
    dataset->own_validation = options->splits.validation != NULL && !fixed;
    if (options->unlabeled)
        SN_TRY(sn_copy_string(&dataset->unlabeled_source, sn_shown_path(options->unlabeled),
                              strlen(sn_shown_path(options->unlabeled)), err));
    if (separator)
        (void)snprintf(dataset->label_separator, SN_SEPARATOR, "%s", separator);
    SN_TRY(sn_label_sets_copy(&dataset->sets, &corpus->sets, NULL, err));
    return sn_encode_corpus(dataset, corpus, options, fixed, SEQNET_TEXT_RULE_UNICODE, err);
}

seqnet_status sn_load_texts(seqnet_dataset *dataset, const char *data, sn_byte_stream *stream,
                            const seqnet_dataset_options *options, const sn_fixed_words *fixed,
                            seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    const seqnet_status status = fixed ? fix_labels(corpus, fixed, err) : SEQNET_OK;
    if (status != SEQNET_OK) {
        sn_stream_close(stream);
        return status;
    }
    SN_TRY(read_corpus(corpus, data, stream, options, fixed, err));
    SN_TRY(check_rows(corpus, dataset->source, options->records.problems != NULL, err));
    if (!fixed)
        SN_TRY(sn_corpus_sort_labels(corpus, err));
    return sn_load_corpus(dataset, options, fixed, err);
}

static seqnet_status read_generated(sn_corpus *corpus, const sn_generated_corpus *generator,
                                    const char *name, const seqnet_record_options *options,
                                    seqnet_error *err)
{
    sn_source *source;
    sn_label_map map = {0};
    SN_TRY(sn_classes_add(&corpus->labels, generator->labels, 2, err));
    SN_TRY(sn_generated_open(&source, generator, name, err));
    const seqnet_status status = sn_corpus_read(corpus, source, options, &map, err);
    sn_source_free(source);
    return status;
}

seqnet_status sn_load_generated(seqnet_dataset *dataset, const sn_generated_corpus *generator,
                                const char *name, const seqnet_dataset_options *options,
                                const sn_fixed_words *fixed, seqnet_error *err)
{
    sn_corpus *const corpus = &dataset->corpus;
    SN_TRY(sn_check_divided_options(name, options, err));
    SN_TRY(read_generated(corpus, generator, name, &options->records, err));
    SN_TRY(sn_string_set_copy(&dataset->labels, &corpus->labels, err));
    SN_TRY(sn_encode_corpus(dataset, corpus, options, fixed, SEQNET_TEXT_RULE_KERAS, err));
    return fixed ? sn_classes_renumber(dataset, fixed, err) : SEQNET_OK;
}
