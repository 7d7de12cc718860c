/* Makes, lists and frees the state of a training: see trainer.h. */
#include "trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "carry_over.h"
#include "counted_vectors.h"
#include "memory.h"
#include "vectors.h"

#include "banned.h"

static seqnet_status allocate(sn_train_state *state, const sn_train_plan *plan, seqnet_error *err)
{
    const size_t floats = plan->outline->network.table.floats;
    SN_TRY(sn_alloc_floats(&state->current, floats, err));
    SN_TRY(sn_alloc_floats(&state->kept, floats, err));
    memset(state->kept, 0, floats * sizeof *state->kept); /* may be stored before an epoch ends */
    SN_TRY(sn_alloc(&state->order, plan->train.count, sizeof *state->order, err));
    return sn_alloc(&state->history, (size_t)plan->options->epochs, sizeof *state->history, err);
}

/* The share of the training tokens whose word has a vector. */
static double vector_coverage(const sn_train_plan *plan, const uint8_t *seen)
{
    size_t first, end, covered = 0, words = 0;
    sn_rows_places(&plan->train, &first, &end);
    for (size_t i = first; i < end; i++) {
        const int32_t id = sn_rows_id(&plan->train, i);
        words += id > plan->config.encoding.index_from;
        covered += seen[id];
    }
    return words ? (double)covered / (double)words : 0.0;
}

static seqnet_status read_vectors(sn_train_state *state, const sn_train_plan *plan, uint8_t *seen,
                                  seqnet_error *err)
{
    const sn_layer *const embedding = &plan->outline->network.layers[0];
    const sn_vocabulary *const vocabulary = plan->outline->vocabulary;
    const char *const path = plan->options->vectors;
    sn_vectors_found found;
    if (!vocabulary)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: word vectors need words, and the data holds ids without a word index",
                       path);
    SN_TRY(sn_vectors_read(state->current + embedding->offsets[0], seen, &found, path,
                           plan->options->vectors_encoding, embedding->spec.embedding.units,
                           &plan->config.encoding, vocabulary, err));
    state->vectors = (seqnet_vectors_report){.words = found.words,
                                             .vectors = found.vectors,
                                             .announced = found.announced,
                                             .repeated = found.repeated,
                                             .invalid = found.invalid,
                                             .invalid_line = found.invalid_line};
    return SEQNET_OK;
}

/* On threads of its own: those of the scratch do not exist yet. */
static seqnet_status count_vectors(sn_train_state *state, const sn_train_plan *plan, uint8_t *seen,
                                   seqnet_error *err)
{
    const sn_layer *const embedding = &plan->outline->network.layers[0];
    const size_t dimension = embedding->spec.embedding.units;
    const sn_rows parts[] = {plan->train, plan->dataset->parts[SN_UNLABELED]};
    size_t words = 0;
    sn_pool *pool;
    if (dimension > SN_COUNTED_DIMENSIONS)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "counted word vectors have at most %d numbers, and the embedding is of %zu",
                       SN_COUNTED_DIMENSIONS, dimension);
    SN_TRY(sn_pool_create(&pool, sn_train_threads(plan->options), err));
    const seqnet_status status =
        sn_vectors_count(state->current + embedding->offsets[0], seen, &words, parts, 2,
                         &plan->config.encoding, dimension, plan->options->seed, pool, err);
    sn_pool_free(pool);
    state->vectors = (seqnet_vectors_report){.words = words, .vectors = words};
    return status;
}

/* Starts the embedding from the options' vectors. */
static seqnet_status use_vectors(sn_train_state *state, const sn_train_plan *plan,
                                 seqnet_error *err)
{
    uint8_t *seen;
    if (!plan->options->vectors)
        return SEQNET_OK;
    SN_TRY(sn_alloc(&seen, (size_t)plan->config.encoding.id_count, sizeof *seen, err));
    const seqnet_status status =
        (seqnet_train_counts_vectors(plan->options) ? count_vectors : read_vectors)(state, plan,
                                                                                    seen, err);
    if (status == SEQNET_OK)
        state->vectors.coverage = vector_coverage(plan, seen);
    free(seen);
    return status;
}

/* Passes the plan's tables to the optimiser and to the average, which must have the same ones. */
static seqnet_status use_tables(sn_train_state *state, const sn_train_plan *plan, seqnet_error *err)
{
    for (size_t i = 0; i < plan->table_count; i++) {
        SN_TRY(sn_optimizer_use_rows(&state->optimizer, &plan->tables[i], err));
        if (plan->options->ema > 0.0)
            SN_TRY(sn_average_use_rows(&state->average, &plan->tables[i], err));
    }
    return SEQNET_OK;
}

