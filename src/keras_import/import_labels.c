/* The names of an imported model's labels. */
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "file.h"
#include "import_words.h"
#include "memory.h"

#include "banned.h"

static seqnet_status add_name(sn_label_names *labels, const char *name, size_t length,
                              seqnet_error *err)
{
    SN_TRY(sn_copy_string(&labels->names[labels->count], name, length, err));
    labels->count++;
    return SEQNET_OK;
}

/* Names with commas between them. */
static seqnet_status split_names(sn_label_names *labels, const char *text, seqnet_error *err)
{
    size_t count = 1;
    for (const char *at = text; *at; at++)
        count += *at == ',';
    *labels = (sn_label_names){.count = 0};
    SN_TRY(sn_alloc(&labels->names, count, sizeof *labels->names, err));
    for (;;) {
        const size_t length = strcspn(text, ",");
        SN_TRY(add_name(labels, text, length, err));
        if (!text[length])
            return SEQNET_OK;
        text += length + 1;
    }
}

static bool are_distinct(const sn_label_names *labels)
{
    for (size_t i = 0; i < labels->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(labels->names[i], labels->names[k]) == 0)
                return false;
    return true;
}

static seqnet_status use_named(sn_label_names *labels, size_t count, const char *named,
                               seqnet_error *err)
{
    if (strchr(named, ',') && !sn_file_exists(named))
        SN_TRY(split_names(labels, named, err));
    else
        SN_TRY(sn_label_names_read(labels, named, err));
    if (labels->count != count)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%.160s: names %zu labels; the model has %zu, which .labels must name",
                       named, labels->count, count);
    for (size_t i = 0; i < count; i++)
        if (!*labels->names[i])
            return sn_fail(err, SEQNET_ERR_USAGE,
                           "%.160s: label %zu has no name; give one in "
                           ".labels",
                           named, i + 1);
    return are_distinct(labels)
               ? SEQNET_OK
               : sn_fail(err, SEQNET_ERR_USAGE,
                         "%.160s: names a label twice; give .labels that differ", named);
}

/* Takes the first file beside the model that names as many labels. */
static seqnet_status try_beside(sn_label_names *labels, size_t count, const char *model,
                                sn_notes *notes, bool *is_found, seqnet_error *err)
{
    sn_beside beside;
    seqnet_status status = sn_beside_find(&beside, model, SN_BESIDE_LABELS, err);
    *is_found = false;
    for (size_t i = 0; status == SEQNET_OK && i < beside.count && !*is_found; i++) {
        seqnet_error why = {0};
        status = use_named(labels, count, beside.paths[i], &why);
        *is_found = status == SEQNET_OK;
        if (*is_found) {
            sn_notes_add(notes, "the labels are named by %s; .labels names others",
                         beside.paths[i]);
            break;
        }
        sn_label_names_free(labels);
        if (status == SEQNET_ERR_MEMORY)
            (void)sn_fail(err, status, "%s", why.message);
        else
            status = SEQNET_OK;
    }
    sn_beside_free(&beside);
    return status;
}

static seqnet_status use_numbers(sn_label_names *labels, size_t count, seqnet_error *err)
{
    SN_TRY(sn_alloc(&labels->names, count, sizeof *labels->names, err));
    for (; labels->count < count; labels->count++)
        SN_TRY(sn_format(&labels->names[labels->count], err, "%zu", labels->count));
    return SEQNET_OK;
}

seqnet_status sn_import_labels_find(sn_label_names *labels, size_t count, sn_words_kind kind,
                                    const char *path, const seqnet_import_options *options,
                                    sn_notes *notes, seqnet_error *err)
{
    bool is_found;
    *labels = (sn_label_names){.count = 0};
    if (options->labels)
        return use_named(labels, count, options->labels, err);
    SN_TRY(try_beside(labels, count, path, notes, &is_found, err));
    if (is_found)
        return SEQNET_OK;
    if (kind == SN_WORDS_IMDB && count == 2)
        return split_names(labels, "negative,positive", err);
    sn_notes_add(notes, "the labels have no names: they are 0 to %zu; .labels gives them some",
                 count - 1);
    return use_numbers(labels, count, err);
}
