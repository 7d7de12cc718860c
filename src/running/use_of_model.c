#include "use_of_model.h"

#include <string.h>

#include "next_step.h"

void tell_use_of_model(const char *model, const seqnet_dataset *dataset, const char *data)
{
    spelled_line line = {0};
    const bool has_words =
        seqnet_dataset_is_text(dataset) || seqnet_dataset_word_index_path(dataset);
    const bool is_there = strcmp(data, "-") != 0;
    if (!tells_next_step() || (!has_words && !is_there))
        return;
    if (has_words)
        spell_predict(&line, model);
    if (is_there) {
        spell_raw(&line, has_words ? "or: seqnet evaluate" : "seqnet evaluate");
        spell_file(&line, data);
        spell_raw(&line, "-m");
        spell_word(&line, model);
    }
    tell_next_step(&line);
}
