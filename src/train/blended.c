#include "blended.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "bfloat16.h"
#include "clock.h"
#include "comm.h"
#include "maxima.h"
#include "memory.h"
#include "ngram_part.h"
#include "ngram_rows.h"
#include "refit.h"
#include "scores.h"
#include "self_training.h"
#include "shares.h"

#include "banned.h"

/* A network is left out when it lowers the validation loss by a smaller share than this, and adds
 * no correct row: it costs more time and memory than everything else. */
static const double LEAST_GAIN = 0.002;

/* A higher cost is kept when it lowers the validation loss by this share and, of a loss that few
 * rows give, by as many more rows' worth: less is chance. */
static const double LEAST_SAVING = 0.01, LEAST_SAVING_ROWS = 2.0;

/* Validation rows are like the training rows, so that they show what a network has learnt of these
 * better than what it has learnt of other rows. A second network that also saw those stays unless
 * it does worse in both measures, or raises the loss by a larger share than this. */
static const double MOST_LOSS = 0.03;

typedef struct blended {
    seqnet_train_options options;
    /* NULL: there is none. */
    sn_checkpoint *checkpoint;
    seqnet_trainer *trainer;
    sn_pool *pool;
    sn_ngram_recipe recipe;
    /* Fitted last, and how many fits there were. */
    sn_ngrams *ngrams;
    size_t fits;
    sn_ngram_config config;
    seqnet_parts_report report;
    /* [validation rows, outputs] of each part. */
    float *logits[SN_PART_COUNT];
    /* The same of some of them together, and their measures. */
    float *together;
    seqnet_scores *scores;
    /* What the n-gram part's classifiers are worth without a network, and the threshold that suits
     * rows with any number of labels then. */
    double ngram_shares[SN_PART_COUNT], ngram_threshold;
    /* With rows without labels, once these are labelled: the rows of a second network and its
     * training. */
    seqnet_dataset labelled;
    seqnet_trainer *student;
    /* The callback has asked for the end. */
    bool is_stopped;
} blended;

seqnet_status sn_train_has_ngrams(const seqnet_dataset *dataset,
                                  const seqnet_train_options *options, bool *has_ngrams,
                                  seqnet_error *err)
{
    const bool has_texts = dataset->parts[SEQNET_TRAIN].texts != NULL;
    *has_ngrams = options->ngrams != SEQNET_NGRAMS_OFF &&
                  (has_texts || options->ngrams != SEQNET_NGRAMS_AUTO);
    if (!*has_ngrams || has_texts)
        return SEQNET_OK;
    return sn_fail(
        err, SEQNET_ERR_USAGE,
        dataset->from_text
            ? "%s: n-grams are of texts, which were not kept; load the dataset with keep_texts"
            : "%s: holds ids, and n-grams are of texts; choose .ngrams off",
        dataset->source);
}

static void tell(blended *b, seqnet_train_event_kind kind, bool refit)
{
    const sn_train_plan *const plan = &b->trainer->plan;
    const seqnet_train_event event = {.kind = kind,
                                      .model = plan->outline,
                                      .refit = refit,
                                      .multi_label = plan->dataset->multi_label,
                                      .train_rows = b->report.rows,
                                      .validation_rows = plan->validation.count,
                                      .parts = &b->report};
    const bool wants_end = b->options.callback && !b->options.callback(b->options.user, &event);
    const bool ends = seqnet_comm_any(b->options.comm, wants_end);
    const bool is_written = sn_train_writes_checkpoints(b->checkpoint, b->options.comm) &&
                            !b->is_stopped && (ends || sn_checkpoint_is_due(b->checkpoint));
    b->is_stopped |= ends;
    if (is_written)
        b->is_stopped |= !sn_train_write_checkpoint(&(sn_run_part){b->checkpoint, NULL}, NULL,
                                                    "between two trainings", &b->options);
}

