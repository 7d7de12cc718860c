/*
 * Writing files so that the old one stays until the new one is complete and nothing else is left
 * behind, or ever seen.
 */
#if defined(__linux__)
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <seqnet/output.h>

#include "file.h"
#include "support.h"

/* A fresh folder for each test that counts what is in it. */
static int make_room(void **state)
{
    static test_path room;
    room = in_folder("room");
    *state = room.text;
    return mkdir(room.text, 0777);
}

static int clear_room(void **state)
{
    return nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static seqnet_status write_whole(const char *path, const char *text, bool *replaced,
                                 seqnet_error *err)
{
    seqnet_output *output = NULL;
    SN_TRY(seqnet_output_open(&output, path, err));
    const seqnet_status status = seqnet_output_write(output, text, strlen(text), err);
    if (status == SEQNET_OK)
        return seqnet_output_commit(output, replaced, err);
    seqnet_output_discard(output);
    return status;
}

static mode_t permissions(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void creates_a_file(void **room)
{
    seqnet_error err = {0};
    bool replaced = true;
    const test_path path = in_folder("room/new");
    assert_ok(write_whole(path.text, "first", &replaced, &err), &err);
    assert_false(replaced);
    assert_true(sn_file_exists(path.text));
    assert_file_is(path.text, "first");
    assert_int_equal(count_entries(*room), 1);
}

static void the_old_file_stays_until_the_commit(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output = NULL;
    bool replaced = false;
    const test_path path = write_text("room/file", "old");
    assert_ok(seqnet_output_open(&output, path.text, &err), &err);
    assert_ok(seqnet_output_write(output, "new ", 4, &err), &err);
    assert_file_is(path.text, "old");
    assert_ok(seqnet_output_write(output, "text", 4, &err), &err);
    assert_file_is(path.text, "old");
    assert_ok(seqnet_output_commit(output, &replaced, &err), &err);
    assert_true(replaced);
    assert_file_is(path.text, "new text");
    assert_int_equal(count_entries(*room), 1);
}

/* A reader that opened the old file keeps all of it: the new one is another file. */
static void a_reader_of_the_old_file_keeps_it(void **state)
{
    (void)state;
    seqnet_error err = {0};
    sn_bytes bytes;
    const test_path path = write_text("room/file", "old bytes");
    assert_ok(sn_bytes_open(&bytes, path.text, SEQNET_ERR_DATA, &err), &err);
    assert_ok(write_whole(path.text, "new", NULL, &err), &err);
    assert_int_equal(bytes.size, 9);
    assert_memory_equal(bytes.data, "old bytes", 9);
    sn_bytes_close(&bytes);
}

static void a_discard_leaves_the_old_file_intact(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output = NULL;
    const test_path path = write_text("room/file", "old");
    assert_ok(seqnet_output_open(&output, path.text, &err), &err);
    assert_ok(seqnet_output_write(output, "half", 4, &err), &err);
    seqnet_output_discard(output);
    assert_file_is(path.text, "old");
    assert_int_equal(count_entries(*room), 1);
    seqnet_output_discard(NULL);
}

static void a_discard_of_a_new_file_leaves_nothing(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output = NULL;
    assert_ok(seqnet_output_open(&output, in_folder("room/new").text, &err), &err);
    seqnet_output_discard(output);
    assert_int_equal(count_entries(*room), 0);
}

static void two_commits_one_after_the_other(void **room)
{
    seqnet_error err = {0};
    bool replaced = true;
    const test_path path = in_folder("room/file");
    assert_ok(write_whole(path.text, "a longer first text", &replaced, &err), &err);
    assert_false(replaced);
    assert_ok(write_whole(path.text, "second", &replaced, &err), &err);
    assert_true(replaced);
    assert_file_is(path.text, "second");
    assert_int_equal(count_entries(*room), 1);
}

/* Two writers of one target at a time: each commit puts a whole file in place. */
static void two_outputs_at_once_do_not_mix(void **room)
{
    seqnet_error err = {0};
    seqnet_output *first = NULL, *second = NULL;
    const test_path path = in_folder("room/file");
    assert_ok(seqnet_output_open(&first, path.text, &err), &err);
    assert_ok(seqnet_output_write(first, "first", 5, &err), &err);
    assert_ok(seqnet_output_open(&second, path.text, &err), &err);
    assert_ok(seqnet_output_write(second, "sec", 3, &err), &err);
    const seqnet_status first_status = seqnet_output_commit(first, NULL, &err);
    if (first_status == SEQNET_OK)
        assert_file_is(path.text, "first");
    assert_ok(seqnet_output_write(second, "ond", 3, &err), &err);
    assert_ok(seqnet_output_commit(second, NULL, &err), &err);
    assert_ok(first_status, &err);
    assert_file_is(path.text, "second");
    assert_int_equal(count_entries(*room), 1);
}

static void an_empty_output_is_an_empty_file(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const test_path path = in_folder("room/file");
    assert_ok(write_whole(path.text, "", NULL, &err), &err);
    assert_file_is(path.text, "");
}

static void a_link_is_kept_and_its_target_replaced(void **room)
{
    seqnet_error err = {0};
    struct stat info;
    bool replaced = false;
    const test_path target = write_text("room/target", "old");
    const test_path link = in_folder("room/link");
    assert_int_equal(symlink("target", link.text), 0);
    assert_ok(write_whole(link.text, "new", &replaced, &err), &err);
    assert_true(replaced);
    assert_int_equal(lstat(link.text, &info), 0);
    assert_true(S_ISLNK(info.st_mode));
    assert_int_equal(lstat(target.text, &info), 0);
    assert_true(S_ISREG(info.st_mode));
    assert_file_is(target.text, "new");
    assert_int_equal(count_entries(*room), 2);
}

static void a_link_into_another_folder_is_followed(void **room)
{
    seqnet_error err = {0};
    const test_path other = in_folder("room/other");
    const test_path link = in_folder("room/link");
    assert_int_equal(mkdir(other.text, 0777), 0);
    const test_path target = write_text("room/other/target", "old");
    assert_int_equal(symlink("other/target", link.text), 0);
    assert_ok(write_whole(link.text, "new", NULL, &err), &err);
    assert_file_is(target.text, "new");
    assert_int_equal(count_entries(other.text), 1);
    assert_int_equal(count_entries(*room), 2);
}

/* The umask is for new files: what the user set on an old one stays, wider bits included. */
static void permission_bits_are_kept(void **state)
{
    (void)state;
    static const mode_t modes[] = {0600, 0640, 0644, 0755, 0664, 0666, 0622};
    seqnet_error err = {0};
    const mode_t before = umask(022);
    const test_path path = write_text("room/file", "old");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(path.text, modes[i]), 0);
        const seqnet_status status = write_whole(path.text, "new", NULL, &err);
        assert_ok(status, &err);
        if (permissions(path.text) != modes[i])
            print_error("mode %04o became %04o\n", (unsigned)modes[i],
                        (unsigned)permissions(path.text));
        assert_int_equal(permissions(path.text), modes[i]);
    }
    umask(before);
}

