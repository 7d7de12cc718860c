#include "vectors.h"

#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>
#include <seqnet/reader.h>
#include <seqnet/train.h>

#include "buffer.h"
#include "fasttext_file.h"
#include "fasttext_vectors.h"
#include "memory.h"
#include "reader.h"
#include "utf8.h"

#include "banned.h"

enum {
    /* As large as an embedding may be. */
    MAX_DIMENSION = 4096,
    /* Bytes of a number, with the terminating NUL. */
    MAX_NUMBER = 64
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Returns the last field of text[0 .. *length) between blanks, *size bytes, and shortens *length to
 * what comes before the field. */
static const char *take_last(const char *text, size_t *length, size_t *size)
{
    size_t end = *length;
    while (end > 0 && is_blank(text[end - 1]))
        end--;
    size_t start = end;
    while (start > 0 && !is_blank(text[start - 1]))
        start--;
    *size = end - start;
    *length = start;
    return text + start;
}

static bool parse_number(const char *text, size_t size, double *value)
{
    char number[MAX_NUMBER];
    if (size == 0 || size >= sizeof number)
        return false;
    memcpy(number, text, size);
    number[size] = '\0';
    return seqnet_parse_double(number, value);
}

/* Counts the numbers at the end of a line, at most `limit`, and shortens *length to what comes
 * before them. Lines are read from their ends, because some words of GloVe contain blanks. */
static size_t count_numbers(const char *line, size_t *length, size_t limit)
{
    size_t count = 0;
    while (count < limit) {
        size_t before = *length, size;
        double value;
        const char *const field = take_last(line, &before, &size);
        if (before == 0 || !parse_number(field, size, &value))
            break;
        *length = before;
        count++;
    }
    return count;
}

/* Whether the line is fastText's "COUNT DIMENSION". */
static bool is_count_line(const char *line, size_t length, double *count, double *dimension)
{
    size_t size;
    const char *field = take_last(line, &length, &size);
    if (!parse_number(field, size, dimension))
        return false;
    field = take_last(line, &length, &size);
    return length == 0 && parse_number(field, size, count);
}

static seqnet_reader_options line_options(const char *text_encoding)
{
    seqnet_reader_options options = seqnet_reader_options_default();
    options.format = SEQNET_FORMAT_LINES;
    options.plain_lines = true;
    options.encoding = text_encoding;
    options.remembered.encoding = true; /* of other data: the file may be UTF-8 */
    return options;
}

static seqnet_status open_lines(seqnet_reader **reader, const char *path, const char *text_encoding,
                                seqnet_error *err)
{
    const seqnet_reader_options options = line_options(text_encoding);
    return seqnet_reader_open(reader, path, &options, err);
}

static seqnet_status not_vectors(const char *path, size_t line, seqnet_error *err)
{
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: is no word followed by numbers; expected vectors in text form, as "
                   "fastText (.vec) and GloVe write them",
                   path, line);
}

seqnet_status seqnet_vectors_dimension(const char *path, size_t *dimension, seqnet_error *err)
{
    seqnet_reader *reader;
    seqnet_record record;
    double count, announced;
    bool found = false;
    *dimension = 0;
    if (sn_fasttext_tells_path(path))
        return sn_fasttext_vectors_dimension(path, dimension, err);
    SN_TRY(open_lines(&reader, path, NULL, err)); /* numbers are ASCII */
    seqnet_status status = seqnet_reader_next(reader, &record, &found, err);
    if (status == SEQNET_OK && found &&
        is_count_line(record.text, record.text_length, &count, &announced))
        status = seqnet_reader_next(reader, &record, &found, err);
    if (status == SEQNET_OK && found) {
        size_t length = record.text_length;
        *dimension = count_numbers(record.text, &length, MAX_DIMENSION + 1);
    }
    if (status == SEQNET_OK && (*dimension < 2 || *dimension > MAX_DIMENSION))
        status = not_vectors(path, found ? record.line : 1, err);
    seqnet_reader_free(reader);
    return status;
}

/* The length of the word at the beginning of a line, without the blanks behind it. */
static size_t trim(const char *word, size_t length)
{
    while (length > 0 && is_blank(word[length - 1]))
        length--;
    return length;
}

/* The reading of one file. */
typedef struct vectors_reader {
    float *table;
    uint8_t *seen;
    /* [id_count]: 1 for the ids whose word a line has as the vocabulary has it. */
    uint8_t *exact;
    sn_vectors_found *found;
    /* The dimension that the first line announces; 0: it announces none. */
    double announced_dimension;
    const char *path;
    const sn_encoding *encoding;
    const sn_vocabulary *vocabulary;
    /* The first vector has the wanted dimension. */
    bool is_checked;
    sn_vector_words words;
} vectors_reader;

static seqnet_status refuse_dimension(const vectors_reader *r, size_t line, size_t dimension,
                                      seqnet_error *err)
{
    char *place;
    SN_TRY(sn_format(&place, err, "%s:%zu", r->path, line));
    const seqnet_status status = sn_vector_words_refuse(place, dimension, r->found->dimension, err);
    free(place);
    return status;
}

/* Checks the dimension of the first vector. Without this, longer vectors would be read as words
 * that contain numbers. */
static seqnet_status check_dimension(vectors_reader *r, const seqnet_record *record,
                                     seqnet_error *err)
{
    size_t length = record->text_length;
    const size_t dimension = count_numbers(record->text, &length, MAX_DIMENSION + 1);
    if (dimension < 2)
        return not_vectors(r->path, record->line, err);
    if (r->announced_dimension > 0.0 && r->announced_dimension != (double)dimension)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s:%zu: has %zu numbers, but the first line announces vectors of %.0f; is "
                       "the file damaged?",
                       r->path, record->line, dimension, r->announced_dimension);
    if (dimension != r->found->dimension)
        return refuse_dimension(r, record->line, dimension, err);
    r->is_checked = true;
    return SEQNET_OK;
}

