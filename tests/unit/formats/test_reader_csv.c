/* CSV and TSV: how records and fields are found in hostile files, and which columns are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "csv_fields.h"
#include "records.h"
#include "rng.h"

static void assert_csv(const char *text, const char *expected)
{
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_records("t", text, &csv, expected);
}

static void fields_follow_rfc_4180(void **state)
{
    (void)state;
    assert_csv("text,label\n\"a, b\",x\n\"say \"\"hi\"\"\",y\nplain,\"z\"\n",
               "2 (x) a, b\n3 (y) say \"hi\"\n4 (z) plain\n");
    assert_csv("text,label\r\n\"two\r\nlines\",x\r\nb,y", "2 (x) two^M^Jlines\n4 (y) b\n");
    assert_csv("text,label\n spaces , stay \n\" \",\t\n", "2 (stay)  spaces \n3  \n");
    assert_csv("text\n\"\"\n", "2 \n");
    assert_csv("text\n\"a\"", "2 a\n");
}

static void every_line_end_ends_a_record(void **state)
{
    (void)state;
    assert_csv("text,label\rone,a\rtwo,b", "2 (a) one\n3 (b) two\n");
    assert_csv("text,label\rone,a\r\ntwo,b\nthree,c\r", "2 (a) one\n3 (b) two\n4 (c) three\n");
    assert_csv("text\n\"a\rb\"\nc\n", "2 a^Mb\n3 c\n");
}

static void blank_lines_are_no_records_but_lines(void **state)
{
    (void)state;
    assert_csv("\n\r\n\rtext,y\n\n\none,\n\r\n\"t\nwo\",\n\nthree,\n",
               "7 one\n9 t^Jwo\n12 three\n");
}

static void blank_lines_of_one_column_are_records(void **state)
{
    (void)state;
    static const char text[] = "\n\r\ntext\r\none\r\n\r\n\n\r\"t\nwo\"\n \n\n";
    static const char records[] = "4 one\n5 \n6 \n7 \n8 t^Jwo\n10  \n11 \n";
    seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_csv(text, records);
    assert_records_in_pieces(text, sizeof text - 1, &csv, records);
    assert_csv("text\n\n", "2 \n");
    assert_csv("text\n", "");
    csv.header = SEQNET_HEADER_NO;
    assert_records("t", "a\n\nb", &csv, "1 a\n2 \n3 b\n");
    csv.no_quotes = true;
    assert_records("t", "a\r\n\r\n\"b\n\n", &csv, "1 a\n2 \n3 \"b\n4 \n");
}

static void empty_fields_and_missing_labels_are_fields(void **state)
{
    (void)state;
    assert_csv("text,label\n,\n,a\nb,\n", "2 \n3 (a) \n4 b\n");
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    assert_records("t", "text,label\na,x\nb,\nc,\"\"\nd,y\n", &wants,
                   "2 (x) a\n! 3: has no label; give it one or leave it out\n"
                   "! 4: has no label; give it one or leave it out\n5 (y) d\n");
}

static void quotes_inside_an_unquoted_field_are_characters(void **state)
{
    (void)state;
    assert_csv("text,label\nthe 5\" disk,a\nsay \"hi\",b\n", "2 (a) the 5\" disk\n"
                                                             "3 (b) say \"hi\"\n");
}

/* The line behind the one in which the record begins is a record of its own. */
static void misplaced_quotes_are_told(void **state)
{
    (void)state;
    assert_csv("text,label\n\"he said \"no\" to me\",a\nnext,b\n",
               "! 2: text follows the quote that closes a field; write quotes inside it twice "
               "(\"\"), or pass .no_quotes where quotes are ordinary characters\n3 (b) next\n");
    assert_csv("text,label\n\"he said \\\"no\\\"\",a\r\nnext,b\n",
               "! 2: a backslash stands before a quote inside a field, which CSV does not know; "
               "write such quotes twice: sed 's/\\\\\"/\"\"/g'\n3 (b) next\n");
    assert_csv("text,label\nlong, \"a\"\rnext,b\r",
               "! 2: a blank stands before a quote that opens a field; take the blank out, or pass "
               ".no_quotes where quotes are ordinary characters\n3 (b) next\n");
    assert_csv("text,label\n\"one,a\ntwo,b\n\"three\",c\nnext,d",
               "! 4: text follows the quote that closes a field, of the field that begins in line "
               "2; write quotes inside it twice (\"\"), or pass .no_quotes where quotes are "
               "ordinary characters\n3 (b) two\n4 (c) three\n5 (d) next\n");
}

