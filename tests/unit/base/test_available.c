/* How much memory is left, in made-up copies of /proc and /sys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "available.h"
#include "support.h"

enum { KB = 1024, MB = 1024 * 1024 };

static int make_root(void **state)
{
    static test_path root;
    root = in_folder("root");
    *state = root.text;
    return mkdir(root.text, 0777);
}

static int clear_root(void **state)
{
    return nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* Writes a file of the made-up tree, with its folders. */
static void put(const char *name, const char *text)
{
    char path[96];
    (void)snprintf(path, sizeof path, "root/%s", name);
    for (char *slash = path; (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        (void)mkdir(in_folder(path).text, 0777);
        *slash = '/';
    }
    (void)write_text(path, text);
}

/* A machine with 1000 MB left, 200 MB of them swap. */
static void put_machine(void)
{
    put("proc/meminfo", "MemTotal:        2048000 kB\nMemFree:  1 kB\nMemAvailable:     819200 kB\n"
                        "SwapTotal:  1024000 kB\nSwapFree:         204800 kB\n");
}

/* A group's limit and use in MB, as version 2 writes them. */
static void put_group(const char *folder, const char *limit, const char *usage, const char *files)
{
    char name[96], text[96];
    (void)snprintf(name, sizeof name, "%s/memory.max", folder);
    put(name, limit);
    (void)snprintf(name, sizeof name, "%s/memory.current", folder);
    put(name, usage);
    if (!files)
        return;
    (void)snprintf(name, sizeof name, "%s/memory.stat", folder);
    (void)snprintf(text, sizeof text, "anon 1\nactive_file 0\ninactive_file %s\n", files);
    put(name, text);
}

static void nothing_known_is_no_limit(void **root)
{
    assert_true(sn_available_memory(*root) == SIZE_MAX);
}

static void a_machine_has_what_is_available_and_swap(void **root)
{
    put_machine();
    assert_true(sn_available_memory(*root) == (size_t)1000 * MB);
}

static void a_machine_without_swap(void **root)
{
    put("proc/meminfo", "MemAvailable: 512 kB\n");
    assert_true(sn_available_memory(*root) == (size_t)512 * KB);
}

static void an_old_kernel_does_not_tell(void **root)
{
    put("proc/meminfo", "MemTotal: 512 kB\nMemFree: 100 kB\n");
    assert_true(sn_available_memory(*root) == SIZE_MAX);
}

static void a_group_of_version_2_limits(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "104857600\n", "41943040\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)60 * MB);
}

static void files_that_a_group_can_give_back_are_free(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "104857600\n", "94371840\n", "31457280");
    assert_true(sn_available_memory(*root) == (size_t)40 * MB);
}

/* The two numbers are not of one moment. */
static void more_files_than_use_leave_the_whole_limit(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "104857600\n", "1048576\n", "31457280");
    assert_true(sn_available_memory(*root) == (size_t)100 * MB);
}

static void a_group_beyond_its_limit_has_nothing_left(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "104857600\n", "104861696\n", NULL);
    assert_true(sn_available_memory(*root) == 0);
}

static void the_machine_may_have_less_than_the_group(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "10737418240\n", "0\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)1000 * MB);
}