static void a_new_file_obeys_the_umask(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const test_path path = in_folder("room/file");
    const mode_t before = umask(027);
    const seqnet_status status = write_whole(path.text, "new", NULL, &err);
    umask(before);
    assert_ok(status, &err);
    assert_int_equal(permissions(path.text), 0640);
}

static void a_full_device_is_a_write_error(void **state)
{
    (void)state;
    seqnet_error err = {0};
    struct stat before, after;
    const test_path full = safe_device("full", 7);
    if (stat(full.text, &before) != 0)
        SKIP_WITHOUT("/dev/full, or the right to make such a device");
    assert_ok(seqnet_output_check(full.text, &err), &err);
    assert_failure(write_whole(full.text, "text", NULL, &err), &err, SEQNET_ERR_WRITE,
                   "/full: cannot be written");
    assert_int_equal(stat(full.text, &after), 0);
    assert_true(S_ISCHR(after.st_mode));
    assert_true(before.st_ino == after.st_ino);
    assert_int_equal(before.st_mode, after.st_mode);
}

static void a_device_is_written_directly(void **state)
{
    (void)state;
    seqnet_error err = {0};
    bool replaced = true;
    struct stat info;
    const test_path null = safe_device("null", 3);
    if (stat(null.text, &info) != 0)
        SKIP_WITHOUT("/dev/null, or the right to make such a device");
    assert_ok(write_whole(null.text, "text", &replaced, &err), &err);
    assert_false(replaced);
    assert_int_equal(stat(null.text, &info), 0);
    assert_true(S_ISCHR(info.st_mode));
}