static void a_misplaced_quote_takes_its_whole_line_in_pieces(void **state)
{
    (void)state;
    static const char text[] = "x,y\n\"a\"b,x\n\n \"c, the rest of it\r\nnext,d\n\"e\"f and more";
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.header = SEQNET_HEADER_NO;
    options.text_fields[0] = "1";
    options.delimiter = ',';
    char expected[1024];
    static const char follows[] = "text follows the quote that closes a field; write quotes inside "
                                  "it twice (\"\"), or pass .no_quotes where quotes are ordinary "
                                  "characters";
    (void)snprintf(expected, sizeof expected,
                   "1 (y) x\n! 2: %s\n! 4: a blank stands before a quote that opens a field; take "
                   "the blank out, or pass .no_quotes where quotes are ordinary characters\n"
                   "5 (d) next\n! 6: %s\n",
                   follows, follows);
    assert_records("t", text, &options, expected);
    assert_records_in_pieces(text, strlen(text), &options, expected);
}

static void an_unclosed_quote_is_told_where_it_opens(void **state)
{
    (void)state;
    assert_csv("text,label\none,a\n\ntwo,\"b\nthree,c\n",
               "2 (a) one\n! 4: a quote opens a field here and is never closed; close it or pass "
               ".no_quotes\n");
    assert_csv("text,label\n\"a\nb\",\"c\n\nd,e",
               "! 3: a quote opens a field here and is never closed; close it or pass "
               ".no_quotes\n");
}

static void without_quotes_a_line_is_a_record(void **state)
{
    (void)state;
    seqnet_reader_options tsv = options_of(SEQNET_FORMAT_TSV);
    tsv.no_quotes = true;
    assert_records("t", "text\tlabel\n\"open\ta\r\n\nb\"\t\"\"\nx\n", &tsv,
                   "2 (a) \"open\n4 (\"\") b\"\n! 5: 1 field, expected 2 (text,label); pass "
                   ".delimiter, or leave .no_quotes out\n");
}

static void another_number_of_fields_is_told(void **state)
{
    (void)state;
    assert_csv("label,text\na,one\nb,two,three\nc\nd,four\n",
               "2 (a) one\n"
               "! 3: 3 fields, expected 2 (label,text); quote the text or pass .delimiter\n"
               "! 4: 1 field, expected 2 (label,text); quote the text or pass .delimiter\n"
               "5 (d) four\n");
    assert_csv("a,one one\nb\n",
               "1 (a) one one\n! 2: 1 field, expected 2; quote the text or pass .delimiter\n");
}

static void bytes_that_are_no_text_are_kept(void **state)
{
    (void)state;
    static const char bytes[] = "text,label\na\0b,\xff\n\"\0\",\xc3\n";
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_records_of("t", bytes, sizeof bytes - 1, &csv, "2 (\xff) a^@b\n3 (\xc3) ^@\n");
}

static void control_characters_of_names_are_not_shown(void **state)
{
    (void)state;
    assert_csv("label,a\033[31m,c\n",
               "! which column is the text?  has 3 columns (label, a?[31m, c); pass .text_field "
               "NAME or NUMBER\n");
}

