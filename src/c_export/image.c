#include "image.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#include "banned.h"

size_t sn_c_element(const sn_c_image *image, sn_c_type type)
{
    static const size_t sizes[] = {[SN_C_FLOAT] = 4, [SN_C_BITS] = 4, [SN_C_U32] = 4,
                                   [SN_C_U16] = 2,   [SN_C_U8] = 1,   [SN_C_I8] = 1};
    if (type != SN_C_SLOTS)
        return sizes[type];
    const sn_c_array *const words = sn_c_image_array(image, image->words.words);
    return words && words->count > UINT16_MAX ? 4 : 2;
}

/* Bytes of an element here. */
static size_t size_here(sn_c_type type)
{
    return type == SN_C_U16 ? 2 : type == SN_C_U8 || type == SN_C_I8 ? 1 : 4;
}

seqnet_status sn_c_image_add(sn_c_image *image, void *to, sn_c_type type, size_t count,
                             seqnet_error *err, const char *format, ...)
{
    void *data;
    va_list arguments;
    count = count ? count : 1; /* C has no arrays without elements */
    SN_TRY(sn_grow(&image->arrays, &image->array_capacity, image->array_count + 1,
                   sizeof *image->arrays, err));
    SN_TRY(sn_alloc(&data, count, size_here(type), err));
    sn_c_array *const array = &image->arrays[image->array_count++];
    *array = (sn_c_array){.type = type, .count = count, .data = data};
    va_start(arguments, format);
    (void)vsnprintf(array->name, sizeof array->name, format, arguments);
    va_end(arguments);
    memcpy(to, &data, sizeof data);
    return SEQNET_OK;
}

const sn_c_array *sn_c_image_array(const sn_c_image *image, const void *data)
{
    for (size_t i = 0; data && i < image->array_count; i++)
        if (image->arrays[i].data == data)
            return &image->arrays[i];
    return NULL;
}

/* Counts the runs; writes them where there is an array. */
static size_t list_runs(sn_c_property *property, unsigned bits, uint32_t *runs)
{
    enum { CODES = 0x110000 };
    uint32_t before = UINT32_MAX;
    size_t count = 0;
    for (int32_t code = 0; code < CODES; code++) {
        const uint32_t now = property(code);
        if (now != before && runs)
            runs[count] = (uint32_t)code << bits | now;
        count += now != before;
        before = now;
    }
    return count;
}

seqnet_status sn_c_image_add_runs(sn_c_image *image, sn_c_property *property, unsigned bits,
                                  const uint32_t **runs, size_t *count, const char *name,
                                  seqnet_error *err)
{
    uint32_t *made;
    *count = list_runs(property, bits, NULL);
    SN_TRY(sn_c_image_add(image, &made, SN_C_U32, *count, err, "%s", name));
    (void)list_runs(property, bits, made);
    *runs = made;
    return SEQNET_OK;
}

void sn_c_image_free(sn_c_image *image)
{
    for (size_t i = 0; i < image->array_count; i++)
        free(image->arrays[i].data);
    free(image->arrays);
    *image = (sn_c_image){0};
}

seqnet_status sn_c_image_make(sn_c_image *image, const seqnet_model *model,
                              seqnet_quantize quantize, seqnet_error *err)
{
    *image = (sn_c_image){.model = model, .quantize = quantize, .word_max = 1};
    if (sn_model_has_network(model))
        SN_TRY(sn_c_make_network(image, err));
    return sn_c_make_text(image, err);
}
