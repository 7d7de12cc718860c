/* Names of models in charts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model_names.h"

static void assert_name(const char *given, const char *path, bool with_folder, const char *name)
{
    char *const made = make_model_name(given, path, with_folder, "!");
    assert_non_null(made);
    assert_string_equal(made, name);
    free(made);
}

static void test_a_name_is_the_files_or_the_given_one(void **state)
{
    (void)state;
    assert_name(NULL, "dir.d/my.model.safetensors", false, "my.model!");
    assert_name(NULL, "dir.d/my.model.safetensors", true, "dir.d/my.model!");
    assert_name(NULL, "dir.d/model", false, "model!");
    assert_name(NULL, ".safetensors", false, ".safetensors!");
    assert_name("LSTM", "dir.d/model", true, "LSTM!");
}

static void test_files_of_one_name_in_two_folders_share_it(void **state)
{
    (void)state;
    assert_true(share_file_name("a/m.safetensors", "b/m.safetensors"));
    assert_true(share_file_name("m.safetensors", "b/m.safetensors"));
    assert_false(share_file_name("a/m.safetensors", "a/m.safetensors"));
    assert_false(share_file_name("a/m.safetensors", "a/n.safetensors"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_name_is_the_files_or_the_given_one),
        cmocka_unit_test(test_files_of_one_name_in_two_folders_share_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
