/*
 * Folders of texts, one file each: LABEL/NAME.txt, or SPLIT/LABEL/NAME.txt as in aclImdb, where a
 * split is train, test, or one of val, valid, validation and dev, in any case. Texts are the files
 * that end in .txt (or .txt.gz); where no file of a label has an ending, all those that are text.
 * What is left out is counted, but for hidden files and what aclImdb has beside its labels. Texts
 * without labels are NAME.txt and FOLDER/NAME.txt. Folders and files come in the order of their
 * names' bytes, the splits in the order in which they stand here, with validation as the last.
 */
#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "buffer.h"
#include "file.h"
#include "file_kind.h"
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

/* aclImdb's reviews without a label, and its files beside the splits and the labels. */
static const char UNLABELLED[] = "unsup";
static const char *const KNOWN_FILES[] = {"urls_*.txt", "*.feat", "imdb.vocab", "imdbEr.txt",
                                          "README"};

/* Why entries are left out. */
typedef enum reason {
    NO_SPLIT,
    BESIDE_FOLDERS,
    OTHER_ENDING,
    NO_ENDING,
    NO_TEXT,
    TOO_DEEP,
    NO_FILE,
    REASONS
} reason;

static const char *const REASON_NAMES[REASONS][2] = {
    [NO_SPLIT] = {"folder that is no split", "folders that are no splits"},
    [BESIDE_FOLDERS] = {"file beside the folders", "files beside the folders"},
    [OTHER_ENDING] = {"file that is not .txt", "files that are not .txt"},
    [NO_ENDING] = {"file without an ending", "files without an ending"},
    [NO_TEXT] = {"file that is no text", "files that are no text"},
    [TOO_DEEP] = {"folder within a label", "folders within a label"},
    [NO_FILE] = {"entry that is no file", "entries that are no files"}};

/* The entries that are left out, and the path of the first one of each kind. */
enum { EXAMPLE_SIZE = 64 };
typedef struct left_out {
    size_t counts[REASONS];
    char examples[REASONS][EXAMPLE_SIZE];
} left_out;

/* The entries of a folder but for hidden ones, sorted, on the way through them. */
typedef struct listing {
    char *folder;
    char **names;
    size_t count, capacity, next;
} listing;

