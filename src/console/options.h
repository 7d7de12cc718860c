/*
 * Option tables and their parser. A command's options are data; parsing, range checks and --help
 * follow from them. A table points at the command's variables; what they hold before parsing is the
 * default that the help shows.
 */
#ifndef CONSOLE_OPTIONS_H
#define CONSOLE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_kind {
    OPTION_FLAG,    /* target: bool */
    OPTION_INTEGER, /* target: int64_t, from low to high */
    OPTION_REAL,    /* target: double, from low to high */
    OPTION_TEXT,    /* target: const char * into argv */
    OPTION_CHOICE   /* target: an enum whose values run from 0 */
} option_kind;

/* The word of an enum's value; NULL beyond the last one. */
typedef const char *option_words(int value);

typedef struct option_spec {
    /* The long form without its dashes; the letter of the short form, or 0. */
    const char *name;
    char letter;
    option_kind kind;
    void *target;
    /* What the help calls the value: "N", "FILE". */
    const char *value;
    /* The value names a file that the run reads. */
    bool reads;
    const char *help;
    /* Of numbers, both inclusive. */
    double low, high;
    /* Of a choice. */
    option_words *words;
} option_spec;

/* Rows of an option table. LETTER is 0 for an option without a short form. */
#define FLAG_OPTION(NAME, TARGET, HELP)                                                            \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_FLAG, .target = (TARGET), .help = (HELP)                    \
    }
#define INTEGER_OPTION(NAME, LETTER, TARGET, LOW, HIGH, HELP)                                      \
    {                                                                                              \
        .name = (NAME), .letter = (LETTER), .kind = OPTION_INTEGER, .target = (TARGET),            \
        .value = "N", .low = (LOW), .high = (HIGH), .help = (HELP)                                 \
    }
#define REAL_OPTION(NAME, TARGET, LOW, HIGH, HELP)                                                 \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_REAL, .target = (TARGET), .value = "X", .low = (LOW),       \
        .high = (HIGH), .help = (HELP)                                                             \
    }
/* A file that the run reads: no output of the run may be the same file (outputs.h). */
#define FILE_OPTION(NAME, LETTER, TARGET, HELP)                                                    \
    {                                                                                              \
        .name = (NAME), .letter = (LETTER), .kind = OPTION_TEXT, .target = (TARGET),               \
        .value = "FILE", .reads = true, .help = (HELP)                                             \
    }
#define OUTPUT_OPTION(TARGET, HELP)                                                                \
    {                                                                                              \
        .name = "output", .letter = 'o', .kind = OPTION_TEXT, .target = (TARGET), .value = "FILE", \
        .help = (HELP)                                                                             \
    }
#define FORCE_OPTION(TARGET, HELP)                                                                 \
    {                                                                                              \
        .name = "force", .letter = 'f', .kind = OPTION_FLAG, .target = (TARGET), .help = (HELP)    \
    }
#define TEXT_OPTION(NAME, VALUE, TARGET, HELP)                                                     \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_TEXT, .target = (TARGET), .value = (VALUE), .help = (HELP)  \
    }
#define CHOICE_OPTION(NAME, TARGET, WORDS, HELP)                                                   \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_CHOICE, .target = (TARGET) + INT_SIZED(TARGET),             \
        .words = (WORDS), .help = (HELP)                                                           \
    }
/* 0; does not compile where the target cannot be set through a pointer to int. */
#define INT_SIZED(TARGET) (0 * sizeof(char[sizeof *(TARGET) == sizeof(int) ? 1 : -1]))

/* Rows that several commands have. DATA is a seqnet_dataset_options. */
#define NUM_WORDS_OPTION(DATA)                                                                     \
    INTEGER_OPTION("num-words", 0, &(DATA).words.num_words, 0, INT32_MAX,                          \
                   "keep ids below N, 0 for all")
#define SKIP_TOP_OPTION(DATA)                                                                      \
    INTEGER_OPTION("skip-top", 0, &(DATA).ids.skip_top, 0, INT32_MAX,                              \
                   "ids below N become out-of-vocabulary")
#define WORD_INDEX_OPTION(DATA)                                                                    \
    FILE_OPTION("word-index", 0, &(DATA).words.word_index,                                         \
                "imdb_word_index.json, if not beside DATA")
#define THREADS_OPTION(TARGET)                                                                     \
    INTEGER_OPTION("threads", 'j', (TARGET), 1, 1024, "threads (default: all usable cores)")
#define MODEL_OPTION(TARGET)                                                                       \
    FILE_OPTION("model", 'm', (TARGET), "model file (default: $SEQNET_MODEL, ./seqnet.safetensors)")

typedef struct command_spec {
    const char *name;
    /* What follows the name in the usage line: "DATA [options]". */
    const char *arguments;
    /* One line of the help, and its further lines or NULL. */
    const char *summary, *details;
    size_t min_arguments, max_arguments;
    /* The arguments name files that the run reads. */
    bool reads_arguments;
} command_spec;

/* The options of a command and those that all commands have. */
enum { MAX_OPTIONS = 96 };

/* What a command line says besides the values that are in the targets. */
typedef struct parsed_line {
    /* Index in argv of the first argument; the options stand before it. */
    int first;
    /* The command's table, and which of its rows were typed. */
    const option_spec *options;
    size_t count;
    bool given[MAX_OPTIONS];
} parsed_line;

/* Parses argv[1 ..] (argv[0] is the command's name), with options and arguments in any order.
 * Prints the help when the line asks for it, or why the line cannot be used, and returns an exit
 * code. Otherwise returns PARSED; the arguments are at the end of argv, and *line borrows the
 * table. It handles the options that every command has (--help, --quiet, --verbose, --color), and
 * tells outputs.h which files the run reads. */
int parse_options(const command_spec *command, const option_spec *options, size_t count, int argc,
                  char **argv, parsed_line *line);

/* The name of the option with this target that was typed; NULL when none was. */
const char *given_name(const parsed_line *line, const void *target);

/* Copies the values that were typed from a struct with targets, `size` bytes at `from`, to the same
 * places of another one: `to` may hold defaults that are known only after the line is parsed. */
void copy_given(const parsed_line *line, const void *from, void *to, size_t size);

#endif
