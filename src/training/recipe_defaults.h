/*
 * The defaults of options that follow the preset and the data, as the help says them: "keras" and
 * "ids" are the presets of these names, "texts" those for texts (text, lstm, accurate), and a value
 * is the least and the greatest for any number of rows. test_recipe_defaults.c compares them with
 * the recipes.
 */
#ifndef TRAINING_RECIPE_DEFAULTS_H
#define TRAINING_RECIPE_DEFAULTS_H

#define EPOCHS_DEFAULT       "keras 10, ids 8 to 20, texts 3 to 40"
#define BATCH_SIZE_DEFAULT   "keras 128, ids 16 to 128, texts 16 to 128"
#define PATIENCE_DEFAULT     "texts 0 to 10"
#define LR_DEFAULT           "keras 0.001, ids 0.0015, texts 0.003 to 0.01, sgd 0.01"
#define OPTIMIZER_DEFAULT    "keras rmsprop, ids adam, texts rmsprop"
#define SCHEDULE_DEFAULT     "keras constant, ids cosine, texts constant or cosine"
#define CLIP_NORM_DEFAULT    "ids 1"
#define DROPOUT_DEFAULT      "texts 0.3"
#define WORD_DROPOUT_DEFAULT "ids 0.4, texts 0.2 to 0.5"
#define EMA_DEFAULT          "ids 0.99, texts 0.996 to 0.999"
#define WEIGHT_DECAY_DEFAULT "adamw 0.004"
#define REFIT_DEFAULT        "ids up to 50000 rows, texts up to 20000"
#define VECTORS_DEFAULT      "auto for long or many texts"

/* Long texts have more than 100 words in the mean, and there are 2000 of them. */
#define CELL_DEFAULT          "lstm, long texts conv1d"
#define POOLING_DEFAULT       "last, texts max-mean, conv1d max"
#define MASK_ZERO_DEFAULT     "texts with an lstm"
#define EMBEDDING_DIM_DEFAULT "32, long texts 64"
#define FILTERS_DEFAULT       "32, long texts 64"
#define KERNEL_SIZE_DEFAULT   "7, long texts 3,4,5"
#define MAXLEN_DEFAULT        "the longest row, at most 500, long texts 1000"
#define LAYERS_DEFAULT        "1, conv1d 2"
#define POOL_SIZE_DEFAULT     "5"

#define NGRAMS_DEFAULT      "off, texts auto"
#define WORD_NGRAMS_DEFAULT "2, long texts 3"
#define CHAR_NGRAMS_DEFAULT "5, long or very many texts 0"
#define NGRAM_LIMIT_DEFAULT "100000, fewer for many labels"
#define NGRAM_COST_DEFAULT  "0.3 to 3, as validation rows tell; long texts 1"
#define VALIDATION_DEFAULT  "0.2; 0.1 from 5000 texts on"

#endif