static seqnet_status make_ngrams(blended *b, bool refit, seqnet_error *err)
{
    double seconds = 0.0;
    sn_ngrams *fitted;
    char part[SN_ARRAY_NAME];
    (void)snprintf(part, sizeof part, "ngrams.%zu", b->fits++);
    if (b->checkpoint && sn_checkpoint_has(b->checkpoint, part)) {
        SN_TRY(sn_ngram_part_restore(&fitted, &b->trainer->plan, &b->recipe, b->checkpoint, part,
                                     &seconds, err));
    } else {
        const double start = sn_clock();
        SN_TRY(sn_ngram_part_fit(&fitted, &b->trainer->plan, &b->recipe, refit, b->pool, err));
        seconds = sn_clock() - start;
        if (b->checkpoint)
            sn_ngram_part_keep(fitted, b->checkpoint, part, seconds);
    }
    sn_ngrams_free(b->ngrams);
    b->ngrams = fitted;
    b->report.ngrams = fitted->count;
    b->report.cost = b->recipe.cost;
    b->report.seconds += seconds;
    return SEQNET_OK;
}

static seqnet_status fit_ngrams(blended *b, bool refit, seqnet_error *err)
{
    const sn_train_plan *const plan = &b->trainer->plan;
    b->report.words = b->recipe.spec.words;
    b->report.characters = b->recipe.spec.characters;
    b->report.rows = plan->train.count + (refit ? plan->validation.count : 0);
    tell(b, SEQNET_TRAIN_NGRAMS_BEGIN, refit);
    return make_ngrams(b, refit, err);
}

static sn_scored_parts scored_parts(const blended *b)
{
    const sn_rows *const rows = &b->trainer->plan.validation;
    sn_scored_parts parts = {.count = rows->count,
                             .outputs = b->config.outputs,
                             .labels = rows->labels,
                             .sets = rows->sets};
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        parts.logits[p] = b->logits[p];
    return parts;
}

/* Scores the validation rows with the parts that are scored already, each with its share. */
static seqnet_status blend_rows(blended *b, const double shares[SN_PART_COUNT], seqnet_error *err)
{
    const sn_scored_parts parts = scored_parts(b);
    for (size_t row = 0; row < parts.count; row++)
        sn_shares_blend(&parts, shares, row, b->together + row * parts.outputs);
    b->scores->count = 0;
    return sn_scores_add_rows(b->scores, &b->trainer->plan.validation, b->together, err);
}

/* Measures what parts with these shares make of the validation rows. */
static seqnet_status measure(blended *b, const double shares[SN_PART_COUNT],
                             seqnet_part_measure *measure, double *threshold, seqnet_error *err)
{
    const sn_rows *const rows = &b->trainer->plan.validation;
    *measure = (seqnet_part_measure){(double)NAN, (double)NAN};
    if (rows->count == 0)
        return SEQNET_OK;
    SN_TRY(blend_rows(b, shares, err));
    if (rows->sets) {
        measure->loss = sn_scores_sums(b->scores).loss / (double)rows->count;
        return seqnet_scores_best_threshold(b->scores, threshold, &measure->accuracy, err);
    }
    seqnet_evaluation evaluation = seqnet_evaluation_totals(seqnet_scores_classes(b->scores));
    seqnet_scores_evaluate(b->scores, &evaluation);
    measure->accuracy = evaluation.accuracy;
    measure->loss = evaluation.loss;
    return SEQNET_OK;
}

/* Scores the validation rows with the n-gram part. */
static seqnet_status score_ngrams(blended *b, seqnet_error *err)
{
    const sn_rows *const rows = &b->trainer->plan.validation;
    float *const nb = b->recipe.has_nb ? b->logits[SN_PART_NB] : b->together; /* zeros, not used */
    SN_TRY(sn_ngrams_score_rows(b->ngrams, rows, b->logits[SN_PART_SVM], nb, b->pool, err));
    const sn_scored_parts parts = scored_parts(b);
    b->ngram_threshold = 0.5;
    sn_shares_fit(&parts, b->ngram_shares);
    return measure(b, b->ngram_shares, &b->report.ngram_part, &b->ngram_threshold, err);
}

/* Fits the n-gram part at another cost, and keeps that if the validation loss is lower. */
static seqnet_status try_cost(blended *b, double cost, bool *is_better, seqnet_error *err)
{
    const double kept = b->recipe.cost, loss = b->report.ngram_part.loss;
    const double rows = (double)b->trainer->plan.validation.count;
    sn_ngrams *const before = b->ngrams;
    b->ngrams = NULL;
    b->recipe.cost = cost;
    seqnet_status status = make_ngrams(b, false, err);
    if (status == SEQNET_OK)
        status = score_ngrams(b, err);
    if (status == SEQNET_OK)
        tell(b, SEQNET_TRAIN_NGRAMS_END, false);
    *is_better = status == SEQNET_OK &&
                 b->report.ngram_part.loss < (1.0 - LEAST_SAVING - LEAST_SAVING_ROWS / rows) * loss;
    if (*is_better) {
        sn_ngrams_free(before);
        return SEQNET_OK;
    }
    sn_ngrams_free(b->ngrams);
    b->ngrams = before;
    b->report.ngrams = before->count;
    b->report.cost = b->recipe.cost = kept;
    return status == SEQNET_OK ? score_ngrams(b, err) : status;
}

