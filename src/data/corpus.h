/*
 * Labelled texts as they were read, before anything is decided about words, with what was met on
 * the way. Where records come from is in source.h and the headers that it names; the parts that a
 * corpus is divided into are in corpus_split.h.
 */
#ifndef SN_CORPUS_H
#define SN_CORPUS_H

#include <seqnet/dataset.h>

#include "hash.h"
#include "label_map.h"
#include "label_sets.h"
#include "maxima.h"
#include "reader_options.h"
#include "source.h"
#include "string_set.h"
#include "texts.h"

enum { SN_PARTS = 3 };

/* Where the rows of DATA are from: what a model remembers of its training data. */
typedef struct sn_origin {
    /* How the records of DATA were read, where it has records. */
    bool has_records;
    sn_kept_options reading;
    /* The map that the labels went through; NULL for none. */
    char *map;
    /* A hash of the texts and the names of their labels in the order of DATA, before any split, and
     * of their parts; empty: not known. */
    char hash[SN_HASH_TEXT];
    /* How rows were set aside as test and validation part: the shares and the seed. */
    double test_split, validation_split;
    uint64_t seed;
} sn_origin;

seqnet_status sn_origin_copy(sn_origin *copy, const sn_origin *origin, seqnet_error *err);
void sn_origin_free(sn_origin *origin);

typedef struct sn_corpus {
    /* The bytes of the texts. */
    sn_text_store store;
    /* The rows of the parts, by seqnet_part, and behind them the texts without labels. */
    sn_texts texts[SN_TEXT_PARTS];
    /* Names of the classes; see sn_corpus_sort_labels. */
    sn_string_set labels;
    /* Rows have any number of labels: the `label` of a text is the number of one of these sets. */
    bool multi_label;
    sn_label_sets sets;
    /* The files that the texts came from. */
    sn_string_set sources;
    /* Whose labels are the only ones allowed, "the model's"; NULL: more may come. */
    const char *labels_of;
    /* Other labels than those, which were met. */
    sn_string_set foreign;
    /* A source has weights. */
    bool has_weights;
    seqnet_reading reading;
    sn_origin origin;
    /* The names of the further fields, when they are kept: those of a text then lie behind its
     * bytes, with their length as a size_t before them. */
    sn_columns columns;
    /* A text with its fields. */
    sn_buffer scratch;
} sn_corpus;

/* Lets the texts of an empty corpus spill. */
void sn_corpus_spill(sn_corpus *corpus, sn_spill *spill);

/* The further fields of a text, as sn_field_next reads them; only where corpus->columns are known.
 */
const char *sn_corpus_fields(const char *text, size_t text_length, size_t *length);

/* Pulls all records of a source, and leaves out those whose label the map drops. Where a source
 * hands out several parts, the labels of its training rows are fixed as by sn_corpus_fix_labels
 * before the others come. Where bad records may be skipped, the options tell what becomes of
 * them. */
seqnet_status sn_corpus_read(sn_corpus *corpus, sn_source *source,
                             const seqnet_record_options *options, sn_label_map *map,
                             seqnet_error *err);

/* From here on a label that is not among those of the rows read so far, the training rows', is an
 * error: nothing could have been learnt of it. Without any rows, labels stay free. */
void sn_corpus_fix_labels(sn_corpus *corpus);

/* Puts the labels in order: numbers by value, then names by their bytes. */
seqnet_status sn_corpus_sort_labels(sn_corpus *corpus, seqnet_error *err);

/* The first of a row's labels; -1 without any. */
int32_t sn_corpus_first_label(const sn_corpus *corpus, const sn_text_info *info);

/* Moves the rows with chosen[row] != 0 of one part to the end of another. */
seqnet_status sn_corpus_move(sn_corpus *corpus, seqnet_part from, seqnet_part to,
                             const uint8_t *chosen, seqnet_error *err);

/* The same texts, whose bytes stay those of `corpus`; *copy is zeroed, or may spill. On failure it
 * is left freed. */
seqnet_status sn_corpus_copy(sn_corpus *copy, const sn_corpus *corpus, seqnet_error *err);

/* Gives a copy bytes of its own. */
seqnet_status sn_corpus_own(sn_corpus *copy, seqnet_error *err);

void sn_corpus_free(sn_corpus *corpus);

#endif
