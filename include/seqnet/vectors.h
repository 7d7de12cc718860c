/*
 * The vectors of a model: those of its words, which are the rows of its embedding, with the words
 * nearest to each; and those of texts, which are what the layer before the last one makes of them.
 * A classifier sees texts as these vectors, so that texts to which it would say the same lie near
 * each other.
 *
 * The vector of a word of a model that was imported from fastText is the mean of its row and of the
 * rows of its character n-grams, as fastText prints it, so that words that are not in its
 * vocabulary have one, too.
 */
#ifndef SEQNET_VECTORS_H
#define SEQNET_VECTORS_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/explain.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* It serves one thread at a time. The model must outlive it. */
typedef struct seqnet_word_vectors seqnet_word_vectors;

/* SEQNET_ERR_MODEL for a model without a network, or without a vocabulary; SEQNET_ERR_MEMORY.
 * *vectors is NULL then. */
seqnet_status seqnet_word_vectors_create(seqnet_word_vectors **vectors, const seqnet_model *model,
                                         seqnet_error *err);
void seqnet_word_vectors_free(seqnet_word_vectors *vectors);

/* Numbers of the vector of a word, and of a text. */
size_t seqnet_word_vectors_dimension(const seqnet_word_vectors *vectors);
size_t seqnet_text_vectors_dimension(const seqnet_word_vectors *vectors);

/* How many words have a vector of their own, and those words, the most frequent ones first, for
 * index < count; not NUL-terminated. */
size_t seqnet_word_vectors_count(const seqnet_word_vectors *vectors);
const char *seqnet_word_vectors_word(const seqnet_word_vectors *vectors, size_t index,
                                     size_t *length);

/* What seqnet_word_vectors_find sets *index to for a word that is not one of those. */
#define SEQNET_NO_WORD ((size_t)-1)

/* Finds a word, or what the model's text rule makes of it if that is one word: sets `vector`
 * [dimension], and *index to its number. *found is false for a word without a vector. vector may be
 * NULL. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_word_vectors_find(seqnet_word_vectors *vectors, const char *word,
                                       size_t length, float *vector, size_t *index, bool *found,
                                       seqnet_error *err);

typedef struct seqnet_neighbor {
    size_t index;
    /* The cosine of the angle between the vectors, -1 to 1. */
    double cosine;
} seqnet_neighbor;

/* Finds the at most `count` words whose vectors are nearest to `vector` [dimension], the nearest
 * first and of equally near ones the more frequent; not those of the numbers in `without`. Returns
 * how many it found: fewer when there are no more, none for a vector of zeros. */
size_t seqnet_word_vectors_nearest(const seqnet_word_vectors *vectors, const float *vector,
                                   const size_t *without, size_t without_count,
                                   seqnet_neighbor *neighbors, size_t count);

/* Sets made[count, seqnet_text_vectors_dimension] to the vectors of texts. A text is cut as for
 * predict (seqnet_long_texts: truncated). The vector of a text has the same bits whatever the other
 * texts are. SEQNET_ERR_MEMORY. */
seqnet_status seqnet_text_vectors(seqnet_word_vectors *vectors, const seqnet_text_view *texts,
                                  size_t count, float *made, seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
