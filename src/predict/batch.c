#include "batch.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "pad.h"

#include "banned.h"

void seqnet_batch_free(seqnet_batch *batch)
{
    if (!batch)
        return;
    free(batch->rows);
    free(batch->predictions);
    free(batch->probabilities);
    free(batch->text);
    free(batch->ids);
    free(batch->notes);
    free(batch->output);
    free(batch);
}

void seqnet_batch_clear(seqnet_batch *batch)
{
    batch->count = batch->text_size = batch->id_count = batch->note_size = 0;
    seqnet_batch_set_output(batch, NULL, 0);
}

void seqnet_batch_set_output(seqnet_batch *batch, char *bytes, size_t length)
{
    free(batch->output);
    batch->output = bytes;
    batch->output_length = length;
}

const char *seqnet_batch_output(const seqnet_batch *batch, size_t *length)
{
    *length = batch->output_length;
    return batch->output;
}

void seqnet_batch_drop_last(seqnet_batch *batch)
{
    const sn_batch_row *const row = &batch->rows[--batch->count];
    if (row->is_text)
        batch->text_size = row->start;
    else
        batch->id_count = row->start;
    if (row->note_length)
        batch->note_size = row->note_start;
}

size_t seqnet_batch_count(const seqnet_batch *batch)
{
    return batch->count;
}

size_t seqnet_batch_bytes(const seqnet_batch *batch)
{
    return batch->text_size + batch->id_count * sizeof *batch->ids + batch->note_size;
}

const seqnet_prediction *seqnet_batch_predictions(const seqnet_batch *batch)
{
    return batch->predictions;
}

seqnet_status seqnet_batch_set_note(seqnet_batch *batch, const void *note, size_t length,
                                    seqnet_error *err)
{
    if (batch->count == 0)
        return sn_fail(err, SEQNET_ERR_USAGE, "there is no row yet to attach a note to");
    SN_TRY(sn_grow(&batch->notes, &batch->notes_capacity, batch->note_size + length, 1, err));
    if (length)
        memcpy(batch->notes + batch->note_size, note, length);
    sn_batch_row *const row = &batch->rows[batch->count - 1];
    row->note_start = batch->note_size;
    row->note_length = length;
    batch->note_size += length;
    return SEQNET_OK;
}

const void *seqnet_batch_note(const seqnet_batch *batch, size_t row, size_t *length)
{
    *length = batch->rows[row].note_length;
    return batch->notes ? batch->notes + batch->rows[row].note_start : "";
}

static seqnet_status add_row(seqnet_batch *batch, sn_batch_row row, seqnet_prediction prediction,
                             seqnet_error *err)
{
    const size_t needed = batch->count + 1;
    SN_TRY(sn_grow(&batch->rows, &batch->rows_capacity, needed, sizeof row, err));
    SN_TRY(
        sn_grow(&batch->predictions, &batch->predictions_capacity, needed, sizeof prediction, err));
    batch->rows[batch->count] = row;
    batch->predictions[batch->count++] = prediction;
    return SEQNET_OK;
}

seqnet_status seqnet_batch_add_text(seqnet_batch *batch, const char *text, size_t length,
                                    seqnet_error *err)
{
    if (!batch->takes_text)
        return sn_fail(
            err, SEQNET_ERR_MODEL,
            "the model was trained without a word index, so it cannot read text; pass "
            ".word_index imdb_word_index.json, or rows of ids with seqnet_batch_add_ids");
    const sn_batch_row row = {.is_text = true, .start = batch->text_size, .length = length};
    /* One byte more, so that the array is not NULL when all texts are empty. */
    SN_TRY(sn_grow(&batch->text, &batch->text_capacity, batch->text_size + length + 1, 1, err));
    if (length)
        memcpy(batch->text + row.start, text, length);
    SN_TRY(add_row(batch, row, (seqnet_prediction){0}, err));
    batch->text_size += length;
    return SEQNET_OK;
}

/* Refuses ids that the embedding does not have, and counts out-of-vocabulary ones. */
static seqnet_status check_ids(const sn_encoding *encoding, const int32_t *ids, size_t length,
                               seqnet_prediction *prediction, seqnet_error *err)
{
    for (size_t i = 0; i < length; i++) {
        if (ids[i] < 0 || ids[i] >= encoding->id_count)
            return sn_fail(err, SEQNET_ERR_DATA, "id %d is outside the model's range 0 to %d",
                           ids[i], encoding->id_count - 1);
        prediction->oov += ids[i] == encoding->oov_char;
    }
    return SEQNET_OK;
}

seqnet_status seqnet_batch_add_ids(seqnet_batch *batch, const int32_t *ids, size_t length,
                                   seqnet_error *err)
{
    const sn_model_config *const config = batch->config;
    if (config->ngrams.words)
        return sn_fail(
            err, SEQNET_ERR_MODEL,
            "the model has an n-gram part, which reads texts, not rows of ids; train it with "
            ".ngrams off");
    seqnet_prediction prediction = {.tokens = length, .truncated = length > config->maxlen};
    SN_TRY(check_ids(&config->encoding, ids, length, &prediction, err));
    /* The model sees no more than maxlen ids, so that the batch need not keep the others. */
    ids = sn_truncate(ids, &length, config->maxlen, config->padding.truncating);
    const sn_batch_row row = {.start = batch->id_count, .length = length};
    SN_TRY(
        sn_grow(&batch->ids, &batch->ids_capacity, batch->id_count + length + 1, sizeof *ids, err));
    if (length)
        memcpy(batch->ids + row.start, ids, length * sizeof *ids);
    SN_TRY(add_row(batch, row, prediction, err));
    batch->id_count += length;
    return SEQNET_OK;
}