static void a_missing_folder_is_a_write_error(void **state)
{
    (void)state;
    seqnet_error err = {0};
    const test_path path = in_folder("room/none/file");
    seqnet_output *output = NULL;
    assert_failure(seqnet_output_open(&output, path.text, &err), &err, SEQNET_ERR_WRITE,
                   "create the folder first");
    assert_null(output);
    assert_failure(seqnet_output_check(path.text, &err), &err, SEQNET_ERR_WRITE, "room/none/file");
}

static void a_folder_cannot_be_written(void **room)
{
    seqnet_error err = {0};
    assert_failure(write_whole(*room, "text", NULL, &err), &err, SEQNET_ERR_WRITE, "is a folder");
    assert_failure(seqnet_output_check(*room, &err), &err, SEQNET_ERR_WRITE, "is a folder");
}

static void a_check_touches_nothing(void **room)
{
    seqnet_error err = {0};
    struct stat before, after;
    const test_path path = write_text("room/file", "old");
    assert_int_equal(stat(path.text, &before), 0);
    assert_ok(seqnet_output_check(path.text, &err), &err);
    assert_ok(seqnet_output_check(in_folder("room/new").text, &err), &err);
    assert_int_equal(stat(path.text, &after), 0);
    assert_true(before.st_ino == after.st_ino);
    assert_file_is(path.text, "old");
    assert_int_equal(count_entries(*room), 1);
}

/* Names are taken one after the other, so that what a killed process left is no obstacle. */
static void a_leftover_of_a_killed_process_is_no_obstacle(void **room)
{
    seqnet_error err = {0};
    char name[64];
    (void)snprintf(name, sizeof name, "room/.seqnet.%ld.0.tmp", (long)getpid());
    const test_path leftover = write_text(name, "half");
    const test_path path = write_text("room/file", "old");
    assert_ok(write_whole(path.text, "whole", NULL, &err), &err);
    assert_file_is(path.text, "whole");
    assert_file_is(leftover.text, "half");
    assert_int_equal(count_entries(*room), 2);
}

