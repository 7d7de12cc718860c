/* Datasets as a model needs them: the rows are encoded with the model's own vocabulary, text rule,
 * special ids and labels, whatever the options say. Reading the data is the data room's work. */
#include <string.h>

#include "buffer.h"
#include "dataset.h"
#include "model.h"

#include "banned.h"

static const char *label_number(bool many)
{
    return many ? "any number of labels" : "one label each";
}

/* What the model was trained on decides which data it can be evaluated on. */
static seqnet_status check_source(const seqnet_model *model, const seqnet_dataset *dataset,
                                  seqnet_error *err)
{
    if (model->config.row_kind == SN_ROWS_TEXT && !dataset->from_text)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: holds ids of another vocabulary: the model was trained on texts; use a "
                       "model trained on this data",
                       dataset->source);
    if (!model->vocabulary && dataset->from_text)
        return sn_fail(err, SEQNET_ERR_MODEL,
                       "%s: holds texts, but the model has no vocabulary; train it again with "
                       ".word_index",
                       dataset->source);
    if (model->config.multi_label != dataset->multi_label)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: its rows have %s, those of the model %s; use a model trained on data "
                       "like this",
                       dataset->source, label_number(dataset->multi_label),
                       label_number(model->config.multi_label));
    return SEQNET_OK;
}

static void use_special_ids(const sn_encoding *encoding, seqnet_dataset_options *options)
{
    options->ids.skip_top = encoding->skip_top;
    options->ids.start_char = encoding->start_char;
    options->ids.oov_char = encoding->oov_char;
    options->ids.index_from = encoding->index_from;
}

/* The given options, with those replaced that say how rows are encoded. */
static seqnet_dataset_options own_options(const seqnet_model *model,
                                          const seqnet_dataset_options *given)
{
    const sn_encoding *const encoding = &model->config.encoding;
    seqnet_dataset_options options = given ? *given : seqnet_dataset_options_default();
    options.labels.multi_label = model->config.multi_label;
    if (!options.records.reader.label_separator && *model->config.label_separator)
        options.records.reader.label_separator = model->config.label_separator;
    options.words.num_words = encoding->id_count;
    use_special_ids(encoding, &options);
    options.splits.tail = true;
    options.keep_texts |= model->ngrams != NULL;
    options.splits.validation_split = model->remembered.origin.validation_split;
    return options;
}

static sn_fixed_words own_words(const seqnet_model *model, const sn_vocabulary *vocabulary)
{
    return (sn_fixed_words){.vocabulary = vocabulary,
                            .rule = model->config.encoding.rule,
                            .label_names = model->label_names,
                            .label_count = model->label_count,
                            .origin = &model->remembered.origin,
                            .data_hash = model->remembered.data_hash};
}

seqnet_status seqnet_model_row_text(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t row, char **text, size_t *length,
                                    seqnet_error *err)
{
    sn_buffer buffer = {0};
    const char *const kept = seqnet_dataset_text(dataset, part, row, length, NULL, NULL);
    seqnet_status status =
        kept ? sn_buffer_add(&buffer, kept, *length, err)
             : sn_dataset_decode(dataset, model->vocabulary, part, row, &buffer, err);
    *length = buffer.length;
    if (status == SEQNET_OK)
        status = sn_buffer_add_byte(&buffer, '\0', err);
    if (status != SEQNET_OK)
        sn_buffer_free(&buffer);
    *text = buffer.bytes;
    return status;
}

void seqnet_model_recall(const seqnet_model *model, seqnet_dataset_options *options)
{
    const sn_origin *const origin = &model->remembered.origin;
    if (origin->has_records) {
        seqnet_reader_options recalled = origin->reading.options;
        recalled.format = options->records.reader.format;
        recalled.takes_marked = options->records.reader.takes_marked;
        options->records.reader = recalled;
    }
    options->labels.map = origin->map;
    options->labels.map_is_remembered = origin->map != NULL;
}