static void a_file_without_records_has_none(void **state)
{
    (void)state;
    assert_csv("", "");
    assert_csv("\n\n\r\n", "");
    assert_csv("text,label\n", "");
    assert_csv("text,label", "");
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    assert_records("t", "", &wants, "!  is empty\n");
    assert_records("t", "\n \n", &wants, "!  is empty\n");
    assert_records("t", "text,label\n", &wants, "");
}

static void assert_delimiter(seqnet_format format, char given, const char *text, char expected)
{
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_reader_options options = options_of(format);
    options.delimiter = given;
    options.text_fields[0] = "1";
    assert_ok(seqnet_reader_open(&reader, write_text("t", text).text, &options, &err), &err);
    assert_int_equal(seqnet_reader_delimiter(reader), expected);
    seqnet_reader_free(reader);
}

static void the_delimiter_is_found(void **state)
{
    (void)state;
    const seqnet_format csv = SEQNET_FORMAT_CSV, tsv = SEQNET_FORMAT_TSV;
    assert_delimiter(csv, 0, "a,b;c\n", ',');
    assert_delimiter(csv, 0, "a;b;c,d\n", ';');
    assert_delimiter(csv, 0, "a\tb\n", '\t');
    assert_delimiter(csv, 0, "a|b|c\n", '|');
    assert_delimiter(csv, 0, "a\n", ',');
    assert_delimiter(csv, 0, "", ',');
    assert_delimiter(csv, 0, "\"a;b;c;d\",e\n", ',');
    assert_delimiter(csv, 0, "\"a\nb\";c\n", ';');
    assert_delimiter(csv, 0, "a;\"x\ny,z,w\";b\n", ';');
    assert_delimiter(csv, 0, "5\" a;c\nb,c,d\n", ';');
    assert_delimiter(csv, 0, "a;b\rc,d,e\n", ';');
    assert_delimiter(csv, '|', "a,b|c\n", '|');
    assert_delimiter(csv, 'x', "a,bxc\n", 'x');
    assert_delimiter(tsv, 0, "a,b,c\n", '\t');
    assert_delimiter(tsv, ';', "a,b,c\n", ';');
}

static void quotes_belong_to_the_delimiter_that_is_found(void **state)
{
    (void)state;
    assert_csv("text;label\n\"a;\nb\";x\n", "2 (x) a;^Jb\n");
    const seqnet_reader_options tsv = options_of(SEQNET_FORMAT_TSV);
    assert_records("t", "text\tlabel\n\"a\tb\"\tx,y\n", &tsv, "2 (x,y) a^Ib\n");
}

static void a_header_is_known_by_its_names(void **state)
{
    (void)state;
    assert_csv("id,Review,SENTIMENT\n1,good,pos\n", "2 (pos) good\n");
    assert_csv("\"text\",  label \n\"a\",b\n", "2 (b) a\n");
    assert_csv("texts,labels of mine\n", "1 (texts) labels of mine\n");
}

static void known_names_are_tried_in_order(void **state)
{
    (void)state;
    assert_csv("title,body,rating,label\nt,b,5,x\n", "2 (x) b\n");
    assert_csv("rating,stars,title\n5,4,t\n", "2 (4) t\n");
    assert_csv(" text ,id,Class \nt,1,c\n", "2 (c) t\n");
}

static void the_other_one_of_two_columns_is_the_text(void **state)
{
    (void)state;
    assert_csv("label,phrase\nx,good\n", "2 (x) good\n");
    assert_csv("phrase,label\ngood,x\n", "2 (x) good\n");
    assert_csv("text,spam\ngood,x\n", "2 good\n");
    const seqnet_reader_options wants = labelled_options(SEQNET_FORMAT_CSV);
    assert_records("t", "text,spam\ngood,x\n", &wants,
                   "! which column is the label?  has 2 columns (text, spam); pass .label_field "
                   "NAME or NUMBER\n");
}

