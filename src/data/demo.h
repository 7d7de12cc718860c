/*
 * builtin:demo, a generated corpus of short review-like English texts for trying seqnet without any
 * data. Word order decides the label (negation, contrast, intensifiers, distractors), so a sequence
 * model can reach nearly all of it and a bag of words cannot.
 */
#ifndef SN_DEMO_H
#define SN_DEMO_H

#include "source.h"

/* Whether `name` is "builtin:demo", alone or with :SIZE or :SIZE:SEED. */
bool sn_demo_recognise(const char *name);

/* Opens a source of the corpus that `name` asks for: SIZE texts in all (100 to 1,000,000; the
 * default is in demo.c), of which the last fifth is the test part; SEED is 0 to 2^32 - 1, default
 * 1. Labels are negative and positive. Equal names give equal bytes on every machine.
 * The name must outlive the source. SEQNET_ERR_USAGE for one that cannot be parsed. */
seqnet_status sn_demo_open(sn_source **source, const char *name, seqnet_error *err);

#endif
