/*
 * Option tables: a command's options as data, from which parsing (options.h), range checks and the
 * help (help.h) follow. A table points to the command's variables. The values that they hold before
 * parsing are the defaults, which the help shows.
 */
#ifndef TABLES_OPTION_TABLE_H
#define TABLES_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Elements of an OPTION_LIST, the 0 at its end included. */
enum { OPTION_NUMBERS = 9 };

typedef enum option_kind {
    /* The target is a bool. */
    OPTION_FLAG,
    /* The target is an int64_t from low to high. */
    OPTION_INTEGER,
    /* The target is an int64_t[OPTION_NUMBERS]: numbers from low to high, then 0. */
    OPTION_LIST,
    /* The target is an int64_t from 1, a number of bytes: "800M", "1.5G"; k, M, G and T are powers
     * of 1000. */
    OPTION_SIZE,
    /* The target is a double from low to high. */
    OPTION_REAL,
    /* The target is a const char *, which becomes a part of argv. */
    OPTION_TEXT,
    /* The option may be typed several times: the target is a const char *[high + 1], of which the
     * first ones are the texts and the next one is NULL. */
    OPTION_TEXTS,
    /* The target is an enum whose values run from 0. */
    OPTION_CHOICE,
    /* No option: the rows behind it, up to the next such row, are a group of this name. */
    OPTION_GROUP
} option_kind;

/* The word of an enum's value; NULL beyond the last one. */
typedef const char *option_words(int value);

typedef struct option_spec {
    /* The long form without its dashes. */
    const char *name;
    /* The letter of the short form, or 0. */
    char letter;
    option_kind kind;
    void *target;
    /* The name of the value in the help: "N", "FILE". */
    const char *value;
    /* The value when the option is typed without one; a value then follows an equals sign. NULL:
     * it needs one. */
    const char *bare;
    /* The value names a file that the run reads. */
    bool reads;
    /* What it does; the short help shows what stands before the first semicolon. */
    const char *help;
    /* The default in words, where it depends on the data or the preset; NULL: it is the value that
     * the target holds before parsing. */
    const char *derived;
    /* The range of a number, both ends included. */
    double low, high;
    /* The words of a choice. */
    option_words *words;
} option_spec;

/* Begins a group. There are six, in this order: Data, Words, Model, Training, Output, General; the
 * options of all commands join General. A short table has none. */
#define GROUP(NAME)                                                                                \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_GROUP                                                       \
    }

/* A row, given behind it, whose default is this text in the help. */
#define DERIVED(TEXT, ...) with_derived((option_spec)__VA_ARGS__, (TEXT))

static inline option_spec with_derived(option_spec row, const char *text)
{
    row.derived = text;
    return row;
}

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
/* The same; typed without a number it is BARE. */
#define OPTIONAL_INTEGER_OPTION(NAME, TARGET, LOW, HIGH, BARE, HELP)                               \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_INTEGER, .target = (TARGET), .value = "N", .bare = (BARE),  \
        .low = (LOW), .high = (HIGH), .help = (HELP)                                               \
    }
/* Whole numbers above 0 with commas between them: "64,32". Does not compile if the target is no
 * array of OPTION_NUMBERS elements. */
#define LIST_OPTION(NAME, TARGET, LOW, HIGH, HELP)                                                 \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_LIST, .target = (TARGET) + LIST_SIZED(TARGET),              \
        .value = "N,...", .low = (LOW), .high = (HIGH), .help = (HELP)                             \
    }
#define LIST_SIZED(TARGET)                                                                         \
    (0 * sizeof(char[sizeof(TARGET) == OPTION_NUMBERS * sizeof(int64_t) ? 1 : -1]))
#define REAL_OPTION(NAME, TARGET, LOW, HIGH, HELP)                                                 \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_REAL, .target = (TARGET), .value = "X", .low = (LOW),       \
        .high = (HIGH), .help = (HELP)                                                             \
    }
#define SIZE_OPTION(NAME, TARGET, HELP)                                                            \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_SIZE, .target = (TARGET), .value = "SIZE", .help = (HELP)   \
    }
/* A file that the run reads. No output of the run may be the same file (outputs.h). */
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
#define TEXTS_OPTION(NAME, VALUE, TARGET, MOST, HELP)                                              \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_TEXTS, .target = (TARGET), .value = (VALUE),                \
        .high = (MOST), .help = (HELP)                                                             \
    }
#define CHOICE_OPTION(NAME, TARGET, WORDS, HELP)                                                   \
    {                                                                                              \
        .name = (NAME), .kind = OPTION_CHOICE, .target = (TARGET) + INT_SIZED(TARGET),             \
        .words = (WORDS), .help = (HELP)                                                           \
    }
/* Is 0. Does not compile if the target cannot be set through a pointer to int. */
#define INT_SIZED(TARGET) (0 * sizeof(char[sizeof *(TARGET) == sizeof(int) ? 1 : -1]))

/* Rows that several commands have. DATA is a seqnet_dataset_options. */
#define NUM_WORDS_OPTION(DATA)                                                                     \
    INTEGER_OPTION("num-words", 0, &(DATA).words.num_words, 0, INT32_MAX,                          \
                   "keep ids below N; 0: all of them")
#define SKIP_TOP_OPTION(DATA)                                                                      \
    INTEGER_OPTION("skip-top", 0, &(DATA).ids.skip_top, 0, INT32_MAX,                              \
                   "ids below N become out-of-vocabulary")
#define WORD_INDEX_OPTION(DATA)                                                                    \
    FILE_OPTION("word-index", 0, &(DATA).words.word_index,                                         \
                "imdb_word_index.json, if not beside DATA")
#define THREADS_OPTION(TARGET)                                                                     \
    DERIVED("0, all usable cores", INTEGER_OPTION("threads", 'j', (TARGET), 0, 1024, "threads"))
/* The model file that train writes and others read when none is named. */
#define DEFAULT_MODEL "seqnet.safetensors"
#define MODEL_OPTION(TARGET)                                                                       \
    DERIVED("$SEQNET_MODEL, else ./" DEFAULT_MODEL,                                                \
            FILE_OPTION("model", 'm', (TARGET), "model file"))
#define MODEL_OR_BUILTIN_OPTION(TARGET)                                                            \
    DERIVED("$SEQNET_MODEL, else ./seqnet.safetensors, else builtin:reviews",                      \
            FILE_OPTION("model", 'm', (TARGET), "model file"))

typedef struct command_spec {
    const char *name;
    /* What follows the name in the usage line: "DATA [options]". */
    const char *arguments;
    /* One sentence of the help. */
    const char *summary;
    /* Further paragraphs, or NULL. The help breaks their lines anew, apart from those that begin
     * with blanks: "  name   what it is". */
    const char *details;
    /* Lines "  seqnet ...", which are printed as they are; the first two are in the short help. */
    const char *examples;
    /* The long names of the options in the short help, with blanks between them. */
    const char *brief;
    size_t min_arguments, max_arguments;
    /* The arguments name files that the run reads. */
    bool reads_arguments;
    /* What the command makes is files, and not what it prints: options from the configuration count
     * in a pipeline, too. */
    bool makes_files;
} command_spec;

#endif
