#define _GNU_SOURCE /* memmem */
#include "file_kind.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "banned.h"

enum {
    /* A path in a remedy, quoted for the shell. */
    SHOWN_PATH = 200,
    MEMBER_NAME = 80,
    /* Where a tar archive has its magic. */
    TAR_MAGIC = 257,
    /* One byte in so many may be a control character in a text, and a few in a short one. */
    CONTROL_SHARE = 16,
    FEW_CONTROLS = 4
};

typedef struct probe {
    const uint8_t *bytes;
    size_t size;
    /* The file's name as it is, and its path for a shell, or empty for standard input. */
    const char *name;
    char path[SHOWN_PATH];
} probe;

/* A kind that bytes at one offset tell. In the remedy, %s is the file's path. */
typedef struct magic {
    size_t offset;
    const char *bytes;
    size_t length;
    sn_file_class class;
    const char *fact, *remedy;
} magic;

#define MAGIC(OFFSET, BYTES, CLASS, FACT, REMEDY)                                                  \
    {                                                                                              \
        .offset = (OFFSET), .bytes = (BYTES), .length = sizeof(BYTES) - 1, .class = (CLASS),       \
        .fact = (FACT), .remedy = (REMEDY)                                                         \
    }

#define PIPED(COMMAND) COMMAND " %s | seqnet ... -"
#define BY_PANDAS(FORM)                                                                            \
    "convert it: python3 -c \"import sys, pandas; pandas.read_" FORM                               \
    "(sys.argv[1]).to_csv('data.csv', index=False)\" %s"

#define MAKE_MODEL "make a model of it: seqnet_import %s to FILE"

#define GZIP "\x1f\x8b"

static const magic MAGICS[] = {
    MAGIC(0, "BZh", SN_FILE_BINARY, "is compressed with bzip2", PIPED("bzcat")),
    MAGIC(0,
          "\xfd"
          "7zXZ\0",
          SN_FILE_BINARY, "is compressed with xz", PIPED("xzcat")),
    MAGIC(0, "\x28\xb5\x2f\xfd", SN_FILE_BINARY, "is compressed with zstd", PIPED("zstdcat")),
    MAGIC(0, "\x04\x22\x4d\x18", SN_FILE_BINARY, "is compressed with lz4", PIPED("lz4 -dc")),
    MAGIC(0, "\x1f\x9d", SN_FILE_BINARY, "is compressed with compress", PIPED("zcat")),
    MAGIC(0, GZIP, SN_FILE_BINARY, "is gzip data within gzip data", PIPED("gzip -dc")),
    MAGIC(0, "LZIP", SN_FILE_BINARY, "is compressed with lzip", PIPED("lzip -dc")),
    MAGIC(0, "7z\xbc\xaf\x27\x1c", SN_FILE_BINARY, "is a 7-Zip archive", "unpack it: 7z x %s"),
    MAGIC(0, "Rar!\x1a\x07", SN_FILE_BINARY, "is a RAR archive", "unpack it: unrar x %s"),
    MAGIC(TAR_MAGIC, "ustar", SN_FILE_BINARY, "is a tar archive",
          "unpack it: tar xf %s, and name the folder or a file in it"),
    MAGIC(0, "PAR1", SN_FILE_BINARY, "is a Parquet file", BY_PANDAS("parquet")),
    MAGIC(0, "ARROW1", SN_FILE_BINARY, "is an Arrow file", BY_PANDAS("feather")),
    MAGIC(0, "FEA1", SN_FILE_BINARY, "is a Feather file", BY_PANDAS("feather")),
    MAGIC(0, "ORC", SN_FILE_BINARY, "is an ORC file", BY_PANDAS("orc")),
    MAGIC(0, "Obj\x01", SN_FILE_BINARY, "is an Avro file",
          "convert it to JSON Lines: avro-tools tojson %s"),
    MAGIC(0, "\x89HDF\r\n\x1a\n", SN_FILE_MODEL, "is an HDF5 file (Keras's H5 models are such)",
          MAKE_MODEL),
    MAGIC(0, "\xba\x16\x4f\x2f", SN_FILE_MODEL, "is a fastText model (BIN)", MAKE_MODEL),
    MAGIC(0, "SQLite format 3\0", SN_FILE_BINARY, "is an SQLite database",
          "write a table as CSV: sqlite3 -header -csv %s 'select * from TABLE'"),
    MAGIC(0, "%PDF-", SN_FILE_MARKED_TEXT, "is a PDF document", "take its text out: pdftotext %s"),
    MAGIC(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", SN_FILE_BINARY,
          "is an old Office document (XLS or DOC)",
          "save it as 'CSV UTF-8', or: libreoffice --headless --convert-to csv %s"),
    MAGIC(0, "\x93NUMPY", SN_FILE_BINARY, "is one NumPy array (.npy)",
          "put x_train, y_train, x_test and y_test into one .npz with numpy.savez"),
    MAGIC(0, "GGUF", SN_FILE_BINARY, "is a GGUF model", "train one with seqnet train"),
    MAGIC(0, "\x89PNG", SN_FILE_BINARY, "is a PNG picture", "name a file of texts"),
    MAGIC(0, "\xff\xd8\xff", SN_FILE_BINARY, "is a JPEG picture", "name a file of texts"),
    MAGIC(0, "GIF8", SN_FILE_BINARY, "is a GIF picture", "name a file of texts"),
    MAGIC(0,
          "\x7f"
          "ELF",
          SN_FILE_BINARY, "is a program", "name a file of texts"),
    MAGIC(0, "version https://git-lfs.github.com/spec/", SN_FILE_POINTER,
          "is a Git LFS pointer, not the file itself", "fetch it: git lfs pull"),
    MAGIC(0, "{\\rtf", SN_FILE_MARKED_TEXT, "is an RTF document",
          "save it as text, or: libreoffice --headless --convert-to txt:Text %s"),
};

