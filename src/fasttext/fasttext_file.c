#include "fasttext_file.h"

#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "maxima.h"
#include "memory.h"
#include "pieces.h"

#include "banned.h"

enum {
    MAGIC = 793712314,
    OLDEST = 11,
    NEWEST = 12,
    BLOCK = 1 << 16,
    /* Bytes of a word: more are a sign of damage. */
    MAX_NAME = 1 << 20,
    /* The most words of an n-gram: there are as many n-grams of a text for each. */
    MAX_WORD_NGRAMS = 64,
    /* The most characters of an n-gram. */
    MAX_CHARACTERS = 64
};

static seqnet_status cut_short(const sn_fasttext_file *f, seqnet_error *err)
{
    return sn_fail(err, f->failure,
                   "%s: is a fastText model that is cut short; copy or download it again",
                   sn_stream_place(f->stream));
}

static seqnet_status damaged(const sn_fasttext_file *f, const char *what, seqnet_error *err)
{
    return sn_fail(err, f->failure,
                   "%s: is a damaged fastText model: %s; copy or download it again",
                   sn_stream_place(f->stream), what);
}

/* A failure to read is the file's; a lack of memory is not. */
static seqnet_status blame(const sn_fasttext_file *f, seqnet_status status, seqnet_error *err)
{
    if (status != SEQNET_ERR_DATA)
        return status;
    if (err)
        err->status = f->failure;
    return f->failure;
}

/* Reads more bytes ahead; at the end of the file there are none, and f->end is 0. */
static seqnet_status fill(sn_fasttext_file *f, seqnet_error *err)
{
    f->pos = f->end = 0;
    return blame(f, sn_stream_read(f->stream, f->block, BLOCK, &f->end, err), err);
}

static seqnet_status take(sn_fasttext_file *f, void *to, size_t size, seqnet_error *err)
{
    for (size_t done = 0; done < size;) {
        if (f->pos == f->end)
            SN_TRY(fill(f, err));
        if (f->end == 0)
            return cut_short(f, err);
        const size_t step = sn_smaller(size - done, f->end - f->pos);
        memcpy((uint8_t *)to + done, f->block + f->pos, step);
        f->pos += step;
        done += step;
    }
    return SEQNET_OK;
}

/* Reads a little-endian integer of `width` bytes, with its sign. */
static seqnet_status take_integer(sn_fasttext_file *f, size_t width, int64_t *value,
                                  seqnet_error *err)
{
    uint8_t bytes[8];
    uint64_t bits = 0;
    SN_TRY(take(f, bytes, width, err));
    for (size_t i = width; i-- > 0;)
        bits = bits << 8 | bytes[i];
    *value = width == 4 ? (int32_t)(uint32_t)bits : width == 1 ? (int8_t)bits : (int64_t)bits;
    return SEQNET_OK;
}

static int64_t first_integer(const uint8_t *bytes)
{
    return (int64_t)bytes[0] | (int64_t)bytes[1] << 8 | (int64_t)bytes[2] << 16 |
           (int64_t)bytes[3] << 24;
}

bool sn_fasttext_tells(const void *bytes, size_t size)
{
    return size >= 4 && first_integer(bytes) == MAGIC;
}

bool sn_fasttext_tells_path(const char *path)
{
    uint8_t first[4];
    return sn_file_exists(path) &&
           sn_fasttext_tells(first, sn_file_begins(path, first, sizeof first));
}

static seqnet_status check_version(sn_fasttext_file *f, int64_t *version, seqnet_error *err)
{
    int64_t magic;
    SN_TRY(take_integer(f, 4, &magic, err));
    SN_TRY(take_integer(f, 4, version, err));
    if (magic != MAGIC)
        return sn_fail(
            err, f->failure,
            "%s: is no model of fastText (.bin), or one from before 2017; train it again "
            "with fastText 0.9",
            sn_stream_place(f->stream));
    if (*version < OLDEST || *version > NEWEST)
        return sn_fail(err, f->failure,
                       "%s: is a fastText model of version %d, versions %d and %d are known here; "
                       "train it with fastText 0.9",
                       sn_stream_place(f->stream), (int)*version, OLDEST, NEWEST);
    return SEQNET_OK;
}

