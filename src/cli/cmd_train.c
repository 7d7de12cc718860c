/* seqnet train: trains a model on a dataset and writes it. The options are parsed here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "commands.h"
#include "errors.h"
#include "open_model.h"
#include "options.h"
#include "outputs.h"
#include "ranks.h"
#include "recipe_defaults.h"
#include "record.h"
#include "resume.h"
#include "terminal.h"
#include "train_run.h"
#include "typed_recipe.h"

static const command_spec COMMAND = {
    .name = "train",
    .arguments = "DATA [-o MODEL] [options]",
    .summary = "Trains a classifier on labelled data and writes the best epoch's model.",
    .details = DATA_HELP
    "Options that are not typed follow a preset, by default text for texts and ids for an .npz:\n"
    "  keras     Keras's tutorial: Embedding -> LSTM -> Dense, RMSprop, 10 epochs\n"
    "  ids       these layers, by a recipe that follows the number of rows: Adam, words hidden in "
    "training, averaged weights\n"
    "  text      n-grams of words and characters beside an LSTM, or beside convolutions where "
    "there "
    "are many long texts\n"
    "  lstm      the LSTM alone\n"
    "  fast      the n-grams alone\n"
    "  accurate  as text, with more time\n\n"
    "Ctrl-C finishes the batch and saves. Equal data, options and seed give an equal\n"
    "fingerprint, whatever the threads and, under mpirun or srun, the number of processes;\n"
    "with --reproducible on every machine, too.\n",
    .examples = "  seqnet train reviews.csv --test held_out.csv -o reviews.safetensors\n"
                "  seqnet train imdb.npz --seed 7\n"
                "  seqnet train imdb.npz --cell conv1d --embedding-dim 128\n"
                "  zcat tweets.tsv.gz | seqnet train - --input-format tsv\n"
                "  seqnet train imdb.npz --history epochs.csv & tail -f epochs.csv\n"
                "  seqnet train tickets.csv --unlabeled more_tickets.txt --time-limit 20\n"
                "  seqnet train stars.jsonl --map '1,2=negative;4,5=positive' --folds 5\n",
    .brief =
        "output preset test test-split text-column label-column epochs lr seed time-limit report",
    .min_arguments = 0,
    .max_arguments = 1,
    .reads_arguments = true,
    .makes_files = true};

static train_settings default_settings(void)
{
    train_settings s = {.data = data_options_default(),
                        .train = seqnet_train_options_default(),
                        .target = {.path = DEFAULT_MODEL},
                        .checkpoint_minutes = 10.0};
    s.data.data.splits.validation_split = SEQNET_SPLIT_AUTO;
    s.data.data.splits.tail = true;
    return s;
}

/* Chooses the data: the argument or --train. Returns PARSED, or prints what is wrong and returns an
 * exit code. */
static int find_data(const train_settings *s, const char *argument, const char **data)
{
    *data = argument ? argument : s->train_path;
    if (*data && !(argument && s->train_path))
        return refuse_standard_input(*data);
    complain(*data ? "DATA is named twice: as an argument and with --train"
                   : "train needs an argument, DATA; usage: seqnet train %s",
             COMMAND.arguments);
    return EXIT_USAGE;
}

/* Refuses what --init takes from its model. */
static int refuse_given(const train_settings *s, const char *name)
{
    char layers[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < seqnet_model_layer_count(s->initial) && used < sizeof layers; i++)
        used += (size_t)snprintf(layers + used, sizeof layers - used, "%s%s", i ? ", " : "",
                                 seqnet_model_layer(s->initial, i).type);
    complain(
        "--%s describes what --init takes from %s (%s; info shows more); leave one of them out",
        name, s->initial_path, layers);
    return EXIT_USAGE;
}

/* Opens the model that the training begins with, and takes what it remembers of how its data was
 * read in the place of what was not typed. */
