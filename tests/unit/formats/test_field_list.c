/* The columns and keys of a file, as options name them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "records.h"

static void log_field(void *context, const char *name, const char *value)
{
    log_text(context, name);
    log_text(context, "=");
    log_shown(context, value, strlen(value));
    log_text(context, "\n");
}

static void assert_fields_with(const char *path, const seqnet_reader_options *options,
                               const char *text, const char *expected)
{
    seqnet_error err = {0};
    text_log log = {0};
    log_text(&log, "");
    const test_path file = write_file(path, text, strlen(text));
    assert_int_equal(seqnet_reader_list_fields(file.text, options, log_field, &log, &err),
                     SEQNET_OK);
    assert_string_equal(log.text, expected);
    free(log.text);
}

static void assert_fields(const char *path, const char *text, const char *expected)
{
    const seqnet_reader_options options = seqnet_reader_options_default();
    assert_fields_with(path, &options, text, expected);
}

static void columns_have_names_and_values(void **state)
{
    (void)state;
    assert_fields("f.csv", "label,text\npos,\"a, b\"\n", "label=pos\ntext=a, b\n");
    assert_fields("f.tsv", "id\tbody\n1\tx\n", "id=1\nbody=x\n");
    assert_fields("f.csv", "label,text\n", "label=\ntext=\n");
    assert_fields("f.csv", "one,two,text\nx\n", "one=x\ntwo=\ntext=\n");
}

static void columns_that_no_option_chose_are_listed(void **state)
{
    (void)state;
    assert_fields("f.csv", "id,when,team,what\n7,2020-01-02,A,broken\n",
                  "id=7\nwhen=2020-01-02\nteam=A\nwhat=broken\n");
    assert_fields("f.jsonl", "{\"a\":\"one\",\"b\":\"two\",\"c\":\"three\"}\n",
                  "a=one\nb=two\nc=three\n");
    seqnet_reader_options options = seqnet_reader_options_default();
    options.text_fields[0] = "nowhere";
    options.label_field = options.weight_field = "neither";
    assert_fields_with("f.csv", &options, "a,text\n1,b\n", "a=1\ntext=b\n");
}

static void awkward_names_become_numbers(void **state)
{
    (void)state;
    assert_fields("f.csv", "text,two words,\"a,b\",a:b,\"q\"\"q\",2019\nt,1,2,3,4,5\n",
                  "text=t\ntwo words=1\na,b=2\na:b=3\nq\"q=4\n2019=5\n");
    assert_fields("f.csv", "text,,\"line\nfeed\",same,same,\xff\nt,1,2,3,4,5\n",
                  "text=t\n2=1\n3=2\n4=3\n5=4\n6=5\n");
    assert_fields("f.csv", "1,a long text that is no name\n0,another one of them\n",
                  "1=1\n2=a long text that is no name\n");
}

static void keys_of_objects_have_dots(void **state)
{
    (void)state;
    assert_fields("f.jsonl",
                  "\n{\"text\":\"a\\nb\",\"user\":{\"name\":\"x\",\"of\":{\"y\":1.5}},\"none\":{},"
                  "\"list\":[1],\"a.b\":null}\n{\"other\":1}\n",
                  "text=a^Jb\nuser.name=x\nuser.of.y=1.5\nnone=\nlist=\na.b=\n");
}

static void content_shows_the_format(void **state)
{
    (void)state;
    assert_fields("f", "{\"text\":\"x\"}\n", "text=x\n");
    assert_fields("f", "id,text\n1,x\n", "id=1\ntext=x\n");
    assert_fields("f", "a,b\nc,d\ne,f\n", "1=a\n2=b\n");
    assert_fields("f.csv", "", "");
    assert_fields("f.jsonl", "", "");
}

static void options_say_how_to_read(void **state)
{
    (void)state;
    seqnet_reader_options options = seqnet_reader_options_default();
    options.delimiter = ';';
    options.header = SEQNET_HEADER_YES;
    assert_fields_with("f", &options, "a,b;c\nd;e\n", "a,b=d\nc=e\n");
    options.header = SEQNET_HEADER_NO;
    assert_fields_with("f", &options, "text;label\nd;e\n", "1=text\n2=label\n");
    options = seqnet_reader_options_default();
    options.encoding = "WINDOWS-1252";
    assert_fields_with("f.csv", &options, "\xe9tat,text\na,b\n", "\xc3\xa9tat=a\ntext=b\n");
}

static void assert_unreadable(const char *path)
{
    seqnet_error err = {0};
    const seqnet_reader_options options = seqnet_reader_options_default();
    assert_int_equal(seqnet_reader_list_fields(path, &options, log_field, NULL, &err),
                     SEQNET_ERR_DATA);
}

static void what_cannot_be_read_fails(void **state)
{
    (void)state;
    assert_unreadable(in_folder("no_such.csv").text);
    assert_unreadable(write_text("f.jsonl", "[1]\n").text);
    assert_unreadable(write_text("f", "lines of text\nand more\n").text);
    assert_unreadable(write_text("f.ft", "__label__a b\n").text);
    assert_unreadable(write_text("f.jsonl", "{\"a\":\n").text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_have_names_and_values),
        cmocka_unit_test(columns_that_no_option_chose_are_listed),
        cmocka_unit_test(awkward_names_become_numbers),
        cmocka_unit_test(keys_of_objects_have_dots),
        cmocka_unit_test(content_shows_the_format),
        cmocka_unit_test(options_say_how_to_read),
        cmocka_unit_test(what_cannot_be_read_fails),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