/* The settings in the file's order. */
enum {
    DIM,
    WS,
    EPOCH,
    MIN_COUNT,
    NEG,
    WORD_NGRAMS,
    LOSS,
    MODEL,
    BUCKET,
    MINN,
    MAXN,
    LR_UPDATE_RATE,
    SETTINGS
};

static bool is_between(int64_t value, int64_t low, int64_t high)
{
    return value >= low && value <= high;
}

static seqnet_status check_settings(const sn_fasttext_file *f, const int64_t *s, seqnet_error *err)
{
    if (!is_between(s[DIM], 1, SN_MAX_FILE_UNITS))
        return damaged(f, "its vectors have no possible number of dimensions", err);
    if (!is_between(s[LOSS], SN_FASTTEXT_HIERARCHICAL, SN_FASTTEXT_ONE_VS_ALL))
        return damaged(f, "it has an unknown loss", err);
    if (!is_between(s[MODEL], SN_FASTTEXT_CBOW, SN_FASTTEXT_SUPERVISED))
        return damaged(f, "it is of an unknown kind", err);
    if (s[BUCKET] < 0)
        return damaged(f, "its number of buckets is below 0", err);
    if (s[WORD_NGRAMS] > MAX_WORD_NGRAMS || s[MAXN] > MAX_CHARACTERS)
        return sn_fail(err, f->failure,
                       "%s: counts n-grams of up to %d words and %d characters, of which %d and %d "
                       "are the most here; train it with smaller -wordNgrams and -maxn",
                       sn_stream_place(f->stream), (int)s[WORD_NGRAMS], (int)s[MAXN],
                       MAX_WORD_NGRAMS, MAX_CHARACTERS);
    return SEQNET_OK;
}

/* Reads the settings. Classifiers of version 11 count no n-grams of characters, whatever they say.
 */
static seqnet_status read_settings(sn_fasttext_file *f, seqnet_error *err)
{
    int64_t version, s[SETTINGS], threshold;
    SN_TRY(check_version(f, &version, err));
    for (size_t i = 0; i < SETTINGS; i++)
        SN_TRY(take_integer(f, 4, &s[i], err));
    SN_TRY(take_integer(f, 8, &threshold, err));
    SN_TRY(check_settings(f, s, err));
    f->dimension = (size_t)s[DIM];
    f->loss = (sn_fasttext_loss)s[LOSS];
    f->kind = (sn_fasttext_kind)s[MODEL];
    f->rows = (size_t)s[BUCKET];
    const bool has_words = s[WORD_NGRAMS] > 1 && f->kind == SN_FASTTEXT_SUPERVISED;
    const bool has_characters =
        s[MAXN] > 0 && !(version == OLDEST && f->kind == SN_FASTTEXT_SUPERVISED);
    if (!has_words && !has_characters)
        return SEQNET_OK;
    if (s[BUCKET] == 0)
        return damaged(f, "it hashes n-grams into no buckets", err);
    f->rule = (sn_fasttext_rule){.buckets = (int32_t)s[BUCKET],
                                 .word_ngrams = has_words ? (int32_t)s[WORD_NGRAMS] : 0};
    if (has_characters) {
        f->rule.shortest = s[MINN] < 1 ? 1 : (int32_t)s[MINN];
        f->rule.longest = (int32_t)s[MAXN];
    }
    return SEQNET_OK;
}

/* Appends a name to f->names, up to the NUL behind it. */
static seqnet_status read_name(sn_fasttext_file *f, seqnet_error *err)
{
    const size_t start = f->names.length;
    for (const uint8_t *nul = NULL; !nul;) {
        if (f->pos == f->end)
            SN_TRY(fill(f, err));
        if (f->end == 0)
            return cut_short(f, err);
        const uint8_t *const from = f->block + f->pos;
        nul = memchr(from, '\0', f->end - f->pos);
        const size_t length = nul ? (size_t)(nul - from) : f->end - f->pos;
        SN_TRY(sn_buffer_add(&f->names, from, length, err));
        f->pos += length + (nul != NULL);
        if (f->names.length - start > MAX_NAME)
            return damaged(f, "it has a word of more than a megabyte", err);
    }
    const size_t length = f->names.length - start;
    if (length == 0 || memchr(f->names.bytes + start, '\n', length))
        return damaged(f, "it has a word that is none", err);
    return sn_buffer_add_byte(&f->names, '\n', err);
}

