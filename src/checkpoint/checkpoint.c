#include "checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/seqnet.h>

#include "clock.h"
#include "memory.h"
#include "run_identity.h"

#include "banned.h"

/* Bytes of the names of what computes. */
enum { MACHINE = 200 };

static seqnet_status open_former(sn_checkpoint *c, seqnet_error *err)
{
    const char *const path = c->options.resume;
    SN_TRY(sn_checkpoint_read(path, &c->bytes, &c->arrays, &c->count, &c->texts, err));
    c->capacity = c->count;
    c->resumed = c->texts.resumed + 1;
    return sn_run_compare(c->texts.run, c->run, path, err);
}

seqnet_status sn_checkpoint_make(sn_checkpoint *c, const sn_checkpoint_options *options, char *run,
                                 seqnet_error *err)
{
    *c = (sn_checkpoint){.options = *options, .run = run, .last = sn_clock()};
    return options->resume ? open_former(c, err) : SEQNET_OK;
}

void sn_checkpoint_free(sn_checkpoint *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->arrays[i].owned);
    free(c->arrays);
    free(c->run);
    sn_checkpoint_texts_free(&c->texts);
    sn_bytes_close(&c->bytes);
    *c = (sn_checkpoint){0};
}

static void full_name(char name[2 * SN_ARRAY_NAME], const char *part, const char *array)
{
    (void)snprintf(name, 2 * SN_ARRAY_NAME, "%s.%s", part, array);
}

const sn_stored_array *sn_checkpoint_find(const sn_checkpoint *c, const char *part,
                                          const char *name)
{
    char full[2 * SN_ARRAY_NAME];
    full_name(full, part, name);
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->arrays[i].name, full) == 0)
            return &c->arrays[i];
    return NULL;
}

static bool is_of_part(const sn_stored_array *array, const char *part)
{
    const size_t length = strlen(part);
    return strncmp(array->name, part, length) == 0 && array->name[length] == '.';
}

bool sn_checkpoint_has(const sn_checkpoint *c, const char *part)
{
    for (size_t i = 0; i < c->count; i++)
        if (is_of_part(&c->arrays[i], part))
            return true;
    return false;
}

seqnet_status sn_checkpoint_restore(const sn_checkpoint *c, const char *part,
                                    const sn_named_arrays *arrays, seqnet_error *err)
{
    for (size_t i = 0; i < arrays->count; i++) {
        const sn_named_array *const to = &arrays->items[i];
        const sn_stored_array *const from = sn_checkpoint_find(c, part, to->name);
        if (!from || from->type != to->type || from->count != to->count)
            return sn_fail(err, SEQNET_ERR_MODEL,
                           "%s: is damaged: its array %s.%s is missing or does not fit the "
                           "training; begin anew without .resume",
                           c->options.resume, part, to->name);
        if (to->count)
            memcpy(to->data, from->bytes, to->count * sn_array_type_size(to->type));
    }
    return SEQNET_OK;
}

static void drop_part(sn_checkpoint *c, const char *part)
{
    size_t left = 0;
    for (size_t i = 0; i < c->count; i++) {
        if (is_of_part(&c->arrays[i], part))
            free(c->arrays[i].owned);
        else
            c->arrays[left++] = c->arrays[i];
    }
    c->count = left;
}

static sn_stored_array describe(const char *part, const sn_named_array *array)
{
    sn_stored_array stored = {.type = array->type, .count = array->count, .bytes = array->data};
    full_name(stored.name, part, array->name);
    return stored;
}

/* Gives the array a copy of its bytes. */
static seqnet_status copy_bytes(sn_stored_array *array, seqnet_error *err)
{
    const size_t size = array->count * sn_array_type_size(array->type);
    SN_TRY(sn_alloc(&array->owned, size, 1, err));
    if (size)
        memcpy(array->owned, array->bytes, size);
    array->bytes = array->owned;
    return SEQNET_OK;
}

seqnet_status sn_checkpoint_keep(sn_checkpoint *c, const char *part, const sn_named_arrays *arrays,
                                 seqnet_error *err)
{
    drop_part(c, part);
    SN_TRY(sn_grow(&c->arrays, &c->capacity, c->count + arrays->count, sizeof *c->arrays, err));
    for (size_t i = 0; i < arrays->count; i++) {
        sn_stored_array stored = describe(part, &arrays->items[i]);
        SN_TRY(copy_bytes(&stored, err));
        c->arrays[c->count++] = stored;
    }
    return SEQNET_OK;
}

/* Frees the file that the run goes on from, once its part under way has taken what is stored of it;
 * what there is of other parts is copied. Without memory for that the file stays. */
static void release_file(sn_checkpoint *c, const char *part)
{
    drop_part(c, part);
    for (size_t i = 0; i < c->count; i++)
        if (!c->arrays[i].owned && copy_bytes(&c->arrays[i], NULL) != SEQNET_OK)
            return;
    sn_bytes_close(&c->bytes);
}

bool sn_checkpoint_is_due(const sn_checkpoint *c)
{
    return sn_clock() - c->last >= c->options.seconds;
}

/* Lists what is to be written; the caller frees *list. */
static seqnet_status gather(const sn_checkpoint *c, const char *part, const sn_named_arrays *arrays,
                            sn_stored_array **list, size_t *count, seqnet_error *err)
{
    const size_t more = part ? arrays->count : 0;
    *count = 0;
    SN_TRY(sn_alloc(list, c->count + more, sizeof **list, err));
    for (size_t i = 0; i < c->count; i++)
        if (!part || !is_of_part(&c->arrays[i], part))
            (*list)[(*count)++] = c->arrays[i];
    for (size_t i = 0; i < more; i++)
        (*list)[(*count)++] = describe(part, &arrays->items[i]);
    return SEQNET_OK;
}

seqnet_status sn_checkpoint_write(sn_checkpoint *c, const char *part, const sn_named_arrays *arrays,
                                  const char *place, size_t *bytes, seqnet_error *err)
{
    sn_stored_array *list;
    size_t count;
    char machine[MACHINE];
    (void)snprintf(machine, sizeof machine, "%s; %s", seqnet_instruction_set(), seqnet_blas_name());
    const sn_checkpoint_texts texts = {.run = c->run,
                                       .machine = machine,
                                       .place = (char *)(uintptr_t)place,
                                       .command = (char *)(uintptr_t)c->options.command,
                                       .note = (char *)(uintptr_t)c->options.note,
                                       .resumed = c->resumed};
    *bytes = 0;
    if (c->bytes.data && part)
        release_file(c, part);
    c->last = sn_clock(); /* after a failure the next attempt waits, too */
    SN_TRY(gather(c, part, arrays, &list, &count, err));
    const seqnet_status status =
        sn_checkpoint_save(c->options.path, list, count, &texts, bytes, err);
    free(list);
    return status;
}