/* Labels that words tell apart well take a higher cost than others: tries higher ones as long as
 * the validation loss falls. */
static seqnet_status choose_cost(blended *b, seqnet_error *err)
{
    static const double higher[] = {1.0, 3.0};
    const sn_train_plan *const plan = &b->trainer->plan;
    bool is_better = plan->validation.count && sn_ngram_cost_is_open(plan->dataset, &b->options);
    for (size_t i = 0; i < sizeof higher / sizeof *higher && is_better && !b->is_stopped; i++)
        SN_TRY(try_cost(b, higher[i], &is_better, err));
    return SEQNET_OK;
}

/* Trains the n-gram part on the training rows, and scores the validation rows with it. */
static seqnet_status begin(blended *b, seqnet_error *err)
{
    const sn_rows *const rows = &b->trainer->plan.validation;
    const size_t logits = rows->count * b->config.outputs;
    SN_TRY(fit_ngrams(b, false, err));
    for (size_t p = 0; p < SN_PART_NETWORK; p++)
        if (p == SN_PART_SVM || b->recipe.has_nb)
            SN_TRY(sn_alloc(&b->logits[p], logits, sizeof **b->logits, err));
    SN_TRY(sn_alloc(&b->together, logits, sizeof *b->together, err));
    SN_TRY(sn_scores_create(&b->scores, b->config.outputs, rows->sets != NULL, err));
    SN_TRY(score_ngrams(b, err));
    tell(b, SEQNET_TRAIN_NGRAMS_END, false);
    return choose_cost(b, err);
}

/* Scores rows with a trained network, with the weights of its best epoch. The caller frees *logits
 * [rows->count, outputs], also after an error. */
static seqnet_status score_network(blended *b, const seqnet_trainer *t, const sn_rows *rows,
                                   float **logits, seqnet_error *err)
{
    const sn_scorer scorer = sn_trainer_scorer(t, t->state.kept);
    const size_t floats = rows->count * b->config.outputs;
    SN_TRY(sn_alloc(logits, floats, sizeof **logits, err));
    b->scores->count = 0;
    SN_TRY(sn_score_rows(&scorer, rows, rows->count, b->scores, err));
    if (floats)
        memcpy(*logits, b->scores->logits, floats * sizeof **logits);
    return SEQNET_OK;
}

static void use_shares(blended *b, const double shares[SN_PART_COUNT], double threshold)
{
    sn_train_plan *const plan = &b->trainer->plan;
    b->report.svm_share = b->config.svm_share = shares[SN_PART_SVM];
    b->report.nb_share = b->config.nb_share = shares[SN_PART_NB];
    b->report.network_share = b->config.network_share = shares[SN_PART_NETWORK];
    plan->config.threshold = plan->validation.sets ? threshold : 0.0;
}

static void use_ngrams_alone(blended *b)
{
    b->report.together = b->report.ngram_part;
    use_shares(b, b->ngram_shares, b->ngram_threshold);
}

/* Whether the rule of SEQNET_NGRAMS_AUTO leaves the network out. */
static bool is_network_idle(const blended *b)
{
    const seqnet_part_measure *const without = &b->report.ngram_part;
    const seqnet_part_measure *const with = &b->report.together;
    return b->options.ngrams == SEQNET_NGRAMS_AUTO && b->report.validation_rows &&
           with->loss > (1.0 - LEAST_GAIN) * without->loss && with->accuracy <= without->accuracy;
}

