#include "held_out.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/json.h>

#include "config.h"
#include "maxima.h"
#include "memory.h"

#include "banned.h"

enum {
    /* JSON values: the lists of labels, three histograms, the curve. */
    MAX_VALUES =
        2 * SN_MAX_LABELS + 3 * (2 * SEQNET_HISTOGRAM_BINS + 3) + 3 * SEQNET_CURVE_POINTS + 16,
    /* More rows than there can be. */
    MOST_ROWS = 1 << 30
};

size_t seqnet_histogram_bin(const seqnet_histogram *histogram, double value)
{
    size_t bin = 0;
    while (bin + 1 < histogram->bins && value >= histogram->edges[bin])
        bin++;
    return bin;
}

/* Adds an edge that is above the last one. */
static void add_edge(seqnet_histogram *histogram, double edge)
{
    const double last = histogram->bins > 1 ? histogram->edges[histogram->bins - 2] : 0.0;
    if (edge > last)
        histogram->edges[histogram->bins++ - 1] = edge;
}

void sn_histogram_make(seqnet_histogram *histogram, const double *sorted, size_t count,
                       double steps)
{
    enum { TENTHS = 10 };
    double sum = 0.0;
    *histogram = (seqnet_histogram){.bins = 1};
    for (size_t i = 0; i < TENTHS; i++)
        add_edge(histogram, sorted[i * count / TENTHS]);
    add_edge(histogram, round(sorted[count - 1] * steps + 1.0) / steps);
    for (size_t i = 0; i < count; i++) {
        histogram->counts[seqnet_histogram_bin(histogram, sorted[i])]++;
        sum += sorted[i];
    }
    histogram->mean = sum / (double)count;
}

static void add_counts(seqnet_json *json, struct cJSON *object, const char *key,
                       const size_t *counts, size_t count)
{
    struct cJSON *const list = seqnet_json_list(json, object, key);
    for (size_t i = 0; i < count; i++)
        seqnet_json_number(json, list, NULL, (double)counts[i]);
}

static void add_histogram(seqnet_json *json, const char *key, const seqnet_histogram *histogram)
{
    if (histogram->bins == 0)
        return;
    struct cJSON *const object = seqnet_json_object(json, json->root, key);
    seqnet_json_decimal(json, object, "mean", histogram->mean, 4);
    struct cJSON *const edges = seqnet_json_list(json, object, "edges");
    for (size_t i = 0; i + 1 < histogram->bins; i++)
        seqnet_json_number(json, edges, NULL, histogram->edges[i]);
    add_counts(json, object, "counts", histogram->counts, histogram->bins);
}

static void add_curve(seqnet_json *json, const seqnet_held_out *held_out)
{
    struct cJSON *const curve = seqnet_json_object(json, json->root, "curve");
    struct cJSON *const thresholds = seqnet_json_list(json, curve, "thresholds");
    struct cJSON *const kept = seqnet_json_list(json, curve, "kept");
    struct cJSON *const right = seqnet_json_list(json, curve, "right");
    for (size_t i = 0; i < held_out->points; i++) {
        seqnet_json_number(json, thresholds, NULL, held_out->curve[i].threshold);
        seqnet_json_number(json, kept, NULL, (double)held_out->curve[i].kept);
        seqnet_json_number(json, right, NULL, (double)held_out->curve[i].right);
    }
}

seqnet_status sn_held_out_to_json(const seqnet_held_out *held_out, char **json, seqnet_error *err)
{
    seqnet_json made = seqnet_json_begin_object();
    seqnet_json_number(&made, made.root, "rows", (double)held_out->rows);
    if (held_out->is_refitted)
        seqnet_json_bool(&made, made.root, "refitted", true);
    add_counts(&made, made.root, "predicted", held_out->predicted, held_out->labels);
    add_counts(&made, made.root, "actual", held_out->actual, held_out->labels);
    add_histogram(&made, "confidence", &held_out->confidence);
    add_histogram(&made, "words", &held_out->words);
    add_histogram(&made, "unknown", &held_out->unknown);
    add_curve(&made, held_out);
    return seqnet_json_end(&made, json, err);
}

/* Whether the item is a number from 0 to `most`. */
static bool is_number(const cJSON *item, double most)
{
    return cJSON_IsNumber(item) && item->valuedouble >= 0.0 && item->valuedouble <= most;
}

static bool read_count(const cJSON *item, size_t most, size_t *count)
{
    if (!is_number(item, (double)most) || item->valuedouble != floor(item->valuedouble))
        return false;
    *count = (size_t)item->valuedouble;
    return true;
}

static const cJSON *list_of(const cJSON *object, const char *key, size_t most, size_t *count)
{
    const cJSON *const list = cJSON_GetObjectItemCaseSensitive(object, key);
    *count = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0;
    return cJSON_IsArray(list) && *count <= most ? list : NULL;
}

