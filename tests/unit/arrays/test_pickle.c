/* Hand-made pickles: what is allowed, what is refused, and how hostile ones end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "pickle.h"

/* A string literal's bytes, zeros included. */
#define BYTES(text) text, sizeof(text) - 1

/* _reconstruct(ndarray, (0,), b'b') and the state's start for `count` objects, up to the list. */
#define ARRAY(count)                                                                               \
    "\x80\x03"                                                                                     \
    "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85"                             \
    "C\x01"                                                                                        \
    "b\x87R(K\x01K" count "\x85"                                                                   \
    "cnumpy\ndtype\nX\x02\x00\x00\x00O8K\x00K\x01\x87R(K\x03X\x01\x00\x00\x00|"                    \
    "NNNJ\xff\xff\xff\xff"                                                                         \
    "J\xff\xff\xff\xffK?tb\x89"
#define END "tb."

static seqnet_status read_pickle(const char *data, size_t size, size_t count, sn_sequences *rows,
                                 seqnet_error *err)
{
    uint8_t *const exact = malloc(size ? size : 1);
    memcpy(exact, data, size);
    sn_cursor cursor = sn_cursor_over(exact, size);
    *rows = (sn_sequences){0};
    const seqnet_status status = sn_pickle_read_rows(rows, &cursor, count, "x.npy", err);
    free(exact);
    return status;
}

static void accepted(const char *data, size_t size, size_t count, size_t ids)
{
    sn_sequences rows;
    seqnet_error err = {0};
    if (read_pickle(data, size, count, &rows, &err) != SEQNET_OK)
        fail_msg("%s", err.message);
    assert_int_equal(rows.count, count);
    assert_int_equal(rows.offsets[count], ids);
    sn_sequences_free(&rows);
}

static void refused(const char *data, size_t size, const char *expected)
{
    sn_sequences rows;
    seqnet_error err = {0};
    assert_int_equal(read_pickle(data, size, 1, &rows, &err), SEQNET_ERR_DATA);
    if (strncmp(err.message, "x.npy: ", 7) != 0 || !strstr(err.message, expected))
        fail_msg("'%s', expected '%s'", err.message, expected);
    sn_sequences_free(&rows);
}

static void plain_rows(void **state)
{
    (void)state;
    accepted(BYTES(ARRAY("\x01") "](](K\x01M\x2c\x01J\x01\x00\x01\x00"
                                 "ee" END),
             1, 3);
    accepted(BYTES(ARRAY("\x02") "](]](K\x01K\x02"
                                 "ee" END),
             2, 2);
    accepted(BYTES(ARRAY("\x01") "]]K\x05"
                                 "aa" END),
             1, 1);                                            /* APPEND */
    accepted(BYTES(ARRAY("\x01") "((K\x01K\x02ll" END), 1, 2); /* LIST */
}

static void ints_of_every_kind(void **state)
{
    (void)state;
    /* LONG1, booleans, a tuple, ints after a long one */
    accepted(BYTES(ARRAY("\x01") "](](\x8a\x02\x2c\x01\x88K\x07"
                                 "ee" END),
             1, 3);
    accepted(BYTES(ARRAY("\x01") "](K\x01K\x02\x86"
                                 "e" END),
             1, 2);
    accepted(BYTES(ARRAY("\x01") "](](\x8b\x01\x00\x00\x00\x05"
                                 "ee" END),
             1, 1);
}

static void other_globals_are_refused_by_name(void **state)
{
    (void)state;
    refused(BYTES("\x80\x02"
                  "cos\nsystem\nX\x02\x00\x00\x00id\x85R."),
            "os.system");
    refused(BYTES("\x80\x04\x8c\x02os\x8c\x06system\x93."), "asks for os.system");
    refused(BYTES("\x80\x02"
                  "cnumpy\nload\n."),
            "numpy.load");
    refused(BYTES("\x80\x02"
                  "cbuiltins\neval\n."),
            "builtins.eval");
    refused(BYTES("\x80\x02"
                  "c_codecs\ndecode\n."),
            "_codecs.decode");
    refused(BYTES("\x80\x02"
                  "cos\033[2J\nsys\x9btem\n."),
            "os?[2J.sys?tem,");
}