static seqnet_status prepare_optimizer(sn_train_state *state, const sn_train_plan *plan,
                                       seqnet_error *err)
{
    const seqnet_train_options *const o = plan->options;
    const size_t floats = plan->outline->network.table.floats;
    SN_TRY(sn_optimizer_init(&state->optimizer, &plan->optimizer, floats, err));
    if (o->ema > 0.0)
        SN_TRY(sn_average_init(&state->average, o->ema, state->current, floats, err));
    return use_tables(state, plan, err);
}

static void prepare_order(sn_train_state *state, const sn_train_plan *plan)
{
    const uint64_t seed = plan->options->seed;
    sn_rng_seed(&state->shuffle, seed, SN_RNG_SHUFFLE);
    sn_rng_seed(&state->dropout, seed, SN_RNG_DROPOUT);
    sn_rng_seed(&state->word_dropout, seed, SN_RNG_WORDS);
    for (size_t i = 0; i < plan->train.count; i++)
        state->order[i] = (uint32_t)i;
}

seqnet_status sn_train_state_make(sn_train_state *state, const sn_train_plan *plan,
                                  bool is_restored, seqnet_error *err)
{
    *state = (sn_train_state){.val_accuracy = (double)NAN, .val_loss = (double)NAN};
    SN_TRY(allocate(state, plan, err));
    SN_TRY(
        sn_network_initialise(&plan->outline->network, state->current, plan->options->seed, err));
    if (plan->options->initial)
        sn_model_carry_over(state->current, plan->outline, plan->options->initial);
    if (!is_restored)
        SN_TRY(use_vectors(state, plan, err));
    SN_TRY(prepare_optimizer(state, plan, err));
    prepare_order(state, plan);
    return SEQNET_OK;
}

void sn_train_state_conclude(sn_train_state *state)
{
    sn_optimizer_free(&state->optimizer);
    sn_average_free(&state->average);
    free(state->current);
    free(state->order);
    state->current = NULL;
    state->order = NULL;
}

void sn_train_state_free(sn_train_state *state)
{
    sn_train_state_conclude(state);
    free(state->kept);
    free(state->history);
    *state = (sn_train_state){0};
}