/* Reads a list of exactly `count` counts, each at most `most`; *sum becomes their sum. */
static bool read_counts(const cJSON *object, const char *key, size_t *counts, size_t count,
                        size_t most, size_t *sum)
{
    size_t found, i = 0;
    const cJSON *item, *const list = list_of(object, key, count, &found);
    *sum = 0;
    if (!list || found != count)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!read_count(item, most, &counts[i]))
            return false;
        *sum += counts[i++];
    }
    return true;
}

/* Reads a list of at most `most` numbers from 0 on that rise. */
static bool read_rising(const cJSON *object, const char *key, double *numbers, size_t most,
                        size_t *count)
{
    const cJSON *item, *const list = list_of(object, key, most, count);
    size_t i = 0;
    double last = -1.0;
    if (!list)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!is_number(item, MOST_ROWS) || item->valuedouble <= last)
            return false;
        last = numbers[i++] = item->valuedouble;
    }
    return true;
}

/* Reads a histogram, which may be absent, of values whose mean is at most `most`. */
static bool read_histogram(const cJSON *root, const char *key, double most, size_t rows,
                           seqnet_histogram *histogram)
{
    const cJSON *const object = cJSON_GetObjectItemCaseSensitive(root, key);
    const cJSON *const mean = cJSON_GetObjectItemCaseSensitive(object, "mean");
    size_t edges, sum;
    if (!object)
        return true;
    if (!is_number(mean, most) ||
        !read_rising(object, "edges", histogram->edges, SEQNET_HISTOGRAM_BINS - 1, &edges) ||
        !read_counts(object, "counts", histogram->counts, edges + 1, rows, &sum) || sum != rows)
        return false;
    histogram->bins = edges + 1;
    histogram->mean = mean->valuedouble;
    return true;
}

/* Whether each point keeps fewer answers than the one before it, and no more right ones. */
static bool is_curve(const seqnet_held_out *held_out)
{
    size_t kept = held_out->rows, right = held_out->rows;
    for (size_t i = 0; i < held_out->points; i++) {
        const seqnet_abstain_point *const point = &held_out->curve[i];
        if (point->threshold > 1.0 || point->kept > kept || point->right > right ||
            point->right > point->kept || point->kept == 0)
            return false;
        kept = point->kept;
        right = point->right;
    }
    return true;
}

static bool read_curve(const cJSON *root, seqnet_held_out *held_out)
{
    const cJSON *const object = cJSON_GetObjectItemCaseSensitive(root, "curve");
    size_t kept[SEQNET_CURVE_POINTS], right[SEQNET_CURVE_POINTS], sum;
    double thresholds[SEQNET_CURVE_POINTS];
    if (!read_rising(object, "thresholds", thresholds, SEQNET_CURVE_POINTS, &held_out->points) ||
        !read_counts(object, "kept", kept, held_out->points, held_out->rows, &sum) ||
        !read_counts(object, "right", right, held_out->points, held_out->rows, &sum))
        return false;
    for (size_t i = 0; i < held_out->points; i++)
        held_out->curve[i] = (seqnet_abstain_point){thresholds[i], kept[i], right[i]};
    return is_curve(held_out);
}

static bool read_profile(const cJSON *root, seqnet_held_out *held_out)
{
    size_t sum;
    const size_t labels = held_out->labels;
    if (!read_count(cJSON_GetObjectItemCaseSensitive(root, "rows"), MOST_ROWS, &held_out->rows) ||
        held_out->rows == 0)
        return false;
    const size_t rows = held_out->rows;
    held_out->is_refitted = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "refitted"));
    return read_counts(root, "actual", held_out->actual, labels, rows, &sum) &&
           read_counts(root, "predicted", held_out->predicted, labels, rows, &sum) && sum == rows &&
           read_histogram(root, "confidence", 1.0, rows, &held_out->confidence) &&
           held_out->confidence.bins > 0 &&
           read_histogram(root, "words", MOST_ROWS, rows, &held_out->words) &&
           held_out->words.bins > 0 &&
           read_histogram(root, "unknown", 1.0, rows, &held_out->unknown) &&
           read_curve(root, held_out);
}

seqnet_status sn_held_out_from_json(seqnet_held_out *held_out, const char *json, size_t labels,
                                    const char *place, seqnet_error *err)
{
    cJSON *root = NULL;
    seqnet_status status = SEQNET_OK;
    *held_out = (seqnet_held_out){.labels = labels};
    SN_GOTO(sn_config_parse(&root, json, MAX_VALUES, "profile of held-out rows", place, err));
    SN_GOTO(sn_alloc(&held_out->predicted, labels, sizeof *held_out->predicted, err));
    SN_GOTO(sn_alloc(&held_out->actual, labels, sizeof *held_out->actual, err));
    if (!read_profile(root, held_out))
        SN_GOTO(sn_fail(err, SEQNET_ERR_MODEL,
                        "%s: its profile of held-out rows is damaged: it does not add up", place));
out:
    cJSON_Delete(root);
    return status;
}

void sn_held_out_free(seqnet_held_out *held_out)
{
    free(held_out->predicted);
    free(held_out->actual);
    *held_out = (seqnet_held_out){0};
}
