#include "generated.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

static const sn_generated_corpus *const ALL[] = {&sn_demo_corpus, &sn_recall_corpus};

typedef struct generated_source {
    sn_source base;
    const sn_generated_corpus *corpus;
    const char *name;
    sn_rng rng;
    /* Rows in all and, of them, training rows, which come first. */
    size_t count, train_count;
    /* Rows that were handed out, and the class of the last one. */
    size_t taken;
    bool label;
    void *draft;
} generated_source;

/* Rows come in pairs, one of each label in drawn order: each part is balanced at every size. */
static bool draw_label(generated_source *source, size_t row)
{
    source->label = row % 2 == 0 ? sn_rng_below(&source->rng, 2) == 1 : !source->label;
    return source->label;
}

static seqnet_status next_record(sn_source *base, sn_source_record *record, bool *found,
                                 seqnet_error *err)
{
    generated_source *const source = (generated_source *)base;
    (void)err;
    if (source->taken == source->count)
        return SEQNET_OK;
    const size_t row = source->taken++;
    const bool trains = row < source->train_count;
    const bool label = draw_label(source, trains ? row : row - source->train_count);
    source->corpus->draw(source->draft, &source->rng, label, &record->text, &record->text_length);
    record->label = source->corpus->labels[label];
    record->label_length = strlen(record->label);
    record->path = source->name;
    record->part = trains ? SEQNET_TRAIN : SEQNET_TEST;
    *found = true;
    return SEQNET_OK;
}

static void free_source(sn_source *base)
{
    free(((generated_source *)base)->draft);
    free(base);
}

const sn_generated_corpus *sn_generated_find(const char *name)
{
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++) {
        const size_t length = strlen(ALL[i]->name);
        if (strncmp(name, ALL[i]->name, length) == 0 &&
            (name[length] == '\0' || name[length] == ':'))
            return ALL[i];
    }
    return NULL;
}

seqnet_status sn_generated_check(const char *name, seqnet_error *err)
{
    char names[200];
    size_t used = 0;
    if (strncmp(name, "builtin:", 8) != 0 || sn_generated_find(name) || access(name, F_OK) == 0)
        return SEQNET_OK;
    for (size_t i = 0; i < sizeof ALL / sizeof ALL[0]; i++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s%s", i ? " and " : "",
                                 ALL[i]->name, ALL[i]->has_length ? ":LENGTH" : "");
    return sn_fail(err, SEQNET_ERR_USAGE, "%.500s: no such built-in corpus; there are %s", name,
                   names);
}

/* A number in a name. */
struct field {
    const char *title;
    int64_t low, high;
    bool is_required, is_last;
};

static const struct field LENGTH_FIELD = {"LENGTH", 4, 100000, true, false};
static const struct field SIZE_FIELD = {"SIZE", 100, 1000000, false, false};
static const struct field SEED_FIELD = {"SEED", 0, UINT32_MAX, false, true};

/* A whole number of the field's range in text[0..length). */
static bool parse_number(const struct field *field, const char *text, size_t length, int64_t *value)
{
    char copy[24];
    if (length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return seqnet_parse_int64(copy, value) && *value >= field->low && *value <= field->high;
}

static seqnet_status refuse(const sn_generated_corpus *corpus, const char *name,
                            const struct field *field, seqnet_error *err)
{
    const char *const start = corpus->name, *const length = corpus->has_length ? ":LENGTH" : "";
    if (field->is_last)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s: %s must be a whole number from %" PRId64 " to %" PRId64
                       "; write %s%s:SIZE:SEED",
                       name, field->title, field->low, field->high, start, length);
    return sn_fail(err, SEQNET_ERR_USAGE,
                   "%s: %s must be a whole number from %" PRId64 " to %" PRId64
                   "; write %s%s, %s%s:SIZE or %s%s:SIZE:SEED",
                   name, field->title, field->low, field->high, start, length, start, length, start,
                   length);
}

/* Reads the next field of a name, ":NUMBER" at *rest, which moves behind it. *value stays where the
 * name has ended. */
static seqnet_status take_field(const sn_generated_corpus *corpus, const char *name,
                                const struct field *field, const char **rest, int64_t *value,
                                seqnet_error *err)
{
    if (**rest == '\0' && !field->is_required)
        return SEQNET_OK;
    const char *const text = *rest + (**rest == ':');
    const size_t length = field->is_last ? strlen(text) : strcspn(text, ":");
    if (!parse_number(field, text, length, value))
        return refuse(corpus, name, field, err);
    *rest = text + length;
    return SEQNET_OK;
}

struct request {
    int64_t length, size, seed;
};

static seqnet_status parse_name(struct request *request, const sn_generated_corpus *corpus,
                                const char *name, seqnet_error *err)
{
    const char *rest = name + strlen(corpus->name);
    *request = (struct request){.size = corpus->default_size, .seed = 1};
    if (corpus->has_length)
        SN_TRY(take_field(corpus, name, &LENGTH_FIELD, &rest, &request->length, err));
    SN_TRY(take_field(corpus, name, &SIZE_FIELD, &rest, &request->size, err));
    return take_field(corpus, name, &SEED_FIELD, &rest, &request->seed, err);
}

seqnet_status sn_generated_open(sn_source **source, const sn_generated_corpus *corpus,
                                const char *name, seqnet_error *err)
{
    struct request request;
    generated_source *opened;
    *source = NULL;
    SN_TRY(parse_name(&request, corpus, name, err));
    SN_TRY(sn_alloc(&opened, 1, sizeof *opened, err));
    opened->base = (sn_source){.next = next_record, .free = free_source};
    opened->corpus = corpus;
    opened->name = name;
    opened->count = (size_t)request.size;
    opened->train_count = opened->count - opened->count / 5;
    sn_rng_seed(&opened->rng, (uint64_t)request.seed, corpus->purpose);
    const seqnet_status status = corpus->prepare(&opened->draft, (size_t)request.length, err);
    if (status == SEQNET_OK)
        *source = &opened->base;
    else
        free_source(&opened->base);
    return status;
}