static bool is_link(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

static void a_dangling_link_becomes_a_file_at_its_target(void **room)
{
    seqnet_error err = {0};
    bool replaced = true;
    const test_path link = in_folder("room/link"), target = in_folder("room/target");
    assert_int_equal(symlink("target", link.text), 0);
    assert_ok(seqnet_output_check(link.text, &err), &err);
    assert_false(sn_file_exists(target.text));
    assert_ok(write_whole(link.text, "new", &replaced, &err), &err);
    assert_false(replaced);
    assert_true(is_link(link.text));
    assert_file_is(target.text, "new");
    assert_int_equal(count_entries(*room), 2);
}

static void a_dangling_link_into_another_folder_is_relative_to_itself(void **room)
{
    seqnet_error err = {0};
    const test_path other = in_folder("room/other"), link = in_folder("room/other/link");
    const test_path target = in_folder("room/target");
    assert_int_equal(mkdir(other.text, 0777), 0);
    assert_int_equal(symlink("../target", link.text), 0);
    assert_ok(write_whole(link.text, "new", NULL, &err), &err);
    assert_file_is(target.text, "new");
    assert_true(is_link(link.text));
    assert_int_equal(count_entries(other.text), 1);
    assert_int_equal(count_entries(*room), 2);
}

static void links_to_links_and_to_whole_paths_are_followed(void **room)
{
    seqnet_error err = {0};
    const test_path first = in_folder("room/first"), second = in_folder("room/second");
    const test_path target = in_folder("room/target");
    assert_int_equal(symlink("second", first.text), 0);
    assert_int_equal(symlink(target.text, second.text), 0);
    assert_ok(write_whole(first.text, "new", NULL, &err), &err);
    assert_file_is(target.text, "new");
    assert_true(is_link(first.text) && is_link(second.text));
    assert_int_equal(count_entries(*room), 3);
}

static void a_link_into_a_missing_folder_is_an_error(void **room)
{
    seqnet_error err = {0};
    const test_path link = in_folder("room/link");
    assert_int_equal(symlink("none/target", link.text), 0);
    assert_failure(write_whole(link.text, "new", NULL, &err), &err, SEQNET_ERR_WRITE,
                   "create the folder first");
    assert_true(is_link(link.text));
    assert_int_equal(count_entries(*room), 1);
}

static void links_in_a_circle_are_an_error(void **room)
{
    seqnet_error err = {0};
    const test_path first = in_folder("room/first"), second = in_folder("room/second");
    const test_path own = in_folder("room/own");
    assert_int_equal(symlink("second", first.text), 0);
    assert_int_equal(symlink("first", second.text), 0);
    assert_int_equal(symlink("own", own.text), 0);
    assert_failure(write_whole(first.text, "new", NULL, &err), &err, SEQNET_ERR_WRITE,
                   "room/first: cannot be written");
    assert_failure(write_whole(own.text, "new", NULL, &err), &err, SEQNET_ERR_WRITE, "room/own");
    assert_failure(seqnet_output_check(own.text, &err), &err, SEQNET_ERR_WRITE, "room/own");
    assert_int_equal(count_entries(*room), 3);
}

/* Whether files can be without a name in the temporary folder. */
static bool has_nameless_files(void)
{
#if defined(O_TMPFILE)
    const int fd = open(test_folder, O_WRONLY | O_TMPFILE, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0 && access("/proc/self/fd", F_OK) == 0;
#else
    return false;
#endif
}

static void what_is_written_has_no_name(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output;
    const test_path path = in_folder("room/file");
    if (!has_nameless_files())
        SKIP_WITHOUT("a file system with files without a name");
    for (size_t old = 0; old < 2; old++) {
        assert_ok(seqnet_output_open(&output, path.text, &err), &err);
        assert_int_equal(count_entries(*room), old);
        assert_ok(seqnet_output_write(output, "text", 4, &err), &err);
        assert_int_equal(count_entries(*room), old);
        assert_ok(seqnet_output_commit(output, NULL, &err), &err);
        assert_int_equal(count_entries(*room), 1);
    }
}

static void a_commit_without_a_wait_is_in_place_at_once(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output;
    const test_path path = in_folder("room/file");
    static const char *const texts[] = {"first", "second"};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(seqnet_output_open(&output, path.text, &err), &err);
        assert_ok(seqnet_output_write(output, texts[i], strlen(texts[i]), &err), &err);
        assert_ok(seqnet_output_commit_soon(output, &err), &err);
        assert_file_is(path.text, texts[i]);
        assert_int_equal(count_entries(*room), 1);
    }
}

static void what_goes_through_the_descriptor_is_in_the_file(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_output *output;
    const test_path path = write_text("room/file", "old");
    assert_ok(seqnet_output_open(&output, path.text, &err), &err);
    assert_ok(seqnet_output_write(output, "one ", 4, &err), &err);
    assert_int_equal(write(seqnet_output_descriptor(output), "two ", 4), 4);
    assert_ok(seqnet_output_write(output, "three", 5, &err), &err);
    assert_file_is(path.text, "old");
    assert_ok(seqnet_output_commit(output, NULL, &err), &err);
    assert_file_is(path.text, "one two three");
}

/* A program that is started meanwhile does not inherit it. */
static void the_descriptor_is_closed_on_exec(void **state)
{
    (void)state;
    seqnet_error err = {0};
    seqnet_output *output;
    assert_ok(seqnet_output_open(&output, in_folder("room/file").text, &err), &err);
    assert_true(fcntl(seqnet_output_descriptor(output), F_GETFD) & FD_CLOEXEC);
    seqnet_output_discard(output);
}

static void a_commit_into_a_folder_that_is_gone_fails(void **room)
{
    seqnet_error err = {0};
    seqnet_output *output;
    const test_path folder = in_folder("room/folder");
    for (size_t soon = 0; soon < 2; soon++) {
        assert_int_equal(mkdir(folder.text, 0777), 0);
        assert_ok(seqnet_output_open(&output, in_folder("room/folder/file").text, &err), &err);
        if (!has_nameless_files() || rmdir(folder.text) != 0) {
            seqnet_output_discard(output);
            SKIP_WITHOUT("a file system with files without a name");
        }
        assert_failure(soon ? seqnet_output_commit_soon(output, &err)
                            : seqnet_output_commit(output, NULL, &err),
                       &err, SEQNET_ERR_WRITE, "room/folder/file: cannot be written");
        assert_int_equal(count_entries(*room), 0);
    }
}

/* Writes more than a limit on file sizes allows. */
static seqnet_status write_beyond_a_limit(const char *path, seqnet_error *err)
{
    enum { LIMIT = 4096 };
    static const char BLOCK[LIMIT * 2];
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    const struct rlimit low = {.rlim_cur = LIMIT, .rlim_max = before.rlim_max};
    void (*const handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0);
    seqnet_output *output = NULL;
    seqnet_status status = seqnet_output_open(&output, path, err);
    if (status == SEQNET_OK)
        status = seqnet_output_write(output, BLOCK, sizeof BLOCK, err);
    seqnet_output_discard(output);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    return status;
}

static void a_file_larger_than_is_allowed_is_a_write_error(void **room)
{
    seqnet_error err = {0};
    const test_path path = in_folder("room/file");
    assert_failure(write_beyond_a_limit(path.text, &err), &err, SEQNET_ERR_WRITE,
                   "room/file: cannot be written: File too large");
    assert_int_equal(count_entries(*room), 0);
    (void)write_text("room/file", "old");
    assert_failure(write_beyond_a_limit(path.text, &err), &err, SEQNET_ERR_WRITE, "ulimit -f");
    assert_file_is(path.text, "old");
    assert_int_equal(count_entries(*room), 1);
}

static void a_file_in_the_working_folder_needs_no_path(void **room)
{
    seqnet_error err = {0};
    char before[1024];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(*room), 0);
    const seqnet_status created = write_whole("plain", "first", NULL, &err);
    const seqnet_status replaced = write_whole("plain", "second", NULL, &err);
    assert_int_equal(chdir(before), 0);
    assert_ok(created, &err);
    assert_ok(replaced, &err);
    assert_file_is(in_folder("room/plain").text, "second");
    assert_int_equal(count_entries(*room), 1);
}

