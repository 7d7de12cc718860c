#include "zip_library.h"

#include <pthread.h>
#include <stdbool.h>

#include "module.h"

#include "banned.h"

#ifdef SEQNET_STATIC

#define FUNCTION(name) zip_##name,
sn_zip_library sn_libzip = {SN_ZIP_FUNCTIONS(FUNCTION)};

seqnet_status sn_zip_library_open(seqnet_status failure, seqnet_error *err)
{
    (void)failure;
    (void)err;
    return SEQNET_OK;
}

#else

sn_zip_library sn_libzip;
static bool is_open;
static char problem[256];

static void open_once(void)
{
#define NAME(name) "zip_" #name,
    static const char *const names[] = {SN_ZIP_FUNCTIONS(NAME)};
#undef NAME
    is_open = sn_library_open(SEQNET_LIBZIP, names, sizeof names / sizeof *names, &sn_libzip,
                              problem, sizeof problem);
}

seqnet_status sn_zip_library_open(seqnet_status failure, seqnet_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, open_once);
    return is_open ? SEQNET_OK
                   : sn_fail(err, failure, "zip archives need libzip: %s; install it", problem);
}

#endif
