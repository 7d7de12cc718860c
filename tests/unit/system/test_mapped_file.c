/* Mapped files: their bytes, and what cannot be mapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mapped_file.h"
#include "support.h"

static void a_file_is_there_as_a_whole(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_mapped_file file;
    const test_path path = write_text("some", "some bytes");
    assert_ok(sn_mapped_file_open(&file, path.text, &err), &err);
    assert_int_equal(file.size, 10);
    assert_memory_equal(file.data, "some bytes", 10);
    file.data[0] = 'S'; /* in this process alone */
    assert_file_is(path.text, "some bytes");
    sn_mapped_file_close(&file);
    assert_null(file.data);
    sn_mapped_file_close(&file);
}

static void other_things_are_refused(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_mapped_file file;
    const test_path none = in_folder("none"), empty = write_text("empty", "");
    assert_failure(sn_mapped_file_open(&file, none.text, &err), &err, SEQNET_ERR_DATA,
                   "cannot be opened");
    assert_failure(sn_mapped_file_open(&file, empty.text, &err), &err, SEQNET_ERR_DATA,
                   "is no regular file with something in it");
    assert_failure(sn_mapped_file_open(&file, test_folder, &err), &err, SEQNET_ERR_DATA,
                   "is no regular file");
    sn_mapped_file_close(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_is_there_as_a_whole),
                                       cmocka_unit_test(other_things_are_refused)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
