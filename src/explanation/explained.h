/*
 * What the parts of the explain command share: its options, and how explanations are shown: as
 * JSON and as tab-separated lines (explained_lines.c), as text with marked words
 * (explained_text.c), and as the words that speak most for labels over many texts (summed_words.c).
 */
#ifndef EXPLANATION_EXPLAINED_H
#define EXPLANATION_EXPLAINED_H

#include <seqnet/seqnet.h>

#include "data_options.h"
#include "each_text.h"

typedef struct explain_options {
    const char *model, *input, *output, *label, *word_index;
    bool json, no_running, force;
    /* --top was typed. */
    bool has_top;
    int64_t top, limit, threads;
    data_options data;
} explain_options;

/* One label of a text that was explained. */
typedef struct explained_label {
    const explain_options *options;
    const placed_text *text;
    const seqnet_explanation *explanation;
    const seqnet_label_explanation *found;
    /* The label's name. */
    const char *name;
} explained_label;

/* Fills `numbers` with up to `most` words whose contributions are above 0, or with `against` below
 * it, the strongest first. Returns how many. The caller frees *numbers. SEQNET_ERR_MEMORY. */
seqnet_status strongest_words(const explained_label *e, bool against, size_t most, size_t **numbers,
                              size_t *count, seqnet_error *err);

seqnet_status show_as_json(const explained_label *e, seqnet_error *err);
seqnet_status show_as_lines(const explained_label *e, seqnet_error *err);
seqnet_status show_as_text(const explained_label *e, seqnet_error *err);

/* Whether arguments are files or folders, whose words are then shown over all their texts. */
bool names_data(const char *argument);

/* Shows the words that speak most for `label`, or with SIZE_MAX for each label, over the texts of
 * DATA, with the model from `path`. Returns an exit code. */
int show_words(const explain_options *o, const seqnet_model *model, const char *path,
               const char *data, size_t label);

/* Prints the error, with the model's path where the model is to blame. Returns its exit code. */
int refuse_explaining(const char *model_path, const seqnet_error *err);

/* Whether results go to somebody who reads them on a terminal. */
bool shows_text(void);

#endif