/* Finds the shares of both parts, and leaves a network out that adds nothing. */
static seqnet_status blend_network(blended *b, seqnet_error *err)
{
    static const double ALONE[SN_PART_COUNT] = {[SN_PART_NETWORK] = 1.0};
    double shares[SN_PART_COUNT], threshold = 0.5;
    const sn_scored_parts parts = scored_parts(b);
    sn_shares_fit(&parts, shares);
    SN_TRY(measure(b, ALONE, &b->report.network, &threshold, err));
    SN_TRY(measure(b, shares, &b->report.together, &threshold, err));
    b->report.network_dropped = false;
    if (!is_network_idle(b)) {
        use_shares(b, shares, threshold);
        return SEQNET_OK;
    }
    free(b->logits[SN_PART_NETWORK]);
    b->logits[SN_PART_NETWORK] = NULL;
    b->report.network_dropped = true;
    use_ngrams_alone(b);
    return SEQNET_OK;
}

/* Finds the shares of the parts that there are. */
static seqnet_status find_shares(blended *b, seqnet_error *err)
{
    b->report.validation_rows = b->trainer->plan.validation.count;
    if (b->logits[SN_PART_NETWORK])
        SN_TRY(blend_network(b, err));
    else
        use_ngrams_alone(b);
    tell(b, SEQNET_TRAIN_BLEND, false);
    return SEQNET_OK;
}

/* Trains the network, unless there is none. */
static seqnet_status train_network(blended *b, seqnet_error *err)
{
    seqnet_trainer *const t = b->trainer;
    if (b->options.ngrams == SEQNET_NGRAMS_ONLY || b->is_stopped) {
        t->outcome = b->is_stopped ? SN_STOPPED : SN_FINISHED;
        return SEQNET_OK;
    }
    const seqnet_status status = sn_trainer_run(t, err);
    if (!sn_trainer_is_usable(t, status))
        return status;
    if (t->state.steps == 0)
        return SEQNET_INTERRUPTED;
    b->is_stopped = t->outcome == SN_STOPPED;
    sn_trainer_ensure_kept(t);
    SN_TRY(score_network(b, t, &t->plan.validation, &b->logits[SN_PART_NETWORK], err));
    return status;
}

/* Scores the rows without labels with each part, into logits[SN_PART_COUNT], which the caller
 * frees. */
static seqnet_status score_unlabeled(blended *b, float **logits, seqnet_error *err)
{
    const sn_rows *const rows = &b->trainer->plan.dataset->parts[SN_UNLABELED];
    const size_t floats = rows->count * b->config.outputs;
    SN_TRY(sn_alloc(&logits[SN_PART_SVM], floats, sizeof **logits, err));
    SN_TRY(sn_alloc(&logits[SN_PART_NB], floats, sizeof **logits, err));
    SN_TRY(sn_ngrams_score_rows(b->ngrams, rows, logits[SN_PART_SVM], logits[SN_PART_NB], b->pool,
                                err));
    if (b->logits[SN_PART_NETWORK])
        SN_TRY(score_network(b, b->trainer, rows, &logits[SN_PART_NETWORK], err));
    return SEQNET_OK;
}

/* Labels the rows without labels by all parts. */
static seqnet_status label_rows(blended *b, float **logits, seqnet_error *err)
{
    const seqnet_dataset *const dataset = b->trainer->plan.dataset;
    const seqnet_parts_report *const r = &b->report;
    const double shares[SN_PART_COUNT] = {[SN_PART_SVM] = r->svm_share,
                                          [SN_PART_NB] = r->nb_share,
                                          [SN_PART_NETWORK] = r->network_share};
    sn_scored_parts parts = {.count = dataset->unlabeled.count, .outputs = b->config.outputs};
    SN_TRY(score_unlabeled(b, logits, err));
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        parts.logits[p] = logits[p];
    float *const all = logits[SN_PART_SVM]; /* each logit is read before it is written */
    for (size_t row = 0; row < parts.count; row++)
        sn_shares_blend(&parts, shares, row, all + row * parts.outputs);
    return sn_self_labelled_make(&b->labelled, dataset, all, err);
}

/* Trains a second network on all training rows, those that the model has labelled included. */
static seqnet_status train_student(blended *b, seqnet_error *err)
{
    seqnet_train_options options = b->options;
    options.maxlen = (int64_t)b->trainer->plan.config.maxlen;
    options.best_path = NULL;
    SN_TRY(sn_trainer_create(&b->student, &b->labelled, false, &options,
                             (sn_run_part){b->checkpoint, "student"}, err));
    (void)sn_trainer_run(b->student, NULL); /* its outcome tells */
    b->is_stopped = b->student->outcome == SN_STOPPED;
    return SEQNET_OK;
}

