#include "dataset_options.h"

#include "sequences.h"
#include "status.h"

#include "banned.h"

enum { MAX_FOLDS = 1000 };

seqnet_dataset_options seqnet_dataset_options_default(void)
{
    return (seqnet_dataset_options){
        .records.reader = seqnet_reader_options_default(),
        .words = {.min_count = 1, .num_words = SEQNET_NUM_WORDS_AUTO},
        .ids = {.shuffle_seed = 113, .start_char = 1, .oov_char = 2, .index_from = 3},
        .splits.seed = 1};
}

static const char *check_splits(const seqnet_split_options *options)
{
    const double test = options->test_split, validation = options->validation_split;
    if (!(test >= 0.0 && test < 1.0) ||
        !((validation >= 0.0 && validation < 1.0) || validation == SEQNET_SPLIT_AUTO))
        return "test_split and validation_split must be at least 0 and below 1";
    if (options->folds &&
        (options->folds < 2 || options->folds > MAX_FOLDS || options->fold >= options->folds))
        return "folds must be from 2 to 1000, and fold below it";
    if (options->folds && (options->test || test > 0.0))
        return "folds make a test part of their own: do not name one, nor split one off";
    return NULL;
}

static const char *check_ids(const seqnet_id_options *options, int64_t num_words)
{
    if (options->skip_top < 0 || options->skip_top > INT32_MAX)
        return "skip_top must be a 32-bit number of at least 0";
    if (options->drop_longer < 0)
        return "drop_longer must be at least 0";
    if (options->index_from < -1 || options->index_from > SN_MAX_ID)
        return "index_from must be from -1 to 2^30";
    if (options->start_char < SEQNET_ID_NONE || options->start_char > SN_MAX_ID ||
        options->oov_char < SEQNET_ID_NONE || options->oov_char > SN_MAX_ID)
        return "start_char and oov_char must be ids below 2^30 or SEQNET_ID_NONE";
    const int64_t ids = num_words < 0 ? SN_IDS_NUM_WORDS : num_words;
    if (ids > 0 && (options->oov_char >= ids || options->start_char >= ids))
        return "num_words must be greater than the start and out-of-vocabulary ids (3 or more)";
    return NULL;
}

static const char *check_words(const seqnet_word_options *options)
{
    if (options->min_count < 1)
        return "min_count must be at least 1";
    if (options->vocabulary && options->word_index)
        return "the vocabulary comes from a list or from a word index, not from both: leave "
               ".vocabulary or .word_index out";
    return NULL;
}

const char *seqnet_dataset_options_check(const seqnet_dataset_options *options)
{
    const int64_t num_words = options->words.num_words;
    if (num_words < SEQNET_NUM_WORDS_ALL_IDS || num_words > INT32_MAX)
        return "num_words must be 0 (all) or a positive 32-bit number";
    if (options->memory < 0)
        return "memory must be at least 0";
    const char *reason = check_ids(&options->ids, num_words);
    reason = reason ? reason : check_words(&options->words);
    return reason ? reason : check_splits(&options->splits);
}

/* An option's name and whether it was given. */
typedef struct given_option {
    const char *name;
    bool given;
} given_option;

/* The first that was given; NULL for none. */
static const char *first_given(const given_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].given)
            return options[i].name;
    return NULL;
}

/* How records are found in files, which nothing else has. */
static const char *first_reader_option(const seqnet_reader_options *o)
{
    const given_option options[] = {
        {".format", o->format != SEQNET_FORMAT_AUTO},
        {".text_field", o->text_fields[0] && !o->remembered.text},
        {".label_field", o->label_field && !o->remembered.label},
        {".weight_field", o->weight_field != NULL},
        {".delimiter", o->delimiter && !o->remembered.delimiter},
        {".header", o->header != SEQNET_HEADER_AUTO && !o->remembered.header},
        {".no_quotes", o->no_quotes && !o->remembered.no_quotes},
        {".label_separator", o->label_separator && !o->remembered.label}};
    return first_given(options, sizeof options / sizeof *options);
}

