#include "use_of_model.h"

#include <string.h>

#include "next_step.h"

void tell_use_of_model(const char *model, const seqnet_dataset *dataset, const char *data,
                       const char *test)
{
    spelled_line line = {0};
    const bool has_words =
        seqnet_dataset_is_text(dataset) || seqnet_dataset_word_index_path(dataset);
    /* Without test rows it would be measured on what it was trained on. */
    const bool has_tests = seqnet_dataset_count(dataset, SEQNET_TEST) && strcmp(data, "-") != 0;
    const char *const measured = test ? test : has_tests ? data : NULL;
    if (!tells_next_step() || (!has_words && !measured))
        return;
    if (has_words)
        spell_predict(&line, model);
    if (measured) {
        spell_raw(&line, has_words ? "or: seqnet evaluate" : "seqnet evaluate");
        spell_file(&line, measured);
        spell_raw(&line, "-m");
        spell_word(&line, model);
    }
    tell_next_step(&line);
}