static bool is_student_worse(const seqnet_part_measure *before, const seqnet_part_measure *after)
{
    return after->loss > (1.0 + MOST_LOSS) * before->loss ||
           (after->loss >= before->loss && after->accuracy <= before->accuracy);
}

/* Blends the second network with the n-grams in the place of the first, and keeps one of them. */
static seqnet_status compare_student(blended *b, seqnet_error *err)
{
    const seqnet_parts_report before = b->report;
    const sn_ngram_config config = b->config;
    float *const logits = b->logits[SN_PART_NETWORK];
    b->logits[SN_PART_NETWORK] = NULL;
    seqnet_status status = score_network(b, b->student, &b->student->plan.validation,
                                         &b->logits[SN_PART_NETWORK], err);
    if (status == SEQNET_OK)
        status = blend_network(b, err);
    const seqnet_part_measure after = b->report.together;
    const bool is_worse = is_student_worse(&before.together, &after);
    if (status == SEQNET_OK && !is_worse) {
        free(logits);
        sn_trainer_swap_kept(b->trainer, b->student);
    } else {
        free(b->logits[SN_PART_NETWORK]);
        b->logits[SN_PART_NETWORK] = logits;
        b->report = before;
        b->config = config;
    }
    b->report.taught = before.together;
    b->report.self_trained = after;
    b->report.self_labelled = b->labelled.self_labelled;
    b->report.self_training_dropped = is_worse;
    return status;
}

/* Lets the model label the rows without labels, and trains a second network with them. */
static seqnet_status learn_unlabeled(blended *b, seqnet_error *err)
{
    const seqnet_dataset *const dataset = b->trainer->plan.dataset;
    if (dataset->unlabeled.count == 0 || dataset->multi_label || b->is_stopped)
        return SEQNET_OK;
    float *logits[SN_PART_COUNT] = {0};
    const seqnet_status status = label_rows(b, logits, err);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        free(logits[p]);
    if (status != SEQNET_OK)
        return status;
    SN_TRY(train_student(b, err));
    if (b->student->state.kept_epoch == 0)
        return SEQNET_OK;
    SN_TRY(compare_student(b, err));
    tell(b, SEQNET_TRAIN_BLEND, false);
    return SEQNET_OK;
}

/* Measures the validation rows with all parts. */
static seqnet_status validate(blended *b, seqnet_error *err)
{
    seqnet_trainer *const t = b->trainer;
    const sn_rows *const rows = &t->plan.validation;
    const sn_ngram_config *const c = &b->config;
    const double shares[SN_PART_COUNT] = {[SN_PART_SVM] = c->svm_share,
                                          [SN_PART_NB] = c->nb_share,
                                          [SN_PART_NETWORK] = c->network_share};
    const double temperature = rows->sets ? 0.0 : sn_ngram_temperature(c);
    if (rows->count == 0)
        return SEQNET_OK;
    SN_TRY(blend_rows(b, shares, err));
    return sn_validated_measure(&t->validated, b->scores, rows, &b->options, temperature,
                                &t->plan.config, err);
}

/* Trains the network again on all rows. */
static seqnet_status refit_network(blended *b, seqnet_error *err)
{
    const bool is_student = b->report.self_labelled && !b->report.self_training_dropped;
    seqnet_trainer *const t = is_student ? b->student : b->trainer;
    if (is_student)
        sn_trainer_swap_kept(b->trainer, b->student); /* until they are fitted */
    sn_trainer_conclude(b->trainer);
    if (is_student)
        sn_trainer_conclude(t);
    const seqnet_status status = sn_train_refit(t, err);
    b->is_stopped = t->outcome == SN_STOPPED;
    b->trainer->refit_epochs = t->refit_epochs;
    b->trainer->refit_diverged = t->refit_diverged;
    if (is_student)
        sn_trainer_swap_kept(b->trainer, b->student);
    return status;
}

