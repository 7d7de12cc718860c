/*
 * Folders of texts, one file each: LABEL/NAME.txt, or SPLIT/LABEL/NAME.txt as in aclImdb, where a
 * split is train, test, or one of val, valid, validation and dev. Left out are hidden files, other
 * files than .txt (and .txt.gz), files beside the labels (urls_pos.txt), and `unsup`, aclImdb's
 * reviews without a label. Folders and files come in the order of their names' bytes, the splits in
 * the order in which they stand here, with validation as the last.
 */
#include "source.h"

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

/* The entries of a folder but for hidden ones, sorted, on the way through them. */
typedef struct listing {
    char *folder;
    char **names;
    size_t count, capacity, next;
} listing;

typedef struct folder_source {
    sn_source base;
    const char *path;
    /* Where the texts under way belong to. */
    seqnet_part part;
    /* The entry of SPLITS that comes next; SPLIT_COUNT: none. */
    size_t next_split;
    /* The folders of labels, and the files of the label that was taken last. */
    listing labels, files;
    /* The file that was taken last, and its bytes. */
    char *file;
    sn_buffer text;
    bool has_texts;
} folder_source;

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

static void free_listing(listing *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    free(list->folder);
    *list = (listing){0};
}

static seqnet_status add_name(listing *list, const char *name, seqnet_error *err)
{
    SN_TRY(sn_grow(&list->names, &list->capacity, list->count + 1, sizeof *list->names, err));
    SN_TRY(sn_copy_string(&list->names[list->count], name, strlen(name), err));
    list->count++;
    return SEQNET_OK;
}

static seqnet_status read_names(listing *list, DIR *folder, seqnet_error *err)
{
    for (;;) {
        errno = 0; /* tells the end from a failure */
        const struct dirent *const entry = readdir(folder);
        if (!entry)
            return errno ? sn_fail_errno(err, SEQNET_ERR_DATA, list->folder, "read") : SEQNET_OK;
        if (entry->d_name[0] != '.')
            SN_TRY(add_name(list, entry->d_name, err));
    }
}

/* Starts on the entries of a folder, whose path belongs to the listing from now on. */
static seqnet_status start_listing(listing *list, char *path, seqnet_error *err)
{
    free_listing(list);
    list->folder = path;
    DIR *const folder = opendir(path);
    if (!folder)
        return sn_fail_errno(err, SEQNET_ERR_DATA, path, "opened");
    const seqnet_status status = read_names(list, folder, err);
    closedir(folder);
    if (list->count)
        qsort(list->names, list->count, sizeof *list->names, compare_names);
    return status;
}

static bool has_more(const listing *list)
{
    return list->next < list->count;
}

/* The path of the next entry, allocated, and its name. */
static seqnet_status take_entry(listing *list, char **path, const char **name, seqnet_error *err)
{
    *name = list->names[list->next++];
    return join(path, list->folder, *name, err);
}

/* Starts on the next split, if the folder has it. */
static seqnet_status enter_split(folder_source *source, seqnet_error *err)
{
    char *path;
    const struct split *const split = &SPLITS[source->next_split++];
    SN_TRY(join(&path, source->path, split->name, err));
    if (is_folder(path)) {
        source->part = split->part;
        return start_listing(&source->labels, path, err);
    }
    free(path);
    return SEQNET_OK;
}

/* Starts on the next label, if the entry is one. */
static seqnet_status enter_label(folder_source *source, seqnet_error *err)
{
    char *path;
    const char *name;
    SN_TRY(take_entry(&source->labels, &path, &name, err));
    if (is_folder(path) && strcmp(name, UNLABELLED) != 0)
        return start_listing(&source->files, path, err);
    free(path);
    return SEQNET_OK;
}

static seqnet_status read_text(folder_source *source, seqnet_error *err)
{
    sn_byte_stream *stream;
    SN_TRY(sn_stream_open(&stream, source->file, err));
    source->text.length = 0;
    const seqnet_status status = sn_stream_read_all(stream, &source->text, err);
    sn_stream_close(stream);
    return status;
}