static void without_a_header_the_longer_column_is_the_text(void **state)
{
    (void)state;
    assert_csv("good,1\na terrible film,0\n", "1 (1) good\n2 (0) a terrible film\n");
    assert_csv("pos,a good film\nneg,bad\n", "1 (pos) a good film\n2 (neg) bad\n");
    assert_csv("pos,bad\n", "1 (pos) bad\n");
    assert_csv("one\ntwo\n", "1 one\n2 two\n");
    assert_csv("a,b,c,d\n", "! which column is the text?  has 4 columns (a, b, c, d); pass "
                            ".text_field NAME or NUMBER\n");
}

/* The record that is not all there does not count: it would be longer in its first column. */
static void a_record_that_is_cut_off_tells_nothing(void **state)
{
    (void)state;
    static const char text[] = "neg,fine film\nthis is a longer one,b c d";
    int kept;
    const int end = open_pipe(&kept);
    seqnet_error err = {0};
    seqnet_reader *reader;
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_int_equal(write(end, text, sizeof text - 1), sizeof text - 1);
    assert_ok(seqnet_reader_open(&reader, "-", &csv, &err), &err);
    assert_string_equal(seqnet_reader_found(reader)->text_fields[0], "2");
    seqnet_reader_free(reader);
    restore_input(kept);
    close(end);
}

static void read_asked(const char *text, const char *text_field, const char *label_field,
                       seqnet_header header, const char *expected)
{
    seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    csv.text_fields[0] = text_field;
    csv.label_field = label_field;
    csv.header = header;
    assert_records("t", text, &csv, expected);
}

static void columns_can_be_asked_for(void **state)
{
    (void)state;
    const seqnet_header any = SEQNET_HEADER_AUTO, yes = SEQNET_HEADER_YES, no = SEQNET_HEADER_NO;
    read_asked("a,b,c\n1,2,3\n", "b", "c", any, "2 (3) 2\n");
    read_asked(" a, b,c \n1,2,3\n", "b", "c", any, "2 (3) 2\n");
    read_asked("a,b,c\n1,2,3\n", "2", "3", any, "2 (3) 2\n"); /* names above numbers */
    read_asked("a,b,c\n1,2,3\n", "2", "3", no, "1 (c) b\n2 (3) 2\n");
    read_asked("a,b,c\nd,e,f\n", "2", "3", any, "1 (c) b\n2 (f) e\n");
    read_asked("a,b,c\n1,2,3\n", "2", "3", yes, "2 (3) 2\n");
    read_asked("text,label\n1,2\n", "2", "1", no, "1 (text) label\n2 (1) 2\n");
    read_asked("text,label\n1,2\n", NULL, NULL, no, "1 (text) label\n2 (1) 2\n");
    read_asked("2,good film\n5,bad\n", "2", NULL, any, "1 (2) good film\n2 (5) bad\n");
    read_asked("2,1\nx,y\n", "2", NULL, yes, "2 (y) x\n");
    read_asked("label\nx\n", NULL, NULL, any, "2 x\n"); /* the only column is the text */
    read_asked("a,rating\nx,5\n", "rating", NULL, any, "2 5\n");
    read_asked("a,b\nx,5\n", NULL, "a", any, "2 (x) 5\n");
    read_asked("a,b\n", "b", NULL, no, "!  has no column 'b'; it has 2 columns without names\n");
    read_asked("a,text\n", "z", NULL, any, "!  has no column 'z'; it has 2 columns (a, text)\n");
    read_asked("a,text\n", "3", NULL, any, "!  has no column '3'; it has 2 columns (a, text)\n");
    read_asked("a,text\n", "0", NULL, any, "!  has no column '0'; it has 2 columns (a, text)\n");
    read_asked("a,b,c\n", NULL, NULL, yes,
               "! which column is the text?  has 3 columns (a, b, c); "
               "pass .text_field NAME or NUMBER\n");
}

