/*
 * A disk that takes its time, for LD_PRELOAD: fsync first makes the file $SLOW_SYNC_MARK, so that a
 * test knows that a file is being saved, and then takes half a second.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int fsync(int descriptor)
{
    int (*real)(int);
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
    const char *const mark = getenv("SLOW_SYNC_MARK");
    const int file = mark ? open(mark, O_WRONLY | O_CREAT, 0600) : -1;
    const struct timespec half = {.tv_nsec = 500000000};
    if (file >= 0)
        close(file);
    (void)nanosleep(&half, NULL);
    return real ? real(descriptor) : 0;
}
