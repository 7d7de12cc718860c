#include "scored_model.h"

#include <stdlib.h>
#include <string.h>

static void free_model(scored_model *scored)
{
    seqnet_batch_free(scored->batch);
    seqnet_predictor_free(scored->predictor);
    seqnet_model_free(scored->model);
    free(scored->text);
    free(scored->path);
    free(scored);
}

void scored_model_free_all(scored_model *list)
{
    while (list) {
        scored_model *const next = list->next;
        free_model(list);
        list = next;
    }
}

scored_model *scored_model_find(scored_model *list, const char *path)
{
    while (list && strcmp(list->path, path) != 0)
        list = list->next;
    return list;
}

static seqnet_status no_memory(seqnet_error *err)
{
    *err = (seqnet_error){SEQNET_ERR_MEMORY, "out of memory"};
    return SEQNET_ERR_MEMORY;
}

/* Fills a zeroed model, of which the caller frees whatever there is after a failure. */
static seqnet_status open_model(scored_model *scored, const char *path, seqnet_error *err)
{
    scored->path = strdup(path);
    if (!scored->path)
        return no_memory(err);
    seqnet_status status = seqnet_model_load(&scored->model, path, err);
    if (status == SEQNET_OK)
        status = seqnet_predictor_create(&scored->predictor, scored->model, NULL, err);
    if (status == SEQNET_OK)
        status = seqnet_batch_create(&scored->batch, scored->predictor, err);
    return status;
}

static void drop(scored_model **list, const char *path)
{
    while (*list) {
        scored_model *const scored = *list;
        if (strcmp(scored->path, path) != 0) {
            list = &scored->next;
            continue;
        }
        *list = scored->next;
        free_model(scored);
    }
}

seqnet_status scored_model_load(scored_model **list, const char *path, seqnet_error *err)
{
    scored_model *const scored = calloc(1, sizeof *scored);
    if (!scored)
        return no_memory(err);
    const seqnet_status status = open_model(scored, path, err);
    if (status != SEQNET_OK) {
        free_model(scored);
        return status;
    }
    drop(list, path);
    scored->next = *list;
    *list = scored;
    return SEQNET_OK;
}

/* Keeps a copy of the text that the batch is about to hold. */
static seqnet_status keep_text(scored_model *scored, const char *text, size_t length,
                               seqnet_error *err)
{
    if (length > scored->capacity) {
        char *const larger = realloc(scored->text, length);
        if (!larger)
            return no_memory(err);
        scored->text = larger;
        scored->capacity = length;
    }
    if (length)
        memcpy(scored->text, text, length);
    scored->length = length;
    return SEQNET_OK;
}

static bool is_scored(const scored_model *scored, const char *text, size_t length)
{
    return seqnet_batch_count(scored->batch) == 1 && scored->length == length &&
           (length == 0 || memcmp(scored->text, text, length) == 0);
}

const seqnet_prediction *scored_model_score(scored_model *scored, const char *text, size_t length,
                                            seqnet_error *err)
{
    if (is_scored(scored, text, length))
        return seqnet_batch_predictions(scored->batch);
    seqnet_batch_clear(scored->batch);
    if (keep_text(scored, text, length, err) != SEQNET_OK ||
        seqnet_batch_add_text(scored->batch, length ? text : "", length, err) != SEQNET_OK)
        return NULL;
    if (seqnet_predictor_score(scored->predictor, scored->batch, err) != SEQNET_OK) {
        seqnet_batch_clear(scored->batch);
        return NULL;
    }
    return seqnet_batch_predictions(scored->batch);
}
