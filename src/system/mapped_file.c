#include "mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#include "banned.h"

static seqnet_status map_file(sn_mapped_file *file, int fd, const char *path, seqnet_error *err)
{
    char size[SN_SIZE_TEXT];
    struct stat info;
    if (fstat(fd, &info) != 0)
        return sn_fail_errno(err, SEQNET_ERR_DATA, path, "read");
    if (!S_ISREG(info.st_mode) || info.st_size == 0)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is no regular file with something in it", path);
    const size_t bytes = (size_t)info.st_size;
    void *const mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED)
        return sn_fail(err, SEQNET_ERR_MEMORY,
                       "%s: its %s do not fit into the addresses that this process may have; raise "
                       "the limit on them (ulimit -v)",
                       path, sn_show_size((double)bytes, size));
    *file = (sn_mapped_file){.data = mapped, .size = bytes};
    return SEQNET_OK;
}

seqnet_status sn_mapped_file_open(sn_mapped_file *file, const char *path, seqnet_error *err)
{
    *file = (sn_mapped_file){0};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sn_fail_errno(err, SEQNET_ERR_DATA, path, "opened");
    const seqnet_status status = map_file(file, fd, path, err);
    close(fd);
    return status;
}

void sn_mapped_file_close(sn_mapped_file *file)
{
    if (file->data)
        (void)munmap(file->data, file->size);
    *file = (sn_mapped_file){0};
}
