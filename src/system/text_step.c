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
    bool may_wait;
    /* The first line was looked at, and all that tells the kind. */
    bool is_begun, is_examined;
    /* The source has ended, perhaps with an error, which is reported behind the last bytes. */
    bool at_end;
    seqnet_error late;
    /* NULL: the text is UTF-8, and `decoded` is NULL. */
    sn_decoder *decoder;
    block raw, *decoded;
};

seqnet_status sn_text_step_open(sn_text_step **step, const sn_text_options *options,
                                sn_byte_source *source, void *user, bool may_wait,
                                const char *place, seqnet_error *err)
{
    SN_TRY(sn_alloc(step, 1, sizeof **step, err));
    (*step)->options = *options;
    (*step)->source = source;
    (*step)->user = user;
    (*step)->may_wait = may_wait;
    (*step)->place = place;
    return SEQNET_OK;
}

void sn_text_step_free(sn_text_step *step)
{
    if (!step)
        return;
    sn_decoder_free(step->decoder);
    free(step->decoded);
    free(step);
}

/* Reads more behind the bytes that are left, or, for the first bytes, behind all of them. */
static void fill(sn_text_step *step)
{
    block *const raw = &step->raw;
    size_t got;
    if (step->decoder) {
        memmove(raw->bytes, raw->bytes + raw->from, raw->to - raw->from);
        raw->to -= raw->from;
        raw->from = 0;
    }
    const seqnet_status status =
        step->source(step->user, raw->bytes + raw->to, BLOCK - raw->to, &got, &step->late);
    raw->to += got;
    step->at_end = got == 0 || status != SEQNET_OK;
}

/* Whether the bytes that tell every kind are there. */
static bool has_all(const sn_text_step *step)
{
    return step->raw.to >= SN_FILE_KIND_BYTES || step->at_end;
}

/* How many of the first bytes tell what the file is, as far as they are there; 0: more are needed.
 * A line without control characters is enough to begin with where somebody may type it; in which
 * pieces the bytes come must not count. */
static size_t count_telling(const sn_text_step *step)
{
    const block *const raw = &step->raw;
    if (has_all(step))
        return raw->to;
    const char *const feed = step->may_wait ? memchr(raw->bytes, '\n', raw->to) : NULL;
    const size_t line = feed ? (size_t)(feed + 1 - raw->bytes) : 0;
    return sn_has_control(raw->bytes, line) ? 0 : line;
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
    SN_TRY(sn_alloc(&step->decoded, 1, sizeof *step->decoded, err));
    return sn_decoder_open(&step->decoder, encoding, err);
}

/* Hands nothing more on. */
static void stop(sn_text_step *step)
{
    step->raw.from = step->raw.to;
    step->at_end = step->is_examined = true;
    step->late.status = SEQNET_OK;
}

/* Refuses what is no text. */
static seqnet_status judge(sn_text_step *step, const sn_file_kind *kind, seqnet_error *err)
{
    if (kind->class == SN_FILE_TEXT ||
        (kind->class == SN_FILE_MARKED_TEXT && step->options.takes_marked))
        return SEQNET_OK;
    stop(step);
    return sn_file_kind_fail(kind, step->place, SEQNET_ERR_DATA, err);
}

static seqnet_status begin(sn_text_step *step, seqnet_error *err)
{
    size_t size;
    while ((size = count_telling(step)) == 0 && !step->at_end)
        fill(step);
    step->is_begun = true;
    const sn_file_kind kind = sn_file_kind_of(step->raw.bytes, size, step->place);
    const seqnet_status status = choose_encoding(step, &kind, err);
    if (status != SEQNET_OK) {
        stop(step);
        return status;
    }
    step->is_examined = step->decoder || has_all(step);
    return step->decoder ? SEQNET_OK : judge(step, &kind, err);
}

/* Goes on looking, behind the first line, until there are bytes that tell every kind. */
static seqnet_status go_on(sn_text_step *step, seqnet_error *err)
{
    const block *const raw = &step->raw;
    if (raw->from == raw->to && !step->at_end)
        fill(step);
    step->is_examined = has_all(step);
    if (!step->is_examined)
        return SEQNET_OK;
    const sn_file_kind kind = sn_file_kind_of(raw->bytes, raw->to, step->place);
    return judge(step, &kind, err);
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
    block *const raw = &step->raw, *const decoded = step->decoded;
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
    if (!step->is_begun)
        SN_TRY(begin(step, err));
    if (!step->is_examined)
        SN_TRY(go_on(step, err));
    if (step->decoder && step->decoded->from == step->decoded->to)
        decode(step);
    block *const ready = step->decoder ? step->decoded : &step->raw;
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
    const block *const ready = step->decoder ? step->decoded : &step->raw;
    return ready->from < ready->to;
}

bool sn_text_step_decodes(const sn_text_step *step)
{
    return step->decoder != NULL;
}
