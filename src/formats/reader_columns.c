/*
 * What the columns of CSV and TSV are, found once in the first records.
 *
 * The first record is a header when one of its fields is a name that the options name or a known
 * name. Without such a name the records below decide: names differ from data in that numbers, long
 * texts or a few labels stand below them. What was assumed then is a remark for the caller.
 *
 * The text is the column that the options name, else the one with the best known name, else, of two
 * columns, the one that is not the label. Without known names it is the only column or, of two, the
 * one whose fields are longer in the first records; then the other one is the label.
 */
#include "reader.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seqnet/number.h>

#include "memory.h"

#include "banned.h"

enum { SAMPLE_ROWS = 64, SAMPLE_COLUMNS = 64, NUMBER = 24 };

/* The fields of the first records, of those in their first columns. */
typedef struct sample {
    size_t rows, columns;
    sn_buffer bytes;
    /* [rows, columns]: where each field ends in `bytes`. */
    size_t ends[SAMPLE_ROWS * SAMPLE_COLUMNS];
} sample;

static sn_name sample_field(const sample *s, size_t row, size_t column)
{
    const size_t i = row * s->columns + column, start = i ? s->ends[i - 1] : 0;
    return (sn_name){s->bytes.bytes + start, s->ends[i] - start};
}

static seqnet_status add_row(sample *s, const sn_csv *csv, seqnet_error *err)
{
    for (size_t column = 0; column < s->columns; column++) {
        const sn_name field = sn_csv_field(csv, column);
        SN_TRY(sn_buffer_add(&s->bytes, field.bytes, field.length, err));
        SN_TRY(sn_buffer_add(&s->bytes, "", 1, err));
        s->bytes.length--; /* the bytes are there even when all fields are empty */
        s->ends[s->rows * s->columns + column] = s->bytes.length;
    }
    s->rows++;
    return SEQNET_OK;
}

/* Reads the records in the buffer that have as many fields as the first one. The last record may be
 * cut off. */
static seqnet_status take_sample(sample *s, const seqnet_reader *reader, seqnet_error *err)
{
    sn_csv csv;
    sn_csv_extent extent;
    sn_input view = sn_input_buffered(&reader->input);
    bool found = true;
    seqnet_status status = SEQNET_OK;
    s->columns = reader->columns < SAMPLE_COLUMNS ? reader->columns : SAMPLE_COLUMNS;
    sn_csv_open(&csv, reader->csv.delimiter, reader->csv.no_quotes);
    while (s->rows < SAMPLE_ROWS && status == SEQNET_OK) {
        if (sn_csv_next(&csv, &view, &extent, &found, NULL) != SEQNET_OK || !found)
            break;
        const bool is_cut_off = view.start + extent.end == view.end && !reader->input.at_end;
        if (csv.count == reader->columns && !is_cut_off)
            status = add_row(s, &csv, err);
    }
    sn_csv_close(&csv);
    return status;
}

/* How a column's first field looks among those below it. */
typedef enum evidence {
    /* Surely data: it is a number among numbers, or occurs again. */
    SURELY_DATA,
    LIKE_DATA,
    NO_EVIDENCE,
    /* Few words above long texts. */
    LIKE_TITLE,
    /* A word above labels that occur again and again, none of which it is. */
    LIKE_LABEL_NAME,
    /* A word above numbers. */
    SURELY_NAME
} evidence;

/* Whether a field is made of digits and what stands in numbers, dates and times. */
static bool is_number(sn_name field)
{
    size_t digits = 0;
    for (size_t i = 0; i < field.length; i++) {
        const char byte = field.bytes[i];
        if (byte >= '0' && byte <= '9')
            digits++;
        else if (!strchr("+-.,:/ %", byte))
            return false;
    }
    return digits > 0;
}

static bool equal_fields(sn_name one, sn_name other)
{
    return one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
}

/* What the fields of a column below the first record are like. */
typedef struct shape {
    size_t filled, bytes, numbers;
    /* Fields that equal one above them, and those that equal the first record's. */
    size_t repeated, recurring;
} shape;

static shape shape_of(const sample *s, size_t column)
{
    shape found = {0};
    for (size_t row = 1; row < s->rows; row++) {
        const sn_name field = sample_field(s, row, column);
        bool is_repeated = false;
        for (size_t before = 1; before < row && !is_repeated; before++)
            is_repeated = equal_fields(field, sample_field(s, before, column));
        found.filled += field.length > 0;
        found.bytes += field.length;
        found.numbers += is_number(field);
        found.repeated += is_repeated;
        found.recurring += equal_fields(field, sample_field(s, 0, column));
    }
    return found;
}

