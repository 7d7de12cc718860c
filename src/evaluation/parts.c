#include "parts.h"

const char *part_word(int value)
{
    switch ((data_part)value) {
    case PART_AUTO:
        return "auto";
    case PART_TEST:
        return "test";
    case PART_TRAIN:
        return "train";
    case PART_VALIDATION:
        return "validation";
    case PART_ALL:
        return "all";
    }
    return NULL;
}

data_part choose_part(const seqnet_dataset *dataset, data_part asked)
{
    if (asked != PART_AUTO)
        return asked;
    if (seqnet_dataset_count(dataset, SEQNET_TEST) || !seqnet_dataset_is_text(dataset))
        return PART_TEST;
    return PART_ALL;
}

seqnet_parts parts_of(data_part part)
{
    static const seqnet_parts parts[] = {[PART_TRAIN] = 1U << SEQNET_TRAIN,
                                         [PART_TEST] = 1U << SEQNET_TEST,
                                         [PART_VALIDATION] = 1U << SEQNET_VALIDATION,
                                         [PART_ALL] = SEQNET_ALL_PARTS};
    return parts[part];
}