static seqnet_status list_numbers(sn_train_state *state, sn_named_arrays *arrays, seqnet_error *err)
{
    const sn_named_array numbers[] = {
        {"shuffle", SN_ARRAY_U64, 4, state->shuffle.state},
        {"dropout", SN_ARRAY_U64, 4, state->dropout.state},
        {"word_dropout", SN_ARRAY_U64, 4, state->word_dropout.state},
        {"steps", SN_ARRAY_U64, 1, &state->steps},
        {"epoch", SN_ARRAY_U64, 1, &state->epoch},
        {"done", SN_ARRAY_U64, 1, &state->done},
        {"loss", SN_ARRAY_F64, 1, &state->loss},
        {"correct", SN_ARRAY_U64, 1, &state->correct},
        {"marks", SN_ARRAY_U64, 1, &state->marks},
        {"seconds", SN_ARRAY_F64, 1, &state->seconds},
        {"epochs_run", SN_ARRAY_U64, 1, &state->epochs_run},
        {"kept_epoch", SN_ARRAY_U64, 1, &state->kept_epoch},
        {"val_accuracy", SN_ARRAY_F64, 1, &state->val_accuracy},
        {"val_loss", SN_ARRAY_F64, 1, &state->val_loss},
        {"best_written", SN_ARRAY_U8, 1, &state->best_written},
        {"vectors.words", SN_ARRAY_U64, 1, &state->vectors.words},
        {"vectors.coverage", SN_ARRAY_F64, 1, &state->vectors.coverage},
        {"vectors.count", SN_ARRAY_U64, 1, &state->vectors.vectors},
        {"vectors.announced", SN_ARRAY_U64, 1, &state->vectors.announced},
        {"vectors.repeated", SN_ARRAY_U64, 1, &state->vectors.repeated},
        {"vectors.invalid", SN_ARRAY_U64, 1, &state->vectors.invalid},
        {"vectors.invalid_line", SN_ARRAY_U64, 1, &state->vectors.invalid_line}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        SN_TRY(sn_named_arrays_add(arrays, numbers[i].name, numbers[i].type, numbers[i].data,
                                   numbers[i].count, err));
    return SEQNET_OK;
}

/* What is left of a training that is over: the kept weights, the epochs' measures and all numbers.
 */
static seqnet_status list_results(sn_train_state *state, const sn_train_plan *plan, size_t epochs,
                                  sn_named_arrays *arrays, seqnet_error *err)
{
    enum { RECORD_NUMBERS = sizeof(sn_epoch_record) / sizeof(double) };
    SN_TRY(sn_named_arrays_add(arrays, "kept", SN_ARRAY_F32, state->kept,
                               plan->outline->network.table.floats, err));
    SN_TRY(sn_named_arrays_add(arrays, "history", SN_ARRAY_F64, state->history,
                               epochs * RECORD_NUMBERS, err));
    return list_numbers(state, arrays, err);
}

/* What only further steps need. */
static seqnet_status list_motion(sn_train_state *state, const sn_train_plan *plan,
                                 sn_named_arrays *arrays, seqnet_error *err)
{
    SN_TRY(sn_named_arrays_add(arrays, "current", SN_ARRAY_F32, state->current,
                               plan->outline->network.table.floats, err));
    SN_TRY(sn_optimizer_list(&state->optimizer, arrays, err));
    if (plan->options->ema > 0.0)
        SN_TRY(sn_average_list(&state->average, arrays, err));
    return sn_named_arrays_add(arrays, "order", SN_ARRAY_U32, state->order, plan->train.count, err);
}

seqnet_status sn_train_state_list(sn_train_state *state, const sn_train_plan *plan,
                                  sn_named_arrays *arrays, seqnet_error *err)
{
    SN_TRY(list_motion(state, plan, arrays, err));
    return list_results(state, plan, (size_t)plan->options->epochs, arrays, err);
}

seqnet_status sn_train_state_list_stored(sn_train_state *state, const sn_train_plan *plan,
                                         bool is_over, sn_named_arrays *arrays, seqnet_error *err)
{
    if (!is_over)
        SN_TRY(list_motion(state, plan, arrays, err));
    return list_results(state, plan, (size_t)state->epochs_run, arrays, err);
}

/* A generator of zeros would give zeros for ever. */
static bool is_alive(const sn_rng *rng)
{
    return (rng->state[0] | rng->state[1] | rng->state[2] | rng->state[3]) != 0;
}

/* Whether a training of the plan can come to such a state. The bounds keep what follows inside the
 * arrays. */
static bool is_possible(const sn_train_state *s, const sn_train_plan *plan, bool is_over)
{
    const uint64_t epochs = (uint64_t)plan->options->epochs;
    bool is_sound = s->epoch <= epochs && s->epoch - s->epochs_run <= 1 &&
                    s->kept_epoch <= s->epochs_run && s->done <= plan->train.count &&
                    is_alive(&s->shuffle) && is_alive(&s->dropout) && is_alive(&s->word_dropout);
    for (size_t i = 0; i < plan->train.count && !is_over; i++)
        is_sound &= s->order[i] < plan->train.count;
    return is_sound;
}

static seqnet_status refuse_stored(const sn_run_part *part, seqnet_error *err)
{
    return sn_fail(
        err, SEQNET_ERR_MODEL,
        "%s: is damaged: its numbers of %s are none that a training comes to; begin anew "
        "without .resume",
        part->checkpoint->options.resume, part->name);
}

/* The number of finished epochs comes first: it is the length of the history. */
static seqnet_status restore_epochs(sn_train_state *state, const sn_train_plan *plan,
                                    const sn_run_part *part, sn_named_arrays *arrays,
                                    seqnet_error *err)
{
    SN_TRY(sn_named_arrays_add(arrays, "epochs_run", SN_ARRAY_U64, &state->epochs_run, 1, err));
    SN_TRY(sn_checkpoint_restore(part->checkpoint, part->name, arrays, err));
    if (state->epochs_run <= (uint64_t)plan->options->epochs)
        return SEQNET_OK;
    const unsigned long long run = state->epochs_run;
    state->epochs_run = 0;
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: has run %llu epochs, and .epochs %lld is asked for; choose more",
                   part->checkpoint->options.resume, run, (long long)plan->options->epochs);
}

seqnet_status sn_train_state_restore(sn_train_state *state, const sn_train_plan *plan, bool is_over,
                                     const sn_run_part *part, seqnet_error *err)
{
    sn_named_arrays arrays = {0};
    seqnet_status status = restore_epochs(state, plan, part, &arrays, err);
    arrays.count = 0;
    if (status == SEQNET_OK)
        status = sn_train_state_list_stored(state, plan, is_over, &arrays, err);
    if (status == SEQNET_OK)
        status = sn_checkpoint_restore(part->checkpoint, part->name, &arrays, err);
    if (status == SEQNET_OK && !is_possible(state, plan, is_over))
        status = refuse_stored(part, err);
    sn_named_arrays_free(&arrays);
    return status;
}

void sn_train_state_weights(const sn_train_state *state, const sn_train_plan *plan, float *weights)
{
    if (plan->options->ema > 0.0)
        sn_average_copy(&state->average, state->current, weights);
    else
        memcpy(weights, state->current, plan->outline->network.table.floats * sizeof *weights);
}
