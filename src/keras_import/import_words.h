/*
 * How texts become the ids of an imported model, and what its outputs are called: a tokenizer or a
 * TextVectorization, or Keras's IMDB ids; and what of it lies beside the model. Which of it is
 * taken, and why, is told in notes.
 */
#ifndef SN_IMPORT_WORDS_H
#define SN_IMPORT_WORDS_H

#include <seqnet/import.h>

#include "graph.h"
#include "import_notes.h"
#include "tokenizer_file.h"

typedef enum sn_words_kind {
    /* of a layer in the model; of a file; Keras's ids of its IMDB data */
    SN_WORDS_VECTORIZED,
    SN_WORDS_TOKENIZED,
    SN_WORDS_IMDB
} sn_words_kind;

typedef struct sn_import_words {
    sn_words_kind kind;
    /* Of the first two kinds. */
    sn_tokenizer_file tokenizer;
    /* Of the last: NULL where no word index was found. */
    sn_vocabulary *index;
    /* The file that it is of, or NULL; allocated. */
    char *path;
} sn_import_words;

/* Finds the words of the model at `path`, whose arrays and other parts are in `file`.
 * SEQNET_ERR_MODEL for a file of the options that cannot be used, and for a TextVectorization that
 * cannot be represented; the caller frees *words, whatever the result. */
seqnet_status sn_import_words_find(sn_import_words *words, const sn_graph *graph,
                                   const sn_weights_file *file, const char *path,
                                   const seqnet_import_options *options, sn_notes *notes,
                                   seqnet_error *err);
void sn_import_words_free(sn_import_words *words);

/* Names `count` labels, those of the options or of a file beside the model, else negative and
 * positive or numbers. SEQNET_ERR_MODEL for named ones that are not as many; the caller frees
 * *labels. */
seqnet_status sn_import_labels_find(sn_label_names *labels, size_t count, sn_words_kind kind,
                                    const char *path, const seqnet_import_options *options,
                                    sn_notes *notes, seqnet_error *err);

/* ---- Files beside the model ---- */

/* What a name may be that of. */
typedef enum sn_beside_kind { SN_BESIDE_TOKENIZER, SN_BESIDE_LABELS } sn_beside_kind;

enum { SN_MAX_BESIDE = 16 };

typedef struct sn_beside {
    /* Paths, the likeliest first. */
    char *paths[SN_MAX_BESIDE];
    size_t count;
} sn_beside;

/* Lists the files in the folder of `path` whose names say that they may be of the kind.
 * SEQNET_ERR_MEMORY; a folder that cannot be read has none. The caller frees *beside. */
seqnet_status sn_beside_find(sn_beside *beside, const char *path, sn_beside_kind kind,
                             seqnet_error *err);
void sn_beside_free(sn_beside *beside);

#endif