/* Links, dots and folders in another spelling lead to one file, which need not be there. */
static void a_target_has_one_spelling(void **room)
{
    seqnet_error err = {0};
    static const char *const spellings[] = {"room/target", "room/./target", "room/sub/../target",
                                            "room/link", "room/again/target"};
    char *first = NULL;
    assert_int_equal(mkdir(in_folder("room/sub").text, 0777), 0);
    assert_int_equal(symlink("sub/../target", in_folder("room/link").text), 0);
    assert_int_equal(symlink(".", in_folder("room/again").text), 0);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        char *target;
        assert_ok(seqnet_output_target(&target, in_folder(spellings[i]).text, &err), &err);
        if (first)
            assert_string_equal(target, first);
        else
            first = strdup(target);
        free(target);
    }
    free(first);
    assert_failure(seqnet_output_target(&first, in_folder("room/none/target").text, &err), &err,
                   SEQNET_ERR_WRITE, "cannot be written");
    assert_null(first);
    assert_int_equal(count_entries(*room), 3);
}

#define in_room(test) cmocka_unit_test_setup_teardown(test, make_room, clear_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_room(creates_a_file),
        in_room(a_target_has_one_spelling),
        in_room(the_old_file_stays_until_the_commit),
        in_room(a_reader_of_the_old_file_keeps_it),
        in_room(a_discard_leaves_the_old_file_intact),
        in_room(a_discard_of_a_new_file_leaves_nothing),
        in_room(two_commits_one_after_the_other),
        in_room(two_outputs_at_once_do_not_mix),
        in_room(an_empty_output_is_an_empty_file),
        in_room(a_link_is_kept_and_its_target_replaced),
        in_room(a_link_into_another_folder_is_followed),
        in_room(permission_bits_are_kept),
        in_room(a_new_file_obeys_the_umask),
        cmocka_unit_test(a_full_device_is_a_write_error),
        cmocka_unit_test(a_device_is_written_directly),
        in_room(a_missing_folder_is_a_write_error),
        in_room(a_folder_cannot_be_written),
        in_room(a_check_touches_nothing),
        in_room(a_leftover_of_a_killed_process_is_no_obstacle),
        in_room(a_dangling_link_becomes_a_file_at_its_target),
        in_room(a_dangling_link_into_another_folder_is_relative_to_itself),
        in_room(links_to_links_and_to_whole_paths_are_followed),
        in_room(a_link_into_a_missing_folder_is_an_error),
        in_room(links_in_a_circle_are_an_error),
        in_room(what_is_written_has_no_name),
        in_room(a_commit_without_a_wait_is_in_place_at_once),
        in_room(what_goes_through_the_descriptor_is_in_the_file),
        in_room(the_descriptor_is_closed_on_exec),
        in_room(a_commit_into_a_folder_that_is_gone_fails),
        in_room(a_file_larger_than_is_allowed_is_a_write_error),
        in_room(a_file_in_the_working_folder_needs_no_path),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
