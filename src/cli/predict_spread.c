/*
 * Files that several processes classify. Each has an owner. The first process goes through the
 * files in order: its own it classifies then and there, the answers of the others it receives and
 * prints. The others write the answers of their files to a temporary file until they are asked.
 */
#include "predict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "errors.h"
#include "outputs.h"
#include "ranks.h"
#include "terminal.h"

/* What an owner tells of a file. */
typedef struct file_result {
    int code;
    /* of its answers */
    size_t bytes;
    answer_counts counts;
    record_tallies tallies;
    /* Why it failed, when it did. */
    char complaint[2048];
} file_result;

/* The bytes of a file; of standard input, or of what cannot be seen, 1. */
static size_t size_of(const char *path)
{
    struct stat info;
    return strcmp(path, "-") != 0 && stat(path, &info) == 0 && info.st_size > 0
               ? (size_t)info.st_size
               : 1;
}

/* The process that has got the fewest bytes so far. */
static size_t least_loaded(const size_t *bytes)
{
    size_t least = 0;
    for (size_t rank = 1; rank < rank_count(); rank++)
        if (bytes[rank] < bytes[least])
            least = rank;
    return least;
}

/* Gives each file an owner, as the first process sees their sizes. The first file is the first
 * process's, and so is standard input, which the others do not get. */
static bool deal(const char *const *files, size_t count, size_t *owners)
{
    size_t *const bytes = calloc(rank_count(), sizeof *bytes);
    for (size_t i = 0; bytes && i < count; i++) {
        owners[i] = strcmp(files[i], "-") == 0 ? 0 : least_loaded(bytes);
        bytes[owners[i]] += size_of(files[i]);
    }
    free(bytes);
    if (bytes)
        seqnet_comm_broadcast(all_ranks(), owners, count * sizeof *owners, 0);
    return bytes;
}

static int out_of_memory(void)
{
    complain("out of memory for the names of files");
    return SEQNET_ERR_DATA;
}

static int blame_temporary(int number)
{
    complain("a temporary file for answers: cannot be used: %s; name a folder with room in TMPDIR",
             strerror(number));
    return SEQNET_ERR_WRITE;
}

static int predict_file(job *j, const char *path)
{
    j->first_file = path;
    return predict_files(j);
}

/* Classifies one file of another process than the first. Its answers go to standard output, which
 * is a temporary file. */
static int answer_file(job *j, const char *path, file_result *result)
{
    const off_t begins = lseek(STDOUT_FILENO, 0, SEEK_END);
    j->counts = (answer_counts){0};
    j->tallies = (record_tallies){0};
    j->is_line_open = false;
    const int code = close_output(predict_file(j, path));
    const off_t ends = lseek(STDOUT_FILENO, 0, SEEK_END);
    *result = (file_result){.code = code,
                            .bytes = begins >= 0 && ends >= begins ? (size_t)(ends - begins) : 0,
                            .counts = j->counts,
                            .tallies = j->tallies};
    return code;
}

/* Sends the next `bytes` of the temporary file to the first process. */
static int send_answers(FILE *answers, size_t bytes)
{
    char block[1 << 12];
    while (bytes) {
        const size_t size = bytes < sizeof block ? bytes : sizeof block;
        if (fread(block, 1, size, answers) != size)
            return blame_temporary(errno);
        seqnet_comm_send(all_ranks(), block, size, 0);
        bytes -= size;
    }
    return EXIT_DONE;
}

static void add_tally(seqnet_tally *sum, const seqnet_tally *tally)
{
    if (sum->count == 0)
        *sum = *tally;
    else
        sum->count += tally->count;
}

/* Adds what another process counted in its file. */
static void add_result(job *j, const file_result *result)
{
    j->counts.words += result->counts.words;
    j->counts.unknown += result->counts.unknown;
    j->counts.answers += result->counts.answers;
    j->counts.guesses += result->counts.guesses;
    j->counts.abstained += result->counts.abstained;
    add_tally(&j->tallies.invalid, &result->tallies.invalid);
    add_tally(&j->tallies.replaced, &result->tallies.replaced);
    add_tally(&j->tallies.swallowed, &result->tallies.swallowed);
}

