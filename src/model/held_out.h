/*
 * The profile of held-out rows (seqnet/held_out.h) and its JSON form, in which a model file has it.
 * It is computed in evaluate/profile.c.
 */
#ifndef SN_HELD_OUT_H
#define SN_HELD_OUT_H

#include <seqnet/held_out.h>

#include "status.h"

/* Writes the profile as JSON. The caller frees *json with free(). SEQNET_ERR_MEMORY; *json is NULL
 * then. */
seqnet_status sn_held_out_to_json(const seqnet_held_out *held_out, char **json, seqnet_error *err);

/* Reads and checks that JSON for a model with this number of labels: lists have their lengths,
 * counts add up, edges and thresholds rise. The caller frees *held_out whatever the result. Error
 * sentences begin with `place`. SEQNET_ERR_MODEL, SEQNET_ERR_MEMORY. */
seqnet_status sn_held_out_from_json(seqnet_held_out *held_out, const char *json, size_t labels,
                                    const char *place, seqnet_error *err);

void sn_held_out_free(seqnet_held_out *held_out);

/* Makes a histogram of values from 0 on, which are sorted and multiples of 1 / `steps`. count > 0.
 */
void sn_histogram_make(seqnet_histogram *histogram, const double *sorted, size_t count,
                       double steps);

#endif