/* Whether a field may be the name of a column of texts: a few words without a sentence's end. */
static bool is_title(sn_name field)
{
    enum { LONGEST = 40, MOST_BLANKS = 2 };
    size_t blanks = 0;
    for (size_t i = 0; i < field.length; i++)
        blanks += field.bytes[i] == ' ';
    return field.length > 0 && field.length <= LONGEST && blanks <= MOST_BLANKS &&
           !strchr(".!?,", field.bytes[field.length - 1]);
}

static evidence look_at_column(const sample *s, size_t column)
{
    enum { LONG_TEXT = 12, ENOUGH_ROWS = 4 };
    const sn_name first = sample_field(s, 0, column);
    const shape below = shape_of(s, column);
    const size_t rows = s->rows - 1, mean = below.filled ? below.bytes / below.filled : 0;
    if (below.filled == 0 || first.length == 0)
        return NO_EVIDENCE;
    if (below.numbers == below.filled)
        return is_number(first) ? SURELY_DATA : SURELY_NAME;
    if (below.recurring)
        return SURELY_DATA;
    if (is_title(first) && mean >= LONG_TEXT && mean >= 2 * first.length)
        return LIKE_TITLE;
    if (rows >= ENOUGH_ROWS && 2 * below.repeated >= rows && is_title(first))
        return LIKE_LABEL_NAME;
    return mean >= LONG_TEXT || !is_title(first) ? LIKE_DATA : NO_EVIDENCE;
}

/* What the records below the first one tell about it. */
typedef enum judgement { IS_DATA, IS_UNSURE, IS_HEADER } judgement;

static judgement judge_first(const sample *s)
{
    size_t counts[SURELY_NAME + 1] = {0};
    for (size_t column = 0; column < s->columns && s->rows > 1; column++)
        counts[look_at_column(s, column)]++;
    if (counts[SURELY_DATA])
        return IS_DATA;
    if (counts[SURELY_NAME])
        return IS_HEADER;
    const size_t names = counts[LIKE_TITLE] + counts[LIKE_LABEL_NAME];
    if (names == s->columns || (names >= 2 && !counts[LIKE_DATA]))
        return IS_HEADER;
    return counts[LIKE_DATA] && !names ? IS_DATA : IS_UNSURE;
}

/* The number of a column, from 1, that `asked` stands for; 0 when it stands for none. */
static size_t column_number(const seqnet_reader *reader, sn_name asked)
{
    char text[NUMBER];
    int64_t number;
    if (asked.length >= sizeof text)
        return 0;
    (void)snprintf(text, sizeof text, "%.*s", (int)asked.length, asked.bytes);
    if (!seqnet_parse_int64(text, &number) || number < 1)
        return 0;
    return (uint64_t)number <= reader->columns ? (size_t)number : 0;
}

static bool is_asked_by(sn_name name, const char *asked)
{
    int64_t number;
    if (!asked || seqnet_parse_int64(asked, &number))
        return false;
    if (sn_name_is(name, asked))
        return true;
    for (const char *piece = asked; piece;) {
        const sn_name part = sn_name_piece(&piece);
        if (sn_name_equals(name, part))
            return true;
    }
    return false;
}

bool sn_reader_is_asked(const seqnet_reader *reader, sn_name name)
{
    const seqnet_reader_options *const o = &reader->options;
    for (const char *const *asked = o->text_fields; *asked; asked++)
        if (is_asked_by(name, *asked))
            return true;
    return is_asked_by(name, o->label_field) || is_asked_by(name, o->weight_field);
}

static bool has_known_name(const seqnet_reader *reader)
{
    for (size_t i = 0; i < reader->columns; i++) {
        const sn_name name = sn_csv_field(&reader->csv, i);
        if (sn_text_name_rank(name) != SN_NAME_UNKNOWN ||
            sn_label_name_rank(name) != SN_NAME_UNKNOWN || sn_reader_is_asked(reader, name))
            return true;
    }
    return false;
}

static void list_columns(const seqnet_reader *reader, const char *between, char *list)
{
    *list = '\0';
    for (size_t i = 0; i < reader->columns; i++)
        sn_names_add(list, SN_READER_NAMES, between, sn_csv_field(&reader->csv, i));
}

