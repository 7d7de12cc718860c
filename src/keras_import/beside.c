/* What lies beside a model and by its name belongs to it. */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "file.h"
#include "import_words.h"

#include "banned.h"

enum { MAX_NAME = 256, MAX_ENTRIES = 10000 };

/* Parts of names, the likelier ones first. */
static const char *const TOKENIZERS[] = {"tokenizer.", "word_index.", "tokenizer", "word_index",
                                         "wordindex",  "vocabulary",  "vocab",     "tok."};
static const char *const LABELS[] = {"labels.",      "label_encoder.", "classes.", "class_names.",
                                     "labelencoder", "label",          "classes"};
static const char *const ENDINGS[] = {"pickle", "pkl", "json", "txt", "npy", "p", "joblib"};

static const char *file_name(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Writes the name in lower case; false for one that is too long. */
static bool lower(const char *name, char text[MAX_NAME])
{
    const size_t length = strlen(name);
    for (size_t i = 0; i <= length && length < MAX_NAME; i++)
        text[i] = (char)tolower((unsigned char)name[i]);
    return length < MAX_NAME;
}

/* `name` is in lower case. */
static bool has_ending(const char *name, sn_beside_kind kind)
{
    const char *const dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof ENDINGS / sizeof *ENDINGS; i++)
        if (strcmp(dot + 1, ENDINGS[i]) == 0)
            return kind == SN_BESIDE_LABELS || strcmp(ENDINGS[i], "npy") != 0;
    return false;
}

/* How likely a file is of the kind by its name, the least the likeliest; SIZE_MAX: it is not. A
 * name that begins as one of these parts is likelier than one that has it inside. */
static size_t rank_name(const char *name, sn_beside_kind kind)
{
    const char *const *const parts = kind == SN_BESIDE_TOKENIZER ? TOKENIZERS : LABELS;
    const size_t count = kind == SN_BESIDE_TOKENIZER ? sizeof TOKENIZERS / sizeof *TOKENIZERS
                                                     : sizeof LABELS / sizeof *LABELS;
    char text[MAX_NAME];
    if (!lower(name, text) || !has_ending(text, kind) || strstr(text, "imdb_word_index"))
        return SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        const char *const at = strstr(text, parts[i]);
        if (at)
            return 2 * i + (at != text);
    }
    return SIZE_MAX;
}

/* Puts a path into the list, in which `ranks` rises, and names of one rank are in their order. */
static void insert(sn_beside *beside, size_t *ranks, char *path, size_t rank)
{
    size_t at = beside->count;
    if (at == SN_MAX_BESIDE) {
        if (rank >= ranks[at - 1]) {
            free(path);
            return;
        }
        free(beside->paths[--at]);
    } else
        beside->count++;
    for (; at > 0 && (ranks[at - 1] > rank ||
                      (ranks[at - 1] == rank && strcmp(beside->paths[at - 1], path) > 0));
         at--) {
        beside->paths[at] = beside->paths[at - 1];
        ranks[at] = ranks[at - 1];
    }
    beside->paths[at] = path;
    ranks[at] = rank;
}

static seqnet_status look_through(sn_beside *beside, DIR *folder, const char *path,
                                  sn_beside_kind kind, seqnet_error *err)
{
    size_t ranks[SN_MAX_BESIDE];
    const struct dirent *entry;
    const int length = (int)(file_name(path) - path);
    for (size_t i = 0; i < MAX_ENTRIES && (entry = readdir(folder)) != NULL; i++) {
        const size_t rank = rank_name(entry->d_name, kind);
        char *found;
        if (rank == SIZE_MAX || strcmp(entry->d_name, file_name(path)) == 0)
            continue;
        SN_TRY(sn_format(&found, err, "%.*s%s", length, path, entry->d_name));
        if (sn_file_exists(found))
            insert(beside, ranks, found, rank);
        else
            free(found);
    }
    return SEQNET_OK;
}

seqnet_status sn_beside_find(sn_beside *beside, const char *path, sn_beside_kind kind,
                             seqnet_error *err)
{
    char *name;
    const size_t length = (size_t)(file_name(path) - path);
    *beside = (sn_beside){.count = 0};
    SN_TRY(sn_format(&name, err, "%.*s", length ? (int)length : 1, length ? path : "."));
    DIR *const folder = opendir(name);
    free(name);
    if (!folder)
        return SEQNET_OK;
    const seqnet_status status = look_through(beside, folder, path, kind, err);
    closedir(folder);
    return status;
}

void sn_beside_free(sn_beside *beside)
{
    for (size_t i = 0; i < beside->count; i++)
        free(beside->paths[i]);
    *beside = (sn_beside){.count = 0};
}