static int open_initial(train_settings *s)
{
    seqnet_error err = {0};
    if (!s->initial_path)
        return PARSED;
    if (seqnet_model_load(&s->initial, s->initial_path, &err) != SEQNET_OK)
        return fail(&err);
    const char *name = given_layers(s);
    name = name ? name : given_name(s->line, &s->train.padding);
    name = name ? name : given_name(s->line, &s->train.truncating);
    if (name)
        return refuse_given(s, name);
    s->data = with_remembered(&s->data, s->initial, s->line);
    s->data.data.labels.multi_label |= seqnet_model_is_multi_label(s->initial);
    return PARSED;
}

/* Checks the options that describe layers, which need not wait for the data. */
static int check_layers(train_settings *s)
{
    seqnet_error err = {0};
    if (s->layer_path) {
        const char *const name = given_layers(s);
        if (name) {
            complain("--%s describes layers, and --layer-file names them: leave one of them out",
                     name);
            return EXIT_USAGE;
        }
        if (seqnet_layer_list_read(&s->layer_list, s->layer_path, &err) != SEQNET_OK)
            return fail(&err);
    }
    if (s->card_path) {
        const int code = read_card(s->card_path, &s->card);
        if (code != EXIT_DONE)
            return code;
    }
    seqnet_train_options options = seqnet_train_options_default();
    seqnet_train_options_set_cell(&options, s->train.cell);
    use_typed(s->line, &s->train, &options);
    options.layer_list = s->layer_list;
    options.layer_list_name = s->layer_path;
    options.initial = s->initial;
    const char *const reason = seqnet_train_options_check(&options);
    if (reason)
        complain("%s", in_options(reason).text);
    return reason ? EXIT_USAGE : PARSED;
}

/* Checks the settings together. `argument` is NULL when there is none. */
static int finish_settings(train_settings *s, const char *argument, const char **data)
{
    const seqnet_split_options *const splits = &s->data.data.splits;
    int code = data_options_finish(&s->data);
    if (code == PARSED)
        code = find_data(s, argument, data);
    if (code == PARSED)
        code = refuse_standard_input(splits->validation);
    if (code == PARSED)
        code = refuse_standard_input(splits->test);
    if (code == PARSED && s->no_refit && given_name(s->line, &s->train.refit)) {
        complain("--refit and --no-refit exclude each other");
        code = EXIT_USAGE;
    }
    if (code == PARSED && s->data.data.labels.multi_label)
        code = refuse_accuracy(&s->target);
    if (code == PARSED && s->folds && (s->checkpoint || s->resume)) {
        complain("--%s is for one training, and --folds are several; leave one of them out",
                 s->resume ? "resume" : "checkpoint");
        code = EXIT_USAGE;
    }
    if (code == PARSED)
        code = open_initial(s);
    if (code == PARSED)
        code = check_layers(s);
    s->data.data.splits.seed = s->train.seed;
    return code;
}

/* Says that another processor or library of products goes on, which rounds otherwise. */
static void note_machine(const seqnet_checkpoint *checkpoint)
{
    char now[200];
    const char *const before = seqnet_checkpoint_machine(checkpoint);
    (void)snprintf(now, sizeof now, "%s; %s", seqnet_instruction_set(), seqnet_blas_name());
    if (strcmp(before, now) != 0)
        note("computed with %s before, and now with %s: the model is as good, but not the same to "
             "the "
             "bit",
             before, now);
}

/* Runs the training that the parsed line asks for. */
static int run_line(train_settings *s, resumption *resumed, int argc, char **argv)
{
    const char *const argument = s->line->first < argc ? argv[s->line->first] : NULL;
    const char *data = argument || s->train_path ? argument : resumed_data(resumed);
    int code = s->checkpoint || s->resume ? note_typed(resumed, data) : PARSED;
    if (code == PARSED)
        code = finish_settings(s, data, &data);
    if (code != PARSED)
        return code;
    if (resumed->checkpoint) {
        const char *const command = seqnet_checkpoint_command(resumed->checkpoint);
        s->command_line = command ? command : s->command_line;
        s->checkpoint = s->checkpoint ? s->checkpoint : s->resume;
        s->has_checkpoint = strcmp(s->checkpoint, s->resume) == 0;
        s->target.resumed = s->command_line;
        note("goes on from %s: %s", s->resume, seqnet_checkpoint_place(resumed->checkpoint));
        note_machine(resumed->checkpoint);
    }
    s->checkpoint_note = resumed->note;
    return run_training(data, s);
}

