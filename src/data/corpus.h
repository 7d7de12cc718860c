/*
 * Labelled texts as they were read, before anything is decided about words: from text files of any
 * format or from folders of files, with what was met on the way.
 */
#ifndef SN_CORPUS_H
#define SN_CORPUS_H

#include <seqnet/dataset.h>

#include "label_map.h"
#include "maxima.h"
#include "stream.h"
#include "string_set.h"
#include "texts.h"

enum { SN_PARTS = 3 };

typedef struct sn_corpus {
    sn_text_store store;      /* the texts' bytes */
    sn_texts texts[SN_PARTS]; /* by seqnet_part */
    sn_string_set labels;     /* names of the classes; see sn_corpus_sort_labels */
    sn_string_set sources;    /* the files the texts came from */
    const char *labels_of;    /* whose labels are the only ones allowed, "the model's"; NULL: more
                                 may come */
    bool has_weights;         /* the files have a column of weights */
    seqnet_reading reading;
} sn_corpus;

typedef struct sn_labelled_text {
    const char *text, *label;
    size_t text_length, label_length;
    double weight;
    const char *path; /* for messages */
    size_t source;    /* its number among the corpus's sources */
    size_t line;      /* see sn_text_info */
} sn_labelled_text;

/* Adds one text, or counts it as dropped where the map drops its label. */
seqnet_status sn_corpus_add(sn_corpus *corpus, seqnet_part part, const sn_labelled_text *text,
                            const sn_label_map *map, seqnet_error *err);

/* From here on a label that is not among those of the rows read so far, the training rows', is an
 * error: nothing could have been learnt of it. Without any rows, labels stay free. */
void sn_corpus_fix_labels(sn_corpus *corpus);

/* Reads `path`, a file, a folder or "-", into a part. A folder that is divided into train, test and
 * validation fills all of them when `part` is SEQNET_TRAIN. */
seqnet_status sn_corpus_read(sn_corpus *corpus, seqnet_part part, const char *path,
                             const seqnet_record_options *options, const sn_label_map *map,
                             seqnet_error *err);

/* The same for a stream, which is closed: a file that is called `path`. */
seqnet_status sn_corpus_read_stream(sn_corpus *corpus, seqnet_part part, sn_byte_stream *stream,
                                    const char *path, const seqnet_record_options *options,
                                    const sn_label_map *map, seqnet_error *err);

/* Puts the labels in order: numbers by value, then names by their bytes. */
seqnet_status sn_corpus_sort_labels(sn_corpus *corpus, seqnet_error *err);

/* Moves the rows with chosen[row] != 0 of one part to the end of another. */
seqnet_status sn_corpus_move(sn_corpus *corpus, seqnet_part from, seqnet_part to,
                             const uint8_t *chosen, seqnet_error *err);

/* The same texts, whose bytes stay those of `corpus`. On failure *copy is left freed. */
seqnet_status sn_corpus_copy(sn_corpus *copy, const sn_corpus *corpus, seqnet_error *err);

/* Gives a copy bytes of its own. */
seqnet_status sn_corpus_own(sn_corpus *copy, seqnet_error *err);

void sn_corpus_free(sn_corpus *corpus);

#endif