seqnet_status sn_check_divided_options(const char *place, const seqnet_dataset_options *o,
                                       seqnet_error *err)
{
    const given_option options[] = {{".test", o->splits.test != NULL},
                                    {".validation", o->splits.validation != NULL},
                                    {".test_split", o->splits.test_split > 0.0},
                                    {".folds", o->splits.folds > 0},
                                    {".unlabeled", o->unlabeled != NULL},
                                    {".map", o->labels.map && !o->labels.map_is_remembered},
                                    {".multi_label", o->labels.multi_label}};
    const char *name = first_given(options, sizeof options / sizeof *options);
    name = name ? name : first_reader_option(&o->records.reader);
    if (name)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: says itself which rows train and which test, and what they are; %s is "
                       "for files of texts",
                       place, name);
    return SEQNET_OK;
}

seqnet_status sn_check_ids_options(const char *place, const seqnet_word_options *o,
                                   seqnet_error *err)
{
    const given_option options[] = {{".text_rule", o->text_rule != SEQNET_TEXT_RULE_AUTO},
                                    {".drop_digits", o->drop_digits},
                                    {".cjk_pairs", o->cjk_pairs},
                                    {".min_count", o->min_count > 1},
                                    {".vocabulary", o->vocabulary != NULL}};
    const char *const name = first_given(options, sizeof options / sizeof *options);
    if (name)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: holds ids; %s is for texts", place, name);
    return SEQNET_OK;
}

/* The options of words and ids that are not at their defaults. */
static const char *first_word_option(const seqnet_dataset_options *o)
{
    const seqnet_dataset_options usual = seqnet_dataset_options_default();
    const given_option options[] = {{".text_rule", o->words.text_rule != usual.words.text_rule},
                                    {".drop_digits", o->words.drop_digits},
                                    {".cjk_pairs", o->words.cjk_pairs},
                                    {".min_count", o->words.min_count != usual.words.min_count},
                                    {".vocabulary", o->words.vocabulary != NULL},
                                    {".word_index", o->words.word_index != NULL},
                                    {".num_words", o->words.num_words >= 0},
                                    {".skip_top", o->ids.skip_top != usual.ids.skip_top}};
    return first_given(options, sizeof options / sizeof *options);
}

/* The split of texts was made before the vocabulary, which is of the training rows. */
static bool splits_otherwise(const seqnet_dataset *dataset, const seqnet_split_options *o)
{
    return o->tail && !sn_dataset_divides_itself(dataset) &&
           o->validation_split != SEQNET_SPLIT_AUTO &&
           o->validation_split != dataset->origin.validation_split;
}

seqnet_status sn_check_prepared_options(const seqnet_dataset *dataset,
                                        const seqnet_dataset_options *o, bool is_fixed,
                                        seqnet_error *err)
{
    const bool splits = o->splits.test || o->splits.validation || o->splits.test_split > 0.0 ||
                        o->splits.folds || (!is_fixed && splits_otherwise(dataset, &o->splits));
    const given_option options[] = {
        {".unlabeled", o->unlabeled != NULL},
        {".map", o->labels.map && !o->labels.map_is_remembered},
        {".multi_label", !is_fixed && o->labels.multi_label && !dataset->multi_label}};
    const char *name = first_given(options, sizeof options / sizeof *options);
    name = name ? name : first_reader_option(&o->records.reader);
    if (!name && !is_fixed)
        name = first_word_option(o);
    if (splits)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: was divided into parts when it was prepared: leave .validation_split, "
                       ".test_split, .folds and files of parts to prepare, or to the data itself",
                       dataset->source);
    if (!name)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: was prepared without %s, which prepare takes; prepare it again with it",
                   dataset->source, name);
}

seqnet_status sn_check_folder_options(const char *place, const seqnet_reader_options *o,
                                      seqnet_error *err)
{
    const char *const name = first_reader_option(o);
    if (name)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: is a folder, whose files are texts; %s is for files of records", place,
                       name);
    return SEQNET_OK;
}
