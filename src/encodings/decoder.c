#include "decoder.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"
#include "utf8.h"

#ifdef SEQNET_STATIC
#include "own_iconv.h"
typedef sn_iconv *converter_type;
#define NO_CONVERTER             NULL
#define OTHER_ENCODINGS          "convert the text to UTF-8 with iconv"
#define open_converter(encoding) sn_iconv_open(encoding)
#define convert                  sn_iconv_run
#define close_converter          sn_iconv_close
#else
#include <iconv.h>
typedef iconv_t converter_type;
#define NO_CONVERTER             ((iconv_t)-1)
#define OTHER_ENCODINGS          "iconv -l lists those that are"
#define open_converter(encoding) iconv_open("UTF-8", encoding)
#define convert                  iconv
#define close_converter          iconv_close
#endif

#include "banned.h"

enum { NO_UTF8 = 0xff, PROBE = 1024 };

struct sn_decoder {
    converter_type converter;
    /* The shift state of the encoding was ended. */
    bool is_ended;
};

seqnet_status sn_decoder_open(sn_decoder **decoder, const char *encoding, seqnet_error *err)
{
    const converter_type converter = open_converter(encoding);
    *decoder = NULL;
    if (converter == NO_CONVERTER && errno == EINVAL)
        return sn_fail(err, SEQNET_ERR_USAGE, "the encoding '%.60s' is not known; " OTHER_ENCODINGS,
                       encoding);
    if (converter == NO_CONVERTER)
        return sn_fail(err, SEQNET_ERR_MEMORY, "out of memory for the encoding '%.60s'", encoding);
    const seqnet_status status = sn_alloc(decoder, 1, sizeof **decoder, err);
    if (status == SEQNET_OK)
        (*decoder)->converter = converter;
    else
        close_converter(converter);
    return status;
}

void sn_decoder_free(sn_decoder *decoder)
{
    if (!decoder)
        return;
    close_converter(decoder->converter);
    free(decoder);
}

void sn_decoder_run(sn_decoder *decoder, const char *bytes, size_t *length, bool is_last, char *out,
                    size_t room, size_t *made)
{
    char *in = (char *)(uintptr_t)bytes, *const begin = out;
    size_t left = *length;
    while (left > 0 && room > 0) {
        if (convert(decoder->converter, &in, &left, &out, &room) != (size_t)-1 || errno == E2BIG)
            break;
        const bool is_cut_off = errno == EINVAL;
        if ((is_cut_off && !is_last) || room == 0)
            break;
        const size_t skipped = is_cut_off ? left : 1;
        *out++ = (char)NO_UTF8;
        room--;
        in += skipped;
        left -= skipped;
    }
    if (left == 0 && is_last && !decoder->is_ended) {
        (void)convert(decoder->converter, NULL, NULL, &out, &room);
        decoder->is_ended = true;
    }
    *length -= left;
    *made = (size_t)(out - begin);
}

/* UTF-16 and UTF-32 without a mark: ASCII characters, which nearly every text has, leave their NULs
 * in the same places of each unit. */
static const char *guess_by_nuls(const uint8_t *bytes, size_t size)
{
    enum { ENOUGH = 8 };
    size_t nuls[4] = {0};
    const size_t units = (size < PROBE ? size : PROBE) / 4;
    for (size_t i = 0; i < units * 4; i++)
        nuls[i % 4] += bytes[i] == 0;
    /* Most units are ASCII; of the others a few may have a NUL in another place. */
    const size_t most = units - units / 4, few = (units + 4) / 8;
    if (units < ENOUGH / 4)
        return NULL;
    if (nuls[1] >= most && nuls[2] >= most && nuls[3] >= most && nuls[0] <= few)
        return "UTF-32LE";
    if (nuls[0] >= most && nuls[1] >= most && nuls[2] >= most && nuls[3] <= few)
        return "UTF-32BE";
    if (nuls[1] + nuls[3] >= units && nuls[0] + nuls[2] <= few)
        return "UTF-16LE";
    if (nuls[0] + nuls[2] >= units && nuls[1] + nuls[3] <= few)
        return "UTF-16BE";
    return NULL;
}

const char *sn_encoding_guess(const void *bytes, size_t size, size_t *mark)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *name;
    } marks[] = {{"\xff\xfe\0\0", 4, "UTF-32LE"},
                 {"\0\0\xfe\xff", 4, "UTF-32BE"},
                 {"\xff\xfe", 2, "UTF-16LE"},
                 {"\xfe\xff", 2, "UTF-16BE"},
                 {SN_UTF8_MARK, SN_UTF8_MARK_SIZE, "UTF-8"}};
    *mark = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (size >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0) {
            *mark = marks[i].length;
            return marks[i].name;
        }
    return size ? guess_by_nuls(bytes, size) : NULL;
}

bool sn_encoding_is_utf8(const char *encoding)
{
    return strcasecmp(encoding, "UTF-8") == 0 || strcasecmp(encoding, "UTF8") == 0;
}
