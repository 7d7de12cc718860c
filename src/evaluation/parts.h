/* Which rows of DATA are measured. */
#ifndef EVALUATION_PARTS_H
#define EVALUATION_PARTS_H

#include <seqnet/dataset.h>

typedef enum data_part { PART_AUTO, PART_TEST, PART_TRAIN, PART_VALIDATION, PART_ALL } data_part;

/* The word by which an option names the part; NULL beyond the last one. */
const char *part_word(int value);

/* What PART_AUTO stands for: the test part, or all rows of data that is not divided. */
data_part choose_part(const seqnet_dataset *dataset, data_part asked);

/* The parts of a dataset that a part, other than PART_AUTO, is. */
seqnet_parts parts_of(data_part part);

#endif
