/*
 * An explainer scores a text as a predictor does, and finds what each word contributes. The n-gram
 * part gives its own contributions (linear_part.h). In the network a word contributes what it adds
 * to the score when the text grows word by word, from its beginning and from its end: the mean of
 * the two (variants.h). These sum to the score's change, as Shapley values do, of which they are an
 * estimate from two orders of the words (Castro et al. 2009, Polynomial calculation of the Shapley
 * value based on sampling). tests/bench/README.md compares them with other methods.
 */
#include <seqnet/explain.h>

#include <stdlib.h>

#include "blend.h"
#include "cores.h"
#include "linear_part.h"
#include "memory.h"
#include "read_words.h"
#include "vec.h"
#include "word_index.h"

#include "banned.h"

struct seqnet_explainer {
    const seqnet_model *model;
    /* Read from options.word_index, or NULL. */
    sn_vocabulary *own_vocabulary;
    /* own_vocabulary, else the model's. */
    const sn_vocabulary *vocabulary;
    bool running;
    size_t outputs;
    /* What a logit of the network adds to the model's. */
    double network_scale;
    sn_pool *pool;
    sn_engine *engine;
    sn_blend_scratch blend;
    sn_read_words read;
    sn_variants variants;
    sn_linear_part linear;
    /* [outputs], [outputs] and [labels]: of the whole text. */
    float *logits;
    double *exact_logits, *probabilities;
    /* Scratch of the same sizes. */
    float *step;
    double *scratch;
    /* [words] */
    double *contributions, *after;
    size_t contribution_capacity, after_capacity;
    seqnet_explanation explanation;
};

void seqnet_explainer_free(seqnet_explainer *e)
{
    if (!e)
        return;
    sn_engine_free(e->engine);
    sn_pool_free(e->pool);
    sn_vocabulary_free(e->own_vocabulary);
    sn_blend_scratch_free(&e->blend);
    sn_read_words_free(&e->read);
    sn_variants_free(&e->variants);
    sn_linear_part_free(&e->linear);
    free(e->logits);
    free(e->exact_logits);
    free(e->step);
    free(e->probabilities);
    free(e->scratch);
    free(e->contributions);
    free(e->after);
    free(e);
}

static seqnet_status find_vocabulary(seqnet_explainer *e, const char *word_index, seqnet_error *err)
{
    e->vocabulary = e->model->vocabulary;
    if (word_index) {
        SN_TRY(sn_word_index_read(&e->own_vocabulary, word_index, err));
        e->vocabulary = e->own_vocabulary;
    }
    if (e->vocabulary)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "the model was trained without a word index, so it cannot read text; pass "
                   ".word_index imdb_word_index.json");
}

static seqnet_status open_network(seqnet_explainer *e, size_t threads, seqnet_error *err)
{
    const seqnet_model *const model = e->model;
    if (!sn_model_has_network(model))
        return SEQNET_OK;
    e->network_scale = (double)sn_model_logit_scale(model) *
                       (model->ngrams ? model->config.ngrams.network_share : 1.0);
    SN_TRY(sn_engine_check_memory(&model->network, 1, threads, false, err));
    SN_TRY(sn_pool_create(&e->pool, threads, err));
    SN_TRY(
        sn_engine_create(&e->engine, &model->network, model->config.padding, e->pool, false, err));
    sn_engine_use(e->engine, model->weights);
    return SEQNET_OK;
}

static seqnet_status init(seqnet_explainer *e, const seqnet_model *model,
                          const seqnet_explainer_options *options, seqnet_error *err)
{
    e->model = model;
    e->running = options->running;
    e->outputs = model->network.outputs;
    SN_TRY(find_vocabulary(e, options->word_index, err));
    SN_TRY(open_network(e, options->threads ? options->threads : sn_usable_cores(), err));
    e->variants.engine = e->engine;
    e->variants.outputs = e->outputs;
    SN_TRY(sn_alloc(&e->logits, e->outputs, sizeof *e->logits, err));
    SN_TRY(sn_alloc(&e->exact_logits, e->outputs, sizeof *e->exact_logits, err));
    SN_TRY(sn_alloc(&e->step, e->outputs, sizeof *e->step, err));
    SN_TRY(sn_alloc(&e->probabilities, model->label_count, sizeof *e->probabilities, err));
    return sn_alloc(&e->scratch, model->label_count, sizeof *e->scratch, err);
}

seqnet_status seqnet_explainer_create(seqnet_explainer **explainer, const seqnet_model *model,
                                      const seqnet_explainer_options *options, seqnet_error *err)
{
    SN_TRY(sn_alloc(explainer, 1, sizeof **explainer, err));
    const seqnet_status status = init(*explainer, model, options, err);
    if (status != SEQNET_OK) {
        seqnet_explainer_free(*explainer);
        *explainer = NULL;
    }
    return status;
}

/* Scores the whole text as a predictor does, to the bit. */
static seqnet_status score_text(seqnet_explainer *e, const char *text, size_t length,
                                seqnet_error *err)
{
    const float *const whole = e->variants.before + e->read.row.words * e->outputs;
    for (size_t k = 0; k < e->outputs; k++)
        e->logits[k] = whole[k];
    sn_vec_scale(e->logits, sn_model_logit_scale(e->model), e->outputs);
    SN_TRY(sn_blend_text(e->model, &e->blend, text, length, e->logits, 1, err));
    for (size_t k = 0; k < e->outputs; k++)
        e->exact_logits[k] = (double)e->logits[k];
    sn_row_probabilities(e->logits, e->outputs, e->model->config.multi_label, e->probabilities);
    return SEQNET_OK;
}

