#include "corpus_split.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "split.h"

#include "banned.h"

enum { MANY_ROWS = 5000, MANY_LABELS = 20 };

/* The rows that a split treats alike: those of one label, by the first where there are several;
 * rows without a label are a group behind the others. */
static int32_t group_of(const sn_corpus *corpus, const sn_text_info *info)
{
    const int32_t first = sn_corpus_first_label(corpus, info);
    return first < 0 ? (int32_t)corpus->labels.count : first;
}

/* Moves some of the training rows to another part: a share of them, or a fold. */
static seqnet_status set_aside(sn_corpus *corpus, seqnet_part part, double share,
                               const seqnet_split_options *options, seqnet_error *err)
{
    const sn_texts *const texts = &corpus->texts[SEQNET_TRAIN];
    const size_t count = texts->count, classes = corpus->labels.count + corpus->multi_label;
    seqnet_status status = SEQNET_OK;
    int32_t *labels = NULL;
    uint8_t *chosen = NULL;
    if (share == 0.0 && options->folds > count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%zu folds of %zu training rows would be empty in part; choose fewer .folds",
                       options->folds, count);
    SN_GOTO(sn_alloc(&labels, count, sizeof *labels, err));
    SN_GOTO(sn_alloc(&chosen, count, sizeof *chosen, err));
    for (size_t i = 0; i < count; i++)
        labels[i] = group_of(corpus, &texts->infos[i]);
    SN_GOTO(share > 0.0 ? sn_split_share(labels, count, classes, share, options->seed, chosen, err)
                        : sn_split_fold(labels, count, classes, options->folds, options->fold,
                                        options->seed, chosen, err));
    SN_GOTO(sn_corpus_move(corpus, SEQNET_TRAIN, part, chosen, err));
out:
    free(labels);
    free(chosen);
    return status;
}

/* Labels of a part's rows that differ, or sets of them; counts up to 2. */
static size_t count_labels(const sn_texts *texts)
{
    for (size_t i = 1; i < texts->count; i++)
        if (texts->infos[i].label != texts->infos[0].label)
            return 2;
    return texts->count ? 1 : 0;
}

static seqnet_status refuse_validation(size_t rows, const char *place, seqnet_error *err)
{
    char what[64] = "no rows";
    if (rows == 1)
        (void)snprintf(what, sizeof what, "1 row");
    else if (rows > 1)
        (void)snprintf(what, sizeof what, "%zu rows, all of one label", rows);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: the validation part has %s, which measures nothing; choose a larger "
                   ".validation_split, name a file with .validation, or train without validation "
                   "(.validation_split 0)",
                   place, what);
}

/* Rows that all have the weight 0 leave nothing to learn. */
static seqnet_status check_weights(const sn_texts *texts, const char *place, seqnet_error *err)
{
    for (size_t row = 0; row < texts->count; row++)
        if (sn_texts_weight(texts, row) > 0.0F)
            return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: all %zu training rows have the weight 0, which leaves nothing to learn",
                   place, texts->count);
}

/* With any number of labels a row, a label is learnt where some rows have it and others have not.
 */
static seqnet_status check_sets(const sn_corpus *corpus, const char *place, seqnet_error *err)
{
    const sn_texts *const train = &corpus->texts[SEQNET_TRAIN];
    if (corpus->labels.count < 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has %zu different label%s; several labels a row need at least two",
                       place, corpus->labels.count, corpus->labels.count == 1 ? "" : "s");
    if (count_labels(train) < 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: all %zu training rows have the same labels; training needs rows that "
                       "differ in them",
                       place, train->count);
    return SEQNET_OK;
}

seqnet_status sn_corpus_check_parts(const sn_corpus *corpus, const char *place,
                                    const seqnet_split_options *options, seqnet_error *err)
{
    const sn_texts *const train = &corpus->texts[SEQNET_TRAIN];
    const sn_texts *const validation = &corpus->texts[SEQNET_VALIDATION];
    if (train->count == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: has no rows to train on", place);
    if (corpus->multi_label)
        SN_TRY(check_sets(corpus, place, err));
    else if (count_labels(train) < 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: all %zu training rows have the label '%.80s'; training needs rows of "
                       "at least two labels",
                       place, train->count,
                       sn_string_set_get(&corpus->labels, (size_t)train->infos[0].label, NULL));
    if (corpus->labels.count > MANY_LABELS && corpus->labels.count > train->count / 2)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: has %zu different labels in %zu training rows; name the field that "
                       "holds the label with .label_field",
                       place, corpus->labels.count, train->count);
    if ((options->validation || options->validation_split != 0.0) && count_labels(validation) < 2)
        return refuse_validation(validation->count, place, err);
    return corpus->has_weights ? check_weights(train, place, err) : SEQNET_OK;
}

/* Of few rows a larger share is needed to tell good epochs from bad ones. */
static double validation_share(const sn_corpus *corpus, const seqnet_split_options *options)
{
    const size_t rows = corpus->texts[SEQNET_TRAIN].count;
    if (options->validation_split != SEQNET_SPLIT_AUTO)
        return options->validation_split;
    return rows < MANY_ROWS ? 0.2 : 0.1;
}

seqnet_status sn_corpus_split(sn_corpus *corpus, const char *place,
                              const seqnet_split_options *options, seqnet_error *err)
{
    if ((options->folds || options->test_split > 0.0) && corpus->texts[SEQNET_TEST].count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: has a test part already; leave .test_split and .folds out", place);
    if (options->folds)
        SN_TRY(set_aside(corpus, SEQNET_TEST, 0.0, options, err));
    else if (options->test_split > 0.0)
        SN_TRY(set_aside(corpus, SEQNET_TEST, options->test_split, options, err));
    const double share = options->validation ? 0.0 : validation_share(corpus, options);
    corpus->origin.test_split = options->test_split;
    corpus->origin.validation_split = corpus->texts[SEQNET_VALIDATION].count ? 0.0 : share;
    corpus->origin.seed = options->seed;
    if (share > 0.0 && corpus->texts[SEQNET_VALIDATION].count == 0)
        SN_TRY(set_aside(corpus, SEQNET_VALIDATION, share, options, err));
    return SEQNET_OK;
}
