/* The options that say how a command reads DATA, as rows of option tables (options.h). The rows are
 * macros, because their targets are fields of the command's own variables. */
#ifndef ARGUMENTS_DATA_OPTIONS_H
#define ARGUMENTS_DATA_OPTIONS_H

#include <seqnet/seqnet.h>

#include "options.h"
#include "words.h"

typedef struct data_options {
    seqnet_dataset_options data;
    /* As it was typed; data_options_finish turns it into a character. */
    const char *delimiter;
} data_options;

data_options data_options_default(void);

/* Files of further parts. */
#define PART_OPTIONS(O)                                                                            \
    FILE_OPTION("test", 0, &(O).data.splits.test, "texts to test with, beside DATA"),              \
        FILE_OPTION("val", 0, &(O).data.splits.validation, "texts to choose the best epoch with")

/* Rows that are set aside, drawn at random from the training rows of texts. */
#define SPLIT_OPTIONS(O)                                                                           \
    REAL_OPTION("test-split", &(O).data.splits.test_split, 0.0, 0.999,                             \
                "share of the rows to test with; of each label alike"),                            \
        REAL_OPTION("validation-split", &(O).data.splits.validation_split, 0.0, 0.999,             \
                    "share of the rows to validate with; of each label alike"),                    \
        INTEGER_OPTION("split-seed", 0, (int64_t *)&(O).data.splits.seed, 0, 9.2e18,               \
                       "of the draw of these rows")

/* How records are found in text files. O is a data_options. */
#define READER_OPTIONS(O)                                                                          \
    CHOICE_OPTION("input-format", &(O).data.records.reader.format, format_word,                    \
                  "how records are read; auto goes by name and content"),                          \
        TEXTS_OPTION("text-column", "NAME,...", (O).data.records.reader.text_fields,               \
                     SEQNET_TEXT_FIELDS,                                                           \
                     "column of the text; CSV, TSV: by name or number, several are joined"),       \
        TEXTS_OPTION("text-key", "KEY,...", (O).data.records.reader.text_fields,                   \
                     SEQNET_TEXT_FIELDS,                                                           \
                     "key of the text; JSON Lines: 'a.b' for a nested one, several are joined"),   \
        DERIVED("UTF-8, or what the first bytes tell",                                             \
                TEXT_OPTION("encoding", "NAME", &(O).data.records.reader.encoding,                 \
                            "of texts, as iconv spells it")),                                      \
        TEXT_OPTION("delimiter", "C", &(O).delimiter, "CSV: character between fields, or 'tab'"),  \
        CHOICE_OPTION("header", &(O).data.records.reader.header, header_word,                      \
                      "whether the first record names columns"),                                   \
        FLAG_OPTION("no-quotes", &(O).data.records.reader.no_quotes,                               \
                    "CSV, TSV: quotes are ordinary characters")

#define PREFIX_OPTION(O)                                                                           \
    TEXT_OPTION("label-prefix", "TEXT", &(O).data.records.reader.label_prefix,                     \
                "fastText: what labels begin with")

/* How labels are found, for data that has them. */
#define LABEL_OPTIONS(O)                                                                           \
    TEXT_OPTION("label-column", "NAME", &(O).data.records.reader.label_field,                      \
                "column of the label; CSV, TSV: by name or number"),                               \
        TEXT_OPTION("label-key", "KEY", &(O).data.records.reader.label_field,                      \
                    "JSON Lines: key of the label"),                                               \
        PREFIX_OPTION(O),                                                                          \
        TEXT_OPTION("map", "RULES", &(O).data.labels.map,                                          \
                    "merge or drop labels; '1,2=bad;4,5=good', 'a=' drops a, '*=' all that are "   \
                    "not named"),                                                                  \
        TEXT_OPTION("label-separator", "TEXT", &(O).data.records.reader.label_separator,           \
                    "what stands between several labels in one field"),                            \
        FLAG_OPTION("skip-bad", &(O).data.records.skip_bad,                                        \
                    "leave out records that cannot be read, and count them")

/* Rows of several labels, for data that no model has fixed yet. */
#define MULTI_LABEL_OPTION(O)                                                                      \
    FLAG_OPTION("multi-label", &(O).data.labels.multi_label,                                       \
                "texts have any number of labels, also none; all count")

/* Weights of rows, for data that is trained on. */
#define WEIGHT_OPTION(O)                                                                           \
    TEXT_OPTION("weight-column", "NAME", &(O).data.records.reader.weight_field,                    \
                "column or key with the weight of each row in the loss")

/* How text becomes words, for data that makes a vocabulary. */
#define WORD_OPTIONS(O)                                                                            \
    CHOICE_OPTION("text-rule", &(O).data.words.text_rule, text_rule_word,                          \
                  "how text becomes words; auto is unicode"),                                      \
        FLAG_OPTION("no-digits", &(O).data.words.drop_digits,                                      \
                    "unicode rule: numbers are no words"),                                         \
        FLAG_OPTION("cjk-pairs", &(O).data.words.cjk_pairs,                                        \
                    "unicode rule: Chinese and Japanese in overlapping pairs of characters"),      \
        NUM_WORDS_OPTION((O).data), SKIP_TOP_OPTION((O).data),                                     \
        INTEGER_OPTION("min-count", 0, &(O).data.words.min_count, 1, INT32_MAX,                    \
                       "leave out words met less often"),                                          \
        FILE_OPTION("vocabulary", 0, &(O).data.words.vocabulary,                                   \
                    "words to know, one a line, instead of those of the training part"),           \
        WORD_INDEX_OPTION((O).data)

#define MEMORY_OPTION(O)                                                                           \
    DERIVED(                                                                                       \
        "what is left",                                                                            \
        SIZE_OPTION(                                                                               \
            "memory", &(O).data.memory,                                                            \
            "memory to plan with; what is larger than a quarter of it lies in a temporary file"))

/* For the help of commands: what DATA may be. */
#define DATA_HELP                                                                                  \
    "DATA is a Keras .npz such as imdb.npz; a CSV, TSV, JSON Lines or fastText file, or any of\n"  \
    "them gzipped; a folder train/LABEL/NAME.txt, test/LABEL/NAME.txt or LABEL/NAME.txt; - for\n"  \
    "standard input; builtin:demo[:SIZE[:SEED]]; builtin:recall:LENGTH[:SIZE[:SEED]]; or a file\n" \
    "that seqnet prepare wrote.\n\n"

/* Checks the options that need more than parsing, and sets the fields they stand for. Returns
 * PARSED, or prints what is wrong and returns an exit code. */
int data_options_finish(data_options *options);

/* The options with what the model remembers of how its data was read in the place of what the line
 * does not say. `typed` are the targets of the line's options. */
data_options with_remembered(const data_options *typed, const seqnet_model *model,
                             const parsed_line *line);

/* parse_options for a command with these among its options, and data_options_finish. */
int parse_data_options(const command_spec *command, const option_spec *specs, size_t count,
                       int argc, char **argv, parsed_line *line, data_options *options);

#endif
