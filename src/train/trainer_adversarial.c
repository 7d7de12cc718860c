/*
 * Adversarial training (Miyato, Dai and Goodfellow 2017) on the words of a minibatch: their vectors
 * move in the direction in which the loss grows fastest, and the gradient with the moved vectors is
 * added. The paper moves each occurrence of a word in each row on its own. Here all occurrences of
 * a word in the minibatch move alike, as in sharpness-aware minimisation (Foret et al. 2021), since
 * the engine computes what a word brings only once for all rows. The paper keeps vectors from
 * growing out of reach by normalising them; here the move grows with them: its norm over all words
 * of the minibatch is options.adversarial times that of their vectors.
 */
#include "trainer.h"

#include <math.h>
#include <string.h>

#include "vec.h"

#include "banned.h"

/* The rows of the embedding that the minibatch has: all of them where a step does not know. */
typedef struct batch_words {
    sn_row_table table;
    const sn_id_set *touched;
    size_t count;
} batch_words;

static batch_words find_words(const seqnet_trainer *t)
{
    const sn_layer *const embedding = &t->plan.outline->network.layers[0];
    const sn_row_table table = {.offset = embedding->offsets[0],
                                .rows = embedding->spec.embedding.id_count,
                                .row_size = embedding->spec.embedding.units};
    const sn_id_set *const touched = t->plan.table_count ? &t->scratch.touched[0] : NULL;
    return (batch_words){table, touched, touched ? touched->used : table.rows};
}

/* Where a word's row is in a slab. */
static size_t row_at(const batch_words *words, size_t word)
{
    return sn_row_at(&words->table, words->touched ? (size_t)words->touched->ids[word] : word);
}

/* options.adversarial times the norm of the vectors over that of their gradients. Words without a
 * gradient do not count. 0 when no word has one, or a gradient is not finite. */
static float choose_length(const seqnet_trainer *t, const batch_words *words)
{
    const size_t size = words->table.row_size;
    double vectors = 0.0, gradients = 0.0;
    for (size_t i = 0; i < words->count; i++) {
        const size_t row = row_at(words, i);
        const double squares = sn_vec_sum_squares(t->scratch.gradients + row, size);
        gradients += squares;
        vectors += squares > 0.0 ? sn_vec_sum_squares(t->state.current + row, size) : 0.0;
    }
    const double length = t->options.adversarial * sqrt(vectors / gradients);
    return gradients > 0.0 && isfinite(length) ? (float)length : 0.0F;
}

/* Moves the vectors by `length` times their gradients, and keeps what they were. */
static void move_words(seqnet_trainer *t, const batch_words *words, float length)
{
    const size_t size = words->table.row_size;
    for (size_t i = 0; i < words->count; i++) {
        const size_t row = row_at(words, i);
        float *const vector = t->state.current + row;
        memcpy(t->scratch.unmoved + (row - words->table.offset), vector, size * sizeof *vector);
        sn_vec_add_scaled(vector, t->scratch.gradients + row, length, size);
    }
}

static void move_back(seqnet_trainer *t, const batch_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        const size_t row = row_at(words, i);
        memcpy(t->state.current + row, t->scratch.unmoved + (row - words->table.offset),
               words->table.row_size * sizeof *t->state.current);
    }
}

static void add_gradients(seqnet_trainer *t, const batch_words *words)
{
    const sn_train_plan *const plan = &t->plan;
    float *const sum = t->scratch.gradients;
    const float *const moved = t->scratch.moved_gradients;
    for (size_t i = 0; i < plan->dense_count; i++)
        sn_vec_add(sum + plan->dense[i].first, moved + plan->dense[i].first, plan->dense[i].count);
    for (size_t i = 0; words->touched && i < words->count; i++)
        sn_vec_add(sum + row_at(words, i), moved + row_at(words, i), words->table.row_size);
}

void sn_trainer_add_adversarial(seqnet_trainer *t, const sn_minibatch *batch)
{
    sn_train_scratch *const scratch = &t->scratch;
    const batch_words words = find_words(t);
    sn_loss_sums unused = {0};
    move_words(t, &words, choose_length(t, &words));
    sn_engine_use(scratch->engine, t->state.current);
    if (words.touched)
        sn_engine_gradients_by_row(scratch->engine, batch, scratch->moved_gradients,
                                   &scratch->moved_touched, &unused);
    else
        sn_engine_gradients(scratch->engine, batch, scratch->moved_gradients, &unused);
    move_back(t, &words);
    add_gradients(t, &words);
}
