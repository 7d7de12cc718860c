/*
 * What the columns of CSV and TSV are: whether the first record names them, which ones make up the
 * text, names that stand twice, and names that a model remembers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"

static seqnet_reader *open_text(const char *text, const seqnet_reader_options *options)
{
    seqnet_error err = {0};
    seqnet_reader *reader;
    assert_ok(seqnet_reader_open(&reader, write_text("t.csv", text).text, options, &err), &err);
    return reader;
}

static void assert_not_opened(const char *text, const seqnet_reader_options *options,
                              seqnet_status status, const char *sentence)
{
    seqnet_error err = {0};
    seqnet_reader *reader;
    assert_failure(seqnet_reader_open(&reader, write_text("t.csv", text).text, options, &err), &err,
                   status, sentence);
    assert_null(reader);
}

/* Names of fields as "TEXT + TEXT, LABEL". */
static void assert_fields(const seqnet_reader *reader, const char *expected)
{
    char fields[256] = "";
    const seqnet_reader_options *const found = seqnet_reader_found(reader);
    for (size_t i = 0; found->text_fields[i]; i++)
        (void)snprintf(fields + strlen(fields), sizeof fields - strlen(fields), "%s%s",
                       i ? " + " : "", found->text_fields[i]);
    (void)snprintf(fields + strlen(fields), sizeof fields - strlen(fields), ", %s",
                   found->label_field ? found->label_field : "none");
    assert_string_equal(fields, expected);
}

/* Whether the first record is taken for a header, and what is remarked; NULL: nothing. */
static void assert_header(const char *text, bool header, const char *fields, const char *remark)
{
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_CSV);
    seqnet_reader *const reader = open_text(text, &any);
    const seqnet_header found = seqnet_reader_found(reader)->header;
    if ((found == SEQNET_HEADER_YES) != header)
        fail_msg("%s: %sa header", text, header ? "not " : "");
    assert_fields(reader, fields);
    const char *const said = seqnet_reader_remark(reader);
    if (!remark && said)
        fail_msg("%s: remarks %s", text, said);
    if (remark && (!said || !strstr(said, remark)))
        fail_msg("%s: remarks %s, not %s", text, said ? said : "nothing", remark);
    seqnet_reader_free(reader);
}

static void numbers_below_words_show_a_header(void **state)
{
    (void)state;
    assert_header("phrase,grade\nfine,5\nbad,1\n", true, "phrase, grade",
                  "t.csv: line 1 (phrase, grade) is taken for the names of columns; pass .header "
                  "no if it is data");
    assert_header("when,what\n2020-01-02,a fine film\n2020-01-03,a bad film\n", true, "what, when",
                  "is taken for the names of columns");
    /* Numbers among numbers are data. */
    assert_header("5,fine\n1,bad\n", false, "2, 1", NULL);
    assert_header("5,a fine film to see\n1,a bad film to see\n", false, "2, 1", NULL);
}

static void long_texts_below_words_show_a_header(void **state)
{
    (void)state;
    assert_header("utterance,mood\n"
                  "\"a long and winding road, with a film\",up\n"
                  "\"a short one, with nothing in it to see\",down\n"
                  "\"another one that takes two hours of us\",up\n"
                  "\"the last one that I have seen here\",down\n",
                  true, "utterance, mood", "is taken for the names of columns");
    /* A long text above long texts is data. */
    assert_header("the first text is as long as those below it,up\n"
                  "a long and winding road that is a film,down\n"
                  "a short one with nothing in it to see,up\n",
                  false, "1, 2", NULL);
}

static void a_label_that_occurs_again_shows_data(void **state)
{
    (void)state;
    assert_header("up,fine\ndown,bad\nup,good\n", false, "2, 1", NULL);
    assert_header("mood,said about it\n"
                  "up,a very fine film for all of us\ndown,a bad film that nobody needs\n"
                  "up,a good film for the whole family\ndown,an awful film without a story\n",
                  true, "said about it, mood", "is taken for the names of columns");
}

static void where_it_is_not_sure_it_is_told(void **state)
{
    (void)state;
    assert_header("mood,what was said about the film\n"
                  "up,a very fine film for all of us\ndown,a bad film that nobody needs\n"
                  "up,a good film for the whole family\ndown,an awful film without a story\n",
                  false, "2, 1", "is taken for data; pass .header yes if it names columns");
    assert_header("a,b\nc,d\n", false, "2, 1",
                  "t.csv: line 1 (a, b) is taken for data; pass .header yes if it names columns");
    assert_header("\n\na,b\nc,d\n", false, "2, 1", "t.csv: line 3 (a, b) is taken for data");
    assert_header("a,b\n", false, "2, 1", "is taken for data");
}