/* Reads the vector at the end of a line. Refuses numbers so large that products of them overflow.
 */
static seqnet_status read_row(float *row, const char *line, size_t length, size_t dimension)
{
    for (size_t i = dimension; i-- > 0;) {
        size_t size;
        double value;
        const char *const field = take_last(line, &length, &size);
        if (!parse_number(field, size, &value) || !sn_vector_number_is_fine(value))
            return SEQNET_ERR_DATA;
        row[i] = (float)value;
    }
    return SEQNET_OK;
}

/* Whether the line announces what follows. */
static bool is_announcement(vectors_reader *r, const seqnet_record *record)
{
    double count, dimension;
    if (record->line != 1 || !is_count_line(record->text, record->text_length, &count, &dimension))
        return false;
    r->announced_dimension = dimension;
    if (count > 0.0 && count < 1e15)
        r->found->announced = (size_t)count;
    return true;
}

/* A line in which there is no word in front of the numbers. */
static seqnet_status without_word(const vectors_reader *r, const seqnet_record *record,
                                  seqnet_error *err)
{
    size_t length = record->text_length;
    const size_t numbers = count_numbers(record->text, &length, MAX_DIMENSION);
    if (numbers == 0)
        return not_vectors(r->path, record->line, err);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s:%zu: is no word followed by numbers for all dimensions: %zu of %zu; is the "
                   "file cut short?",
                   r->path, record->line, numbers, r->found->dimension);
}

static void note_invalid(sn_vectors_found *found, const seqnet_record *record, size_t word_length)
{
    if (sn_utf8_count_invalid(record->text, word_length) == 0)
        return;
    if (found->invalid++ == 0)
        found->invalid_line = record->line;
}

static seqnet_status read_line(vectors_reader *r, const seqnet_record *record, seqnet_error *err)
{
    const size_t dimension = r->found->dimension;
    size_t word_length = record->text_length, id, size;
    bool exact;
    if (is_announcement(r, record))
        return SEQNET_OK;
    if (!r->is_checked)
        SN_TRY(check_dimension(r, record, err));
    for (size_t i = 0; i < dimension; i++)
        (void)take_last(record->text, &word_length, &size);
    if (word_length == 0)
        return without_word(r, record, err);
    r->found->vectors++;
    note_invalid(r->found, record, word_length);
    SN_TRY(sn_vector_words_find(&r->words, r->encoding, r->vocabulary, record->text,
                                trim(record->text, word_length), &id, &exact, err));
    if (id == 0 || id >= (size_t)r->encoding->id_count)
        return SEQNET_OK;
    r->found->repeated += exact && r->exact[id];
    r->exact[id] |= exact;
    if (r->seen[id])
        return SEQNET_OK;
    if (read_row(r->table + id * dimension, record->text, record->text_length, dimension) !=
        SEQNET_OK)
        return not_vectors(r->path, record->line, err);
    r->seen[id] = 1;
    r->found->words++;
    return SEQNET_OK;
}

static seqnet_status read_lines(vectors_reader *r, seqnet_reader *reader, seqnet_error *err)
{
    for (;;) {
        bool more;
        seqnet_record record;
        SN_TRY(seqnet_reader_next(reader, &record, &more, err));
        if (!more)
            return SEQNET_OK;
        SN_TRY(read_line(r, &record, err));
    }
}

/* Reads all vectors from a reader, which it frees. */
static seqnet_status read_vectors(vectors_reader r, seqnet_reader *reader, seqnet_error *err)
{
    seqnet_status status = sn_alloc(&r.exact, (size_t)r.encoding->id_count, sizeof *r.exact, err);
    if (status == SEQNET_OK)
        status = read_lines(&r, reader, err);
    free(r.exact);
    seqnet_reader_free(reader);
    sn_vector_words_free(&r.words);
    return status;
}

static vectors_reader reader_into(float *table, uint8_t *seen, sn_vectors_found *found,
                                  const char *path, size_t dimension, const sn_encoding *encoding,
                                  const sn_vocabulary *vocabulary)
{
    *found = (sn_vectors_found){.dimension = dimension};
    return (vectors_reader){.table = table,
                            .seen = seen,
                            .found = found,
                            .path = path,
                            .encoding = encoding,
                            .vocabulary = vocabulary};
}

seqnet_status sn_vectors_read(float *table, uint8_t *seen, sn_vectors_found *found,
                              const char *path, const char *text_encoding, size_t dimension,
                              const sn_encoding *encoding, const sn_vocabulary *vocabulary,
                              seqnet_error *err)
{
    seqnet_reader *reader;
    if (sn_fasttext_tells_path(path))
        return sn_fasttext_vectors_read(table, seen, found, path, dimension, encoding, vocabulary,
                                        err);
    SN_TRY(open_lines(&reader, path, text_encoding, err));
    return read_vectors(reader_into(table, seen, found, path, dimension, encoding, vocabulary),
                        reader, err);
}

seqnet_status sn_vectors_read_bytes(float *table, uint8_t *seen, sn_vectors_found *found,
                                    const void *bytes, size_t size, const char *path,
                                    size_t dimension, const sn_encoding *encoding,
                                    const sn_vocabulary *vocabulary, seqnet_error *err)
{
    seqnet_reader *reader;
    const seqnet_reader_options options = line_options(NULL);
    SN_TRY(sn_reader_open_bytes(&reader, bytes, size, path, &options, err));
    return read_vectors(reader_into(table, seen, found, path, dimension, encoding, vocabulary),
                        reader, err);
}
