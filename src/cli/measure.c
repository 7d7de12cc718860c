#include "measure.h"

#include <stdlib.h>

#include "errors.h"

static seqnet_status measure_scores(const seqnet_scores *scores, double threshold, measured *m,
                                    seqnet_error *err)
{
    const size_t classes = seqnet_scores_classes(scores);
    seqnet_label_metrics *const labels = calloc(classes, sizeof *labels);
    if (!labels)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels", classes);
    seqnet_scores_label_metrics(scores, threshold, labels);
    *m = (measured){.accuracy = seqnet_micro_average(labels, classes).f1,
                    .loss = seqnet_scores_label_loss(scores),
                    .rows = seqnet_scores_count(scores)};
    free(labels);
    return SEQNET_OK;
}

static seqnet_status measure_labels(const seqnet_model *model, const seqnet_dataset *dataset,
                                    seqnet_part part, size_t threads, measured *m,
                                    seqnet_error *err)
{
    seqnet_scores *scores;
    TRY(seqnet_scores_create(&scores, model, err));
    seqnet_status status = seqnet_model_score(model, dataset, part, 0, threads, scores, err);
    if (status == SEQNET_OK)
        status = measure_scores(scores, seqnet_model_threshold(model), m, err);
    seqnet_scores_free(scores);
    return status;
}

seqnet_status measure_part(const seqnet_model *model, const seqnet_dataset *dataset,
                           seqnet_part part, size_t threads, measured *m, seqnet_error *err)
{
    if (seqnet_model_is_multi_label(model))
        return measure_labels(model, dataset, part, threads, m, err);
    seqnet_evaluation e = seqnet_evaluation_totals(seqnet_model_label_count(model));
    TRY(seqnet_model_evaluate(model, dataset, part, 0, threads, &e, err));
    *m = (measured){.accuracy = e.accuracy, .loss = e.loss, .rows = e.n};
    return SEQNET_OK;
}

const char *measure_name(const seqnet_dataset *dataset)
{
    return seqnet_dataset_is_multi_label(dataset) ? "micro F1" : "accuracy";
}