static void max_is_no_limit(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put_group("sys/fs/cgroup/app", "max\n", "41943040\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)1000 * MB);
}

static void the_tightest_of_nested_groups_counts(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/outer/middle/inner\n");
    put_group("sys/fs/cgroup/outer/middle/inner", "max\n", "1048576\n", NULL);
    put_group("sys/fs/cgroup/outer/middle", "52428800\n", "31457280\n", NULL);
    put_group("sys/fs/cgroup/outer", "104857600\n", "73400320\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)20 * MB);
    put_group("sys/fs/cgroup/outer", "104857600\n", "94371840\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)10 * MB);
}

/* A container sees its own group where the root is mounted, and may name a folder of the host. */
static void a_container_finds_its_limit_at_the_mount(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/docker/0123456789\n");
    put_group("sys/fs/cgroup", "104857600\n", "20971520\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)80 * MB);
}

static void put_version_1(const char *folder, const char *limit, const char *usage)
{
    char name[96];
    (void)snprintf(name, sizeof name, "sys/fs/cgroup/memory%s/memory.limit_in_bytes", folder);
    put(name, limit);
    (void)snprintf(name, sizeof name, "sys/fs/cgroup/memory%s/memory.usage_in_bytes", folder);
    put(name, usage);
}

static void a_group_of_version_1_limits(void **root)
{
    put_machine();
    put("proc/self/cgroup", "5:cpu:/other\n4:memory:/a/b\n");
    put_version_1("", "9223372036854771712\n", "104857600\n");
    put_version_1("/a", "9223372036854771712\n", "104857600\n");
    put_version_1("/a/b", "104857600\n", "94371840\n");
    assert_true(sn_available_memory(*root) == (size_t)10 * MB);
}

/* Of version 1 the files of groups inside count too: those of the line with "total_". */
static void files_of_version_1_are_those_of_all_groups_inside(void **root)
{
    put_machine();
    put("proc/self/cgroup", "4:memory:/a\n");
    put_version_1("/a", "104857600\n", "94371840\n");
    put("sys/fs/cgroup/memory/a/memory.stat",
        "cache 1\ninactive_file 1048576\ntotal_cache 2\ntotal_inactive_file 10485760\n"
        "total_active_file 10485760\n");
    assert_true(sn_available_memory(*root) == (size_t)30 * MB);
}

static void version_1_without_a_limit_is_no_limit(void **root)
{
    put_machine();
    put("proc/self/cgroup", "4:memory:/\n");
    put_version_1("", "9223372036854771712\n", "104857600\n");
    assert_true(sn_available_memory(*root) == (size_t)1000 * MB);
}

/* Both versions at once: memory is in one of them. */
static void both_versions_side_by_side(void **root)
{
    put_machine();
    put("proc/self/cgroup", "4:memory:/one\n0::/two\n");
    put_version_1("/one", "104857600\n", "41943040\n");
    put("sys/fs/cgroup/unified/two/cgroup.procs", "1\n");
    assert_true(sn_available_memory(*root) == (size_t)60 * MB);
    put_group("sys/fs/cgroup/unified/two", "52428800\n", "41943040\n", NULL);
    assert_true(sn_available_memory(*root) == (size_t)10 * MB);
}

static void a_limit_without_a_use_is_not_known(void **root)
{
    put_machine();
    put("proc/self/cgroup", "0::/app\n");
    put("sys/fs/cgroup/app/memory.max", "104857600\n");
    assert_true(sn_available_memory(*root) == (size_t)1000 * MB);
}

static void empty_files_are_no_limit(void **root)
{
    put("proc/meminfo", "");
    put("proc/self/cgroup", "");
    put_group("sys/fs/cgroup", "", "", "");
    assert_true(sn_available_memory(*root) == SIZE_MAX);
}

static void this_machine_has_something_left(void **state)
{
    (void)state;
    assert_true(sn_available_memory("") > (size_t)MB);
}

/* The smaller of what the machine has and of what a limit of this process leaves. */
static void a_limit_of_the_process_counts(void **root)
{
    struct rlimit before, lower;
#ifdef __SANITIZE_ADDRESS__
    SKIP_WITHOUT("a process whose memory is its own: the sanitizer maps more than the limit");
#endif
    put_machine();
    put("proc/self/status", "Name:\tseqnet\nVmSize:\t  2048 kB\nVmData:\t  1024 kB\n");
    assert_int_equal(getrlimit(RLIMIT_DATA, &before), 0);
    lower = before;
    lower.rlim_cur = 900 * MB;
    if (before.rlim_cur != RLIM_INFINITY || setrlimit(RLIMIT_DATA, &lower) != 0)
        SKIP_WITHOUT("a process without a limit on data");
    const size_t left = sn_limited_memory(*root), machine = sn_available_memory(*root);
    lower.rlim_cur = 1 * MB;
    const int is_low = setrlimit(RLIMIT_DATA, &lower) == 0;
    const size_t none = sn_limited_memory(*root);
    assert_int_equal(setrlimit(RLIMIT_DATA, &before), 0);
    assert_true(left == (size_t)899 * MB);
    assert_true(machine == (size_t)1000 * MB);
    assert_true(!is_low || none == 0);
    assert_true(sn_limited_memory(*root) == machine);
}

#define in_root(test) cmocka_unit_test_setup_teardown(test, make_root, clear_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_root(nothing_known_is_no_limit),
        in_root(a_machine_has_what_is_available_and_swap),
        in_root(a_machine_without_swap),
        in_root(an_old_kernel_does_not_tell),
        in_root(a_group_of_version_2_limits),
        in_root(files_that_a_group_can_give_back_are_free),
        in_root(more_files_than_use_leave_the_whole_limit),
        in_root(a_group_beyond_its_limit_has_nothing_left),
        in_root(the_machine_may_have_less_than_the_group),
        in_root(max_is_no_limit),
        in_root(the_tightest_of_nested_groups_counts),
        in_root(a_container_finds_its_limit_at_the_mount),
        in_root(a_group_of_version_1_limits),
        in_root(files_of_version_1_are_those_of_all_groups_inside),
        in_root(version_1_without_a_limit_is_no_limit),
        in_root(both_versions_side_by_side),
        in_root(a_limit_without_a_use_is_not_known),
        in_root(empty_files_are_no_limit),
        in_root(a_limit_of_the_process_counts),
        cmocka_unit_test(this_machine_has_something_left),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
