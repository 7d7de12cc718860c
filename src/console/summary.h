/* A model's layers as the table that Keras's model.summary() prints, for training and for info. */
#ifndef CONSOLE_SUMMARY_H
#define CONSOLE_SUMMARY_H

#include <stdio.h>

#include <seqnet/train.h>

void print_summary(FILE *out, const seqnet_model *model);

#endif
