/* The option --part: which rows of DATA a command measures. */
#ifndef CLI_MEASURED_PART_H
#define CLI_MEASURED_PART_H

#include <seqnet/dataset.h>

typedef enum measured_part {
    PART_AUTO,
    PART_TEST,
    PART_TRAIN,
    PART_VALIDATION,
    PART_ALL
} measured_part;

/* The word by which the option names the part; NULL beyond the last one. */
const char *measured_part_word(int value);

/* What was asked for; for PART_AUTO the test part, or all rows where the data is not divided. */
measured_part choose_part(const seqnet_dataset *dataset, measured_part asked);

/* The parts, not PART_AUTO, as a set. */
seqnet_parts parts_of(measured_part part);

#endif
