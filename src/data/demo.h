/*
 * builtin:demo, a generated corpus of short review-like English texts for trying seqnet without any
 * data. Word order decides the label (negation, contrast, intensifiers, distractors), so a sequence
 * model can reach nearly all of it and a bag of words cannot.
 */
#ifndef SN_DEMO_H
#define SN_DEMO_H

#include <stdbool.h>
#include <stdint.h>

#include "texts.h"

/* Whether `name` is "builtin:demo", alone or with :SIZE or :SIZE:SEED. */
bool sn_demo_recognise(const char *name);

/* Generates the corpus that `name` asks for: SIZE texts in all (100 to 1,000,000; the default is in
 * demo.c), of which the last fifth is the test part; SEED is 0 to 2^32 - 1, default 1. Labels are 0
 * (negative) and 1 (positive). Equal names give equal bytes on every machine. SEQNET_ERR_USAGE for
 * a name that cannot be parsed. Bytes go to `store`; on failure both parts are left freed. */
seqnet_status sn_demo_generate(sn_text_store *store, sn_texts *train, sn_texts *test,
                               const char *name, seqnet_error *err);

#endif