typedef struct folder_source {
    sn_source base;
    const char *path;
    /* Of its texts; see sn_text_options. */
    const char *encoding;
    /* Where the texts under way belong to. */
    seqnet_part part;
    /* The folders of splits, those of labels, and the files of the label that was taken last. */
    listing splits, labels, files;
    /* No file of this label has an ending, so that those without one are its texts. */
    bool takes_bare;
    /* The file that was taken last, and its bytes. */
    char *file;
    sn_buffer text;
    bool has_texts;
    left_out left_out;
    /* What base.left_out points to. */
    char sentence[SN_LEFT_OUT];
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

static void leave_out(folder_source *source, reason why, const char *path)
{
    const char *const shown = path + strlen(source->path);
    if (source->left_out.counts[why]++ == 0)
        (void)snprintf(source->left_out.examples[why], EXAMPLE_SIZE, "%.63s",
                       shown + (*shown == '/'));
}

static bool is_known_file(const char *name)
{
    for (size_t i = 0; i < sizeof KNOWN_FILES / sizeof *KNOWN_FILES; i++)
        if (fnmatch(KNOWN_FILES[i], name, 0) == 0)
            return true;
    return false;
}

/* Leaves out an entry beside splits or labels: a folder for the reason given, or a file. */
static void leave_out_beside(folder_source *source, reason why, const char *name, const char *path)
{
    if (is_folder(path))
        leave_out(source, why, path);
    else if (!is_known_file(name))
        leave_out(source, BESIDE_FOLDERS, path);
}

/* Whether a name has an ending: a dot that is neither its first nor its last character. */
static bool has_ending(const char *name)
{
    const char *const dot = strrchr(name, '.');
    return dot && dot != name && dot[1] != '\0';
}

/* The number of the split with a name; SPLIT_COUNT: none. */
static size_t find_split(const char *name)
{
    size_t i = 0;
    while (i < SPLIT_COUNT && strcasecmp(name, SPLITS[i].name) != 0)
        i++;
    return i;
}

/* Starts on the next split. */
static seqnet_status enter_split(folder_source *source, seqnet_error *err)
{
    char *path;
    const char *name;
    SN_TRY(take_entry(&source->splits, &path, &name, err));
    source->part = SPLITS[find_split(name)].part;
    return start_listing(&source->labels, path, err);
}

/* Whether some file of the listing has a name with an ending. */
static seqnet_status find_ending(const listing *list, bool *found, seqnet_error *err)
{
    *found = false;
    for (size_t i = 0; i < list->count && !*found; i++) {
        char *path;
        if (!has_ending(list->names[i]))
            continue;
        SN_TRY(join(&path, list->folder, list->names[i], err));
        *found = sn_file_exists(path);
        free(path);
    }
    return SEQNET_OK;
}

/* Starts on the next label, if the entry is one. */
static seqnet_status enter_label(folder_source *source, seqnet_error *err)
{
    char *path;
    const char *name;
    bool has_endings;
    SN_TRY(take_entry(&source->labels, &path, &name, err));
    const bool is_left_out = (int)source->part != SN_UNLABELED && strcmp(name, UNLABELLED) == 0;
    if (is_left_out || !is_folder(path)) {
        if (!is_folder(path) && (int)source->part != SN_UNLABELED)
            leave_out_beside(source, NO_SPLIT, name, path);
        free(path);
        return SEQNET_OK;
    }
    SN_TRY(start_listing(&source->files, path, err));
    SN_TRY(find_ending(&source->files, &has_endings, err));
    source->takes_bare = !has_endings;
    return SEQNET_OK;
}

static seqnet_status read_text(folder_source *source, seqnet_error *err)
{
    sn_byte_stream *stream;
    const sn_text_options options = {.encoding = source->encoding, .takes_marked = true};
    SN_TRY(sn_stream_open(&stream, source->file, err));
    source->text.length = 0;
    seqnet_status status = sn_stream_expect_text(stream, &options, err);
    if (status == SEQNET_OK)
        status = sn_stream_read_all(stream, &source->text, err);
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
    record->invalid = sn_utf8_count_invalid(record->text, record->text_length);
    record->part = source->part;
    record->path = source->file;
    if ((int)source->part == SN_UNLABELED)
        return;
    record->label = source->labels.names[source->labels.next - 1];
    const size_t given = strlen(record->label);
    record->label_length = given;
    sn_utf8_trim(&record->label, &record->label_length);
    record->is_trimmed = record->label_length < given;
}

/* Whether the name is a text's; else *why tells what the entry is. A pipe or a device is no text:
 * opening it might never end. */
static bool is_text(const folder_source *source, const char *name, reason *why)
{
    const bool ends = sn_has_ending_packed(name, ".txt");
    if (!sn_file_exists(source->file)) {
        *why = is_folder(source->file) ? TOO_DEEP : NO_FILE;
        return false;
    }
    *why = has_ending(name) ? OTHER_ENDING : NO_ENDING;
    return ends || (source->takes_bare && !has_ending(name));
}

/* Whether the file under way is of a kind that is no text. A Git LFS pointer stands for a text, and
 * is an error: all files may be such. A file that is compressed is a text that is damaged. */
static bool is_no_text(const folder_source *source)
{
    uint8_t bytes[SN_FILE_KIND_BYTES];
    const size_t size = sn_file_begins(source->file, bytes, sizeof bytes);
    const sn_file_kind kind = sn_file_kind_of(bytes, size, source->file);
    return !sn_is_gzip(bytes, size) && kind.class != SN_FILE_TEXT &&
           kind.class != SN_FILE_MARKED_TEXT && kind.class != SN_FILE_POINTER;
}

/* Whether an entry of a folder without labels is none of its texts: the texts of folders in it come
 * later. */
static bool stands_beside(const folder_source *source, const char *name)
{
    const bool is_top = (int)source->part == SN_UNLABELED && source->labels.next == 0;
    return is_top && (is_folder(source->file) || is_known_file(name));
}

/* Reads the next file, if it is a text. */
static seqnet_status take_file(folder_source *source, sn_source_record *record, bool *found,
                               seqnet_error *err)
{
    const char *name;
    reason why;
    free(source->file);
    source->file = NULL;
    SN_TRY(take_entry(&source->files, &source->file, &name, err));
    if (stands_beside(source, name))
        return SEQNET_OK;
    if (!is_text(source, name, &why)) {
        leave_out(source, why, source->file);
        return SEQNET_OK;
    }
    seqnet_error failure = {0};
    const seqnet_status status = read_text(source, &failure);
    if (status == SEQNET_ERR_DATA && is_no_text(source)) {
        leave_out(source, NO_TEXT, source->file);
        return SEQNET_OK;
    }
    if (status != SEQNET_OK)
        return sn_fail(err, status, "%s", failure.message);
    set_record(source, record);
    *found = source->has_texts = true;
    return SEQNET_OK;
}

/* Writes "3 files that are not .txt (pos/a.md ...), 1 folder that is no split (other)"; returns the
 * number of entries. */
static size_t list_reasons(const left_out *left, char *text, size_t size)
{
    size_t count = 0, used = 0;
    *text = '\0';
    for (size_t why = 0; why < REASONS; why++) {
        const size_t n = left->counts[why];
        if (n == 0)
            continue;
        const int length =
            snprintf(text + used, size - used, "%s%zu %s (%s%s)", used ? ", " : "", n,
                     REASON_NAMES[why][n > 1], left->examples[why], n > 1 ? ", ..." : "");
        used += length > 0 ? (size_t)length : 0;
        used = used < size ? used : size - 1;
        count += n;
    }
    return count;
}

/* Tells what was left out, and refuses a folder without any text. */
static seqnet_status finish(folder_source *source, seqnet_error *err)
{
    char reasons[SN_LEFT_OUT / 2 + SN_LEFT_OUT / 4];
    const size_t count = list_reasons(&source->left_out, reasons, sizeof reasons);
    if (!source->has_texts)
        return sn_fail(err, SEQNET_ERR_DATA, "%s: is a folder without texts%s%s; expected %s",
                       source->path, count ? ", but with " : "", reasons,
                       (int)source->part == SN_UNLABELED
                           ? "NAME.txt, or FOLDER/NAME.txt"
                           : "LABEL/NAME.txt, or train/LABEL/NAME.txt and test/LABEL/NAME.txt");
    if (count)
        (void)snprintf(source->sentence, sizeof source->sentence, "%.80s: left out %zu %s: %s",
                       source->path, count, count == 1 ? "entry" : "entries", reasons);
    return SEQNET_OK;
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
        else if (has_more(&source->splits))
            SN_TRY(enter_split(source, err));
        else
            return finish(source, err);
    }
    return SEQNET_OK;
}

