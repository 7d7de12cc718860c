/* A model's layers as the table that Keras's model.summary() prints, for training and for info. */
#ifndef CONSOLE_SUMMARY_H
#define CONSOLE_SUMMARY_H

#include <stdio.h>

#include <seqnet/train.h>

/* `width`: the cells of a line, by which the columns go; SIZE_MAX: any number. */
void print_summary(FILE *out, const seqnet_model *model, size_t width);

/* How many labels of a list are shown, and what is printed behind them when it is not all of them:
 * ", ... (10 of 77 shown)". With --verbose all are. */
size_t shown_labels(size_t count);
void print_shown(FILE *out, size_t count);

/* Prints the labels of a part with their rows, "neg 12, pos 12", and of many labels only the first;
 * with `shares` also the share of each, "neg 12 (50.0 %)". */
void print_labels(FILE *out, const seqnet_dataset *dataset, seqnet_part part, bool shares);

#endif
