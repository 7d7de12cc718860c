#include "label_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "errors.h"
#include "figures.h"
#include "json_line.h"
#include "terminal.h"

typedef struct label_figures {
    size_t rows, classes;
    double loss, subset_accuracy;
    seqnet_average micro, macro, first, at_k;
    /* [classes] */
    seqnet_label_metrics *labels;
} label_figures;

static seqnet_status score_parts(const label_report *r, seqnet_scores *scores, seqnet_error *err)
{
    for (seqnet_part p = SEQNET_TRAIN; p < SEQNET_PARTS; p++) {
        const size_t done = seqnet_scores_count(scores);
        if (r->parts & 1U << p && (r->limit == 0 || done < r->limit))
            TRY(seqnet_model_score(r->model, r->dataset, p, r->limit ? r->limit - done : 0,
                                   r->threads, scores, err));
    }
    return SEQNET_OK;
}

static seqnet_status find_figures(const label_report *r, const seqnet_scores *scores,
                                  label_figures *f, seqnet_error *err)
{
    f->rows = seqnet_scores_count(scores);
    f->classes = seqnet_scores_classes(scores);
    f->labels = calloc(f->classes, sizeof *f->labels);
    if (!f->labels)
        return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for the figures of %zu labels",
                    f->classes);
    seqnet_scores_label_metrics(scores, r->threshold, f->labels);
    f->micro = seqnet_micro_average(f->labels, f->classes);
    f->macro = seqnet_macro_average(f->labels, f->classes);
    f->loss = seqnet_scores_label_loss(scores);
    f->subset_accuracy = seqnet_scores_subset_accuracy(scores, r->threshold);
    f->first = seqnet_scores_at_k(scores, 1);
    f->at_k = seqnet_scores_at_k(scores, r->k);
    return SEQNET_OK;
}

static seqnet_status measure(const label_report *r, label_figures *f, seqnet_error *err)
{
    seqnet_scores *scores;
    TRY(seqnet_scores_create(&scores, r->model, err));
    seqnet_status status = score_parts(r, scores, err);
    if (status == SEQNET_OK)
        status = find_figures(r, scores, f, err);
    seqnet_scores_free(scores);
    return status;
}

static void print_labels(const label_report *r, const label_figures *f)
{
    int width = 8;
    for (size_t i = 0; i < f->classes; i++) {
        const int length = (int)display_width(seqnet_model_label_name(r->model, i));
        width = length > width ? length : width;
    }
    printf("\n%*s  precision  recall      f1    rows\n", width, "");
    for (size_t i = 0; i < f->classes; i++) {
        const seqnet_label_metrics *const l = &f->labels[i];
        const char *const name = seqnet_model_label_name(r->model, i);
        put_text(stdout, name);
        printf("%*s     %.4f  %.4f  %.4f  %6zu\n", width - (int)display_width(name), "",
               l->precision, l->recall, l->f1, l->rows);
    }
}

static int print_text(const label_report *r, const label_figures *f)
{
    put_text(stdout, r->data);
    printf(", %s part%s: %zu %s\n", r->part, r->parts == SEQNET_ALL_PARTS ? "s" : "", f->rows,
           plural(f->rows, "row", "rows"));
    printf("threshold: %.6g\nmicro f1: %.4f\nmicro precision: %.4f\nmicro recall: %.4f\n"
           "macro f1: %.4f\nsubset accuracy: %.4f\nloss: %.4f\n",
           r->threshold, f->micro.f1, f->micro.precision, f->micro.recall, f->macro.f1,
           f->subset_accuracy, f->loss);
    printf("P@1: %.4f\nR@1: %.4f\n", f->first.precision, f->first.recall);
    if (r->k > 1)
        printf("P@%zu: %.4f\nR@%zu: %.4f\n", r->k, f->at_k.precision, r->k, f->at_k.recall);
    print_labels(r, f);
    return EXIT_DONE;
}

static void add_at_k(seqnet_json *json, size_t k, seqnet_average at_k)
{
    char key[32];
    (void)snprintf(key, sizeof key, "p_at_%zu", k);
    seqnet_json_number(json, json->root, key, at_k.precision);
    (void)snprintf(key, sizeof key, "r_at_%zu", k);
    seqnet_json_number(json, json->root, key, at_k.recall);
}

static void add_labels(seqnet_json *json, const label_report *r, const label_figures *f)
{
    struct cJSON *const list = seqnet_json_list(json, json->root, "labels");
    for (size_t i = 0; i < f->classes; i++) {
        const seqnet_label_metrics *const l = &f->labels[i];
        struct cJSON *const object = seqnet_json_object(json, list, NULL);
        seqnet_json_string(json, object, "label", seqnet_model_label_name(r->model, i));
        seqnet_json_number(json, object, "precision", l->precision);
        seqnet_json_number(json, object, "recall", l->recall);
        seqnet_json_number(json, object, "f1", l->f1);
        seqnet_json_number(json, object, "rows", (double)l->rows);
    }
}

static int print_json(const label_report *r, const label_figures *f)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_number(&json, json.root, "threshold", r->threshold);
    seqnet_json_number(&json, json.root, "micro_f1", f->micro.f1);
    seqnet_json_number(&json, json.root, "micro_precision", f->micro.precision);
    seqnet_json_number(&json, json.root, "micro_recall", f->micro.recall);
    seqnet_json_number(&json, json.root, "macro_f1", f->macro.f1);
    seqnet_json_number(&json, json.root, "subset_accuracy", f->subset_accuracy);
    seqnet_json_number(&json, json.root, "loss", f->loss);
    add_at_k(&json, 1, f->first);
    if (r->k > 1)
        add_at_k(&json, r->k, f->at_k);
    seqnet_json_number(&json, json.root, "n", (double)f->rows);
    seqnet_json_string(&json, json.root, "data", r->data);
    seqnet_json_string(&json, json.root, "part", r->part);
    add_labels(&json, r, f);
    seqnet_json_string(&json, json.root, "fingerprint", seqnet_model_fingerprint(r->model));
    return print_json_line(&json);
}

static int print_figures(const label_report *r, const label_figures *f)
{
    if (f->rows == 0) {
        complain("%s: its %s part has no rows; choose another with --part", r->data, r->part);
        return SEQNET_ERR_DATA;
    }
    const int code = (r->json ? print_json : print_text)(r, f);
    if (code != EXIT_DONE || f->micro.f1 >= r->min_f1)
        return code;
    note("micro F1 %.4f is below --min-accuracy %g", f->micro.f1, r->min_f1);
    return EXIT_NEGATIVE;
}

int report_labels(const label_report *r)
{
    seqnet_error err = {0};
    label_figures f = {0};
    const seqnet_status status = measure(r, &f, &err);
    const int code = status == SEQNET_OK ? print_figures(r, &f) : fail(&err);
    free(f.labels);
    return code;
}
