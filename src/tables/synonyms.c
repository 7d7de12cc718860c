#include "synonyms.h"

#include <ctype.h>
#include <string.h>

static const synonym COMMANDS[] = {
    {"fit supervised learn compile", "train", NULL},
    {"resume continue", "train --resume CHECKPOINT", NULL},
    {"finetune fine-tune retrain", "train --init MODEL", NULL},
    {"test score validate eval test-label metrics accuracy classification-report", "evaluate",
     NULL},
    {"cross-val-score cross-validate", "train --folds N", NULL},
    {"classify infer inference predict-proba transform", "predict", NULL},
    {"predict-prob", "predict --output-format fasttext -k N", NULL},
    {"autotune hyperopt gridsearch grid-search grid-search-cv random-search optuna", "tune", NULL},
    {"nn neighbors most-similar print-word-vectors", "vectors", NULL},
    {"analogies", "vectors --analogy", NULL},
    {"print-sentence-vectors embed", "vectors --text", NULL},
    {"print-ngrams", "tokens", NULL},
    {"skipgram cbow", NULL,
     "seqnet learns no vectors without labels; 'seqnet train DATA --vectors FILE' begins with "
     "those "
     "of another program, and 'seqnet vectors WORD' shows a model's"},
    {"quantize", "export --output-format c --quantize int8", NULL},
    {"convert", NULL,
     "'seqnet export' writes models for other programs, 'seqnet import' reads theirs, and 'seqnet "
     "load DATA -o FILE' converts data"},
    {"summary show dump inspect", "info", NULL},
    {"save", "export", NULL},
    {"load-model", "import", NULL},
    {"split", "load DATA --test-split 0.2 -o FOLDER", NULL},
    {"plot curves plot-history", "history", NULL},
    {"diff", "compare", NULL},
    {"why interpret shap lime", "explain", NULL},
    {"preprocess encode", "prepare", NULL},
    {"tokenize", "tokens", NULL},
    {"lint", "check", NULL},
    {"benchmark speed", "bench", NULL},
    {"version", NULL, "'seqnet --version' shows the version"},
    {"completion completions", NULL,
     "seqnet --generate prints it: complete-bash, complete-zsh or complete-fish"},
    {"man manual", NULL, "'seqnet help' and man seqnet-COMMAND say all of it"},
    {"config configure", NULL,
     "options of every run stand in a file that you write; see 'seqnet help'"},
    {"serve server", NULL,
     "seqnet is no server; 'seqnet predict --line-buffered' answers each line as it comes"},
};

static const synonym OPTIONS[] = {
    {"learning-rate eta step-size", "--lr", NULL},
    {"lr-schedule scheduler lr-scheduler lr-decay lr-update-rate", "--schedule", NULL},
    {"decay", "--weight-decay", NULL},
    {"dim embedding embedding-size embed-dim emb-dim vector-size", "--embedding-dim", NULL},
    {"hidden hidden-size hidden-dim hidden-units num-units", "--units", NULL},
    {"rnn model-type arch architecture network layer-type", "--cell", NULL},
    {"lstm", "--cell lstm", NULL},
    {"gru", "--cell gru", NULL},
    {"cnn conv conv1d convnet", "--cell conv1d", NULL},
    {"attention bert transformer", NULL,
     "seqnet has recurrent and convolutional layers; 'seqnet train --cell' names one"},
    {"num-layers depth", "--layers", NULL},
    {"dropout-rate drop", "--dropout", NULL},
    {"early-stopping early-stop early-stopping-rounds", "--patience", NULL},
    {"epoch num-epochs n-epochs max-epochs iterations max-iter passes repeat", "--epochs", NULL},
    {"batch bs minibatch", "--batch-size", NULL},
    {"clip grad-clip gradient-clip gradient-clipping max-grad-norm clipvalue", "--clip-norm", NULL},
    {"optim solver", "--optimizer", NULL},
    {"adam", "--optimizer adam", NULL},
    {"sgd", "--optimizer sgd", NULL},
    {"warmup-steps warmup-ratio", "--warmup", NULL},
    {"l1", "--l2", NULL},
    {"amp fp16 bf16 mixed-precision", NULL, "seqnet computes in float32"},
    {"deterministic", "--reproducible", NULL},
    {"max-length max-seq-length max-sequence-length max-len seq-len sequence-length input-length",
     "--maxlen", NULL},
    {"vocab-size vocabulary-size max-features max-words max-vocab nb-words", "--num-words", NULL},
    {"vocab", "--vocabulary", NULL},
    {"min-freq min-df", "--min-count", NULL},
    {"tokenizer", "--text-rule", NULL},
    {"ngram-range ngram", "--word-ngrams", NULL},
    {"minn maxn subwords", "--char-ngrams", NULL},
    {"bucket", "--ngram-limit", NULL},
    {"pretrained-vectors pretrained glove word-vectors embeddings", "--vectors", NULL},
    {"warm-start pretrained-model input-model", "--init", NULL},
    {"input train-data train-file training-data data data-dir", "--train|--input",
     "files are named without an option"},
    {"infile stdin file text-file", "--input", NULL},
    {"model save save-path save-model model-out model-file out outfile output-file output-dir dest",
     "--output", NULL},
    {"overwrite yes", "--force", NULL},
    {"validation val-data valid-file val-file valid validation-data dev eval-data", "--val", NULL},
    {"val-split val-size validation-size", "--validation-split", NULL},
    {"test-data test-file", "--test", NULL},
    {"test-size holdout", "--test-split", NULL},
    {"cv kfold cross-validation n-splits", "--folds", NULL},
    {"label", "--label-column|--label-prefix", NULL},
    {"target y label-col label-field target-column", "--label-column", NULL},
    {"text text-col text-field feature x column col", "--text-column", NULL},
    {"sep separator field-separator", "--delimiter", NULL},
    {"weights class-weights", "--class-weight", NULL},
    {"balanced", "--class-weight balanced", NULL},
    {"format", "--output-format|--input-format", NULL},
    {"top n-best", "--top-k|--top", NULL},
    {"cutoff min-probability", "--threshold", NULL},
    {"confusion confusion-matrix", "--matrix", NULL},
    {"proba probabilities", "--json", NULL},
    {"n-iter max-trials num-trials n-trials", "--trials", NULL},
    {"timeout budget duration", "--minutes|--time-limit", NULL},
    {"onnx", "--output-format onnx", NULL},
    {"num-features", "--top", NULL},
    {"ckpt checkpoint-dir checkpoint-path", "--checkpoint", NULL},
    {"config-file", "--options", NULL},
    {"random-state random-seed rng", "--seed", NULL},
    {"thread jobs n-jobs num-threads workers num-workers cpus", "--threads", NULL},
    {"gpu cuda device", NULL, "seqnet computes on processors alone"},
    {"loss", NULL,
     "the loss follows from the labels; 'seqnet train --multi-label' has texts of several labels"},
    {"autotune-validation autotune-duration autotune-metric autotune-modelsize autotune autotune-"
     "predictions",
     NULL, "'seqnet tune DATA --minutes N' searches settings, on folds of the rows"},
    {"ws neg sampling", NULL, "seqnet learns no vectors without labels, which it is for"},
    {"min-count-label", NULL, "'seqnet train --map' merges and drops labels"},
    {"qnorm qout dsub quantize", NULL,
     "'seqnet export --output-format c --quantize int8' stores weights in fewer bytes"},
    {"shuffle", NULL, "training shuffles the rows anyway; 'seqnet train --seed' says how"},
    {"silent", "--quiet", NULL},
    {"verbosity debug", "--verbose", NULL},
    {"log log-file csv-logger tensorboard", "--history", NULL},
    {"plot", NULL, "'seqnet history' draws learning curves"},
    {"version", NULL, "'seqnet --version' shows the version"},
};