static void allowed_globals_do_only_their_own(void **state)
{
    (void)state;
    refused(BYTES("\x80\x02"
                  "cnumpy\nndarray\nK\x01\x85R."),
            "integer rows");
    refused(BYTES("\x80\x02"
                  "cnumpy\ndtype\nX\x03\x00\x00\x00"
                  "foo\x85R."),
            "integer rows");
    refused(BYTES("\x80\x02"
                  "c_codecs\nencode\nX\x01\x00\x00\x00"
                  "aX\x05\x00\x00\x00utf-8\x86R."),
            "integer rows");
    refused(BYTES("\x80\x02"
                  "cnumpy.core.multiarray\nscalar\nNN\x86R."),
            "integer rows");
    refused(BYTES("\x80\x02"
                  "cnumpy.core.multiarray\n_reconstruct\nK\x01\x85R."),
            "integer rows");
}

static void a_broken_stack_is_noticed(void **state)
{
    (void)state;
    refused(BYTES(""), "early");
    refused(BYTES("."), "empty stack");
    refused(BYTES("0."), "empty stack");
    refused(BYTES("(0."), "empty stack");
    refused(BYTES("1."), "mark");
    refused(BYTES("e."), "mark");
    refused(BYTES("t."), "mark");
    refused(BYTES("(e."), "no list");
    refused(BYTES("K\x01(K\x02"
                  "e."),
            "no list");
    refused(BYTES("K\x01K\x02"
                  "a."),
            "no list");
    refused(BYTES("K\x01\x86."), "empty stack");
    refused(BYTES("(\x85."), "empty stack");
    refused(BYTES("NNR."), "integer rows");
    refused(BYTES("NNb."), "integer rows");
    refused(BYTES("NN\x93."), "name");
    refused(BYTES("N."), "integer rows");
    refused(BYTES("]."), "integer rows");
    refused(BYTES("h\x00."), "never remembered");
    refused(BYTES("q\x00."), "nothing to remember");
    refused(BYTES("Nr\xff\xff\xff\x7f."), "memo number");
    refused(BYTES("\x80\x02Pid\n."), "opcode 0x50");
    refused(BYTES("I1\n."), "integer rows");
    refused(BYTES("\x8e\xff\xff\xff\xff\xff\xff\xff\xff"
                  "abc."),
            "early");
    refused(BYTES("T\xff\xff\xff\xff"
                  "abc."),
            "early");
    refused(BYTES("\x8b\xff\xff\xff\xff"
                  "abc."),
            "early");
    refused(BYTES("\x8a\x09"
                  "123456789."),
            "9 bytes");
    refused(BYTES("cnumpy\n"), "early");
}

static void wrong_contents_are_named(void **state)
{
    (void)state;
    refused(BYTES(ARRAY("\x02") "](]]e" END), "2 rows, but its header says 1");
    refused(BYTES(ARRAY("\x01") "](K\x05"
                                "e" END),
            "row 0 is no list");
    refused(BYTES(ARRAY("\x01") "](Ne" END), "row 0 is no list");
    refused(BYTES(ARRAY("\x01") "](](Nee" END), "row 0 holds something");
    refused(BYTES(ARRAY("\x01") "](](J\xff\xff\xff\xff"
                                "ee" END),
            "row 0 holds -1");
    refused(BYTES(ARRAY("\x01") "](](\x8a\x05\x00\x00\x00\x00\x01"
                                "ee" END),
            "holds 4294967296");
    refused(BYTES(ARRAY("\x02") "](]e" END), "integer rows"); /* shape and list disagree */
}

/* The list contains itself: a row that is no list of integers, not a hang. */
static void a_list_in_itself(void **state)
{
    (void)state;
    refused(BYTES(ARRAY("\x01") "]q\x00h\x00"
                                "a" END),
            "row 0 holds something");
}

/* A long row that is referred to very often: the ids it would give are bounded by the input. */
static void shared_rows_do_not_explode(void **state)
{
    (void)state;
    enum { ROW = 60000, REFERENCES = 60000 };
    static const char start[] = "\x80\x02"
                                "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85"
                                "U\x01"
                                "b\x87R(K\x01M\x60\xea\x85"
                                "cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R\x89](";
    char *const data = malloc(sizeof start + 2 * ROW + 2 * REFERENCES + 64);
    size_t size = sizeof start - 1;
    memcpy(data, start, size);
    memcpy(data + size, "]q\x00(", 4);
    size += 4;
    for (size_t i = 0; i < ROW; i++, size += 2)
        memcpy(data + size, "K\x01", 2);
    data[size++] = 'e';
    for (size_t i = 1; i < REFERENCES; i++, size += 2)
        memcpy(data + size, "h\x00", 2);
    memcpy(data + size, "etb.", 4);
    sn_sequences rows;
    seqnet_error err = {0};
    assert_int_equal(read_pickle(data, size + 4, REFERENCES, &rows, &err), SEQNET_ERR_DATA);
    assert_non_null(strstr(err.message, "share"));
    sn_sequences_free(&rows);
    free(data);
}

