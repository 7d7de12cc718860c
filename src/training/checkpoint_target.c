#include "checkpoint_target.h"

#include <unistd.h>

#include <seqnet/checkpoint.h>

#include "errors.h"
#include "outputs.h"
#include "terminal.h"

/* Refuses to write over the checkpoint of another training. */
static int refuse_other(const char *path)
{
    seqnet_checkpoint *other;
    const char *command = NULL;
    if (seqnet_checkpoint_load(&other, path, NULL) == SEQNET_OK)
        command = seqnet_checkpoint_command(other);
    complain("%s: is the checkpoint of a training that has not ended (%.200s); go on with --resume "
             "%s, or begin anew with --force",
             path, command ? command : "of an unknown command", path);
    seqnet_checkpoint_free(other);
    return SEQNET_ERR_WRITE;
}

static int check_names(const char *path, const model_target *target, const char *const *others,
                       size_t count)
{
    static const char *const beside[] = {"unfinished", "interrupted", "rejected", NULL};
    bool is_taken = is_same_output(path, target->path, beside);
    for (size_t i = 0; i < count; i++)
        is_taken |= others[i] && is_same_output(path, others[i], beside + 3);
    if (!is_taken)
        return EXIT_DONE;
    complain("--checkpoint %s: another output of this run goes there; choose another name", path);
    return EXIT_USAGE;
}

int check_checkpoint(const char *path, const char *resume, const model_target *target,
                     const char *const *others, size_t count)
{
    static const char *const none[] = {NULL};
    if (!path)
        return EXIT_DONE;
    const int code = check_names(path, target, others, count);
    if (code != EXIT_DONE)
        return code;
    const bool is_own = resume && is_same_output(path, resume, none);
    if (!is_own && !target->force && seqnet_checkpoint_recognise(path))
        return refuse_other(path);
    return check_output(path, OUTPUT_CHECKPOINT, target->force);
}

void leave_checkpoint(const char *path, bool is_over)
{
    if (!is_over)
        note("checkpoint %s; go on with: seqnet train --resume %s", path, path);
    else if (unlink(path) == 0)
        detail("removed the checkpoint %s: the training is over", path);
}
