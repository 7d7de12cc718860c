/* Fuzz target: any bytes as a file of Keras's weights. HDF5 is read in a process of its own. */
#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include <seqnet/output.h>

#include "weights_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32];
    sn_weights_file file;
    const int fd = seqnet_temporary_file();
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fd);
    if (fd >= 0 && write(fd, data, size) == (ssize_t)size &&
        sn_weights_file_read(&file, path, NULL) == SEQNET_OK)
        sn_weights_file_free(&file);
    if (fd >= 0)
        close(fd);
    return 0;
}