static void a_header_that_is_told_needs_no_remark(void **state)
{
    (void)state;
    for (seqnet_header header = SEQNET_HEADER_YES; header <= SEQNET_HEADER_NO; header++) {
        seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
        options.header = header;
        seqnet_reader *const reader = open_text("phrase,grade\nfine,5\n", &options);
        assert_int_equal(seqnet_reader_found(reader)->header, header);
        assert_null(seqnet_reader_remark(reader));
        seqnet_reader_free(reader);
    }
}

static void names_of_other_languages_are_known(void **state)
{
    (void)state;
    assert_header("texte,catégorie\nun film,bon\n", true, "texte, catégorie", NULL);
    assert_header("klasse;Nachricht\ngut;ein Film\n", true, "Nachricht, klasse", NULL);
    assert_header("отзыв,метка\nхорошо,1\n", true, "отзыв, метка", NULL);
    assert_header("标签,文本\n好,电影\n", true, "文本, 标签", NULL);
    assert_header("レビュー,ラベル\n良い,1\n", true, "レビュー, ラベル", NULL);
    assert_header("라벨,리뷰\n1,좋다\n", true, "리뷰, 라벨", NULL);
    assert_header("id,testo,categoria,anno\n1,un film,bello,2001\n", true, "testo, categoria",
                  NULL);
}

static void the_separator_of_a_first_line_is_obeyed(void **state)
{
    (void)state;
    static const char *const texts[] = {"sep=;\ntext;label\na,b;x\n",
                                        "\"sep=;\"\r\ntext;label\r\na,b;x\r\n",
                                        "\xef\xbb\xbfSEP=;\ntext;label\na,b;x\n"};
    const seqnet_reader_options any = options_of(SEQNET_FORMAT_AUTO);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_records("t.csv", texts[i], &any, "3 (x) a,b\n");
    assert_records("t.csv", "sep=\t\ntext\tlabel\na,b\tx\n", &any, "3 (x) a,b\n");
}

static void several_columns_make_a_text(void **state)
{
    (void)state;
    static const char text[] = "id,subject,body,team\n1,Hello,a text,x\n2,,\"b, c\",y\n3,Bye,,z\n";
    static const char expected[] = "2 (x) Hello | a text\n3 (y)  | b, c\n4 (z) Bye | \n";
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.label_field = "team";
    options.text_fields[0] = "subject,body";
    assert_records("t.csv", text, &options, expected);
    options.text_fields[0] = "subject, body";
    assert_records("t.csv", text, &options, expected);
    options.text_fields[0] = "2,3";
    options.header = SEQNET_HEADER_YES;
    assert_records("t.csv", text, &options, expected);
    options.text_fields[0] = "subject";
    options.text_fields[1] = "body";
    assert_records("t.csv", text, &options, expected);
    options.text_fields[1] = "subject"; /* once is enough */
    assert_records("t.csv", text, &options, "2 (x) Hello\n3 (y) \n4 (z) Bye\n");
    options.text_fields[1] = "body";
    options.text_separator = "";
    assert_records("t.csv", text, &options, "2 (x) Helloa text\n3 (y) b, c\n4 (z) Bye\n");
    seqnet_reader *const reader = open_text(text, &options);
    assert_fields(reader, "subject + body, team");
    seqnet_reader_free(reader);
}

static void a_name_with_a_comma_is_one_column_where_there_is_one(void **state)
{
    (void)state;
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.text_fields[0] = "a,b";
    assert_records("t.csv", "a,b,\"a,b\"\n1,2,3\n", &options, "2 3\n");
    assert_records("t.csv", "a,b,c\n1,2,3\n", &options, "2 1 | 2\n");
    assert_not_opened("a,c\n1,3\n", &options, SEQNET_ERR_DATA,
                      "t.csv: has no column 'b'; it has 2 columns (a, c)");
}

static void a_text_has_so_many_columns_and_no_more(void **state)
{
    (void)state;
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.text_fields[0] = "a,b,c,d,e,f,g,h";
    options.text_separator = "";
    assert_records("t.csv", "a,b,c,d,e,f,g,h,i\n1,2,3,4,5,6,7,8,9\n", &options, "2 12345678\n");
    options.text_fields[1] = "i";
    assert_not_opened("a,b,c,d,e,f,g,h,i\n", &options, SEQNET_ERR_USAGE,
                      "t.csv: a text is made of at most 8 fields");
}

