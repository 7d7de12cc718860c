#include "text_sample.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "errors.h"
#include "notes.h"
#include "outputs.h"
#include "terminal.h"

/* Spreads every bit over all others (the finaliser of SplitMix64, Steele et al. 2014). */
static uint64_t rank_of(uint64_t number)
{
    uint64_t x = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static int compare_ranks(const void *a, const void *b)
{
    const sampled_text *const x = a, *const y = b;
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* Keeps the texts of the lowest ranks. */
static void cut_sample(text_sample *s)
{
    if (s->count)
        qsort(s->texts, s->count, sizeof *s->texts, compare_ranks);
    if (s->limit == 0 || s->count <= s->limit)
        return;
    while (s->count > s->limit)
        free(s->texts[--s->count].text);
    s->bound = s->texts[s->count - 1].rank;
}

static seqnet_status no_memory(seqnet_error *err)
{
    return FAIL(err, SEQNET_ERR_MEMORY, "out of memory for texts; lower .limit");
}

static seqnet_status add_text(text_sample *s, const char *text, size_t length, seqnet_error *err)
{
    const uint64_t rank = rank_of(s->met++);
    if (s->bound && rank > s->bound)
        return SEQNET_OK;
    if (s->count == s->capacity) {
        const size_t capacity = s->capacity ? 2 * s->capacity : 256;
        sampled_text *const grown = realloc(s->texts, capacity * sizeof *grown);
        if (!grown)
            return no_memory(err);
        s->texts = grown;
        s->capacity = capacity;
    }
    char *const copy = malloc(length + 1);
    if (!copy)
        return no_memory(err);
    memcpy(copy, text, length);
    s->texts[s->count++] = (sampled_text){rank, copy, length};
    if (s->limit && s->count >= 2 * s->limit)
        cut_sample(s);
    return SEQNET_OK;
}

static seqnet_status read_records(text_sample *s, const char *file, seqnet_reader *reader,
                                  record_tallies *tallies, seqnet_error *err)
{
    for (bool found = true; found;) {
        seqnet_record record;
        TRY(seqnet_reader_next(reader, &record, &found, err));
        if (!found)
            break;
        count_record(tallies, file, &record);
        TRY(add_text(s, record.text, record.text_length, err));
    }
    return SEQNET_OK;
}

static seqnet_status draw_records(text_sample *s, const char *path, const data_options *data,
                                  seqnet_error *err)
{
    seqnet_reader *reader;
    record_tallies tallies = {0};
    TRY(seqnet_reader_open(&reader, path, &data->data.records.reader, err));
    const seqnet_status status = read_records(s, path, reader, &tallies, err);
    const char *const remark = seqnet_reader_remark(reader);
    note_fields(seqnet_reader_found(reader), false);
    if (remark)
        note("%s", in_options(remark).text);
    note_tallies(&tallies.invalid, &tallies.replaced, &tallies.swallowed);
    seqnet_reader_free(reader);
    return status;
}

static seqnet_status draw_rows(text_sample *s, const seqnet_dataset *dataset, const char *path,
                               seqnet_error *err)
{
    for (int part = 0; part < SEQNET_PARTS; part++)
        for (size_t row = 0; row < seqnet_dataset_count(dataset, (seqnet_part)part); row++) {
            size_t length;
            const char *const text =
                seqnet_dataset_text(dataset, (seqnet_part)part, row, &length, NULL, NULL);
            if (!text)
                return FAIL(err, SEQNET_ERR_DATA,
                            "%.500s: its rows are ids, whose texts are not there; explain texts",
                            path);
            TRY(add_text(s, text, length, err));
        }
    return SEQNET_OK;
}

static seqnet_status draw_dataset(text_sample *s, const char *path, const data_options *data,
                                  const seqnet_model *model, seqnet_error *err)
{
    seqnet_dataset *dataset;
    seqnet_dataset_options options = data->data;
    options.keep_texts = true;
    TRY(seqnet_model_load_dataset(model, &dataset, path, &options, err));
    note_reading(dataset);
    const seqnet_status status = draw_rows(s, dataset, path, err);
    seqnet_dataset_free(dataset);
    return status;
}

seqnet_status draw_texts(text_sample *s, const char *path, const data_options *data,
                         const seqnet_model *model, seqnet_error *err)
{
    struct stat info;
    const bool is_file = stat(path, &info) == 0 && !S_ISDIR(info.st_mode);
    const seqnet_status status = is_file && !ends_with(path, ".npz")
                                     ? draw_records(s, path, data, err)
                                     : draw_dataset(s, path, data, model, err);
    cut_sample(s);
    return status;
}

void free_sample(text_sample *s)
{
    for (size_t i = 0; i < s->count; i++)
        free(s->texts[i].text);
    free(s->texts);
}
