/*
 * Reading whole files, whatever they are, and writing them so that the old file stays until the new
 * one is complete and nothing else is left behind.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
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

static void maps_a_regular_file(void **state)
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

static void a_leftover_of_a_killed_process_is_no_obstacle(void **room)
{
    seqnet_error err = {0};
    char name[64];
    (void)snprintf(name, sizeof name, "room/file.%ld.tmp", (long)getpid());
    const test_path leftover = write_text(name, "half");
    const test_path path = in_folder("room/file");
    assert_ok(write_whole(path.text, "whole", NULL, &err), &err);
    assert_file_is(path.text, "whole");
    assert_int_equal(count_entries(*room), sn_file_exists(leftover.text) ? 2 : 1);
}

#define in_room(test) cmocka_unit_test_setup_teardown(test, make_room, clear_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_a_regular_file),
        cmocka_unit_test(reads_a_pipe_to_its_end),
        cmocka_unit_test(an_empty_pipe_is_an_error),
        cmocka_unit_test(reads_a_long_stream_from_a_device),
        cmocka_unit_test(a_folder_is_named_as_such),
        cmocka_unit_test(an_empty_file_is_an_error),
        cmocka_unit_test(a_missing_file_is_an_error),
        in_room(creates_a_file),
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
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