static void weights_are_numbers_from_0(void **state)
{
    (void)state;
    seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    csv.weight_field = "w";
    assert_records("t", "text,w\na,0\nb,2.5\nc,1e-3\nd,-1\ne,\nf,nan\ng,1e999\nh, 1\ni,0x1\n", &csv,
                   "2 *0 a\n3 *2.5 b\n4 *0.001 c\n"
                   "! 5: the weight '-1' is not a number of at least 0; correct it\n"
                   "! 6: the weight '' is not a number of at least 0; correct it\n"
                   "! 7: the weight 'nan' is not a number of at least 0; correct it\n"
                   "! 8: the weight '1e999' is not a number of at least 0; correct it\n"
                   "! 9: the weight ' 1' is not a number of at least 0; correct it\n"
                   "! 10: the weight '0x1' is not a number of at least 0; correct it\n");
    static const char nul[] = "text,w\na,1\0\n";
    assert_records_of("t", nul, sizeof nul - 1, &csv,
                      "! 2: the weight '1?' is not a number of at least 0; correct it\n");
}

static void names_and_header_are_told(void **state)
{
    (void)state;
    size_t length, end;
    seqnet_error err = {0};
    seqnet_reader *reader;
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    const test_path named = write_text("t", "\xef\xbb\xbf\nlabel,\"te\"\"xt\"\r\n");
    assert_ok(seqnet_reader_open(&reader, named.text, &csv, &err), &err);
    assert_string_equal(seqnet_reader_found(reader)->text_fields[0], "te\"xt");
    assert_string_equal(seqnet_reader_found(reader)->label_field, "label");
    assert_memory_equal(seqnet_reader_header(reader, &length, &end),
                        "\xef\xbb\xbf\nlabel,\"te\"\"xt\"\r\n", 20);
    assert_int_equal(length, 20);
    assert_int_equal(end, 18);
    seqnet_reader_free(reader);
    assert_ok(seqnet_reader_open(&reader, write_text("t", "a,b c\n").text, &csv, &err), &err);
    assert_string_equal(seqnet_reader_found(reader)->text_fields[0], "2");
    assert_string_equal(seqnet_reader_found(reader)->label_field, "1");
    assert_non_null(seqnet_reader_header(reader, &length, &end));
    assert_int_equal(length, 0);
    seqnet_reader_free(reader);
}

static void csv_in_pieces_is_the_same(void **state)
{
    (void)state;
    static const char text[] = "\xef\xbb\xbf\r\nid;text;label\r\n1;\"a;\r\nb \"\"c\"\"\";x\r\n\r\n"
                               "2;d\r\n3;e;y\r4;f;z\n\n5;\"open;v\r\n";
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_records_in_pieces(
        text, sizeof text - 1, &csv,
        "3 (x) a;^M^Jb \"c\"\n! 6: 2 fields, expected 3 (id,text,label); quote the text or pass "
        ".delimiter\n7 (y) e\n8 (z) f\n! 10: a quote opens a field here and is never closed; "
        "close "
        "it or pass .no_quotes\n");
}

static void a_field_may_be_long(void **state)
{
    (void)state;
    enum { LONG = 1 << 20 };
    char *const bytes = malloc(LONG + 64);
    seqnet_error err = {0};
    seqnet_reader *reader;
    seqnet_record record;
    bool found;
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_non_null(bytes);
    memcpy(bytes, "text,label\n\"", 12);
    for (size_t i = 0; i < LONG; i++)
        bytes[12 + i] = "ab\n\r,"[i % 5];
    memcpy(bytes + 12 + LONG, "\",x\n", 4);
    const test_path path = write_file("long", bytes, LONG + 16);
    assert_ok(seqnet_reader_open(&reader, path.text, &csv, &err), &err);
    assert_ok(seqnet_reader_next(reader, &record, &found, &err), &err);
    assert_int_equal(record.text_length, LONG);
    assert_memory_equal(record.text, bytes + 12, LONG);
    assert_memory_equal(record.label, "x", 1);
    seqnet_reader_free(reader);
    free(bytes);
}

