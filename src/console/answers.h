/*
 * How predictions are printed, as one line for each record:
 *
 *   text       label TAB probability, with --top-k several of these pairs; on a terminal aligned
 *   json       one object
 *   fasttext   __label__NAME probability, as fastText's predict-prob prints it
 *   annotate   the record as it stands, with columns or keys added
 *
 * An answer that is less probable than abstain_below is "?", in JSON null with "abstained": true.
 * With a threshold, labels below it are not printed, and if none is left the label is empty.
 * Of a model that gives a row any number of labels, all that reach the threshold are an answer.
 * recognise.h reads these forms back.
 */
#ifndef CONSOLE_ANSWERS_H
#define CONSOLE_ANSWERS_H

#include <stdio.h>

#include <seqnet/seqnet.h>

typedef enum answer_format { ANSWER_TEXT, ANSWER_JSON, ANSWER_FASTTEXT } answer_format;

/* The word by which an option names the format; NULL beyond the last one. */
const char *answer_format_word(int value);

/* top_k of all labels. */
enum { TOP_ALL = -1 };

typedef struct answer_options {
    answer_format format;
    bool annotate, with_filename;
    int64_t top_k;
    double threshold;
    /* 0: all answers are given. */
    double abstain_below;
    /* A row may have any number of labels: those of an answer belong together, and annotate joins
     * them with this in one field. NULL: an answer is the most probable label. */
    const char *joiner;
    /* The text format: labels are colored; on a terminal they fill so many cells, 0: elsewhere. */
    bool has_colors;
    size_t label_cells;
} answer_options;

/* Has answers in the text format printed for standard output as it is: aligned on a terminal, with
 * colors where it has any. */
void show_answers(answer_options *options, const seqnet_model *model);

/* What is known of the record that a prediction answers. A batch carries it as the note of the row,
 * followed by before_length + raw_length bytes. */
typedef struct record_note {
    /* The name of the file, the line where the record begins, and its number among the records. */
    const char *file;
    size_t line, record;
    /* The record could not be read: its answer is empty. */
    bool is_bad;
    /* The rest is for annotate. The form of the record: */
    seqnet_format format;
    char delimiter;
    /* Bytes that are printed before the record: headers, blank lines. */
    size_t before_length;
    /* Bytes of the record with its line end, and where the line end begins. */
    size_t raw_length, raw_end;
} record_note;

/* Whether the prediction is too uncertain to be an answer. */
bool is_abstained(const answer_options *options, const seqnet_prediction *prediction);

/* Prints the answer. Several threads may, each to its own stream. `bytes` are those that follow the
 * note. SEQNET_ERR_MEMORY. Failures of printing stay in the state of the stream. */
seqnet_status print_answer(FILE *out, const answer_options *options, const seqnet_model *model,
                           const seqnet_prediction *prediction, const record_note *note,
                           const char *bytes, seqnet_error *err);

/* The names of the columns, or keys, that annotate adds; `list` ends with NULL. TOP_MOST is the
 * largest --top-k of annotate. */
enum { MOST_LABELS = 4096, TOP_MOST = 64, ADDED_NAMES = 2 * TOP_MOST, ADDED_NAME = 40 };
typedef struct added_names {
    char texts[ADDED_NAMES][ADDED_NAME];
    const char *list[ADDED_NAMES + 1];
} added_names;
void name_added(const answer_options *options, added_names *names);

/* Writes the names as they follow a header, each behind a delimiter. Returns their length. */
enum { ADDED_HEADER = ADDED_NAMES * ADDED_NAME };
size_t added_header(const added_names *names, char delimiter, char text[ADDED_HEADER]);

#endif