seqnet_status seqnet_model_load_dataset(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *given,
                                        seqnet_error *err)
{
    const seqnet_dataset_options options = own_options(model, given);
    /* An empty vocabulary serves a model without one, so that no file is searched for. */
    sn_vocabulary *none = NULL;
    if (!model->vocabulary)
        SN_TRY(sn_vocabulary_from_lines(&none, "", 0, err));
    const sn_fixed_words fixed = own_words(model, none ? none : model->vocabulary);
    seqnet_status status = sn_dataset_load_with(dataset, data, &options, &fixed, err);
    sn_vocabulary_free(none);
    if (status == SEQNET_OK)
        status = check_source(model, *dataset, err);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    }
    return status;
}

bool seqnet_model_has_seen(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part)
{
    const sn_origin *const own = &model->remembered.origin, *const data = &dataset->origin;
    if (!own->hash[0] || strcmp(own->hash, data->hash) != 0)
        return dataset->is_training_data && part != SEQNET_TEST;
    const bool same_test_rows =
        own->test_split == data->test_split && (own->test_split == 0.0 || own->seed == data->seed);
    const bool same_validation_rows = same_test_rows &&
                                      own->validation_split == data->validation_split &&
                                      own->seed == data->seed;
    if (part == SEQNET_VALIDATION)
        return !same_validation_rows || !model->held_out_json || model->held_out.is_refitted;
    return part != SEQNET_TEST || !same_test_rows;
}

seqnet_status seqnet_model_recode_dataset(const seqnet_model *model, seqnet_dataset **recoded,
                                          const seqnet_dataset *dataset, seqnet_error *err)
{
    *recoded = NULL;
    SN_TRY(check_source(model, dataset, err));
    const seqnet_dataset_options options = own_options(model, NULL);
    const sn_fixed_words fixed = own_words(model, model->vocabulary);
    return sn_dataset_recode(recoded, dataset, &options, &fixed, err);
}

/* Whether the words that both know have the same ids. Without words in one of them that is not
 * known.
 */
static bool are_words_alike(const seqnet_model *model, const seqnet_dataset *dataset)
{
    if (!model->vocabulary || !dataset->vocabulary)
        return true;
    const size_t known = sn_vocabulary_size(model->vocabulary);
    for (size_t rank = 1; rank <= known && rank <= sn_vocabulary_size(dataset->vocabulary);
         rank++) {
        size_t length, own_length;
        const char *const own = sn_vocabulary_word(model->vocabulary, rank, &own_length);
        const char *const word = sn_vocabulary_word(dataset->vocabulary, rank, &length);
        if (length != own_length || memcmp(word, own, length) != 0)
            return false;
    }
    return true;
}

/* Ids must mean to the data what they mean to the model. */
static seqnet_status check_ids(const seqnet_model *model, const seqnet_dataset *dataset,
                               seqnet_error *err)
{
    const sn_row_kind kind = dataset->final_ids ? SN_ROWS_IDS : SN_ROWS_RANKS;
    if (dataset->from_text || (model->config.row_kind == kind && are_words_alike(model, dataset)))
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: its ids stand for other words than those of the model that .initial names; "
                   "train on data like the model's, or leave .initial out",
                   dataset->source);
}

seqnet_status seqnet_model_load_further(const seqnet_model *model, seqnet_dataset **dataset,
                                        const char *data, const seqnet_dataset_options *given,
                                        seqnet_error *err)
{
    seqnet_dataset_options options = *given;
    const sn_base_words base = {.vocabulary = model->vocabulary,
                                .rule = model->config.encoding.rule,
                                .id_count = model->config.encoding.id_count};
    use_special_ids(&model->config.encoding, &options);
    SN_TRY(sn_dataset_load_onto(dataset, data, &options, &base, err));
    seqnet_status status = check_ids(model, *dataset, err);
    if (status == SEQNET_OK && (*dataset)->from_text && !model->vocabulary)
        status = sn_fail(err, SEQNET_ERR_MODEL,
                         "%s: holds texts, and the model that .initial names has no words; train "
                         "that one again with .word_index",
                         (*dataset)->source);
    if (status != SEQNET_OK) {
        seqnet_dataset_free(*dataset);
        *dataset = NULL;
    }
    return status;
}
