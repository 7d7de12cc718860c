/* The classes of a dataset: their names, and their numbers where a model has fixed them. */
#ifndef SN_CLASSES_H
#define SN_CLASSES_H

#include "dataset.h"

/* Adds names to a set of labels. */
seqnet_status sn_classes_add(sn_string_set *labels, const char *const *names, size_t count,
                             seqnet_error *err);

/* Those of data that does not name any: negative and positive. */
seqnet_status sn_classes_add_usual(sn_string_set *labels, seqnet_error *err);

/* Counts the rows of each class and part, anew when it is called again. */
seqnet_status sn_classes_count(seqnet_dataset *dataset, seqnet_error *err);

/* Gives the classes that the data names the numbers that they have among a model's.
 * SEQNET_ERR_DATA for rows of a class that the model does not have. */
seqnet_status sn_classes_renumber(seqnet_dataset *dataset, const sn_fixed_words *fixed,
                                  seqnet_error *err);

#endif
