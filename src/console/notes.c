#include "notes.h"

#include <seqnet/seqnet.h>

#include "errors.h"
#include "figures.h"
#include "terminal.h"

void note_instruction_set_problem(void)
{
    const char *const problem = seqnet_instruction_set_problem();
    if (problem)
        note("%s", in_options(problem).text);
}

void note_blas_problem(void)
{
    const char *const problem = seqnet_blas_problem();
    if (problem)
        note("matrix products run in plain C, several times slower: %s", in_options(problem).text);
}

static const char *rows(size_t count)
{
    return plural(count, "row", "rows");
}

void note_reading(const seqnet_dataset *dataset)
{
    const seqnet_reading *const r = seqnet_dataset_reading(dataset);
    const char *const problem = seqnet_dataset_word_index_problem(dataset);
    if (r->bad)
        note("left out %zu bad %s; the first: %s", r->bad, rows(r->bad),
             in_options(r->first_bad).text);
    if (*r->left_out)
        note("%s", r->left_out);
    if (*r->word_list)
        note("%s", r->word_list);
    if (r->dropped)
        note("dropped %zu %s whose label --map does not keep", r->dropped, rows(r->dropped));
    if (r->several_labels)
        note("%zu %s with several labels: the first one counts", r->several_labels,
             rows(r->several_labels));
    if (r->replaced)
        note("%zu invalid UTF-8 %s read as U+FFFD", r->replaced,
             plural(r->replaced, "sequence was", "sequences were"));
    if (problem)
        note("%s", in_options(problem).text);
}
