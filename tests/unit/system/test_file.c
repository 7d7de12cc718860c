/* Reading whole files, whatever they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "support.h"

static void reads_a_regular_file(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_bytes bytes;
    const test_path path = write_file("plain", "a\0b\n", 4);
    assert_ok(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, &err), &err);
    assert_int_equal((uintptr_t)bytes.data % 64, 0);
    assert_int_equal(bytes.size, 4);
    assert_memory_equal(bytes.data, "a\0b\n", 4);
    sn_bytes_close(&bytes);
    assert_null(bytes.data);
    assert_int_equal(bytes.size, 0);
    sn_bytes_close(&bytes);
}

/* Runs `reader` with standard input coming from `text` through a pipe. */
static void read_standard_input(const char *text, sn_bytes *bytes, seqnet_status *status,
                                seqnet_error *err)
{
    int ends[2];
    const int kept = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
    *status = sn_bytes_open(bytes, "-", SEQNET_ERR_DATA, err);
    if (kept >= 0) {
        assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
        close(kept);
    }
}

static void reads_a_pipe_to_its_end(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_status status;
    sn_bytes bytes;
    read_standard_input("from a pipe", &bytes, &status, &err);
    assert_ok(status, &err);
    assert_int_equal(bytes.size, 11);
    assert_memory_equal(bytes.data, "from a pipe", 11);
    sn_bytes_close(&bytes);
}

static void an_empty_pipe_is_an_error(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_status status;
    sn_bytes bytes;
    read_standard_input("", &bytes, &status, &err);
    assert_failure(status, &err, SEQNET_ERR_DATA, "standard input: is empty");
}

/* More than one read and more than a pipe holds. */
static void reads_a_long_stream_from_a_device(void **state)
{
    (void)state;
    enum { SIZE = 300000 };
    seqnet_error err = {0};
    sn_bytes bytes;
    char command[256];
    const test_path fifo = in_folder("fifo");
    assert_int_equal(mkfifo(fifo.text, 0600), 0);
    (void)snprintf(command, sizeof command, "head -c %d /dev/zero >'%s' &", SIZE, fifo.text);
    assert_int_equal(system(command), 0);
    assert_ok(sn_bytes_open(&bytes, fifo.text, SEQNET_ERR_DATA, &err), &err);
    assert_int_equal(bytes.size, SIZE);
    for (size_t i = 0; i < SIZE; i++)
        assert_int_equal(bytes.data[i], 0);
    sn_bytes_close(&bytes);
}

static void a_folder_is_named_as_such(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_bytes bytes;
    assert_failure(sn_bytes_open(&bytes, test_folder, SEQNET_ERR_MODEL, &err), &err,
                   SEQNET_ERR_MODEL, "is a folder");
}

static void an_empty_file_is_an_error(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_bytes bytes;
    const test_path path = write_text("empty", "");
    assert_failure(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, &err), &err, SEQNET_ERR_DATA,
                   "empty: is empty");
    assert_null(bytes.data);
}

static void a_missing_file_is_an_error(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_bytes bytes;
    const test_path path = in_folder("missing");
    assert_failure(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, &err), &err, SEQNET_ERR_DATA,
                   "missing: cannot be opened");
    assert_int_equal(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, NULL), SEQNET_ERR_DATA);
    assert_false(sn_file_exists(path.text));
}

static void endings_are_compared_without_regard_to_case(void **state)
{
    (void)state;
    assert_true(sn_has_ending("a.npz", ".npz"));
    assert_true(sn_has_ending("a.NPZ", ".npz"));
    assert_true(sn_has_ending("folder/a.csv.Gz", ".gz"));
    assert_false(sn_has_ending("a.npz.csv", ".npz"));
    assert_false(sn_has_ending("a.np", ".npz"));
    assert_false(sn_has_ending(".npz", ".npz"));
    assert_false(sn_has_ending("", ".npz"));
}

static void a_packed_file_has_its_ending_before_that_of_gzip(void **state)
{
    (void)state;
    assert_true(sn_has_ending_packed("a.csv", ".csv"));
    assert_true(sn_has_ending_packed("a.csv.gz", ".csv"));
    assert_true(sn_has_ending_packed("A.CSV.GZ", ".csv"));
    assert_false(sn_has_ending_packed("a.csv.gz.gz", ".csv"));
    assert_false(sn_has_ending_packed("a.gz", ".csv"));
    assert_false(sn_has_ending_packed("a.tsv.gz", ".csv"));
    assert_false(sn_has_ending_packed(".csv", ".csv"));
    assert_false(sn_has_ending_packed(".csv.gz", ".csv"));
    assert_false(sn_has_ending_packed(".gz", ".csv"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_regular_file),
        cmocka_unit_test(reads_a_pipe_to_its_end),
        cmocka_unit_test(an_empty_pipe_is_an_error),
        cmocka_unit_test(reads_a_long_stream_from_a_device),
        cmocka_unit_test(a_folder_is_named_as_such),
        cmocka_unit_test(an_empty_file_is_an_error),
        cmocka_unit_test(a_missing_file_is_an_error),
        cmocka_unit_test(endings_are_compared_without_regard_to_case),
        cmocka_unit_test(a_packed_file_has_its_ending_before_that_of_gzip),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
