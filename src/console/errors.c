#include "errors.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "terminal.h"

/* A word of the library's sentences and what the command line says in its place. NULL: the field's
 * name as an option, "--num-words" for ".num_words". */
typedef struct spelling {
    const char *library, *shown;
} spelling;

/* What the library names: fields of its options, values of them, functions and parameters. Of two
 * that begin alike the longer one comes first. */
static const spelling SPELLINGS[] = {
    {".batch_size", NULL},
    {".bidirectional", NULL},
    {".cell", NULL},
    {".cjk_pairs", NULL},
    {".class_weight", NULL},
    {".delimiter", NULL},
    {".dense", NULL},
    {".dense_activation", NULL},
    {".drop_digits", "--no-digits"},
    {".embedding_dim", NULL},
    {".filters", NULL},
    {".folds", NULL},
    {".encoding", NULL},
    {".format", "--input-format"},
    {".header", NULL},
    {".kernel_size", NULL},
    {".label_field KEY", "--label-key KEY"},
    {".label_field NAME", "--label-column NAME"},
    {".label_field NUMBER", "--label-column NUMBER"},
    {".label_field", "--label-column or --label-key"},
    {".label_separator", NULL},
    {".layers", NULL},
    {".learning_rate", "--lr"},
    {".map", NULL},
    {".mask_zero", NULL},
    {".maxlen", NULL},
    {".min_count", NULL},
    {".momentum", NULL},
    {".multi_label", NULL},
    {".nesterov", NULL},
    {".ngrams", NULL},
    {".unlabeled", NULL},
    {".no_quotes", NULL},
    {".num_words", NULL},
    {".optimizer", NULL},
    {".pool_size", NULL},
    {".pooling", NULL},
    {".precision", NULL},
    {".recurrent_activation", NULL},
    {".recurrent_dropout", NULL},
    {".reproducible", NULL},
    {".reset_before", NULL},
    {".skip_top", NULL},
    {".test", NULL},
    {".test_split", NULL},
    {".text_field KEY", "--text-key KEY"},
    {".text_field NAME", "--text-column NAME"},
    {".text_field NUMBER", "--text-column NUMBER"},
    {".text_field", "--text-column or --text-key"},
    {".text_rule", NULL},
    {".threads", "-j"},
    {".units", NULL},
    {".validation", "--val"},
    {".validation_split", NULL},
    {".vocabulary", NULL},
    {".warmup", NULL},
    {".weight_decay", NULL},
    {".weight_field", "--weight-column"},
    {".word_index", NULL},
    {".vectors", NULL},
    {".activation", NULL},
    {".character_ngrams", "--char-ngrams"},
    {".checkpoint", NULL},
    {".clip_norm", NULL},
    {".config", NULL},
    {".dropout", NULL},
    {".ema", NULL},
    {".epochs", NULL},
    {".initial", "--init"},
    {".l2", NULL},
    {".labels", NULL},
    {".layer_file", NULL},
    {".layer_list", "--layer-file"},
    {".monitor", NULL},
    {".name", NULL},
    {".ngram_cost", NULL},
    {".ngram_limit", NULL},
    {".ngram_refit", "--refit"},
    {".output_format", NULL},
    {".padding", NULL},
    {".patience", NULL},
    {".preset", NULL},
    {".quantize", NULL},
    {".refit", NULL},
    {".resume", NULL},
    {".schedule", NULL},
    {".seed", NULL},
    {".spatial_dropout", NULL},
    {".tokenizer", NULL},
    {".truncating", NULL},
    {".vectors_encoding", "--encoding"},
    {".word_dropout", NULL},
    {".word_ngrams", NULL},
    {"as the model", "with -m"},
    {"seqnet_batch_add_ids", "--ids"},
    {"seqnet_import", "seqnet import"},
    {"seqnet_model_train", "seqnet train"},
    {"to FILE", "-o FILE"},
    {"with the path", "with -o"},
};

/* Whether a word may begin behind this character, or end before it. A name of a file goes on with
 * others: ".test/a", ".test-2". */
static bool is_before_word(char c)
{
    return c == ' ' || c == '(';
}

static bool is_behind_word(char c)
{
    return strchr(" ,;:)", c) != NULL; /* the end of the sentence, too */
}

/* The spelling of the word that begins here; NULL for a word that stays. */
static const spelling *find_spelling(const char *word)
{
    for (size_t i = 0; i < sizeof SPELLINGS / sizeof *SPELLINGS; i++) {
        const size_t length = strlen(SPELLINGS[i].library);
        if (strncmp(word, SPELLINGS[i].library, length) == 0 && is_behind_word(word[length]))
            return &SPELLINGS[i];
    }
    return NULL;
}

/* Appends what fits. */
static void append_bytes(shown_sentence *shown, size_t *used, const char *bytes, size_t length)
{
    const size_t left = sizeof shown->text - 1 - *used;
    const size_t taken = length < left ? length : left;
    memcpy(shown->text + *used, bytes, taken);
    *used += taken;
}

static void append_spelling(shown_sentence *shown, size_t *used, const spelling *s)
{
    if (s->shown) {
        append_bytes(shown, used, s->shown, strlen(s->shown));
        return;
    }
    append_bytes(shown, used, "--", 2);
    for (const char *c = s->library + 1; *c; c++)
        append_bytes(shown, used, *c == '_' ? "-" : c, 1);
}

/* The length of the quoted text that begins here: 'it's' ends at the second quote, for a letter
 * follows the first. 0 when no quote opens here. */
static size_t quoted_length(const char *text)
{
    if (*text != '\'')
        return 0;
    for (const char *end = text + 1; (end = strchr(end, '\'')) != NULL; end++)
        if (!isalnum((unsigned char)end[1]))
            return (size_t)(end - text) + 1;
    return 0;
}

/* The length of what stands before the words of the library and may be names of others: the place,
 * up to the first ": ". A sentence without a place names options in its remedy only, behind the
 * last "; ": "which column is the text? a.csv has 3 columns (a, b, c); pass .text_field NAME". */
static size_t names_length(const char *message)
{
    const char *end = strstr(message, ": ");
    for (const char *c = end ? NULL : strstr(message, "; "); c; c = strstr(c + 1, "; "))
        end = c;
    return end ? (size_t)(end - message) : 0;
}

shown_sentence in_options(const char *message)
{
    shown_sentence shown = {.text = ""};
    size_t used = 0, at = names_length(message);
    append_bytes(&shown, &used, message, at);
    while (message[at]) {
        const bool begins = at == 0 || is_before_word(message[at - 1]);
        const spelling *const found = begins ? find_spelling(message + at) : NULL;
        const size_t quoted = begins ? quoted_length(message + at) : 0;
        const size_t length = found ? strlen(found->library) : quoted ? quoted : 1;
        if (found)
            append_spelling(&shown, &used, found);
        else
            append_bytes(&shown, &used, message + at, length);
        at += length;
    }
    return shown;
}

int fail(const seqnet_error *err)
{
    complain("%s", in_options(err->message).text);
    return exit_code(err->status);
}

int exit_code(seqnet_status status)
{
    return status == SEQNET_ERR_MEMORY ? SEQNET_ERR_DATA : (int)status;
}
