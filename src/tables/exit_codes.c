#include "exit_codes.h"

#include "errors.h"

const exit_meaning EXIT_MEANINGS[] = {
    {EXIT_DONE, "all is done"},
    {EXIT_NEGATIVE, "the answer is no: a condition such as --min-accuracy, --if-better or "
                    "--require is not met, check found problems, or drift a change"},
    {EXIT_USAGE, "the command line is wrong"},
    {SEQNET_ERR_DATA, "data cannot be read, are malformed, or too large for the memory"},
    {SEQNET_ERR_MODEL, "a model cannot be read, or is of another kind"},
    {SEQNET_ERR_DIVERGED, "the training diverged"},
    {SEQNET_ERR_WRITE, "an output cannot be written, or would destroy what is there"},
    {SEQNET_INTERRUPTED, "interrupted; train has written its model"},
};

const size_t EXIT_MEANING_COUNT = sizeof EXIT_MEANINGS / sizeof *EXIT_MEANINGS;