static void free_source(sn_source *base)
{
    folder_source *const source = (folder_source *)base;
    free_listing(&source->splits);
    free_listing(&source->labels);
    free_listing(&source->files);
    free(source->file);
    sn_buffer_free(&source->text);
    free(source);
}

static seqnet_status holds_folder(const char *path, bool *answer, seqnet_error *err)
{
    char *folder;
    listing entries = {0};
    *answer = false;
    SN_TRY(sn_copy_string(&folder, path, strlen(path), err));
    seqnet_status status = start_listing(&entries, folder, err);
    for (size_t i = 0; i < entries.count && status == SEQNET_OK && !*answer; i++) {
        char *entry;
        status = join(&entry, path, entries.names[i], err);
        if (status != SEQNET_OK)
            break;
        *answer = is_folder(entry);
        free(entry);
    }
    free_listing(&entries);
    return status;
}

/* Whether an entry is a folder of splits. One in another spelling, "Test", is a label if it holds
 * no labels. */
static seqnet_status is_split(const listing *top, const char *name, bool *answer, seqnet_error *err)
{
    char *path;
    const size_t split = find_split(name);
    *answer = false;
    if (split == SPLIT_COUNT)
        return SEQNET_OK;
    SN_TRY(join(&path, top->folder, name, err));
    seqnet_status status = SEQNET_OK;
    if (strcmp(name, SPLITS[split].name) == 0)
        *answer = is_folder(path);
    else if (is_folder(path))
        status = holds_folder(path, answer, err);
    free(path);
    return status;
}