static void there_may_be_many_columns(void **state)
{
    (void)state;
    enum { COLUMNS = 100000 };
    text_log text = {0};
    for (size_t row = 0; row < 2; row++)
        for (size_t i = 0; i < COLUMNS; i++) {
            char field[32];
            (void)snprintf(field, sizeof field, "%c%zu%c", row ? 'v' : 'c', i,
                           i + 1 < COLUMNS ? ',' : '\n');
            log_text(&text, field);
        }
    seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    csv.text_fields[0] = "100000";
    csv.label_field = "c99998";
    assert_records("wide", text.text, &csv, "2 (v99998) v99999\n");
    csv.text_fields[0] = csv.label_field = NULL;
    csv.header = SEQNET_HEADER_YES;
    assert_records(
        "wide", text.text, &csv,
        "! which column is the text?  has 100000 columns (c0, c1, c2, c3, c4, c5, c6, c7, "
        "c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, "
        "c24, c25, c26, c27, c28, c29, c30, c31...); pass .text_field NAME or "
        "NUMBER\n");
    free(text.text);
}

static void more_columns_than_that_are_refused(void **state)
{
    (void)state;
    char *const bytes = malloc(SN_CSV_MAX_FIELDS + 1);
    assert_non_null(bytes);
    memset(bytes, ',', SN_CSV_MAX_FIELDS);
    bytes[SN_CSV_MAX_FIELDS] = '\n';
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_records_of("wide", bytes, SN_CSV_MAX_FIELDS + 1, &csv,
                      "! 1: has more than 1048576 fields; pass .delimiter\n");
    free(bytes);
}

/* A pipe that never ends and a quote that never closes: memory stays bounded. */
static void a_record_has_a_limit(void **state)
{
    (void)state;
    char command[256];
    text_log raw = {0};
    const test_path fifo = in_folder("fifo");
    const seqnet_reader_options csv = options_of(SEQNET_FORMAT_CSV);
    assert_int_equal(mkfifo(fifo.text, 0600), 0);
    (void)snprintf(command, sizeof command,
                   "(printf 'text,label\\na,\"b\\n'; yes 'one more line') 2>/dev/null >'%s' &",
                   fifo.text);
    assert_int_equal(system(command), 0);
    text_log log = read_records(fifo.text, fifo.text, &csv, &raw);
    assert_string_equal(log.text,
                        "! 2: a record goes on for more than 64 MiB from here, perhaps because a "
                        "quote is never closed; close it or pass .no_quotes\n");
    assert_true(raw.length < 2 * (size_t)SN_CSV_MAX_RECORD);
    free(log.text);
    free(raw.text);
}

enum { FIELD_ROOM = 20 };

static const char BLANKS[] = " \t\r\n";

typedef struct field {
    char bytes[FIELD_ROOM];
    size_t length;
} field;

static field make_field(sn_rng *rng)
{
    static const char alphabet[] = "ab \t\"\",\n\r;\0\xff";
    field made = {.length = (size_t)sn_rng_below(rng, FIELD_ROOM)};
    for (size_t i = 0; i < made.length; i++)
        made.bytes[i] = alphabet[sn_rng_below(rng, sizeof alphabet - 1)];
    return made;
}

static void write_quoted(text_log *text, const field *f)
{
    log_text(text, "\"");
    for (size_t i = 0; i < f->length; i++)
        log_bytes(text, f->bytes[i] == '"' ? "\"\"" : f->bytes + i, 1 + (f->bytes[i] == '"'));
    log_text(text, "\"");
}

