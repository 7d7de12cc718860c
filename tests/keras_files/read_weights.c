/* Reads files of Keras's weights and prints what is in them, one JSON line each, for run.py and
 * hostile.py; the exit code is the status of the last one. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "weights_file.h"

static void print_text(const char *key, const char *text)
{
    printf("\"%s\": ", key);
    if (!text) {
        printf("null");
        return;
    }
    putchar('"');
    for (; *text; text++)
        if (*text == '"' || *text == '\\' || (unsigned char)*text < ' ')
            printf("\\u%04x", (unsigned)(unsigned char)*text);
        else
            putchar(*text);
    putchar('"');
}

static void print_array(const sn_weights_array *array)
{
    printf("{");
    print_text("layer", array->layer);
    printf(", ");
    print_text("name", array->name);
    printf(", \"shape\": [");
    for (size_t i = 0; i < array->rank; i++)
        printf("%s%zu", i ? ", " : "", array->shape[i]);
    printf("], \"crc\": %lu}",
           crc32(0, (const Bytef *)array->values, (uInt)(array->count * sizeof *array->values)));
}

static void print_layers(const sn_weights_file *file)
{
    printf(", \"layers\": [");
    for (size_t i = 0; i < file->layer_count; i++) {
        printf("%s{", i ? ", " : "");
        print_text("name", file->layers[i].name);
        printf(", ");
        print_text("label", file->layers[i].label);
        printf("}");
    }
    printf("], \"assets\": [");
    for (size_t i = 0; i < file->asset_count; i++) {
        printf("%s{", i ? ", " : "");
        print_text("name", file->assets[i].name);
        printf(", \"size\": %zu}", file->assets[i].size);
    }
}

static void print_file(const sn_weights_file *file)
{
    printf("{\"layout\": %d, ", (int)file->layout);
    print_text("config", file->config);
    printf(", ");
    print_text("keras_version", file->keras_version);
    printf(", ");
    print_text("backend", file->backend);
    print_layers(file);
    printf("], \"arrays\": [");
    for (size_t i = 0; i < file->array_count; i++) {
        printf("%s", i ? ", " : "");
        print_array(&file->arrays[i]);
    }
    printf("]}\n");
}

int main(int argc, char **argv)
{
    seqnet_status status = SEQNET_OK;
    for (int i = 1; i < argc; i++) {
        sn_weights_file file;
        seqnet_error err = {0};
        status = sn_weights_file_read(&file, argv[i], &err);
        if (status == SEQNET_OK) {
            print_file(&file);
            sn_weights_file_free(&file);
        } else {
            printf("{");
            print_text("error", err.message);
            printf("}\n");
        }
    }
    return (int)status;
}