/* Copies a path as a shell takes it: within quotes if it has characters that a shell looks at. */
static void quote_path(char quoted[SHOWN_PATH], const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./-+,:@%";
    const bool is_plain = path[strspn(path, plain)] == '\0' && path[0] != '-';
    if (strlen(path) + 3 > SHOWN_PATH || strchr(path, '\''))
        (void)snprintf(quoted, SHOWN_PATH, "FILE");
    else
        (void)snprintf(quoted, SHOWN_PATH, is_plain ? "%s" : "'%s'", path);
}

static bool has(const probe *p, size_t offset, const char *bytes, size_t length)
{
    return p->size >= offset + length && memcmp(p->bytes + offset, bytes, length) == 0;
}

static bool holds(const probe *p, const char *text)
{
    return memmem(p->bytes, p->size, text, strlen(text)) != NULL;
}

/* Writes a remedy with the file's path in it. Standard input has none: there the remedy is a part
 * of the pipe, or speaks of a FILE. */
static void set_remedy(sn_file_kind *kind, const probe *p, const char *remedy)
{
    const char *const slot = strstr(remedy, "%s");
    const bool is_filter = strstr(remedy, "| seqnet") != NULL;
    const char *const path = *p->path ? p->path : is_filter ? "" : "FILE";
    if (!slot)
        (void)snprintf(kind->remedy, sizeof kind->remedy, "%s", remedy);
    else
        (void)snprintf(kind->remedy, sizeof kind->remedy, "%s%.*s%s%s",
                       is_filter ? "unpack it on its way in: " : "", (int)(slot - remedy), remedy,
                       path, slot + 2 + (is_filter && !*path));
}

static void set_kind(sn_file_kind *kind, const probe *p, sn_file_class class, const char *fact,
                     const char *remedy)
{
    kind->class = class;
    (void)snprintf(kind->fact, sizeof kind->fact, "%s", fact);
    set_remedy(kind, p, remedy);
}

static size_t little_endian(const uint8_t *bytes, size_t count)
{
    size_t value = 0;
    for (size_t i = count; i > 0; i--)
        value = value << 8 | bytes[i - 1];
    return value;
}

