#include "class_weights.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "escaped.h"
#include "memory.h"

#include "banned.h"

static void balance(float *weights, size_t classes, const size_t *counts)
{
    size_t total = 0, present = 0;
    for (size_t c = 0; c < classes; c++) {
        total += counts[c];
        present += counts[c] > 0;
    }
    for (size_t c = 0; c < classes; c++)
        weights[c] = counts[c] ? (float)((double)total / (double)(present * counts[c])) : 1.0F;
}

/* Parses one "label=weight" and moves *text behind it. `part` is scratch, as long as the text. */
static seqnet_status parse_one(float *weights, const char **text, char *part,
                               const seqnet_dataset *dataset, seqnet_error *err)
{
    size_t length;
    double weight;
    const char *pos = sn_take_escaped(*text, "=,", part, &length, NULL);
    const size_t label = sn_string_set_find(&dataset->labels, part, length);
    if (*pos != '=')
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the class weight '%.80s' has no '='; expected 'balanced' or a list such as "
                       "'good=1,bad=3'",
                       *text);
    if (label == SIZE_MAX)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "class weights name the label '%.80s', which the data does not have", part);
    pos = sn_take_escaped(pos + 1, ",", part, &length, NULL);
    if (!seqnet_parse_double(part, &weight) || weight < 0.0 || weight > 1e6)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "the class weight '%.80s' is not a number from 0 to 1000000", part);
    weights[label] = (float)weight;
    *text = *pos ? pos + 1 : pos;
    return SEQNET_OK;
}

/* If every training row has the weight 0, there is nothing to learn. */
static seqnet_status check_weights(const float *weights, const size_t *counts, size_t classes,
                                   seqnet_error *err)
{
    for (size_t c = 0; c < classes; c++)
        if (weights[c] > 0.0F && counts[c] > 0)
            return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "the class weights are 0 for all labels that the training rows have");
}

seqnet_status sn_class_weights(float *weights, const char *text, const seqnet_dataset *dataset,
                               const size_t *class_counts, seqnet_error *err)
{
    const size_t classes = dataset->labels.count;
    if (strcmp(text, "balanced") == 0) {
        balance(weights, classes, class_counts);
        return SEQNET_OK;
    }
    for (size_t c = 0; c < classes; c++)
        weights[c] = 1.0F;
    char *part;
    SN_TRY(sn_alloc(&part, strlen(text) + 1, 1, err));
    seqnet_status status = SEQNET_OK;
    if (*text == '\0')
        status = sn_fail(err, SEQNET_ERR_USAGE, "the list of class weights is empty");
    while (status == SEQNET_OK && *text)
        status = parse_one(weights, &text, part, dataset, err);
    free(part);
    return status == SEQNET_OK ? check_weights(weights, class_counts, classes, err) : status;
}
