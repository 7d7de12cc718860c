/* The process that reads hostile files has no other files, sockets, programs or code. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hdf5_sandbox.h"

enum { DENIED, ALLOWED };

static int try_file(void)
{
    return open("/dev/null", O_RDONLY) < 0 && errno == EPERM ? DENIED : ALLOWED;
}

static int try_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM ? DENIED : ALLOWED;
}

static int try_program(void)
{
    char *const arguments[] = {(char *)(uintptr_t) "true", NULL};
    (void)execv("/bin/true", arguments);
    return errno == EPERM ? DENIED : ALLOWED;
}

static int try_code(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
               ? DENIED
               : ALLOWED;
}

/* What the reader does: allocates and writes. */
static int try_work(void)
{
    char *const block = malloc(1 << 22);
    if (!block)
        return DENIED;
    memset(block, 1, 1 << 22);
    const ssize_t written = write(STDOUT_FILENO, block, 0);
    free(block);
    return written == 0 ? ALLOWED : DENIED;
}

/* What comes of a trial in a process in the sandbox. */
static int in_sandbox(int (*trial)(void))
{
    int how;
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        sn_hdf5_sandbox();
        _exit(trial());
    }
    assert_int_equal(waitpid(pid, &how, 0), pid);
    assert_true(WIFEXITED(how));
    return WEXITSTATUS(how);
}

static void only_the_work_is_allowed(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* they need more, and have no sandbox */
#endif
    assert_int_equal(in_sandbox(try_work), ALLOWED);
    if (in_sandbox(try_file) == ALLOWED) {
        print_message("skipped: this kernel has no seccomp\n");
        return;
    }
    assert_int_equal(in_sandbox(try_socket), DENIED);
    assert_int_equal(in_sandbox(try_program), DENIED);
    assert_int_equal(in_sandbox(try_code), DENIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_work_is_allowed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