static void a_name_that_stands_twice_is_not_chosen(void **state)
{
    (void)state;
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    assert_not_opened("text,id,text\na,1,b\n", &options, SEQNET_ERR_DATA,
                      "t.csv: columns 1 and 3 are both named 'text'; choose one by its number with "
                      ".text_field");
    options.text_fields[0] = "text";
    assert_not_opened("text,id,text\na,1,b\n", &options, SEQNET_ERR_DATA,
                      "t.csv: columns 1 and 3 are both named 'text'");
    options.text_fields[0] = "3";
    assert_records("t.csv", "text,id,text\na,1,b\n", &options, "2 b\n");
    /* Others may stand as often as they like. */
    options.text_fields[0] = NULL;
    assert_records("t.csv", "id,text,id\n1,a,2\n", &options, "2 a\n");
    options = labelled_options(SEQNET_FORMAT_CSV);
    assert_not_opened(
        "label,text,label\nx,a,y\n", &options, SEQNET_ERR_DATA,
        "t.csv: columns 1 and 3 are both named 'label'; choose one by its number with "
        ".label_field");
    options.label_field = "label";
    assert_not_opened("label,text,label\nx,a,y\n", &options, SEQNET_ERR_DATA,
                      "columns 1 and 3 are both named 'label'");
}

static void the_text_and_the_label_are_different_columns(void **state)
{
    (void)state;
    seqnet_reader_options options = labelled_options(SEQNET_FORMAT_CSV);
    options.text_fields[0] = "1";
    options.label_field = "text";
    assert_not_opened("text,y\na,b\n", &options, SEQNET_ERR_USAGE,
                      "the text and the label must be different fields");
    options = labelled_options(SEQNET_FORMAT_CSV);
    assert_not_opened("label\na\n", &options, SEQNET_ERR_DATA, "which column is the text? ");
}

static seqnet_reader_options remembered_options(void)
{
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.text_fields[0] = "subject";
    options.text_fields[1] = "body";
    options.label_field = "team";
    options.header = SEQNET_HEADER_YES;
    options.delimiter = ';';
    options.remembered.text = options.remembered.label = true;
    options.remembered.header = options.remembered.delimiter = true;
    return options;
}

static void remembered_columns_are_found_again(void **state)
{
    (void)state;
    seqnet_reader_options options = remembered_options();
    assert_records("t.csv", "body;subject;team\na;b;x\n", &options, "2 (x) b | a\n");
    /* The label need not be there where nobody wants it. */
    assert_records("t.csv", "body;subject\na;b\n", &options, "2 b | a\n");
    /* Another delimiter gives way where it splits nothing. */
    assert_records("t.csv", "body,subject,team\na,b,x\n", &options, "2 (x) b | a\n");
    options.wants_label = true;
    assert_not_opened(
        "body;subject\na;b\n", &options, SEQNET_ERR_DATA,
        "t.csv: has no column 'team', which the model was trained on; it has 2 columns "
        "(body, subject); pass .label_field NAME or NUMBER");
}

static void a_remembered_text_that_is_absent_is_an_error(void **state)
{
    (void)state;
    const seqnet_reader_options options = remembered_options();
    assert_not_opened(
        "subject;text\na;b\n", &options, SEQNET_ERR_DATA,
        "t.csv: has no column 'body', which the model was trained on; it has 2 columns "
        "(subject, text); pass .text_field NAME or NUMBER");
}

/* A file without a header, of a model whose file had one, and the other way round. */
static void names_where_the_data_of_the_model_had_none_are_an_error(void **state)
{
    (void)state;
    seqnet_reader_options options = options_of(SEQNET_FORMAT_CSV);
    options.text_fields[0] = "2";
    options.header = SEQNET_HEADER_NO;
    options.remembered.text = options.remembered.header = true;
    assert_records("t.csv", "x,a\ny,b\n", &options, "1 (x) a\n2 (y) b\n");
    assert_records("t.csv", "label,text\nx,a\n", &options,
                   "!  names its 2 columns (label, text), which the data of the model did not; "
                   "pass .text_field NAME or NUMBER\n");
    options.remembered.header = false; /* the caller's own word counts */
    assert_records("t.csv", "label,text\nx,a\n", &options, "1 (label) text\n2 (x) a\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_below_words_show_a_header),
        cmocka_unit_test(long_texts_below_words_show_a_header),
        cmocka_unit_test(a_label_that_occurs_again_shows_data),
        cmocka_unit_test(where_it_is_not_sure_it_is_told),
        cmocka_unit_test(a_header_that_is_told_needs_no_remark),
        cmocka_unit_test(names_of_other_languages_are_known),
        cmocka_unit_test(the_separator_of_a_first_line_is_obeyed),
        cmocka_unit_test(several_columns_make_a_text),
        cmocka_unit_test(a_name_with_a_comma_is_one_column_where_there_is_one),
        cmocka_unit_test(a_text_has_so_many_columns_and_no_more),
        cmocka_unit_test(a_name_that_stands_twice_is_not_chosen),
        cmocka_unit_test(the_text_and_the_label_are_different_columns),
        cmocka_unit_test(remembered_columns_are_found_again),
        cmocka_unit_test(a_remembered_text_that_is_absent_is_an_error),
        cmocka_unit_test(names_where_the_data_of_the_model_had_none_are_an_error),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