/* The next letter of a name that counts; it moves *name behind it. */
static int next_letter(const char **name)
{
    while (**name == '-' || **name == '_')
        ++*name;
    return **name ? tolower((unsigned char)*(*name)++) : 0;
}

/* Whether the name is that of the first `length` characters of `words`. */
static bool is_name(const char *words, size_t length, const char *name)
{
    const char *const end = words + length;
    for (;;) {
        while (words < end && (*words == '-' || *words == '_'))
            words++;
        const int letter = next_letter(&name);
        if (words == end || !letter)
            return words == end && !letter;
        if (tolower((unsigned char)*words++) != letter)
            return false;
    }
}

bool is_same_name(const char *a, const char *b)
{
    return is_name(a, strlen(a), b);
}

static const synonym *find(const synonym *rows, size_t count, const char *typed)
{
    for (size_t i = 0; i < count; i++)
        for (const char *word = rows[i].typed; *word; word += strspn(word, " ")) {
            const size_t length = strcspn(word, " ");
            if (is_name(word, length, typed))
                return &rows[i];
            word += length;
        }
    return NULL;
}

const synonym *all_command_synonyms(size_t *count)
{
    *count = sizeof COMMANDS / sizeof *COMMANDS;
    return COMMANDS;
}

const synonym *all_option_synonyms(size_t *count)
{
    *count = sizeof OPTIONS / sizeof *OPTIONS;
    return OPTIONS;
}

const synonym *command_synonym(const char *typed)
{
    return find(COMMANDS, sizeof COMMANDS / sizeof *COMMANDS, typed);
}

const synonym *option_synonym(const char *typed)
{
    return find(OPTIONS, sizeof OPTIONS / sizeof *OPTIONS, typed);
}

/* Whether the command has all options that stand in words[0 .. length). */
static bool has_all(const char *words, size_t length, option_test *has, const void *context)
{
    char option[40];
    for (size_t at = 0; at < length;) {
        const size_t size = strcspn(words + at, " |");
        if (words[at] == '-') {
            if (size >= sizeof option)
                return false;
            memcpy(option, words + at, size);
            option[size] = '\0';
            if (!has(context, option))
                return false;
        }
        at += size + 1;
    }
    return true;
}

size_t usable_words(const synonym *found, option_test *has, const void *context, const char **words)
{
    const char *way = found->words;
    for (*words = NULL; way && *way; way += strspn(way, "|")) {
        const size_t length = strcspn(way, "|");
        if (has_all(way, length, has, context)) {
            *words = way;
            return length;
        }
        way += length;
    }
    return 0;
}