/* The name of a zip archive's first member; empty when the bytes end before it does. */
static void first_member(const probe *p, char name[MEMBER_NAME])
{
    enum { LENGTH_AT = 26, NAME_AT = 30 };
    name[0] = '\0';
    if (p->size < NAME_AT)
        return;
    const size_t length = little_endian(p->bytes + LENGTH_AT, 2);
    const char *const bytes = (const char *)p->bytes + NAME_AT;
    if (length < MEMBER_NAME && p->size >= NAME_AT + length && !memchr(bytes, '\'', length))
        (void)snprintf(name, MEMBER_NAME, "%.*s", (int)length, bytes);
}

static bool ends_in(const char *name, const char *ending)
{
    const size_t length = strlen(name), wanted = strlen(ending);
    return length > wanted && strcasecmp(name + length - wanted, ending) == 0;
}

static void name_archive(sn_file_kind *kind, const probe *p, const char *member)
{
    char fact[160], remedy[200];
    const bool is_named = *member != '\0';
    (void)snprintf(fact, sizeof fact, "is a zip archive%s%s%s", is_named ? " with '" : "", member,
                   is_named ? "' in it" : "");
    if (*p->path && is_named)
        (void)snprintf(remedy, sizeof remedy, "unzip -p %%s '%s' | seqnet ... -", member);
    else
        (void)snprintf(remedy, sizeof remedy, "%s",
                       *p->path ? "unpack it: unzip %s" : "funzip %s | seqnet ... -");
    set_kind(kind, p, SN_FILE_BINARY, fact, remedy);
}

/* Zip archives: the kind follows from what is in them. */
static void look_into_zip(sn_file_kind *kind, const probe *p)
{
    static const char SAVE_SHEET[] = "save it as 'CSV UTF-8', or: libreoffice --headless "
                                     "--convert-to 'csv:Text - txt - csv (StarCalc):44,34,76' %s";
    static const char SAVE_TEXT[] =
        "save it as text, or: libreoffice --headless --convert-to txt:Text %s";
    char member[MEMBER_NAME];
    first_member(p, member);
    if (ends_in(member, ".npy") || ends_in(p->name, ".npz"))
        set_kind(kind, p, SN_FILE_NPZ, "is an archive of NumPy arrays (.npz)",
                 "seqnet train and evaluate read it; for its rows as lines of ids see "
                 "seqnet_batch_add_ids");
    else if (holds(p, "xl/") || ends_in(p->name, ".xlsx") || ends_in(p->name, ".xlsm"))
        set_kind(kind, p, SN_FILE_BINARY, "is an Excel workbook", SAVE_SHEET);
    else if (holds(p, "word/") || ends_in(p->name, ".docx"))
        set_kind(kind, p, SN_FILE_BINARY, "is a Word document", SAVE_TEXT);
    else if (holds(p, "opendocument.spreadsheet"))
        set_kind(kind, p, SN_FILE_BINARY, "is an OpenDocument spreadsheet", SAVE_SHEET);
    else if (holds(p, "opendocument"))
        set_kind(kind, p, SN_FILE_BINARY, "is an OpenDocument file", SAVE_TEXT);
    else if (ends_in(member, ".weights.h5") || ends_in(p->name, ".keras") ||
             (strcmp(member, "metadata.json") == 0 && holds(p, "keras")))
        set_kind(kind, p, SN_FILE_MODEL, "is a Keras model", MAKE_MODEL);
    else if (holds(p, "/data.pkl"))
        set_kind(kind, p, SN_FILE_BINARY, "is a PyTorch file", "train a model with seqnet train");
    else
        name_archive(kind, p, member);
}

/* A safetensors file: the length of a JSON header, then the header. */
static bool is_safetensors(const probe *p)
{
    enum { LENGTH = 8, LARGEST = 1 << 28 };
    return p->size > LENGTH + 1 && little_endian(p->bytes, LENGTH) <= LARGEST &&
           p->bytes[LENGTH] == '{' && memchr(p->bytes, '\0', LENGTH) != NULL;
}

/* A safetensors file whose metadata, which come first, say that it has rows. */
static bool has_rows(const probe *p)
{
    static const char START[] = "{\"__metadata__\":{\"format\":\"" SN_ROWS_FORMAT "\"";
    return is_safetensors(p) && has(p, 8, START, sizeof START - 1);
}

