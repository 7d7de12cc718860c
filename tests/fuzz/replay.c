/* Gives the files named as arguments to a fuzz target, so that a corpus runs without libFuzzer. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

enum { MAX_FILE = 1 << 20 };

static int replay(const char *path)
{
    FILE *const file = fopen(path, "rb");
    uint8_t *const buffer = malloc(MAX_FILE);
    if (!file || !buffer) {
        fprintf(stderr, "%s: cannot be read\n", path);
        return 1;
    }
    const size_t size = fread(buffer, 1, MAX_FILE, file);
    fclose(file);
    /* A block of exactly this size lets AddressSanitizer see a read past its end. */
    uint8_t *const exact = realloc(buffer, size ? size : 1);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

int main(int argc, char **argv)
{
    int failures = 0;
    for (int i = 1; i < argc; i++)
        failures += replay(argv[i]);
    printf("replayed %d files\n", argc - 1);
    return failures || argc < 2;
}
