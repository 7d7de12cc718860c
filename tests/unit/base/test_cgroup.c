/* Control groups: which folders are visited, in made-up copies of /proc/self/cgroup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cgroup.h"
#include "support.h"

static void collect(void *user, const char *folder)
{
    char *const list = user;
    const size_t used = strlen(list);
    (void)snprintf(list + used, 256 - used, "[%s]", folder);
}

/* Passes when these folders are visited in this order. */
static void assert_visits(const char *controller, const char *expected)
{
    char list[256] = "";
    sn_cgroup_each(test_folder, controller, collect, list);
    assert_string_equal(list, expected);
}

static int make_proc(void **state)
{
    return make_folder(state) || mkdir(in_folder("proc").text, 0777) ||
           mkdir(in_folder("proc/self").text, 0777);
}

static void write_groups(const char *text)
{
    (void)write_text("proc/self/cgroup", text);
}

static void a_group_and_all_above_it_are_visited(void **state)
{
    (void)state;
    write_groups("0::/system.slice/a.service/inner\n");
    assert_visits(NULL,
                  "[/system.slice/a.service/inner][/system.slice/a.service][/system.slice][]");
}

static void the_root_group_is_visited_once(void **state)
{
    (void)state;
    write_groups("0::/\n");
    assert_visits(NULL, "[]");
}

static void a_controller_is_found_among_others(void **state)
{
    (void)state;
    write_groups("5:cpu,cpuacct:/c\n4:hugetlb,memory:/docker/ab\n1:name=systemd:/s\n0::/u\n");
    assert_visits("memory", "[/docker/ab][/docker][]");
    assert_visits("cpu", "[/c][]");
    assert_visits("cpuacct", "[/c][]");
    assert_visits("hugetlb", "[/docker/ab][/docker][]");
    assert_visits(NULL, "[/u][]");
}

static void a_part_of_a_name_is_no_controller(void **state)
{
    (void)state;
    write_groups("5:memory2,xmemory:/a\n4:name=memory:/b\n3:mem:/c\n");
    assert_visits("memory", "[]");
    assert_visits(NULL, "[]");
}

static void a_folder_may_have_colons_and_blanks(void **state)
{
    (void)state;
    write_groups("4:memory:/a:b c/d\n");
    assert_visits("memory", "[/a:b c/d][/a:b c][]");
}

static void a_last_line_without_an_end_counts(void **state)
{
    (void)state;
    write_groups("0::/a");
    assert_visits(NULL, "[/a][]");
}

static void lines_of_another_form_are_passed_over(void **state)
{
    (void)state;
    write_groups("\nnothing\n4:\n:\n0::\n0::/a\n");
    assert_visits(NULL, "[/a][]");
}

static void without_the_file_there_is_the_root(void **state)
{
    (void)state;
    (void)unlink(in_folder("proc/self/cgroup").text);
    assert_visits("memory", "[]");
    assert_visits(NULL, "[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_group_and_all_above_it_are_visited),
        cmocka_unit_test(the_root_group_is_visited_once),
        cmocka_unit_test(a_controller_is_found_among_others),
        cmocka_unit_test(a_part_of_a_name_is_no_controller),
        cmocka_unit_test(a_folder_may_have_colons_and_blanks),
        cmocka_unit_test(a_last_line_without_an_end_counts),
        cmocka_unit_test(lines_of_another_form_are_passed_over),
        cmocka_unit_test(without_the_file_there_is_the_root),
    };
    return cmocka_run_group_tests(tests, make_proc, remove_folder);
}