/* Trains both parts on all rows. */
static seqnet_status refit(blended *b, seqnet_error *err)
{
    seqnet_trainer *const t = b->trainer;
    if (b->is_stopped || t->plan.validation.count == 0)
        return SEQNET_OK;
    if (b->options.ngram_refit) {
        SN_TRY(fit_ngrams(b, true, err));
        tell(b, SEQNET_TRAIN_NGRAMS_END, true);
    }
    if (!b->options.refit || !b->logits[SN_PART_NETWORK] || t->outcome != SN_FINISHED ||
        b->is_stopped)
        return SEQNET_OK;
    return refit_network(b, err);
}

/* Rounds the embedding, which is most of a model, so that its file needs half as many bytes. */
static void round_embedding(seqnet_model *model)
{
    const sn_network *const network = &model->network;
    if (network->count == 0 || network->layers[0].spec.kind != SN_EMBEDDING)
        return;
    const sn_layer *const embedding = &network->layers[0];
    sn_bfloat16_round(model->owned_weights + embedding->offsets[0], embedding->parameters);
}

/* Makes the model of all parts; it takes the n-grams. */
static seqnet_status assemble(blended *b, seqnet_model **model, seqnet_error *err)
{
    seqnet_trainer *const t = b->trainer;
    sn_model_config *const config = &t->plan.config;
    t->parts = &b->report;
    config->ngrams = b->config;
    config->temperature = 0.0; /* the shares are temperatures */
    if (!b->logits[SN_PART_NETWORK]) {
        config->layer_count = 0;
        config->maxlen = SN_MAX_TIME; /* n-grams are of the whole text */
    }
    SN_TRY(seqnet_trainer_model(t, model, err));
    round_embedding(*model);
    (*model)->ngrams = b->ngrams;
    b->ngrams = NULL;
    const seqnet_status status = sn_model_compute_fingerprint(*model, (*model)->fingerprint, err);
    if (status != SEQNET_OK) {
        seqnet_model_free(*model);
        *model = NULL;
    }
    return status;
}

static seqnet_status prepare(blended *b, const seqnet_dataset *dataset, seqnet_error *err)
{
    const seqnet_train_options *const o = &b->options;
    SN_TRY(sn_trainer_create(&b->trainer, dataset, false, o,
                             (sn_run_part){b->checkpoint, "network"}, err));
    SN_TRY(sn_pool_create(&b->pool, sn_train_threads(o), err));
    b->trainer->threads = sn_pool_threads(b->pool);
    b->recipe = sn_ngram_recipe_for(dataset, o);
    b->config = (sn_ngram_config){.words = b->recipe.spec.words,
                                  .characters = b->recipe.spec.characters,
                                  .outputs = sn_dataset_outputs(dataset),
                                  .has_nb = b->recipe.has_nb};
    return SEQNET_OK;
}

static seqnet_status train(blended *b, seqnet_model **model, seqnet_error *err)
{
    SN_TRY(begin(b, err));
    const seqnet_status status = train_network(b, err);
    if (status != SEQNET_OK && !b->logits[SN_PART_NETWORK])
        return status;
    SN_TRY(find_shares(b, err));
    SN_TRY(learn_unlabeled(b, err));
    SN_TRY(validate(b, err));
    SN_TRY(refit(b, err));
    SN_TRY(assemble(b, model, err));
    return b->is_stopped ? SEQNET_INTERRUPTED : status;
}

seqnet_status sn_train_blended(seqnet_model **model, const seqnet_dataset *dataset,
                               const seqnet_train_options *options, sn_checkpoint *checkpoint,
                               seqnet_train_result *result, seqnet_error *err)
{
    const seqnet_part_measure none = {(double)NAN, (double)NAN};
    blended b = {.options = *options,
                 .checkpoint = checkpoint,
                 .report = {.ngram_part = none, .network = none, .together = none}};
    seqnet_status status = prepare(&b, dataset, err);
    if (status == SEQNET_OK)
        status = train(&b, model, err);
    if (b.trainer) {
        *result = seqnet_trainer_result(b.trainer);
        result->parts = b.report;
        result->val_accuracy = b.report.together.accuracy;
        result->val_loss = b.report.together.loss;
    }
    seqnet_trainer_free(b.student);
    sn_self_labelled_free(&b.labelled);
    seqnet_trainer_free(b.trainer);
    sn_pool_free(b.pool);
    sn_ngrams_free(b.ngrams);
    for (size_t p = 0; p < SN_PART_COUNT; p++)
        free(b.logits[p]);
    free(b.together);
    seqnet_scores_free(b.scores);
    return status;
}
