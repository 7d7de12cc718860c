/* Whole writes and single reads of descriptors, and that a signal does not end them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "descriptor.h"

enum { SIZE = 1 << 20 };

static void ignore(int number)
{
    (void)number;
}

static void pause_for(long milliseconds)
{
    const struct timespec time = {.tv_nsec = milliseconds * 1000000};
    (void)nanosleep(&time, NULL);
}

/* Interrupts a thread a few times, then reads the other end of its pipe, or writes to it. */
typedef struct other_end {
    pthread_t thread;
    int fd;
    size_t read, wrong;
} other_end;

static char byte_at(size_t offset)
{
    return (char)(offset % 251 % 128);
}

static void interrupt(pthread_t thread)
{
    for (int i = 0; i < 5; i++) {
        pause_for(5);
        (void)pthread_kill(thread, SIGUSR1);
    }
    pause_for(5);
}

static void *drain(void *context)
{
    other_end *const other = context;
    static char bytes[SIZE];
    interrupt(other->thread);
    for (ssize_t got; (got = read(other->fd, bytes, sizeof bytes)) > 0;)
        for (ssize_t i = 0; i < got; i++)
            other->wrong += bytes[i] != byte_at(other->read++);
    return NULL;
}

static void *write_late(void *context)
{
    const other_end *const other = context;
    interrupt(other->thread);
    (void)!write(other->fd, "late", 4);
    return NULL;
}

static void catch_signal(void)
{
    struct sigaction action = {.sa_handler = ignore}; /* without SA_RESTART */
    assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
}

static void a_write_goes_on_after_signals(void **state)
{
    (void)state;
    int ends[2];
    pthread_t thread;
    char *const bytes = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = byte_at(i);
    catch_signal();
    assert_int_equal(pipe(ends), 0);
    other_end other = {.thread = pthread_self(), .fd = ends[0]};
    assert_int_equal(pthread_create(&thread, NULL, drain, &other), 0);
    assert_true(sn_descriptor_write(ends[1], bytes, SIZE));
    close(ends[1]);
    pthread_join(thread, NULL);
    close(ends[0]);
    free(bytes);
    assert_int_equal(other.read, SIZE);
    assert_int_equal(other.wrong, 0);
}

static void a_read_goes_on_after_signals(void **state)
{
    (void)state;
    int ends[2];
    pthread_t thread;
    char bytes[16];
    catch_signal();
    assert_int_equal(pipe(ends), 0);
    other_end other = {.thread = pthread_self(), .fd = ends[1]};
    assert_int_equal(pthread_create(&thread, NULL, write_late, &other), 0);
    assert_int_equal(sn_descriptor_read(ends[0], bytes, sizeof bytes), 4);
    assert_memory_equal(bytes, "late", 4);
    pthread_join(thread, NULL);
    close(ends[1]);
    assert_int_equal(sn_descriptor_read(ends[0], bytes, sizeof bytes), 0);
    close(ends[0]);
}

static void failures_are_told_with_errno(void **state)
{
    (void)state;
    char byte = 'x';
    errno = 0;
    assert_int_equal(sn_descriptor_read(-1, &byte, 1), -1);
    assert_int_equal(errno, EBADF);
    errno = 0;
    assert_false(sn_descriptor_write(-1, &byte, 1));
    assert_int_equal(errno, EBADF);
    assert_true(sn_descriptor_write(-1, &byte, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_goes_on_after_signals),
        cmocka_unit_test(a_read_goes_on_after_signals),
        cmocka_unit_test(failures_are_told_with_errno),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
