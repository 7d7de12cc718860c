/*
 * The options of training: their defaults, which are those of Keras's tutorial or of a recipe for
 * texts or for ids, and their check.
 */
#include <seqnet/train.h>

#include <math.h>
#include <string.h>

#include "architecture.h"
#include "dataset.h"
#include "ngram_part.h"
#include "trainer.h"

#include "banned.h"

seqnet_train_options seqnet_train_options_default(void)
{
    return (seqnet_train_options){.preset = SEQNET_PRESET_KERAS,
                                  .character_ngrams = -1,
                                  .maxlen = 0,
                                  .padding = SEQNET_PRE,
                                  .truncating = SEQNET_PRE,
                                  .embedding_dim = 32,
                                  .units = {32},
                                  .optimizer = SEQNET_RMSPROP,
                                  .learning_rate = 1e-3,
                                  .batch_size = 128,
                                  .epochs = 10,
                                  .seed = 1,
                                  .threads = 0};
}

void seqnet_train_options_use_optimizer(seqnet_train_options *options, seqnet_optimizer optimizer)
{
    options->optimizer = optimizer;
    if (optimizer == SEQNET_SGD)
        options->learning_rate = 1e-2;
    if (optimizer == SEQNET_ADAMW)
        options->weight_decay = 4e-3;
}

static const char *check_optimizer(const seqnet_train_options *options)
{
    if (!(options->weight_decay >= 0.0 && options->weight_decay <= 1.0))
        return "weight_decay must be from 0 to 1";
    if (!(options->momentum >= 0.0 && options->momentum < 1.0))
        return "momentum must be at least 0 and below 1";
    if (options->weight_decay > 0.0 && options->optimizer != SEQNET_ADAMW)
        return "weight decay belongs to AdamW; choose .optimizer adamw, or leave .weight_decay out";
    if (options->momentum > 0.0 && options->optimizer != SEQNET_SGD)
        return "momentum belongs to SGD; choose .optimizer sgd, or leave .momentum out";
    if (options->nesterov && options->momentum == 0.0)
        return "Nesterov's steps are SGD's with momentum; choose .optimizer sgd and .momentum, or "
               "leave .nesterov out";
    return NULL;
}

bool seqnet_train_counts_vectors(const seqnet_train_options *options)
{
    return options->vectors && strcmp(options->vectors, "auto") == 0;
}

/* What is asked of the steps of every optimiser. */
static const char *check_steps(const seqnet_train_options *options)
{
    const double warmup = options->warmup;
    if (!(warmup >= 0.0 && warmup <= 1e15) || (warmup >= 1.0 && warmup != floor(warmup)))
        return "a warm-up is a whole number of steps, or below 1 a share of all; choose another "
               ".warmup";
    if (!(options->clip_norm >= 0.0 && options->clip_norm <= 1e38))
        return "clip_norm must be from 0 to 1e38";
    if (!(options->l2 >= 0.0 && options->l2 <= 1e38))
        return "l2 must be from 0 to 1e38";
    return NULL;
}

static const char *check_ngrams(const seqnet_train_options *options)
{
    if (options->ngrams == SEQNET_NGRAMS_ONLY && options->vectors)
        return "word vectors are for a network; leave .vectors out, or choose .ngrams both";
    if (options->word_ngrams < 0 || options->word_ngrams > SN_NGRAM_LONGEST ||
        options->character_ngrams < -1 || options->character_ngrams > SN_NGRAM_LONGEST)
        return "n-grams have from 1 to 8 words or characters";
    if (options->ngram_limit < 0 || options->ngram_limit > 16000000)
        return "ngram_limit must be from 1 to 16000000, or 0 for the default";
    if (!(options->ngram_cost >= 0.0 && options->ngram_cost <= 1e6))
        return "ngram_cost must be from 0 to 1000000";
    return NULL;
}

static const char *check_initial(const seqnet_train_options *options)
{
    if (!options->initial)
        return NULL;
    if (options->initial->network.count == 0)
        return "the model to begin with has n-grams alone, and no network whose weights could be "
               "taken; name another one with .initial";
    if (options->ngrams == SEQNET_NGRAMS_ONLY)
        return "n-grams are always fitted anew; leave .initial out, or choose .ngrams both";
    if (options->layer_list)
        return "the layers are those of the model to begin with; leave .layer_list or .initial out";
    if (options->vectors)
        return "the embeddings begin as those of the model to begin with; leave .vectors or "
               ".initial out";
    return NULL;
}

