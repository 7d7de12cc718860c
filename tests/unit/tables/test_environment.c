/* The table of environment variables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "environment.h"

enum { MOST = 100 };

/* Takes the names of a row, with ", " between them. */
static size_t take_names(const char *names, const char *all[MOST], size_t lengths[MOST],
                         size_t count)
{
    for (; *names; names += strspn(names, ", ")) {
        assert_true(count < MOST);
        all[count] = names;
        lengths[count] = strcspn(names, ",");
        names += lengths[count++];
    }
    return count;
}

static void test_each_variable_has_one_row(void **state)
{
    const char *names[MOST];
    size_t lengths[MOST], count = 0;
    (void)state;
    for (size_t i = 0; i < ENVIRONMENT_COUNT; i++)
        count = take_names(ENVIRONMENT[i].name, names, lengths, count);
    assert_true(count > ENVIRONMENT_COUNT);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (lengths[i] == lengths[j] && strncmp(names[i], names[j], lengths[i]) == 0)
                fail_msg("%.*s has two rows", (int)lengths[i], names[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_variable_has_one_row)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