/* Tells what was assumed about the first record. */
static seqnet_status add_remark(seqnet_reader *reader, size_t line, bool header, seqnet_error *err)
{
    char names[SN_READER_NAMES];
    list_columns(reader, ", ", names);
    return header ? sn_format(
                        &reader->remark, err,
                        "%s: line %zu (%s) is taken for the names of columns; pass .header no if "
                        "it is data",
                        reader->place, line, names)
                  : sn_format(&reader->remark, err,
                              "%s: line %zu (%s) is taken for data; pass .header yes if it names "
                              "columns",
                              reader->place, line, names);
}

/* Whether the first record, which is in reader->csv, is a header. */
static seqnet_status find_header(seqnet_reader *reader, const sample *s, size_t line, bool *header,
                                 seqnet_error *err)
{
    const bool is_open =
        reader->options.header == SEQNET_HEADER_AUTO ||
        (reader->options.header == SEQNET_HEADER_NO && reader->options.remembered.header);
    *header = reader->options.header == SEQNET_HEADER_YES;
    if (!is_open)
        return SEQNET_OK;
    *header = *header || has_known_name(reader);
    if (*header || reader->options.header != SEQNET_HEADER_AUTO)
        return SEQNET_OK;
    const judgement judged = judge_first(s);
    *header = judged == IS_HEADER;
    return judged == IS_DATA ? SEQNET_OK : add_remark(reader, line, *header, err);
}

/* "4 columns (a, b, c, d)"; "4 columns" without a header. */
static void describe_columns(const seqnet_reader *reader, bool header, char *text, size_t room)
{
    char names[SN_READER_NAMES] = "";
    if (header)
        list_columns(reader, ", ", names);
    (void)snprintf(text, room, "%zu column%s%s%s%s", reader->columns,
                   reader->columns == 1 ? "" : "s", *names ? " (" : "", names, *names ? ")" : "");
}

/* A field that the options name, as they name it. */
typedef struct request {
    /* "text", "label" or "weight", as in the names of the options. */
    const char *what;
    sn_name name;
    /* The name is from a model. */
    bool is_remembered;
} request;

static seqnet_status no_such_column(const seqnet_reader *reader, const request *asked, bool header,
                                    seqnet_error *err)
{
    char columns[SN_READER_NAMES + NUMBER + 16], remedy[80] = "";
    describe_columns(reader, header, columns, sizeof columns);
    if (asked->is_remembered)
        (void)snprintf(remedy, sizeof remedy, "; pass .%s_field NAME or NUMBER", asked->what);
    return sn_fail(err, SEQNET_ERR_DATA, "%s: has no column '%.*s'%s; it has %s%s%s", reader->place,
                   (int)(asked->name.length < 80 ? asked->name.length : 80), asked->name.bytes,
                   asked->is_remembered ? ", which the model was trained on" : "", columns,
                   header ? "" : " without names", remedy);
}

/* Refuses a name that stands for two columns, since it is not known which one is meant. */
static seqnet_status check_unique(const seqnet_reader *reader, const char *what, size_t column,
                                  seqnet_error *err)
{
    char shown[SN_READER_NAMES] = "";
    const sn_name name = sn_csv_field(&reader->csv, column);
    for (size_t i = 0; i < reader->columns; i++) {
        if (i == column || !equal_fields(sn_csv_field(&reader->csv, i), name))
            continue;
        sn_names_add(shown, sizeof shown, "", name);
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: columns %zu and %zu are both named '%s'; choose one by its number with "
                       ".%s_field",
                       reader->place, (column < i ? column : i) + 1, (column < i ? i : column) + 1,
                       shown, what);
    }
    return SEQNET_OK;
}

/* The column with a name; SN_CSV_NO_FIELD for none. */
static size_t find_name(const seqnet_reader *reader, sn_name name)
{
    for (size_t i = 0; i < reader->columns; i++)
        if (sn_name_equals(sn_csv_field(&reader->csv, i), name))
            return i;
    return SN_CSV_NO_FIELD;
}

/* Refuses to take a column by the number that it had in data without names: the names here may
 * stand in another order. */
static seqnet_status has_names(const seqnet_reader *reader, const request *asked, seqnet_error *err)
{
    char columns[SN_READER_NAMES + NUMBER + 16];
    describe_columns(reader, true, columns, sizeof columns);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: names its %s, which the data of the model did not; pass .%s_field NAME or "
                   "NUMBER",
                   reader->place, columns, asked->what);
}

