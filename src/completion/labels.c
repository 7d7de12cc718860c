#include "labels.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "regular_file.h"

static void offer_labels(const answer *a, const seqnet_model *model, const char *behind)
{
    char value[600];
    for (size_t i = 0; i < seqnet_model_label_count(model); i++) {
        const int length =
            snprintf(value, sizeof value, "%s%s", seqnet_model_label_name(model, i), behind);
        if (length > 0 && (size_t)length < sizeof value)
            offer(a, value, "");
    }
}

/* The model that the command would take. */
static const char *model_path(const typed_line *line)
{
    const char *const typed = typed_value(line, "model");
    const char *const variable = getenv("SEQNET_MODEL");
    return typed ? typed : variable && *variable ? variable : DEFAULT_MODEL;
}

void answer_labels(const answer *a, const typed_line *line)
{
    seqnet_model *model = NULL;
    seqnet_error err = {0};
    const char *const path = model_path(line);
    const bool is_read = strcmp(path, SEQNET_BUILTIN_REVIEWS) == 0 || is_regular_file(path);
    const bool takes_number = strchr(line->option->value, '=') != NULL;
    begin_answer(takes_number ? "parts" : "words", line->option->help);
    if (is_read && seqnet_model_load(&model, path, &err) == SEQNET_OK)
        offer_labels(a, model, takes_number ? "=" : "");
    seqnet_model_free(model);
}