const char *seqnet_train_options_check(const seqnet_train_options *options)
{
    if (options->maxlen < 0 || options->maxlen > SN_MAX_TIME)
        return "maxlen must be from 1 to 100000, or 0 for the default";
    const char *reason = check_initial(options);
    if (!reason)
        reason = sn_architecture_check(options);
    if (reason)
        return reason;
    if (!(options->learning_rate > 0.0 && options->learning_rate <= 1e38))
        return "learning_rate must be positive and at most 1e38";
    if (!(options->dropout >= 0.0 && options->dropout < 1.0) ||
        !(options->word_dropout >= 0.0 && options->word_dropout < 1.0))
        return "dropout and word_dropout must be at least 0 and below 1";
    if (!(options->ema >= 0.0 && options->ema < 1.0))
        return "ema must be at least 0 and below 1";
    if (!(options->precision >= 0.0 && options->precision < 1.0))
        return "precision must be at least 0 and below 1";
    if (options->patience < 0)
        return "patience must be at least 0";
    if (!(options->checkpoint_minutes >= 0.0 && options->checkpoint_minutes <= 1e6))
        return "checkpoint_minutes must be at least 0 and at most 1000000";
    if (options->batch_size < 1 || options->batch_size > 1000000)
        return "batch_size must be from 1 to 1000000";
    if (options->epochs < 1 || options->epochs > 100000)
        return "epochs must be from 1 to 100000";
    if (options->threads < 0 || options->threads > 1024)
        return "threads must be from 1 to 1024, or 0 for all usable cores";
    reason = check_optimizer(options);
    if (!reason)
        reason = check_steps(options);
    return reason ? reason : check_ngrams(options);
}

/* The options that depend on the number of rows. Few rows need many passes over them, with many
 * words hidden, so that the model does not rely on single words. Few rows also cannot spare those
 * that validate, so that a refit trains on all of them. */
typedef struct recipe {
    /* The largest number of rows that this recipe is for. */
    size_t rows;
    int64_t batch_size, epochs, patience;
    double learning_rate, ema, word_dropout;
    seqnet_schedule schedule;
    /* The embeddings begin with vectors counted on the training rows. */
    bool counts_vectors;
    bool refit;
} recipe;

/* A network alone. */
static const recipe ALONE[] = {
    {5000, 16, 40, 10, 3e-3, 0.998, 0.5, SEQNET_SCHEDULE_CONSTANT, false, true},
    {20000, 32, 30, 6, 3e-3, 0.998, 0.4, SEQNET_SCHEDULE_CONSTANT, false, true},
    {SIZE_MAX, 64, 15, 3, 3e-3, 0.998, 0.3, SEQNET_SCHEDULE_CONSTANT, false, false}};

/* Beside n-grams, which say most, an LSTM that takes less time does as well. */
static const recipe BESIDE_NGRAMS[] = {
    {5000, 16, 30, 5, 3e-3, 0.998, 0.5, SEQNET_SCHEDULE_CONSTANT, false, true},
    {20000, 32, 30, 4, 3e-3, 0.998, 0.4, SEQNET_SCHEDULE_CONSTANT, false, true},
    {SIZE_MAX, 64, 4, 0, 3e-3, 0.998, 0.4, SEQNET_SCHEDULE_COSINE, true, false}};

/* Of long texts, the phrases that a convolution finds say more beside n-grams than the state of an
 * LSTM, and take less time. */
static const recipe OF_LONG_TEXTS[] = {
    {5000, 32, 10, 0, 5e-3, 0.998, 0.2, SEQNET_SCHEDULE_COSINE, true, true},
    {20000, 64, 5, 0, 6e-3, 0.998, 0.2, SEQNET_SCHEDULE_COSINE, true, true},
    {SIZE_MAX, 128, 3, 0, 1e-2, 0.996, 0.2, SEQNET_SCHEDULE_COSINE, true, false}};

/* The same with more time. */
static const recipe OF_LONG_TEXTS_ACCURATE[] = {
    {5000, 32, 20, 0, 5e-3, 0.999, 0.2, SEQNET_SCHEDULE_COSINE, true, true},
    {20000, 32, 10, 0, 5e-3, 0.999, 0.2, SEQNET_SCHEDULE_COSINE, true, true},
    {SIZE_MAX, 64, 6, 0, 6e-3, 0.998, 0.2, SEQNET_SCHEDULE_COSINE, true, true}};

/* The schedule brings each training to rest in its last epoch, so that none ends early. */
static const recipe OF_IDS[] = {
    {5000, 16, 20, 0, 1.5e-3, 0.99, 0.4, SEQNET_SCHEDULE_COSINE, false, true},
    {20000, 32, 10, 0, 1.5e-3, 0.99, 0.4, SEQNET_SCHEDULE_COSINE, false, true},
    {50000, 128, 8, 0, 1.5e-3, 0.99, 0.4, SEQNET_SCHEDULE_COSINE, false, true},
    {SIZE_MAX, 128, 8, 0, 1.5e-3, 0.99, 0.4, SEQNET_SCHEDULE_COSINE, false, false}};

/* Returns the tutorial's options with those of the recipe for this number of rows in `recipes`,
 * which end with one for any number. Without an out-of-vocabulary id no words can be hidden. */