static seqnet_status read_entries(sn_fasttext_file *f, seqnet_error *err)
{
    const size_t count = f->words + f->labels;
    for (size_t i = 0; i < count; i++) {
        int64_t occurrences, type;
        SN_TRY(read_name(f, err));
        SN_TRY(take_integer(f, 8, &occurrences, err));
        SN_TRY(take_integer(f, 1, &type, err));
        if (type != (i >= f->words))
            return damaged(f, "its dictionary has words among its labels", err);
        if (i < f->words)
            f->word_bytes = f->names.length;
    }
    return SEQNET_OK;
}

static seqnet_status refuse_quantised(const sn_fasttext_file *f, seqnet_error *err)
{
    return sn_fail(
        err, f->failure,
        "%s: is a quantised fastText model (.ftz), which holds its vectors in part only; "
        "take the .bin that 'fasttext quantize' made it from",
        sn_stream_place(f->stream));
}

static seqnet_status read_dictionary(sn_fasttext_file *f, seqnet_error *err)
{
    int64_t entries, words, labels, tokens, pruned;
    SN_TRY(take_integer(f, 4, &entries, err));
    SN_TRY(take_integer(f, 4, &words, err));
    SN_TRY(take_integer(f, 4, &labels, err));
    SN_TRY(take_integer(f, 8, &tokens, err));
    SN_TRY(take_integer(f, 8, &pruned, err));
    if (words < 0 || labels < 0 || words + labels != entries)
        return damaged(f, "its dictionary does not add up", err);
    if (pruned >= 0)
        return refuse_quantised(f, err);
    f->words = (size_t)words;
    f->labels = (size_t)labels;
    return read_entries(f, err);
}

/* Reads what stands before the rows of a matrix, which must be [rows, dimension]. */
static seqnet_status begin_matrix(sn_fasttext_file *f, size_t rows, seqnet_error *err)
{
    int64_t is_quantised, m, n;
    SN_TRY(take_integer(f, 1, &is_quantised, err));
    if (is_quantised == 1)
        return refuse_quantised(f, err);
    SN_TRY(take_integer(f, 8, &m, err));
    SN_TRY(take_integer(f, 8, &n, err));
    if (is_quantised != 0 || m < 0 || (uint64_t)m != rows || (uint64_t)n != f->dimension)
        return damaged(f, "its vectors are not as many as its words and buckets", err);
    const size_t size = sn_stream_size(f->stream);
    const size_t ahead = f->end - f->pos, used = sn_stream_position(f->stream);
    if (size && !sn_stream_transforms(f->stream) &&
        (size - sn_smaller(used, size) + ahead) / sizeof(float) / f->dimension < rows)
        return cut_short(f, err);
    f->left = rows;
    return SEQNET_OK;
}

static seqnet_status read_head(sn_fasttext_file *f, seqnet_error *err)
{
    SN_TRY(sn_alloc(&f->block, BLOCK, 1, err));
    SN_TRY(read_settings(f, err));
    SN_TRY(read_dictionary(f, err));
    f->rows += f->words; /* behind the words are the buckets */
    return begin_matrix(f, f->rows, err);
}

seqnet_status sn_fasttext_open(sn_fasttext_file *file, const char *path, seqnet_status failure,
                               seqnet_error *err)
{
    *file = (sn_fasttext_file){.failure = failure};
    SN_TRY(blame(file, sn_stream_open(&file->stream, path, err), err));
    return read_head(file, err);
}

seqnet_status sn_fasttext_open_bytes(sn_fasttext_file *file, const void *bytes, size_t size,
                                     const char *place, seqnet_status failure, seqnet_error *err)
{
    *file = (sn_fasttext_file){.failure = failure};
    SN_TRY(sn_stream_open_bytes(&file->stream, bytes, size, place, err));
    return read_head(file, err);
}

seqnet_status sn_fasttext_row(sn_fasttext_file *file, float *row, seqnet_error *err)
{
    file->left--;
    SN_TRY(take(file, row, file->dimension * sizeof *row, err));
    return SEQNET_OK;
}

seqnet_status sn_fasttext_output(sn_fasttext_file *file, seqnet_error *err)
{
    return begin_matrix(file, file->labels, err);
}

void sn_fasttext_close(sn_fasttext_file *file)
{
    sn_stream_close(file->stream);
    sn_buffer_free(&file->names);
    free(file->block);
    *file = (sn_fasttext_file){0};
}