/* Whether the text begins with UTF-8's byte order mark, which is no part of it. */
static bool has_mark(const sn_buffer *text)
{
    return text->length >= SN_UTF8_MARK_SIZE &&
           memcmp(text->bytes, SN_UTF8_MARK, SN_UTF8_MARK_SIZE) == 0;
}

static void set_record(const folder_source *source, sn_source_record *record)
{
    const sn_buffer *const text = &source->text;
    const size_t skipped = has_mark(text) ? SN_UTF8_MARK_SIZE : 0;
    record->text = text->length ? text->bytes + skipped : "";
    record->text_length = text->length - skipped;
    record->label = source->labels.names[source->labels.next - 1];
    record->label_length = strlen(record->label);
    record->part = source->part;
    record->path = source->file;
}

/* Reads the next file, if it is a text. A pipe or a device is none: opening it might never end. */
static seqnet_status take_file(folder_source *source, sn_source_record *record, bool *found,
                               seqnet_error *err)
{
    const char *name;
    free(source->file);
    source->file = NULL;
    SN_TRY(take_entry(&source->files, &source->file, &name, err));
    if (!sn_has_ending_packed(name, ".txt") || !sn_file_exists(source->file))
        return SEQNET_OK;
    SN_TRY(read_text(source, err));
    set_record(source, record);
    *found = source->has_texts = true;
    return SEQNET_OK;
}

static seqnet_status check_texts(const folder_source *source, seqnet_error *err)
{
    if (source->has_texts)
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_DATA,
                   "%s: is a folder without texts; expected LABEL/NAME.txt, or "
                   "train/LABEL/NAME.txt and test/LABEL/NAME.txt",
                   source->path);
}

static seqnet_status next_record(sn_source *base, sn_source_record *record, bool *found,
                                 seqnet_error *err)
{
    folder_source *const source = (folder_source *)base;
    while (!*found) {
        if (has_more(&source->files))
            SN_TRY(take_file(source, record, found, err));
        else if (has_more(&source->labels))
            SN_TRY(enter_label(source, err));
        else if (source->next_split < SPLIT_COUNT)
            SN_TRY(enter_split(source, err));
        else
            return check_texts(source, err);
    }
    return SEQNET_OK;
}

static void free_source(sn_source *base)
{
    folder_source *const source = (folder_source *)base;
    free_listing(&source->labels);
    free_listing(&source->files);
    free(source->file);
    sn_buffer_free(&source->text);
    free(source);
}

static seqnet_status find_splits(const char *folder, bool *found, seqnet_error *err)
{
    *found = false;
    for (size_t i = 0; i < SPLIT_COUNT && !*found; i++) {
        char *path;
        SN_TRY(join(&path, folder, SPLITS[i].name, err));
        *found = is_folder(path);
        free(path);
    }
    return SEQNET_OK;
}

/* Starts on the splits, or on the labels of a folder without any. */
static seqnet_status start(folder_source *source, seqnet_error *err)
{
    char *folder;
    bool has_splits = false;
    if (source->part == SEQNET_TRAIN)
        SN_TRY(find_splits(source->path, &has_splits, err));
    if (has_splits)
        return SEQNET_OK;
    source->next_split = SPLIT_COUNT;
    SN_TRY(sn_copy_string(&folder, source->path, strlen(source->path), err));
    return start_listing(&source->labels, folder, err);
}

seqnet_status sn_folder_open(sn_source **source, seqnet_part part, const char *path,
                             seqnet_error *err)
{
    folder_source *opened;
    *source = NULL;
    SN_TRY(sn_alloc(&opened, 1, sizeof *opened, err));
    opened->base = (sn_source){.next = next_record, .free = free_source};
    opened->path = path;
    opened->part = part;
    const seqnet_status status = start(opened, err);
    if (status == SEQNET_OK)
        *source = &opened->base;
    else
        free_source(&opened->base);
    return status;
}