/* Prints the answers of another process's file. */
static int receive_answers(job *j, size_t owner)
{
    char block[1 << 12];
    file_result result;
    seqnet_comm_receive(all_ranks(), &result, sizeof result, owner);
    if (result.bytes && j->options->answers.annotate && j->is_line_open)
        putchar('\n');
    for (size_t left = result.bytes, size; left; left -= size) {
        size = left < sizeof block ? left : sizeof block;
        seqnet_comm_receive(all_ranks(), block, size, owner);
        (void)fwrite(block, 1, size, stdout);
        j->is_line_open = block[size - 1] != '\n' && block[size - 1] != '\r';
    }
    add_result(j, &result);
    if (result.code != EXIT_DONE) {
        (void)flush_output();
        complain("%s", result.complaint);
    }
    return result.code;
}

/* The first process. */
static int print_all(job *j, const char *const *files, const size_t *owners, size_t count)
{
    int code = EXIT_DONE;
    for (size_t i = 0; i < count && code == EXIT_DONE; i++) {
        code = owners[i] == 0 ? predict_file(j, files[i]) : receive_answers(j, owners[i]);
        seqnet_comm_broadcast(all_ranks(), &code, sizeof code, 0);
    }
    return code;
}

/* Classifies the files of this process, which is not the first, up to one that fails. */
static void answer_own(job *j, const char *const *files, const size_t *owners, size_t count,
                       file_result *results)
{
    seqnet_error err = {0};
    int code = EXIT_DONE;
    j->first_file = files[0];
    if (j->options->answers.annotate && read_header(j, &err) != SEQNET_OK)
        code = refuse_text(j, &err);
    for (size_t i = 0; i < count; i++) {
        if (owners[i] == own_rank() && code == EXIT_DONE)
            code = answer_file(j, files[i], &results[i]);
        else if (owners[i] == own_rank()) /* it is not reached */
            results[i].code = code;
        if (results[i].code != EXIT_DONE)
            (void)snprintf(results[i].complaint, sizeof results[i].complaint, "%s",
                           last_complaint());
    }
}

/* Another process than the first. */
static int answer_all(job *j, const char *const *files, const size_t *owners, size_t count,
                      file_result *results)
{
    const int temporary = seqnet_temporary_file();
    FILE *const answers = temporary >= 0 ? fdopen(temporary, "r") : NULL;
    if (!answers || dup2(temporary, STDOUT_FILENO) < 0)
        return blame_temporary(errno);
    answer_own(j, files, owners, count, results);
    rewind(answers);
    int code = EXIT_DONE;
    for (size_t i = 0; i < count && code == EXIT_DONE; i++) {
        if (owners[i] == own_rank()) {
            seqnet_comm_send(all_ranks(), &results[i], sizeof results[i], 0);
            code = send_answers(answers, results[i].bytes);
        }
        if (code == EXIT_DONE)
            seqnet_comm_broadcast(all_ranks(), &code, sizeof code, 0);
    }
    (void)fclose(answers);
    return code;
}

int predict_spread(job *j)
{
    const size_t count = j->file_count + 1;
    const char **const files = calloc(count, sizeof *files);
    size_t *const owners = calloc(count, sizeof *owners);
    file_result *const results = is_first_rank() ? NULL : calloc(count, sizeof *results);
    int code = EXIT_DONE;
    if (!files || !owners || (!results && !is_first_rank())) {
        code = out_of_memory();
        goto out;
    }
    files[0] = j->first_file;
    for (size_t i = 1; i < count; i++)
        files[i] = j->files[i - 1];
    j->file_count = 0;
    if (!deal(files, count, owners))
        code = out_of_memory();
    else if (is_first_rank())
        code = print_all(j, files, owners, count);
    else
        code = answer_all(j, files, owners, count, results);
out:
    free(results);
    free(owners);
    free(files);
    return code;
}
