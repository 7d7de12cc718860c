/*
 * Models of other programs. A Keras model becomes a seqnet_model with the same logits: layers and
 * weights from its file, the text rule and the words from the tokenizer that was published with it.
 * A classifier of fastText has all of that in its file, and becomes one with the same logits, too.
 * Nothing of a file is executed. What a file does not say is assumed, and told.
 */
#ifndef SEQNET_IMPORT_H
#define SEQNET_IMPORT_H

#include <stdint.h>

#include <seqnet/dataset.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A sentence, without a period, about what was assumed, found or left out. */
typedef void seqnet_import_note(void *user, const char *sentence);

/* A side of rows, or the one that most published models of the kind take: the front for Keras's
 * IMDB ids, the end for a tokenizer of the model's own. */
typedef enum seqnet_import_side {
    SEQNET_IMPORT_AUTO,
    SEQNET_IMPORT_PRE,
    SEQNET_IMPORT_POST
} seqnet_import_side;

typedef struct seqnet_import_options {
    /* Paths; NULL: none. The configuration of a file that has weights alone: model.to_json(), or
     * what get_config() gives; or a list of layers, as options.layer_list of train.h takes it. At
     * most one of both. */
    const char *config, *layer_file;
    /* The tokenizer: Keras's (JSON or a pickle), a word index, a list of words. Without it one
     * beside the model is taken, if there is one and it can be read. */
    const char *tokenizer;
    /* Keras's imdb_word_index.json, for a model without a tokenizer of its own. */
    const char *word_index;
    /* The names of the labels with commas between them, or the path of a file of them: lines, JSON,
     * a pickled LabelEncoder. Without it a file beside the model is taken, else negative and
     * positive for Keras's IMDB ids, and numbers for others. */
    const char *labels;
    /* Timesteps, where the file names none; 0: those of the file, else 500. */
    int64_t maxlen;
    /* Words with ids from this one on are unknown; 0: as many as the file and the tokenizer have.
     */
    int64_t num_words;
    seqnet_import_side padding, truncating;
    /* Stands in the training record; may be NULL. */
    const char *command_line;
    /* Called for each note when the import has succeeded; may be NULL. */
    seqnet_import_note *note;
    void *user;
} seqnet_import_options;

seqnet_import_options seqnet_import_options_default(void);

/* Reads a Keras model: .h5, .weights.h5, .keras, or an .npz of arrays in the order of
 * get_weights(); or a classifier of fastText, .bin, for which all options but the last three are
 * refused. SEQNET_ERR_USAGE for options that do not fit together, SEQNET_ERR_MODEL for a file
 * that cannot be read or a model that cannot be represented, with a sentence that names layer,
 * option and value; SEQNET_ERR_MEMORY. The caller frees *model, which is NULL on failure. */
seqnet_status seqnet_import(seqnet_model **model, const char *path,
                            const seqnet_import_options *options, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