seqnet_status seqnet_explain(seqnet_explainer *e, const char *text, size_t length,
                             const seqnet_explanation **explanation, seqnet_error *err)
{
    const sn_read_words *const read = &e->read;
    *explanation = NULL;
    SN_TRY(sn_read_words_of(&e->read, &e->model->config, e->vocabulary, text, length, err));
    SN_TRY(sn_variants_score(&e->variants, &read->row, err));
    SN_TRY(sn_linear_explain(&e->linear, e->model, text, length, read->words, read->count,
                             e->running, err));
    SN_TRY(sn_grow(&e->contributions, &e->contribution_capacity, read->count + 1,
                   sizeof *e->contributions, err));
    SN_TRY(sn_grow(&e->after, &e->after_capacity, read->count + 1, sizeof *e->after, err));
    SN_TRY(score_text(e, text, length, err));
    e->explanation = (seqnet_explanation){.words = read->words,
                                          .count = read->count,
                                          .cut = read->cut,
                                          .label = sn_predicted_class(e->logits, e->outputs),
                                          .probabilities = e->probabilities};
    *explanation = &e->explanation;
    return SEQNET_OK;
}

/* The score of a label: `chosen` is its logit, `sum` that of all of them. */
static double score_of(const seqnet_explainer *e, size_t label, double chosen, double sum)
{
    if (e->model->config.multi_label)
        return chosen;
    if (e->outputs == 1)
        return label == 1 ? chosen : -chosen;
    return chosen - (sum - chosen) / (double)(e->outputs - 1);
}

static size_t column_of(const seqnet_explainer *e, size_t label)
{
    return e->outputs == 1 ? 0 : label;
}

/* The score of logits in doubles. */
static double score_logits(const seqnet_explainer *e, size_t label, const double *logits)
{
    double sum = 0.0;
    for (size_t k = 0; k < e->outputs; k++)
        sum += logits[k];
    return score_of(e, label, logits[column_of(e, label)], sum);
}

/* The score of the network's logits for the first `i` words of the row, and for those from i on. */
static double score_before(const seqnet_explainer *e, size_t label, size_t i)
{
    const float *const logits = e->variants.before + i * e->outputs;
    return e->network_scale *
           score_of(e, label, (double)logits[column_of(e, label)], e->variants.before_sums[i]);
}

static double score_after(const seqnet_explainer *e, size_t label, size_t i)
{
    const float *const logits = e->variants.after + i * e->outputs;
    return e->network_scale *
           score_of(e, label, (double)logits[column_of(e, label)], e->variants.after_sums[i]);
}

/* What word `i` of the row contributes to a label's score in the network. */
static double network_contribution(const seqnet_explainer *e, size_t label, size_t i)
{
    const double forward = score_before(e, label, i + 1) - score_before(e, label, i);
    const double backward = score_after(e, label, i) - score_after(e, label, i + 1);
    return (forward + backward) / 2.0;
}

static double linear_contribution(const seqnet_explainer *e, size_t label, size_t word)
{
    const double *const added = e->linear.added + word * e->outputs;
    return score_of(e, label, added[column_of(e, label)], e->linear.sums[word]);
}

/* The label's probability after `seen` words of the row, and what the n-grams say. */
static double probability_after(seqnet_explainer *e, size_t label, size_t seen, const double *grams)
{
    const float *const network = e->variants.before + seen * e->outputs;
    for (size_t k = 0; k < e->outputs; k++)
        e->step[k] = (float)(e->network_scale * (double)network[k] + grams[k]);
    sn_row_probabilities(e->step, e->outputs, e->model->config.multi_label, e->scratch);
    return e->scratch[label];
}

static void run_probabilities(seqnet_explainer *e, size_t label)
{
    size_t seen = 0;
    for (size_t i = 0; i < e->read.count; i++) {
        const size_t position = e->read.positions[i];
        seen = position == SN_NO_POSITION ? seen : position + 1;
        e->after[i] = probability_after(e, label, seen, e->linear.after + i * e->outputs);
    }
}

seqnet_label_explanation seqnet_explain_label(seqnet_explainer *e, size_t label)
{
    seqnet_label_explanation found = {.label = label,
                                      .probability = e->probabilities[label],
                                      .score = score_logits(e, label, e->exact_logits),
                                      .contributions = e->contributions};
    found.baseline = score_logits(e, label, e->linear.empty) + score_before(e, label, 0);
    found.gap = found.score - found.baseline;
    for (size_t i = 0; i < e->read.count; i++) {
        const size_t position = e->read.positions[i];
        e->contributions[i] = linear_contribution(e, label, i);
        if (position != SN_NO_POSITION)
            e->contributions[i] += network_contribution(e, label, position);
        found.gap -= e->contributions[i];
    }
    if (e->running) {
        run_probabilities(e, label);
        found.running = e->after;
    }
    return found;
}