static bool is_pickle(const probe *p)
{
    enum { PROTOCOL = 0x80 };
    return p->size > 2 && p->bytes[0] == PROTOCOL && p->bytes[1] >= 2 && p->bytes[1] <= 5 &&
           strchr("}]cK\x95(X\x8c", p->bytes[2]) && p->bytes[2];
}

static bool is_web_page(const probe *p)
{
    static const char *const begins[] = {"<!doctype html", "<html", "<?xml", "<head>"};
    size_t at = has(p, 0, "\xef\xbb\xbf", 3) ? 3 : 0;
    while (at < p->size && p->bytes[at] && strchr(" \t\r\n", p->bytes[at]))
        at++;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        const size_t length = strlen(begins[i]);
        if (p->size - at >= length &&
            strncasecmp((const char *)p->bytes + at, begins[i], length) == 0)
            return true;
    }
    return false;
}

static bool is_control(uint8_t byte)
{
    static const char usual[] = "\t\n\v\f\r\b\x1b";
    return byte < ' ' && !(byte && strchr(usual, byte));
}

/* Whether there are so many control characters that this is no text. A few NULs may be an accident
 * of a row. */
static bool is_garbage(const probe *p)
{
    size_t controls = 0;
    for (size_t i = 0; i < p->size; i++)
        controls += is_control(p->bytes[i]);
    return controls >= FEW_CONTROLS && controls * CONTROL_SHARE > p->size;
}

bool sn_is_gzip(const void *bytes, size_t size)
{
    return size >= sizeof GZIP - 1 && memcmp(bytes, GZIP, sizeof GZIP - 1) == 0;
}

bool sn_has_control(const void *bytes, size_t size)
{
    const uint8_t *const all = bytes;
    for (size_t i = 0; i < size; i++)
        if (is_control(all[i]))
            return true;
    return false;
}

static bool find_magic(sn_file_kind *kind, const probe *p)
{
    for (size_t i = 0; i < sizeof MAGICS / sizeof *MAGICS; i++) {
        const magic *const m = &MAGICS[i];
        /* A text may begin with the letters of a magic. */
        if (!has(p, m->offset, m->bytes, m->length) ||
            (m->class == SN_FILE_BINARY && !sn_has_control(p->bytes, p->size)))
            continue;
        set_kind(kind, p, m->class, m->fact, m->remedy);
        return true;
    }
    return false;
}

sn_file_kind sn_file_kind_of(const void *bytes, size_t size, const char *place)
{
    sn_file_kind kind = {.class = SN_FILE_TEXT};
    probe p = {.bytes = bytes,
               .size = size < SN_FILE_KIND_BYTES ? size : SN_FILE_KIND_BYTES,
               .name = place};
    if (strcmp(place, "standard input") != 0)
        quote_path(p.path, place);
    if (p.size == 0 || find_magic(&kind, &p))
        return kind;
    if (has(&p, 0, "PK\x03\x04", 4) || has(&p, 0, "PK\x05\x06", 4))
        look_into_zip(&kind, &p);
    else if (has_rows(&p))
        set_kind(&kind, &p, SN_FILE_ROWS, "holds rows that seqnet prepare wrote",
                 "name it as DATA, by its path");
    else if (is_safetensors(&p))
        set_kind(&kind, &p, SN_FILE_SAFETENSORS, "is a model file (safetensors), not texts",
                 "name it as the model");
    else if (is_pickle(&p))
        set_kind(&kind, &p, SN_FILE_BINARY, "is a Python pickle", BY_PANDAS("pickle"));
    else if (is_web_page(&p))
        set_kind(&kind, &p, SN_FILE_MARKED_TEXT, "is a page in HTML or XML",
                 "fetch the file that it links to, or pass .format lines to read it as text");
    else if (is_garbage(&p))
        set_kind(&kind, &p, SN_FILE_UNKNOWN, "is binary data of an unknown kind, not text",
                 "find out what it is: file %s; if it is UTF-16, pass .encoding UTF-16LE");
    return kind;
}

seqnet_status sn_file_kind_fail(const sn_file_kind *kind, const char *place, seqnet_status status,
                                seqnet_error *err)
{
    return sn_fail(err, status, "%s: %s; %s", place, kind->fact, kind->remedy);
}
