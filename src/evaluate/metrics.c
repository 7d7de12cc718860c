/* Metrics that follow from a confusion matrix [classes, classes], whose rows are labels and whose
 * columns are predictions. Each metric is a function of the matrix alone, and 0 where it would
 * divide by 0. */
#include <stdlib.h>

#include <seqnet/evaluate.h>

#include "memory.h"

#include "banned.h"

static double ratio(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

/* One pass over the matrix, which may have millions of cells. */
static void count_cells(const seqnet_evaluation *evaluation, seqnet_label_metrics *labels)
{
    const size_t classes = evaluation->classes, *cell = evaluation->confusion;
    for (size_t label = 0; label < classes; label++)
        for (size_t predicted = 0; predicted < classes; predicted++, cell++)
            if (*cell) {
                labels[label].rows += *cell;
                labels[predicted].predicted += *cell;
                labels[label].correct += label == predicted ? *cell : 0;
            }
}

void seqnet_evaluation_labels(const seqnet_evaluation *evaluation, seqnet_label_metrics *labels)
{
    for (size_t i = 0; i < evaluation->classes; i++)
        labels[i] = (seqnet_label_metrics){0};
    count_cells(evaluation, labels);
    for (seqnet_label_metrics *l = labels; l < labels + evaluation->classes; l++) {
        l->precision = ratio((double)l->correct, (double)l->predicted);
        l->recall = ratio((double)l->correct, (double)l->rows);
        l->f1 = ratio(2.0 * l->precision * l->recall, l->precision + l->recall);
    }
}

/* Adds a label's metrics `weight` times. */
static void add_label(seqnet_average *sum, const seqnet_label_metrics *label, double weight)
{
    sum->precision += weight * label->precision;
    sum->recall += weight * label->recall;
    sum->f1 += weight * label->f1;
}

static seqnet_average divided(seqnet_average sum, double weights)
{
    return (seqnet_average){.precision = ratio(sum.precision, weights),
                            .recall = ratio(sum.recall, weights),
                            .f1 = ratio(sum.f1, weights)};
}

seqnet_average seqnet_macro_average(const seqnet_label_metrics *labels, size_t count)
{
    seqnet_average sum = {0};
    double occurring = 0.0; /* as in scikit-learn, other labels do not count */
    for (const seqnet_label_metrics *l = labels; l < labels + count; l++) {
        add_label(&sum, l, 1.0);
        occurring += l->rows + l->predicted > 0;
    }
    return divided(sum, occurring);
}

seqnet_average seqnet_micro_average(const seqnet_label_metrics *labels, size_t count)
{
    double correct = 0.0, predicted = 0.0, rows = 0.0;
    for (const seqnet_label_metrics *l = labels; l < labels + count; l++) {
        correct += (double)l->correct;
        predicted += (double)l->predicted;
        rows += (double)l->rows;
    }
    return (seqnet_average){.precision = ratio(correct, predicted),
                            .recall = ratio(correct, rows),
                            .f1 = ratio(2.0 * correct, predicted + rows)};
}

seqnet_average seqnet_weighted_average(const seqnet_label_metrics *labels, size_t count)
{
    seqnet_average sum = {0};
    double rows = 0.0;
    for (const seqnet_label_metrics *l = labels; l < labels + count; l++) {
        add_label(&sum, l, (double)l->rows);
        rows += (double)l->rows;
    }
    return divided(sum, rows);
}

/* Stores the cells off the diagonal that are not 0, unless list is NULL; returns their number. */
static size_t confused_cells(const seqnet_evaluation *evaluation, seqnet_confused *list)
{
    const size_t classes = evaluation->classes, *cell = evaluation->confusion;
    size_t count = 0;
    for (size_t label = 0; label < classes; label++)
        for (size_t predicted = 0; predicted < classes; predicted++, cell++)
            if (*cell && label != predicted) {
                if (list)
                    list[count] = (seqnet_confused){label, predicted, *cell};
                count++;
            }
    return count;
}

static int compare_confused(const void *left, const void *right)
{
    const seqnet_confused *const a = left, *const b = right;
    if (a->n != b->n)
        return a->n > b->n ? -1 : 1;
    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    return a->predicted < b->predicted ? -1 : 1;
}

seqnet_status seqnet_evaluation_confused(const seqnet_evaluation *evaluation,
                                         seqnet_confused **list, size_t *count, seqnet_error *err)
{
    *count = confused_cells(evaluation, NULL);
    if (sn_alloc(list, *count, sizeof **list, NULL) != SEQNET_OK)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for %zu confusions", *count);
    confused_cells(evaluation, *list);
    qsort(*list, *count, sizeof **list, compare_confused);
    return SEQNET_OK;
}
