/* A model's layers as the table that Keras's model.summary() prints, for training and for info. */
#ifndef CONSOLE_SUMMARY_H
#define CONSOLE_SUMMARY_H

#include <stdio.h>

#include <seqnet/train.h>

void print_summary(FILE *out, const seqnet_model *model);

/* Prints the labels of a part with their rows, "neg 12, pos 12", and of many labels only the first;
 * with `shares` also the share of each, "neg 12 (50.0 %)". */
void print_labels(FILE *out, const seqnet_dataset *dataset, seqnet_part part, bool shares);

#endif