/* Lists the splits of a folder in their order. */
static seqnet_status find_splits(folder_source *source, const listing *top, seqnet_error *err)
{
    for (size_t s = 0; s < SPLIT_COUNT; s++)
        for (size_t i = 0; i < top->count; i++) {
            bool answer = false;
            if (find_split(top->names[i]) == s)
                SN_TRY(is_split(top, top->names[i], &answer, err));
            if (answer)
                SN_TRY(add_name(&source->splits, top->names[i], err));
        }
    if (source->splits.count == 0)
        return SEQNET_OK;
    return sn_copy_string(&source->splits.folder, top->folder, strlen(top->folder), err);
}

static bool holds(const listing *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return true;
    return false;
}

/* Counts what stands beside the splits. */
static seqnet_status leave_out_others(folder_source *source, const listing *top, seqnet_error *err)
{
    for (size_t i = 0; i < top->count; i++) {
        char *path;
        if (holds(&source->splits, top->names[i]))
            continue;
        SN_TRY(join(&path, top->folder, top->names[i], err));
        leave_out_beside(source, NO_SPLIT, top->names[i], path);
        free(path);
    }
    return SEQNET_OK;
}

/* Starts on the files of a folder without labels. */
static seqnet_status start_files(folder_source *source, seqnet_error *err)
{
    char *folder;
    bool has_endings;
    SN_TRY(sn_copy_string(&folder, source->path, strlen(source->path), err));
    SN_TRY(start_listing(&source->files, folder, err));
    SN_TRY(find_ending(&source->files, &has_endings, err));
    source->takes_bare = !has_endings;
    return SEQNET_OK;
}

/* Starts on the splits, or on the labels of a folder without any. */
static seqnet_status start(folder_source *source, seqnet_error *err)
{
    char *folder;
    SN_TRY(sn_copy_string(&folder, source->path, strlen(source->path), err));
    SN_TRY(start_listing(&source->labels, folder, err));
    if ((int)source->part == SN_UNLABELED)
        return start_files(source, err);
    if (source->part != SEQNET_TRAIN)
        return SEQNET_OK;
    SN_TRY(find_splits(source, &source->labels, err));
    if (source->splits.count == 0)
        return SEQNET_OK;
    SN_TRY(leave_out_others(source, &source->labels, err));
    free_listing(&source->labels);
    return SEQNET_OK;
}

seqnet_status sn_folder_open(sn_source **source, seqnet_part part, const char *path,
                             const char *encoding, seqnet_error *err)
{
    folder_source *opened;
    *source = NULL;
    SN_TRY(sn_alloc(&opened, 1, sizeof *opened, err));
    opened->base = (sn_source){.next = next_record,
                               .free = free_source,
                               .is_unlabeled = (int)part == SN_UNLABELED,
                               .left_out = opened->sentence};
    opened->path = path;
    opened->encoding = encoding;
    opened->part = part;
    const seqnet_status status = start(opened, err);
    if (status == SEQNET_OK)
        *source = &opened->base;
    else
        free_source(&opened->base);
    return status;
}