/* Finds the column that a request means, by name or number. */
static seqnet_status find_asked(const seqnet_reader *reader, const request *asked, bool header,
                                size_t *column, seqnet_error *err)
{
    *column = header ? find_name(reader, asked->name) : SN_CSV_NO_FIELD;
    if (*column != SN_CSV_NO_FIELD)
        return check_unique(reader, asked->what, *column, err);
    const size_t number = column_number(reader, asked->name);
    *column = number ? number - 1 : SN_CSV_NO_FIELD;
    if (number && header && asked->is_remembered)
        return has_names(reader, asked, err);
    return number ? SEQNET_OK : no_such_column(reader, asked, header, err);
}

static seqnet_status add_text_column(seqnet_reader *reader, size_t column, seqnet_error *err)
{
    for (size_t i = 0; i < reader->text_count; i++)
        if (reader->text_columns[i] == column)
            return SEQNET_OK;
    if (reader->text_count == SEQNET_TEXT_FIELDS)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s: a text is made of at most %d fields",
                       reader->place, SEQNET_TEXT_FIELDS);
    reader->text_columns[reader->text_count++] = column;
    return SEQNET_OK;
}

/* Finds the columns that one name stands for: the column that is named so, or else those between
 * its commas. */
static seqnet_status find_texts(seqnet_reader *reader, const char *asked, bool header,
                                seqnet_error *err)
{
    request wanted = {.what = "text",
                      .name = {asked, strlen(asked)},
                      .is_remembered = reader->options.remembered.text};
    size_t column;
    if (header && find_name(reader, wanted.name) != SN_CSV_NO_FIELD) {
        SN_TRY(find_asked(reader, &wanted, header, &column, err));
        return add_text_column(reader, column, err);
    }
    for (const char *piece = asked; piece;) {
        wanted.name = sn_name_piece(&piece);
        SN_TRY(find_asked(reader, &wanted, header, &column, err));
        SN_TRY(add_text_column(reader, column, err));
    }
    return SEQNET_OK;
}

/* Finds the column of a label or weight that is asked for. One that a model remembers need not be
 * there where nobody wants it. */
static seqnet_status find_other(const seqnet_reader *reader, const char *what, const char *asked,
                                bool header, size_t *column, seqnet_error *err)
{
    *column = SN_CSV_NO_FIELD;
    if (!asked)
        return SEQNET_OK;
    const bool is_label = strcmp(what, "label") == 0;
    const request wanted = {.what = what,
                            .name = {asked, strlen(asked)},
                            .is_remembered = is_label && reader->options.remembered.label};
    if (!wanted.is_remembered || reader->options.wants_label)
        return find_asked(reader, &wanted, header, column, err);
    if (find_asked(reader, &wanted, header, column, NULL) != SEQNET_OK)
        *column = SN_CSV_NO_FIELD;
    return SEQNET_OK;
}

static bool is_text_column(const seqnet_reader *reader, size_t column)
{
    for (size_t i = 0; i < reader->text_count; i++)
        if (reader->text_columns[i] == column)
            return true;
    return false;
}

static size_t best_known(const seqnet_reader *reader, size_t (*rank_of)(sn_name))
{
    size_t best = SN_CSV_NO_FIELD, best_rank = SN_NAME_UNKNOWN;
    for (size_t i = 0; i < reader->columns; i++) {
        const size_t rank = rank_of(sn_csv_field(&reader->csv, i));
        if (i != reader->label_column && !is_text_column(reader, i) && rank < best_rank) {
            best = i;
            best_rank = rank;
        }
    }
    return best;
}

static void set_text_column(seqnet_reader *reader, size_t column)
{
    if (column == SN_CSV_NO_FIELD)
        return;
    reader->text_columns[0] = column;
    reader->text_count = 1;
}

/* Of two columns, the one whose fields are longer in the sample, the second one on ties. */
static size_t longer_column(const sample *s)
{
    size_t sums[2] = {0};
    for (size_t row = 0; row < s->rows; row++)
        for (size_t column = 0; column < 2; column++)
            sums[column] += sample_field(s, row, column).length;
    return sums[0] <= sums[1];
}

static void choose_by_names(seqnet_reader *reader)
{
    if (!reader->text_count)
        set_text_column(reader, best_known(reader, sn_text_name_rank));
    /* The only column is the text, whatever its name, unless labels are wanted. */
    if (reader->label_column == SN_CSV_NO_FIELD &&
        (reader->columns > 1 || reader->options.wants_label))
        reader->label_column = best_known(reader, sn_label_name_rank);
}

/* Chooses among one or two columns those that are not named. The other column is the label only
 * where no name is known at all: beside a known text it may hold anything. */
