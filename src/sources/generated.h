/*
 * The corpora that seqnet generates, for trying it without any data:
 *
 *     builtin:demo[:SIZE[:SEED]]           short review-like English texts. Word order decides the
 *                                          label (negation, contrast, intensifiers, distractors),
 *                                          so a sequence model can reach nearly all of it and a bag
 *                                          of words cannot.
 *     builtin:recall:LENGTH[:SIZE[:SEED]]  LENGTH words of noise. One word in them, at a random
 *                                          place, decides the label, so a model has to remember it
 *                                          for as long as the rest of the text takes.
 *
 * What they have in common is here: names, the parts, and how labels are drawn. The texts are drawn
 * in demo.c and recall.c.
 */
#ifndef SN_GENERATED_H
#define SN_GENERATED_H

#include "rng.h"
#include "source.h"

typedef struct sn_generated_corpus {
    /* with "builtin:" */
    const char *name;
    /* Names of it begin with the LENGTH of each text, in words. */
    bool has_length;
    /* by class */
    const char *labels[2];
    int64_t default_size;
    sn_rng_purpose purpose;
    /* Allocates the memory that `draw` works in, which free() releases. length: as in the name,
     * else 0. */
    seqnet_status (*prepare)(void **draft, size_t length, seqnet_error *err);
    /* Draws a text of a class, 0 or 1. It lies in the draft. */
    void (*draw)(void *draft, sn_rng *rng, bool label, const char **text, size_t *text_length);
} sn_generated_corpus;

/* The corpus whose name `name` is or begins with, a colon and anything behind it; NULL if there is
 * none. */
const sn_generated_corpus *sn_generated_find(const char *name);

/* SEQNET_ERR_USAGE for a name that begins as theirs do, and is neither one of them nor a file. */
seqnet_status sn_generated_check(const char *name, seqnet_error *err);

/* Opens a source of what `name` asks for, a name with which sn_generated_find found the corpus:
 * SIZE texts in all (100 to 1,000,000; the default is the corpus's own), of which the last fifth is
 * the test part; SEED is 0 to 2^32 - 1, default 1; LENGTH is 4 to 100,000. Equal names give equal
 * bytes on every machine. The name must outlive the source. SEQNET_ERR_USAGE for one that cannot be
 * parsed. */
seqnet_status sn_generated_open(sn_source **source, const sn_generated_corpus *corpus,
                                const char *name, seqnet_error *err);

extern const sn_generated_corpus sn_demo_corpus, sn_recall_corpus;

#endif
