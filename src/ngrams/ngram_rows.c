#include "ngram_rows.h"

#include <stdlib.h>

#include "memory.h"
#include "ngram_walk.h"
#include "pieces.h"

#include "banned.h"

/* Rows that one task scores. */
enum { TASK_ROWS = 64 };

typedef struct scoring {
    const sn_ngrams *ngrams;
    const sn_rows *rows;
    float *svm, *nb;
    /* [threads] */
    sn_ngram_scorer *scorers;
    seqnet_error *errors;
} scoring;

static seqnet_status score_rows(const scoring *s, size_t task, sn_ngram_scorer *scorer,
                                seqnet_error *err)
{
    const size_t outputs = s->ngrams->outputs;
    const size_t end = sn_smaller((task + 1) * TASK_ROWS, s->rows->count);
    for (size_t row = task * TASK_ROWS; row < end; row++) {
        size_t length;
        const char *text;
        SN_TRY(sn_ngram_row(s->rows, row, &s->ngrams->spec, &scorer->text, &text, &length, err));
        SN_TRY(sn_ngrams_score(s->ngrams, scorer, text, length, s->svm + row * outputs,
                               s->nb + row * outputs, err));
    }
    return SEQNET_OK;
}

static void score_task(void *context, size_t task, size_t worker)
{
    const scoring *const s = context;
    seqnet_error *const error = &s->errors[worker];
    if (error->status == SEQNET_OK)
        error->status = score_rows(s, task, &s->scorers[worker], error);
}

seqnet_status sn_ngrams_score_rows(const sn_ngrams *ngrams, const sn_rows *rows, float *svm,
                                   float *nb, sn_pool *pool, seqnet_error *err)
{
    const size_t threads = sn_pool_threads(pool);
    scoring s = {.ngrams = ngrams, .rows = rows, .svm = svm, .nb = nb};
    seqnet_status status = SEQNET_OK;
    SN_GOTO(sn_alloc(&s.scorers, threads, sizeof *s.scorers, err));
    SN_GOTO(sn_alloc(&s.errors, threads, sizeof *s.errors, err));
    sn_pool_run(pool, score_task, &s, sn_pieces(rows->count, TASK_ROWS));
    for (size_t i = 0; i < threads && status == SEQNET_OK; i++)
        if (s.errors[i].status != SEQNET_OK)
            status = sn_fail(err, s.errors[i].status, "%s", s.errors[i].message);
out:
    for (size_t i = 0; s.scorers && i < threads; i++)
        sn_ngram_scorer_free(&s.scorers[i]);
    free(s.scorers);
    free(s.errors);
    return status;
}