/* Sharing itself is fine: an oversampled row, an array of one row. */
static void rows_may_be_shared(void **state)
{
    (void)state;
    accepted(BYTES(ARRAY("\x03") "](]q\x00(K\x01K\x02K\x03K\x04K\x05K\x06K\x07K\x08"
                                 "eh\x00h\x00"
                                 "e" END),
             3, 24);
    static const char start[] = ARRAY("\x64") "](]q\x00(";
    char data[sizeof start + 1024];
    size_t size = sizeof start - 1;
    memcpy(data, start, size);
    for (size_t i = 0; i < 50; i++, size += 2)
        memcpy(data + size, "K\x01", 2);
    data[size++] = 'e';
    for (size_t i = 1; i < 100; i++, size += 2)
        memcpy(data + size, "h\x00", 2);
    memcpy(data + size, "etb.", 4);
    accepted(data, size + 4, 100, 5000); /* more ids than bytes */
}

/* `piece` over and over: kilobytes in a zip, gigabytes in a careless reader. */
static void refused_repeated(const char *start, size_t start_size, const char *piece,
                             size_t piece_size, size_t times, const char *expected)
{
    const size_t size = start_size + piece_size * times;
    char *const data = malloc(size);
    assert_non_null(data);
    memcpy(data, start, start_size);
    for (size_t i = 0; i < times; i++)
        memcpy(data + start_size + i * piece_size, piece, piece_size);
    refused(data, size, expected);
    free(data);
}

static void a_deep_stack_is_refused(void **state)
{
    (void)state;
    refused_repeated(BYTES("\x80\x02"), BYTES("N"), 5000000, "too many objects");
    refused_repeated(BYTES("\x80\x02"), BYTES("("), 5000000, "too many objects");
}

/* Each call would make a megabyte out of nine bytes. */
static void a_text_is_not_encoded_again_and_again(void **state)
{
    (void)state;
    enum { TEXT = 1 << 20 };
    static const char head[] = "\x80\x02X\x00\x00\x10\x00";
    static const char tail[] = "q\x00X\x06\x00\x00\x00latin1q\x01"
                               "c_codecs\nencode\nq\x02";
    const size_t head_size = sizeof head - 1, tail_size = sizeof tail - 1;
    char *const start = malloc(head_size + TEXT + tail_size);
    assert_non_null(start);
    memcpy(start, head, head_size);
    memset(start + head_size, 'a', TEXT);
    memcpy(start + head_size + TEXT, tail, tail_size);
    refused_repeated(start, head_size + TEXT + tail_size, BYTES("h\x02h\x00h\x01\x86R0"), 1000,
                     "again and again");
    free(start);
}

/* One opcode asks for a memo of as many places as bytes are still to come. */
static void a_memo_number_is_bounded_by_the_bytes_read(void **state)
{
    (void)state;
    refused_repeated(BYTES("\x80\x02Nr\x00\x00\x01\x00"), BYTES("N"), 100000, "memo number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows),
        cmocka_unit_test(ints_of_every_kind),
        cmocka_unit_test(other_globals_are_refused_by_name),
        cmocka_unit_test(allowed_globals_do_only_their_own),
        cmocka_unit_test(a_broken_stack_is_noticed),
        cmocka_unit_test(wrong_contents_are_named),
        cmocka_unit_test(a_list_in_itself),
        cmocka_unit_test(shared_rows_do_not_explode),
        cmocka_unit_test(rows_may_be_shared),
        cmocka_unit_test(a_deep_stack_is_refused),
        cmocka_unit_test(a_text_is_not_encoded_again_and_again),
        cmocka_unit_test(a_memo_number_is_bounded_by_the_bytes_read),
    };
    return cmocka_run_group_tests_name("pickle", tests, NULL, NULL);
}