static void assert_written_is_read(const field *text, const field *label,
                                   const seqnet_reader_options *options)
{
    text_log file = {0}, raw = {0}, expected = {0};
    enum { LONG = 1000 };
    char first[LONG + 1];
    size_t begin = 0, end = label->length; /* without the blanks around it */
    while (begin < end && strchr(BLANKS, label->bytes[begin]) && label->bytes[begin])
        begin++;
    while (end > begin && strchr(BLANKS, label->bytes[end - 1]) && label->bytes[end - 1])
        end--;
    const seqnet_record record = {.line = 2,
                                  .weight = 1,
                                  .text = text->bytes,
                                  .text_length = text->length,
                                  .label = begin < end ? label->bytes + begin : NULL,
                                  .label_length = end - begin};
    /* With a long text before it, a record of control characters does not make the file binary. */
    (void)snprintf(first, sizeof first, "%0*d", LONG, 7);
    log_text(&file, first);
    log_text(&file, ",x\r\n");
    write_quoted(&file, text);
    log_text(&file, ",");
    write_quoted(&file, label);
    log_text(&file, "\r\n");
    log_text(&expected, "1 (x) ");
    log_text(&expected, first);
    log_text(&expected, "\n");
    log_record(&expected, &record);
    const test_path path = write_file("t", file.text, file.length);
    text_log log = read_records(path.text, path.text, options, &raw);
    assert_string_equal(log.text, expected.text);
    assert_int_equal(raw.length, file.length);
    (void)unlink(path.text);
    free(log.text);
    free(raw.text);
    free(file.text);
    free(expected.text);
}

/* Fields of any bytes come back as they were written, labels without the blanks around them. */
static void what_was_written_is_read(void **state)
{
    (void)state;
    enum { ROUNDS = 2000 };
    sn_rng rng;
    sn_rng_seed(&rng, 3, SN_RNG_DEMO);
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.delimiter = ',';
    options.header = SEQNET_HEADER_NO;
    options.text_fields[0] = "1";
    options.label_field = "2";
    for (size_t round = 0; round < ROUNDS; round++) {
        const field text = make_field(&rng), label = make_field(&rng);
        assert_written_is_read(&text, &label, &options);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_follow_rfc_4180),
        cmocka_unit_test(every_line_end_ends_a_record),
        cmocka_unit_test(blank_lines_are_no_records_but_lines),
        cmocka_unit_test(blank_lines_of_one_column_are_records),
        cmocka_unit_test(empty_fields_and_missing_labels_are_fields),
        cmocka_unit_test(quotes_inside_an_unquoted_field_are_characters),
        cmocka_unit_test(misplaced_quotes_are_told),
        cmocka_unit_test(a_misplaced_quote_takes_its_whole_line_in_pieces),
        cmocka_unit_test(an_unclosed_quote_is_told_where_it_opens),
        cmocka_unit_test(without_quotes_a_line_is_a_record),
        cmocka_unit_test(another_number_of_fields_is_told),
        cmocka_unit_test(bytes_that_are_no_text_are_kept),
        cmocka_unit_test(control_characters_of_names_are_not_shown),
        cmocka_unit_test(a_file_without_records_has_none),
        cmocka_unit_test(the_delimiter_is_found),
        cmocka_unit_test(quotes_belong_to_the_delimiter_that_is_found),
        cmocka_unit_test(a_header_is_known_by_its_names),
        cmocka_unit_test(known_names_are_tried_in_order),
        cmocka_unit_test(the_other_one_of_two_columns_is_the_text),
        cmocka_unit_test(without_a_header_the_longer_column_is_the_text),
        cmocka_unit_test(a_record_that_is_cut_off_tells_nothing),
        cmocka_unit_test(columns_can_be_asked_for),
        cmocka_unit_test(weights_are_numbers_from_0),
        cmocka_unit_test(names_and_header_are_told),
        cmocka_unit_test(csv_in_pieces_is_the_same),
        cmocka_unit_test(a_field_may_be_long),
        cmocka_unit_test(there_may_be_many_columns),
        cmocka_unit_test(more_columns_than_that_are_refused),
        cmocka_unit_test(a_record_has_a_limit),
        cmocka_unit_test(what_was_written_is_read),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
