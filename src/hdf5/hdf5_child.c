#include "hdf5_child.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hdf5_sandbox.h"
#include "module.h"

#include "banned.h"

enum {
    /* What libhdf5 may allocate: it unpacks one chunk at a time. */
    MEMORY = 512 << 20,
    /* Seconds of processor time, and one more for so many bytes of the file. */
    SECONDS = 4,
    BYTES_PER_SECOND = 50 << 20
};

/* Signals end this process as they end any other, whatever the parent does at them. */
static void reset_signals(void)
{
    static const int numbers[] = {SIGALRM, SIGXCPU, SIGSEGV, SIGBUS,  SIGFPE, SIGABRT,
                                  SIGILL,  SIGPIPE, SIGINT,  SIGTERM, SIGHUP};
    sigset_t none;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (void)signal(numbers[i], SIG_DFL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* What glibc and libhdf5 say of a damaged file is nothing for a terminal. */
static void silence(void)
{
#if !defined(SEQNET_SANITIZED)
    const int nowhere = open("/dev/null", O_RDWR);
    if (nowhere < 0)
        _exit(SN_HDF5_NO_LIMITS);
    (void)dup2(nowhere, STDOUT_FILENO);
    (void)dup2(nowhere, STDERR_FILENO);
    if (nowhere > STDERR_FILENO)
        close(nowhere);
#endif
}

static void limit(int resource, uint64_t most)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        _exit(SN_HDF5_NO_LIMITS);
    if (now.rlim_max == RLIM_INFINITY || most < now.rlim_max)
        now.rlim_max = (rlim_t)most;
    now.rlim_cur = now.rlim_max;
    if (setrlimit(resource, &now) != 0)
        _exit(SN_HDF5_NO_LIMITS);
}

/* Lets the addresses in use grow by MEMORY. */
static void limit_memory(void)
{
#if !defined(SEQNET_SANITIZED) && defined(RLIMIT_AS)
    unsigned long long pages = 0;
    FILE *const statm = fopen("/proc/self/statm", "r");
    if (statm && fscanf(statm, "%llu", &pages) != 1)
        pages = 0;
    if (statm)
        (void)fclose(statm);
    limit(RLIMIT_AS, (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE) + MEMORY);
#endif
}

/* Maps the file; what is shortened meanwhile ends this process alone. */
static void map(sn_hdf5_task *task, int file)
{
    task->bytes = mmap(NULL, task->size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    if (task->bytes == MAP_FAILED)
        _exit(SN_HDF5_NO_LIMITS);
}

/* Opens the module, and sets what both its functions may do. *function becomes that of a name. */
static void begin(void *function, const char *name)
{
    char problem[512];
    reset_signals();
    /* Filters and drivers are not to be loaded. */
    (void)setenv("HDF5_PLUGIN_PATH", "/dev/null", 1);
    (void)unsetenv("HDF5_DRIVER");
    void *const module = sn_module_open(SEQNET_HDF5_MODULE, false, problem, sizeof problem);
    if (!sn_module_function(function, module, name))
        _exit(SN_HDF5_NO_MODULE);
    silence();
    limit(RLIMIT_CORE, 0);
}

_Noreturn void sn_hdf5_child_read(sn_hdf5_task *task, int file)
{
    sn_hdf5_dump_function *dump = NULL;
    map(task, file);
    begin(&dump, SN_HDF5_DUMP);
    limit_memory();
    limit(RLIMIT_NOFILE, 0); /* so no file leads to another one */
    limit(RLIMIT_CPU, SECONDS + task->size / BYTES_PER_SECOND);
#if !defined(SEQNET_SANITIZED)
    sn_hdf5_sandbox();
#endif
    dump(task);
    _exit(0);
}

_Noreturn void sn_hdf5_child_write(const struct sn_hdf5 *tree, int pipe)
{
    sn_hdf5_build_function *build = NULL;
    begin(&build, SN_HDF5_BUILD);
    build(tree, pipe);
    _exit(0);
}