int command_train(int argc, char **argv)
{
    train_settings s = default_settings();
    seqnet_train_options *const t = &s.train;
    const option_spec options[] = {
        /* clang-format off */
        GROUP("Data"),
        FILE_OPTION("train", 0, &s.train_path, "DATA, as an option"),
        PART_OPTIONS(s.data),
        FILE_OPTION("unlabeled", 0, &s.data.data.unlabeled,
                    "texts without labels to learn from, too; a file or folder"),
        DERIVED(VALIDATION_DEFAULT, REAL_OPTION("validation-split", &s.data.data.splits.validation_split, 0.0, 0.999,
                    "share of the rows to validate with")),
        REAL_OPTION("test-split", &s.data.data.splits.test_split, 0.0, 0.999,
                    "share of the rows of texts to test with"),
        INTEGER_OPTION("folds", 0, &s.folds, 2, 1000,
                       "first train on all but each of N folds of texts, and measure on it"),
        READER_OPTIONS(s.data),
        LABEL_OPTIONS(s.data),
        MULTI_LABEL_OPTION(s.data),
        WEIGHT_OPTION(s.data),
        GROUP("Words"),
        WORD_OPTIONS(s.data),
        DERIVED(MAXLEN_DEFAULT, INTEGER_OPTION("maxlen", 0, &t->maxlen, 1, 100000,
                       "timesteps; longer rows are cut")),
        CHOICE_OPTION("padding", &t->padding, side_word, "side on which zeros go"),
        CHOICE_OPTION("truncating", &t->truncating, side_word, "side on which long rows are cut"),
        DERIVED(VECTORS_DEFAULT, FILE_OPTION("vectors", 0, &t->vectors,
                    "word vectors to start from; fastText's or GloVe's text form, also .gz; auto: counted on the rows themselves")),
        GROUP("Model"),
        CHOICE_OPTION("preset", &s.preset, preset_word,
                      "where defaults come from; auto: text for texts, ids for .npz, else keras"),
        DERIVED(CELL_DEFAULT, CHOICE_OPTION("cell", &t->cell, cell_word, "what reads the words of a row in order")),
        LIST_OPTION("units", t->units, 1, 4096,
                    "units of the recurrent layer; 64,32 for two of them"),
        DERIVED(LAYERS_DEFAULT, INTEGER_OPTION("layers", 0, &t->layers, 1, 8,
                       "recurrent layers, or blocks of convolutions")),
        FLAG_OPTION("bidirectional", &t->bidirectional, "read each row from both ends"),
        DERIVED(POOLING_DEFAULT, CHOICE_OPTION("pooling", &t->pooling, pooling_word,
                      "what becomes of the states")),
        DERIVED(EMBEDDING_DIM_DEFAULT, INTEGER_OPTION("embedding-dim", 0, &t->embedding_dim, 1, 4096,
                       "features per word")),
        DERIVED(MASK_ZERO_DEFAULT, FLAG_OPTION("mask-zero", &t->mask_zero, "skip padding instead of feeding it through")),
        CHOICE_OPTION("activation", &t->activation, activation_word,
                      "of the cell or the convolution; own: tanh, conv1d relu"),
        CHOICE_OPTION("recurrent-activation", &t->recurrent_activation, recurrent_activation_word,
                      "of the gates"),
        FLAG_OPTION("reset-before", &t->reset_before,
                    "gru: apply the reset gate before the product, as reset_after=False does"),
        DERIVED(FILTERS_DEFAULT, LIST_OPTION("filters", t->filters, 1, 4096, "conv1d: filters of each block")),
        DERIVED(KERNEL_SIZE_DEFAULT, LIST_OPTION("kernel-size", t->kernel_size, 1, 1000,
                    "conv1d: words that a filter sees; 3,4,5 are side by side")),
        DERIVED(POOL_SIZE_DEFAULT, INTEGER_OPTION("pool-size", 0, &t->pool_size, 1, 1000,
                       "conv1d: timesteps that become one between blocks")),
        LIST_OPTION("dense", t->dense, 1, 4096, "units of hidden Dense layers: 64,16"),
        CHOICE_OPTION("dense-activation", &t->dense_activation, activation_word,
                      "of the hidden Dense layers; own: relu"),
        DERIVED(NGRAMS_DEFAULT, CHOICE_OPTION("ngrams", &t->ngrams, ngrams_word,
                      "a part that reads n-grams of words and characters beside the network; only: in its place")),
        DERIVED(WORD_NGRAMS_DEFAULT, INTEGER_OPTION("word-ngrams", 0, &t->word_ngrams, 1, 8,
                       "longest n-grams of words")),
        DERIVED(CHAR_NGRAMS_DEFAULT, INTEGER_OPTION("char-ngrams", 0, &t->character_ngrams, 0, 8,
                       "longest n-grams of characters; 0: none")),
        DERIVED(NGRAM_LIMIT_DEFAULT, INTEGER_OPTION("ngram-limit", 0, &t->ngram_limit, 1, 16000000,
                       "most n-grams that the model knows")),
        DERIVED(NGRAM_COST_DEFAULT, REAL_OPTION("ngram-cost", &t->ngram_cost, 1e-6, 1e6,
                    "C of the support vector machines")),
        FILE_OPTION("init", 0, &s.initial_path,
                    "model whose layers, weights and words the training begins with"),
        FILE_OPTION("layer-file", 0, &s.layer_path,
                    "JSON list of layers in Keras's names, as info --json prints it"),
        REAL_OPTION("precision", &t->precision, 0.0, 0.9999,
                    "give no answer below the probability from which on X of the validation rows are right; 0: always answer"),
        GROUP("Training"),
        DERIVED(EPOCHS_DEFAULT, INTEGER_OPTION("epochs", 0, &t->epochs, 1, 100000,
                       "passes over the training rows")),
        DERIVED(BATCH_SIZE_DEFAULT, INTEGER_OPTION("batch-size", 0, &t->batch_size, 1, 1000000,
                       "rows per optimiser step")),
        DERIVED(LR_DEFAULT, REAL_OPTION("lr", &t->learning_rate, 1e-30, 1e38,
                    "learning rate")),
        DERIVED(OPTIMIZER_DEFAULT, CHOICE_OPTION("optimizer", &t->optimizer, optimizer_word,
                      "how weights move")),
        REAL_OPTION("momentum", &t->momentum, 0.0, 0.999999,
                    "sgd: share of the last step that the next one repeats"),
        FLAG_OPTION("nesterov", &t->nesterov, "sgd with momentum: look ahead by that share"),
        DERIVED(WEIGHT_DECAY_DEFAULT, REAL_OPTION("weight-decay", &t->weight_decay, 0.0, 1.0,
                    "adamw: share of all weights that a step takes, times --lr")),
        DERIVED(SCHEDULE_DEFAULT, CHOICE_OPTION("schedule", &t->schedule, schedule_word,
                      "how --lr falls to 0 over the steps of all --epochs, whatever ends them early")),
        REAL_OPTION("warmup", &t->warmup, 0.0, 1e15,
                    "steps in which --lr rises from 0; below 1: share of all steps"),
        DERIVED(CLIP_NORM_DEFAULT, REAL_OPTION("clip-norm", &t->clip_norm, 0.0, 1e38,
                    "largest norm of all gradients together, as Keras's global_clipnorm; 0: any")),
        REAL_OPTION("l2", &t->l2, 0.0, 1e38,
                    "what kernels, but not biases and the embedding, add to the loss: X times their squares"),
        DERIVED(DROPOUT_DEFAULT, REAL_OPTION("dropout", &t->dropout, 0.0, 0.999,
                    "share of the features hidden from the output layer in training")),
        REAL_OPTION("recurrent-dropout", &t->recurrent_dropout, 0.0, 0.999,
                    "share of its state hidden from itself in training"),
        REAL_OPTION("spatial-dropout", &t->spatial_dropout, 0.0, 0.999,
                    "share of the words' features hidden in training, alike for all of a row"),
        DERIVED(WORD_DROPOUT_DEFAULT, REAL_OPTION("word-dropout", &t->word_dropout, 0.0, 0.999,
                    "share of the words that training takes for unknown")),
        DERIVED(EMA_DEFAULT, REAL_OPTION("ema", &t->ema, 0.0, 0.99999,
                    "decay of the weights' running mean; 0: none")),
        TEXT_OPTION("class-weight", "WEIGHTS", &t->class_weight,
                    "'balanced', or weights of labels in the loss, 'a=2,b=1'"),
        DERIVED(PATIENCE_DEFAULT, INTEGER_OPTION("patience", 0, &t->patience, 0, 100000,
                       "stop after N epochs without improvement; 0: never")),
        CHOICE_OPTION("monitor", &t->monitor, monitor_word, "what the best epoch is best in"),
        DERIVED(REFIT_DEFAULT, FLAG_OPTION("refit", &t->refit,
                    "train again with the validation rows")),
        FLAG_OPTION("no-refit", &s.no_refit, "keep the best epoch's model"),
        FLAG_OPTION("no-baseline", &s.no_baseline,
                    "do not measure words and pairs of words alone, beside a network"),
        INTEGER_OPTION("seed", 0, (int64_t *)&t->seed, 0, 9.2e18,
                       "of initial weights, row order and splits"),
        FLAG_OPTION("reproducible", &t->reproducible,
                    "equal data, options and seed give an equal fingerprint on every machine"),
        REAL_OPTION("time-limit", &s.time_limit, 0.0, 1e6,
                    "stop after X minutes; what was learnt is kept, 0: never"),
        TEXT_OPTION("checkpoint", "FILE", &s.checkpoint,
                    "write there what the training needs to go on after an end of any kind"),
        REAL_OPTION("checkpoint-every", &s.checkpoint_minutes, 0.001, 1e6,
                    "write it every X minutes, and at the end of each epoch"),
        TEXT_OPTION("resume", "FILE", &s.resume,
                    "go on from this checkpoint, with what was typed for it"),
        GROUP("Output"),
        OUTPUT_OPTION(&s.target.path, "where the model goes"),
        FORCE_OPTION(&s.target.force, "replace a file of another kind than the one written"),
        REAL_OPTION("min-accuracy", &s.target.min_accuracy, 0.0, 1.0,
                    "replace MODEL only from this accuracy on; of test rows, else validation rows"),
        FLAG_OPTION("if-better", &s.target.if_better,
                    "replace MODEL only by a better one; measured on the same rows"),
        FILE_OPTION("card", 0, &s.card_path,
                    "JSON object about the model, which info shows: data, purpose, limits"),
        FLAG_OPTION("json", &s.json, "print one JSON object per epoch, and one of the result"),
        TEXT_OPTION("report", "FILE", &s.page.path,
                    "write an HTML page about the model; on test rows, else validation rows"),
        TEXT_OPTION("history", "FILE", &s.log.path,
                    "write each epoch there when it ends; CSV, or JSON Lines for NAME.jsonl"),
        GROUP("General"),
        THREADS_OPTION(&t->threads),
        MEMORY_OPTION(s.data),
        /* clang-format on */
    };
    const size_t count = sizeof options / sizeof *options;
    resumption resumed = {0};
    parsed_line line;
    int code = parse_options(&COMMAND, options, count, argc, argv, &line);
    char *const command_line = recorded_command_line();
    if (code == PARSED && s.resume)
        code = open_resumption(&resumed, &s);
    if (code == PARSED && resumed.checkpoint) {
        s = default_settings();
        code = parse_resumed(&resumed, &COMMAND, options, count, argc, argv, &line);
    }
    s.line = &line;
    s.command_line = command_line;
    if (code == PARSED)
        code = run_line(&s, &resumed, argc, argv);
    free(s.layer_list);
    free(s.card);
    seqnet_model_free(s.initial);
    free(command_line);
    close_resumption(&resumed);
    return code == EXIT_DONE ? s.json_code : code;
}