static void choose_the_rest(seqnet_reader *reader, const sample *s, bool has_names)
{
    if (reader->columns == 1 && !reader->text_count && reader->label_column == SN_CSV_NO_FIELD)
        set_text_column(reader, 0);
    if (reader->columns != 2)
        return;
    if (!has_names && !reader->text_count && reader->label_column == SN_CSV_NO_FIELD)
        set_text_column(reader, longer_column(s));
    if (!reader->text_count && reader->label_column != SN_CSV_NO_FIELD)
        set_text_column(reader, 1 - reader->label_column);
    if (!has_names && reader->label_column == SN_CSV_NO_FIELD && reader->text_count == 1)
        reader->label_column = 1 - reader->text_columns[0];
}

static seqnet_status cannot_choose(const seqnet_reader *reader, const char *what, bool header,
                                   seqnet_error *err)
{
    /* A column's name in the options makes the first record a header, so names may help. */
    const bool named = header || reader->options.header == SEQNET_HEADER_AUTO;
    char columns[SN_READER_NAMES + NUMBER + 16];
    describe_columns(reader, named, columns, sizeof columns);
    return sn_fail(err, SEQNET_ERR_DATA,
                   "which column is the %s? %s has %s; pass .%s_field %sNUMBER", what,
                   reader->place, columns, what, named ? "NAME or " : "");
}

static seqnet_status check_text_columns(const seqnet_reader *reader, bool header, seqnet_error *err)
{
    if (!reader->text_count)
        return cannot_choose(reader, "text", header, err);
    if (is_text_column(reader, reader->label_column))
        return sn_fail(err, SEQNET_ERR_USAGE, "the text and the label must be different fields");
    for (size_t i = 0; header && i < reader->text_count; i++)
        if (!reader->options.text_fields[0])
            SN_TRY(check_unique(reader, "text", reader->text_columns[i], err));
    return SEQNET_OK;
}

static seqnet_status choose_columns(seqnet_reader *reader, const sample *s, bool header,
                                    seqnet_error *err)
{
    const seqnet_reader_options *const asked = &reader->options;
    for (const char *const *name = asked->text_fields; *name; name++)
        SN_TRY(find_texts(reader, *name, header, err));
    SN_TRY(find_other(reader, "label", asked->label_field, header, &reader->label_column, err));
    SN_TRY(find_other(reader, "weight", asked->weight_field, header, &reader->weight_column, err));
    if (header)
        choose_by_names(reader);
    choose_the_rest(reader, s, header && has_known_name(reader));
    SN_TRY(check_text_columns(reader, header, err));
    if (reader->label_column == SN_CSV_NO_FIELD)
        return asked->wants_label ? cannot_choose(reader, "label", header, err) : SEQNET_OK;
    return header && asked->wants_label && !asked->label_field
               ? check_unique(reader, "label", reader->label_column, err)
               : SEQNET_OK;
}

/* A column as the caller sees it: its name, or its number. */
static seqnet_status name_column(const seqnet_reader *reader, size_t column, bool header,
                                 char **name, seqnet_error *err)
{
    if (column == SN_CSV_NO_FIELD)
        return SEQNET_OK;
    const sn_name field = sn_csv_field(&reader->csv, column);
    return header ? sn_copy_string(name, field.bytes, field.length, err)
                  : sn_format(name, err, "%zu", column + 1);
}

static seqnet_status name_columns(seqnet_reader *reader, bool header, seqnet_error *err)
{
    for (size_t i = 0; i < reader->text_count; i++)
        SN_TRY(name_column(reader, reader->text_columns[i], header, &reader->text_fields[i], err));
    SN_TRY(name_column(reader, reader->label_column, header, &reader->label_field, err));
    if (header)
        list_columns(reader, ",", reader->column_names);
    sn_reader_set_found(reader);
    return SEQNET_OK;
}

seqnet_status sn_reader_find_columns(seqnet_reader *reader, size_t line, bool *header,
                                     seqnet_error *err)
{
    sample *s;
    SN_TRY(sn_alloc(&s, 1, sizeof *s, err));
    seqnet_status status = SEQNET_OK;
    SN_GOTO(take_sample(s, reader, err));
    SN_GOTO(find_header(reader, s, line, header, err));
    SN_GOTO(choose_columns(reader, s, *header, err));
    SN_GOTO(name_columns(reader, *header, err));
out:
    sn_buffer_free(&s->bytes);
    free(s);
    return status;
}
