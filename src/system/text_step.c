#include "text_step.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "decoder.h"
#include "file_kind.h"
#include "memory.h"
#include "utf8.h"

#include "banned.h"

enum { BLOCK = 1 << 16 };

/* Bytes that were read and not handed on yet. */
typedef struct block {
    size_t from, to;
    char bytes[BLOCK];
} block;

struct sn_text_step {
    sn_text_options options;
    sn_byte_source *source;
    void *user;
    const char *place;
    /* The first bytes were looked at. */
    bool is_examined;
    /* The source has ended, perhaps with an error, which is reported behind the last bytes. */
    bool at_end;
    seqnet_error late;
    /* NULL: the text is UTF-8, and `decoded` is not used. */
    sn_decoder *decoder;
    block raw, decoded;
};

seqnet_status sn_text_step_open(sn_text_step **step, const sn_text_options *options,
                                sn_byte_source *source, void *user, const char *place,
                                seqnet_error *err)
{
    SN_TRY(sn_alloc(step, 1, sizeof **step, err));
    (*step)->options = *options;
    (*step)->source = source;
    (*step)->user = user;
    (*step)->place = place;
    return SEQNET_OK;
}

void sn_text_step_free(sn_text_step *step)
{
    if (!step)
        return;
    sn_decoder_free(step->decoder);
    free(step);
}

/* Reads more behind the bytes that are left. */
static void fill(sn_text_step *step)
{
    block *const raw = &step->raw;
    size_t got;
    if (raw->from > 0)
        memmove(raw->bytes, raw->bytes + raw->from, raw->to - raw->from);
    raw->to -= raw->from;
    raw->from = 0;
    const seqnet_status status =
        step->source(step->user, raw->bytes + raw->to, BLOCK - raw->to, &got, &step->late);
    raw->to += got;
    step->at_end = got == 0 || status != SEQNET_OK;
}

/* Whether the first bytes tell what the file is: a line is enough, since somebody may type it. */
static bool are_enough(const block *raw)
{
    return raw->to >= SN_FILE_KIND_BYTES || memchr(raw->bytes, '\n', raw->to) != NULL;
}

static bool is_auto(const char *encoding)
{
    return !encoding || strcasecmp(encoding, "auto") == 0;
}

/* How many of the first bytes are whole characters: lines, unless the source has ended. */
static size_t whole_bytes(const sn_text_step *step)
{
    size_t size = step->raw.to;
    while (!step->at_end && size > 0 && step->raw.bytes[size - 1] != '\n')
        size--;
    return size;
}

/* The encoding that the options ask for. One that is remembered gives way to UTF-8 unless the bytes
 * speak against that. */
static const char *asked_encoding(const sn_text_step *step)
{
    const char *const asked = step->options.encoding;
    const bool is_needed =
        !step->options.may_be_utf8 || sn_utf8_count_invalid(step->raw.bytes, whole_bytes(step)) > 0;
    return is_needed ? asked : NULL;
}

/* Chooses the encoding: a byte order mark tells it whatever the options say, NULs where they say
 * nothing. The mark of UTF-8 stays, since the reader of records copies it. */
static seqnet_status choose_encoding(sn_text_step *step, const sn_file_kind *kind,
                                     seqnet_error *err)
{
    size_t mark;
    block *const raw = &step->raw;
    const char *const guess = sn_encoding_guess(raw->bytes, raw->to, &mark);
    const char *const asked = asked_encoding(step);
    const bool may_guess = kind->class == SN_FILE_TEXT || kind->class == SN_FILE_UNKNOWN;
    const char *const encoding = mark || (is_auto(asked) && may_guess) ? guess : asked;
    if (!encoding || is_auto(encoding) || sn_encoding_is_utf8(encoding))
        return SEQNET_OK;
    raw->from = mark;
    return sn_decoder_open(&step->decoder, encoding, err);
}

static seqnet_status examine(sn_text_step *step, seqnet_error *err)
{
    const block *const raw = &step->raw;
    while (!are_enough(raw) && !step->at_end)
        fill(step);
    step->is_examined = true;
    const sn_file_kind kind = sn_file_kind_of(raw->bytes, raw->to, step->place);
    SN_TRY(choose_encoding(step, &kind, err));
    const bool is_taken = step->decoder || kind.class == SN_FILE_TEXT ||
                          (kind.class == SN_FILE_MARKED_TEXT && step->options.takes_marked);
    return is_taken ? SEQNET_OK : sn_file_kind_fail(&kind, step->place, SEQNET_ERR_DATA, err);
}

static void hand_on(block *from, void *data, size_t capacity, size_t *got)
{
    const size_t left = from->to - from->from;
    *got = left < capacity ? left : capacity;
    memcpy(data, from->bytes + from->from, *got);
    from->from += *got;
}

/* Decodes until there is some text, or the end. */
static void decode(sn_text_step *step)
{
    block *const raw = &step->raw, *const decoded = &step->decoded;
    for (decoded->from = decoded->to = 0; decoded->to == 0;) {
        size_t used = raw->to - raw->from;
        sn_decoder_run(step->decoder, raw->bytes + raw->from, &used, step->at_end, decoded->bytes,
                       BLOCK, &decoded->to);
        raw->from += used;
        if (decoded->to == 0 && step->at_end)
            return;
        if (decoded->to == 0)
            fill(step);
    }
}

/* What follows the last bytes: the error that ended the source, once. */
static seqnet_status end(sn_text_step *step, seqnet_error *err)
{
    const seqnet_status status = step->late.status;
    if (status == SEQNET_OK)
        return SEQNET_OK;
    step->late.status = SEQNET_OK;
    return sn_fail(err, status, "%s", step->late.message);
}

seqnet_status sn_text_step_read(sn_text_step *step, void *data, size_t capacity, size_t *got,
                                seqnet_error *err)
{
    *got = 0;
    if (!step->is_examined)
        SN_TRY(examine(step, err));
    if (step->decoder && step->decoded.from == step->decoded.to)
        decode(step);
    block *const ready = step->decoder ? &step->decoded : &step->raw;
    if (ready->from < ready->to)
        hand_on(ready, data, capacity, got);
    else if (step->at_end)
        return end(step, err);
    else
        return step->source(step->user, data, capacity, got, err);
    return SEQNET_OK;
}

bool sn_text_step_holds(const sn_text_step *step)
{
    return step->decoded.from < step->decoded.to ||
           (!step->decoder && step->raw.from < step->raw.to);
}

bool sn_text_step_decodes(const sn_text_step *step)
{
    return step->decoder != NULL;
}
