#include "builtin.h"

#include <string.h>
#include <unistd.h>

#include <seqnet/model.h>

#include "memory.h"

#include "banned.h"

#ifdef SEQNET_BUILTIN_MODEL

/* The assembler copies the file's bytes into the constants of the library. */
__asm__("\t.pushsection .rodata\n"
        "\t.balign 64\n"
        "\t.hidden sn_builtin_begin\n.global sn_builtin_begin\n"
        "sn_builtin_begin:\n.incbin \"" SEQNET_BUILTIN_MODEL "\"\n"
        "\t.hidden sn_builtin_end\n.global sn_builtin_end\n"
        "sn_builtin_end:\n.byte 0\n"
        "\t.popsection\n");

#define BUILTIN_MODELS SEQNET_BUILTIN_REVIEWS

extern const uint8_t sn_builtin_begin[], sn_builtin_end[];

seqnet_status sn_builtin_open(sn_bytes *bytes, seqnet_error *err)
{
    uint8_t *copy;
    const size_t size = (size_t)((uintptr_t)sn_builtin_end - (uintptr_t)sn_builtin_begin);
    *bytes = (sn_bytes){0};
    SN_TRY(sn_alloc_pages(&copy, size, err));
    memcpy(copy, sn_builtin_begin, size);
    *bytes = (sn_bytes){.data = copy, .size = size};
    return SEQNET_OK;
}

#else

#define BUILTIN_MODELS "none in this seqnet"

seqnet_status sn_builtin_open(sn_bytes *bytes, seqnet_error *err)
{
    *bytes = (sn_bytes){0};
    return sn_fail(err, SEQNET_ERR_MODEL, "%s: this seqnet was built without it",
                   SEQNET_BUILTIN_REVIEWS);
}

#endif

bool sn_builtin_named(const char *path)
{
    return strcmp(path, SEQNET_BUILTIN_REVIEWS) == 0;
}

seqnet_status sn_builtin_check(const char *path, seqnet_error *err)
{
    if (strncmp(path, "builtin:", 8) != 0 || sn_builtin_named(path) || access(path, F_OK) == 0)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL, "%.500s: no such built-in model; there is %s", path,
                   BUILTIN_MODELS);
}
