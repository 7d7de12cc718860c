#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "buffer.h"
#include "file.h"
#include "memory.h"
#include "stream.h"
#include "utf8.h"

#include "banned.h"

static const struct split {
    const char *name;
    seqnet_part part;
} SPLITS[] = {{"train", SEQNET_TRAIN},    {"test", SEQNET_TEST},
              {"val", SEQNET_VALIDATION}, {"valid", SEQNET_VALIDATION},
              {"dev", SEQNET_VALIDATION}, {"validation", SEQNET_VALIDATION}};
enum { SPLIT_COUNT = sizeof SPLITS / sizeof *SPLITS };

static const char UNLABELLED[] = "unsup";

/* A walk through folders. */
typedef struct walk {
    sn_corpus *corpus;
    const sn_label_map *map;
    /* The text of the file under way. */
    sn_buffer text;
} walk;

static bool is_folder(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

bool sn_folder_recognise(const char *path)
{
    return strcmp(path, "-") != 0 && is_folder(path);
}

static seqnet_status join(char **path, const char *folder, const char *name, seqnet_error *err)
{
    const size_t length = strlen(folder);
    const char *const slash = length && folder[length - 1] == '/' ? "" : "/";
    return sn_format(path, err, "%s%s%s", folder, slash, name);
}

static int compare_names(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void free_names(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

/* The names in a folder but for hidden ones, sorted. */
static seqnet_status list_names(const char *path, char ***names, size_t *count, seqnet_error *err)
{
    size_t capacity = 0;
    seqnet_status status = SEQNET_OK;
    DIR *const folder = opendir(path);
    *names = NULL;
    *count = 0;
    if (!folder)
        return sn_fail_errno(err, SEQNET_ERR_DATA, path, "opened");
    for (const struct dirent *entry; status == SEQNET_OK;) {
        errno = 0; /* tells the end from a failure */
        entry = readdir(folder);
        if (!entry && errno)
            status = sn_fail_errno(err, SEQNET_ERR_DATA, path, "read");
        if (!entry)
            break;
        if (entry->d_name[0] == '.')
            continue;
        status = sn_grow(names, &capacity, *count + 1, sizeof **names, err);
        if (status == SEQNET_OK)
            status = sn_copy_string(&(*names)[*count], entry->d_name, strlen(entry->d_name), err);
        *count += status == SEQNET_OK;
    }
    closedir(folder);
    if (status != SEQNET_OK) {
        free_names(*names, *count);
        *names = NULL;
        return status;
    }
    if (*count)
        qsort(*names, *count, sizeof **names, compare_names);
    return SEQNET_OK;
}

/* Calls `take` for every name in a folder. */
typedef seqnet_status take_name(walk *w, seqnet_part part, const char *path, const char *name,
                                const char *above, seqnet_error *err);

static seqnet_status for_each(walk *w, seqnet_part part, const char *folder, const char *above,
                              take_name *take, seqnet_error *err)
{
    char **names;
    size_t count;
    SN_TRY(list_names(folder, &names, &count, err));
    seqnet_status status = SEQNET_OK;
    for (size_t i = 0; i < count && status == SEQNET_OK; i++) {
        char *path;
        status = join(&path, folder, names[i], err);
        if (status == SEQNET_OK) {
            status = take(w, part, path, names[i], above, err);
            free(path);
        }
    }
    free_names(names, count);
    return status;
}

/* Whether the text begins with UTF-8's byte order mark, which is no part of it. */
static bool has_mark(const sn_buffer *text)
{
    return text->length >= SN_UTF8_MARK_SIZE &&
           memcmp(text->bytes, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0;
}

/* A text: one file of a label's folder, `above` being the label. A pipe or a device is none:
 * opening it might never end. */
static seqnet_status take_text(walk *w, seqnet_part part, const char *path, const char *name,
                               const char *above, seqnet_error *err)
{
    sn_byte_stream *stream;
    size_t source;
    if (!sn_has_ending_packed(name, ".txt") || !sn_file_exists(path))
        return SEQNET_OK;
    SN_TRY(sn_stream_open(&stream, path, err));
    w->text.length = 0;
    seqnet_status status = sn_stream_read_all(stream, &w->text, err);
    sn_stream_close(stream);
    if (status == SEQNET_OK)
        status = sn_string_set_add(&w->corpus->sources, path, strlen(path), &source, err);
    if (status != SEQNET_OK)
        return status;
    const size_t skipped = has_mark(&w->text) ? SN_UTF8_MARK_SIZE : 0;
    const sn_labelled_text text = {.text = w->text.bytes + skipped,
                                   .text_length = w->text.length - skipped,
                                   .label = above,
                                   .label_length = strlen(above),
                                   .weight = 1.0,
                                   .path = path,
                                   .source = source};
    return sn_corpus_add(w->corpus, part, &text, w->map, err);
}

static seqnet_status take_label(walk *w, seqnet_part part, const char *path, const char *name,
                                const char *above, seqnet_error *err)
{
    (void)above;
    if (!is_folder(path) || strcmp(name, UNLABELLED) == 0)
        return SEQNET_OK;
    return for_each(w, part, path, name, take_text, err);
}

/* Reads the splits that the folder has, that of the training rows first; *found tells whether there
 * were any. */
static seqnet_status read_splits(walk *w, const char *folder, bool *found, seqnet_error *err)
{
    for (size_t i = 0; i < SPLIT_COUNT; i++) {
        char *path;
        SN_TRY(join(&path, folder, SPLITS[i].name, err));
        seqnet_status status = SEQNET_OK;
        if (is_folder(path)) {
            *found = true;
            status = for_each(w, SPLITS[i].part, path, NULL, take_label, err);
        }
        free(path);
        SN_TRY(status);
        if (SPLITS[i].part == SEQNET_TRAIN)
            sn_corpus_fix_labels(w->corpus);
    }
    return SEQNET_OK;
}

static size_t count_texts(const sn_corpus *corpus)
{
    size_t count = corpus->reading.dropped;
    for (size_t part = 0; part < SN_PARTS; part++)
        count += corpus->texts[part].count;
    return count;
}

seqnet_status sn_folder_read(sn_corpus *corpus, seqnet_part part, const char *path,
                             const sn_label_map *map, seqnet_error *err)
{
    walk w = {.corpus = corpus, .map = map};
    bool has_splits = false;
    const size_t before = count_texts(corpus);
    seqnet_status status = SEQNET_OK;
    if (part == SEQNET_TRAIN)
        status = read_splits(&w, path, &has_splits, err);
    if (status == SEQNET_OK && !has_splits)
        status = for_each(&w, part, path, NULL, take_label, err);
    sn_buffer_free(&w.text);
    if (status == SEQNET_OK && count_texts(corpus) == before)
        return sn_fail(err, SEQNET_ERR_DATA,
                       "%s: is a folder without texts; expected LABEL/NAME.txt, or "
                       "train/LABEL/NAME.txt and test/LABEL/NAME.txt",
                       path);
    return status;
}