static seqnet_train_options follow_recipe(const recipe *recipes, const seqnet_dataset *dataset)
{
    seqnet_train_options options = seqnet_train_options_default();
    const recipe *r = recipes;
    while (sn_dataset_given_rows(dataset).count > r->rows)
        r++;
    options.word_dropout = dataset->encoding.oov_char < 0 ? 0.0 : r->word_dropout;
    options.schedule = r->schedule;
    options.vectors = r->counts_vectors ? "auto" : NULL;
    options.batch_size = r->batch_size;
    options.epochs = r->epochs;
    options.patience = r->patience;
    options.learning_rate = r->learning_rate;
    options.ema = r->ema;
    options.refit = r->refit;
    return options;
}

static seqnet_ngrams preset_ngrams(const seqnet_dataset *dataset, seqnet_preset preset)
{
    if (preset == SEQNET_PRESET_FAST)
        return SEQNET_NGRAMS_ONLY;
    const bool has_texts = dataset->parts[SEQNET_TRAIN].texts != NULL;
    return preset == SEQNET_PRESET_LSTM || !has_texts ? SEQNET_NGRAMS_OFF : SEQNET_NGRAMS_AUTO;
}

/* Embedding -> LSTM -> max and mean over the words -> dropout -> Dense. The values were chosen on
 * training rows of IMDB and of small sets. */
static seqnet_train_options lstm_recipe(const seqnet_dataset *dataset, seqnet_ngrams ngrams)
{
    seqnet_train_options options =
        follow_recipe(ngrams == SEQNET_NGRAMS_OFF ? ALONE : BESIDE_NGRAMS, dataset);
    options.mask_zero = true;
    options.pooling = SEQNET_POOLING_MAX_MEAN;
    return options;
}

/* Embedding -> convolutions of three sizes side by side -> their maxima -> dropout -> Dense. The
 * values were chosen on training rows of IMDB. */
static seqnet_train_options convolution_recipe(const seqnet_dataset *dataset, bool accurate)
{
    seqnet_train_options options =
        follow_recipe(accurate ? OF_LONG_TEXTS_ACCURATE : OF_LONG_TEXTS, dataset);
    seqnet_train_options_set_cell(&options, SEQNET_CELL_CONV1D);
    for (size_t i = 0; i < 3; i++)
        options.kernel_size[i] = 3 + (int64_t)i;
    options.filters[0] = 64;
    options.embedding_dim = 64;
    options.maxlen = 1000;
    return options;
}

static seqnet_train_options text_recipe(const seqnet_dataset *dataset, seqnet_preset preset,
                                        bool may_convolve)
{
    const seqnet_ngrams ngrams = preset_ngrams(dataset, preset);
    const bool convolves =
        may_convolve && ngrams == SEQNET_NGRAMS_AUTO && sn_has_long_texts(dataset);
    seqnet_train_options options =
        convolves ? convolution_recipe(dataset, preset == SEQNET_PRESET_ACCURATE)
                  : lstm_recipe(dataset, ngrams);
    options.preset = preset;
    options.ngrams = ngrams;
    options.ngram_refit = true;
    options.dropout = 0.3;
    if (dataset->unlabeled.count)
        options.vectors = "auto";
    if (ngrams == SEQNET_NGRAMS_ONLY)
        options.vectors = NULL;
    return options;
}

/* The layers of the tutorial, trained so that they learn more. The values were chosen on the
 * training part of IMDB and on subsets of it. */
static seqnet_train_options id_recipe(const seqnet_dataset *dataset)
{
    seqnet_train_options options = follow_recipe(OF_IDS, dataset);
    options.preset = SEQNET_PRESET_IDS;
    options.optimizer = SEQNET_ADAM;
    options.clip_norm = 1.0;
    return options;
}

static seqnet_preset choose_preset(const seqnet_dataset *dataset)
{
    if (seqnet_dataset_is_builtin(dataset))
        return SEQNET_PRESET_KERAS;
    return seqnet_dataset_is_text(dataset) ? SEQNET_PRESET_TEXT : SEQNET_PRESET_IDS;
}

/* The recipe of a preset; with may_convolve its own cell, else a recurrent one. */
static seqnet_train_options recipe_of(const seqnet_dataset *dataset, seqnet_preset preset,
                                      bool may_convolve)
{
    if (preset == SEQNET_PRESET_AUTO)
        preset = choose_preset(dataset);
    if (preset == SEQNET_PRESET_KERAS)
        return seqnet_train_options_default();
    return preset == SEQNET_PRESET_IDS ? id_recipe(dataset)
                                       : text_recipe(dataset, preset, may_convolve);
}

seqnet_train_options seqnet_train_options_for(const seqnet_dataset *dataset, seqnet_preset preset)
{
    return recipe_of(dataset, preset, true);
}

seqnet_train_options seqnet_train_options_for_cell(const seqnet_dataset *dataset,
                                                   seqnet_preset preset, seqnet_cell cell)
{
    seqnet_train_options options = recipe_of(dataset, preset, cell == SEQNET_CELL_CONV1D);
    if (options.cell != cell)
        seqnet_train_options_set_cell(&options, cell);
    return options;
}
