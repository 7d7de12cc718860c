/*
 * Exports: a format's bytes are made in memory, read back, and compared with the model on samples;
 * only then does a file get its name.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "formats.h"
#include "memory.h"

#include <seqnet/output.h>

#include "banned.h"

seqnet_export_format seqnet_export_format_of(const char *path)
{
    for (seqnet_export_format format = SEQNET_EXPORT_ONNX; sn_export_format_of(format); format++)
        if (sn_has_ending(path, sn_export_format_of(format)->ending))
            return format;
    return SEQNET_EXPORT_AUTO;
}

const char *seqnet_export_ending(seqnet_export_format format)
{
    const sn_export_format *const found = sn_export_format_of(format);
    return found ? found->ending : NULL;
}

static seqnet_status check_options(const sn_export_format *format,
                                   const seqnet_export_options *options, seqnet_error *err)
{
    if (!format)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "which format? pass .output_format onnx, keras, h5, npz, c or vec");
    if (format->missing)
        return sn_fail(err, SEQNET_ERR_USAGE, "%s cannot be written: %s", format->title,
                       format->missing);
    if (options->quantize != SEQNET_QUANTIZE_NONE && !format->quantizes)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s hold weights as float32; leave out .quantize, which is for "
                       ".output_format c",
                       format->title);
    if (options->name && options->output_format != SEQNET_EXPORT_C)
        return sn_fail(err, SEQNET_ERR_USAGE,
                       "%s have no names of functions; leave out .name, which is for "
                       ".output_format c",
                       format->title);
    return SEQNET_OK;
}

static double largest_difference(const sn_samples *samples, const double *probabilities,
                                 size_t rows)
{
    double largest = 0.0;
    for (size_t i = 0; i < rows * samples->labels; i++) {
        const double difference = fabs(probabilities[i] - samples->probabilities[i]);
        largest = difference <= largest ? largest : difference; /* NaN is the largest, too */
    }
    return largest;
}

/* Scores the samples with the file and says how it compares. */
static seqnet_status compare_with(const sn_export_format *format, const seqnet_model *model,
                                  const sn_buffer *bytes, const sn_samples *samples,
                                  seqnet_export_report *report, seqnet_error *err)
{
    double *probabilities;
    SN_TRY(sn_alloc(&probabilities, samples->count * samples->labels, sizeof *probabilities, err));
    const seqnet_status status =
        format->score(model, bytes, samples, probabilities, &report->rows, err);
    if (status == SEQNET_OK)
        report->difference = largest_difference(samples, probabilities, report->rows);
    report->has_texts = samples->has_texts;
    free(probabilities);
    return status;
}

static seqnet_status compare(const sn_export_format *format, const seqnet_model *model,
                             const sn_buffer *bytes, const seqnet_export_options *options,
                             seqnet_export_report *report, seqnet_error *err)
{
    sn_samples samples;
    seqnet_status status = sn_samples_make(&samples, model, err);
    if (status == SEQNET_OK)
        status = compare_with(format, model, bytes, &samples, report, err);
    sn_samples_free(&samples);
    if (status != SEQNET_OK)
        return status;
    if (report->difference <= format->tolerance[options->quantize])
        return SEQNET_OK;
    return sn_fail(err, SEQNET_ERR_MODEL,
                   "the file would not agree with the model: on %zu samples a probability differs "
                   "by %.2g, so nothing is written",
                   report->rows, report->difference);
}

static seqnet_status write_bytes(const seqnet_model *model, sn_buffer *bytes,
                                 const seqnet_export_options *options, seqnet_export_report *report,
                                 seqnet_error *err)
{
    const sn_export_format *const format = sn_export_format_of(options->output_format);
    *report = (seqnet_export_report){.format = options->output_format};
    SN_TRY(check_options(format, options, err));
    SN_TRY(format->write(model, options, bytes, err));
    report->bytes = bytes->length;
    if (format->describe)
        format->describe(bytes, report);
    return compare(format, model, bytes, options, report, err);
}

seqnet_status seqnet_export_bytes(const seqnet_model *model, char **bytes,
                                  const seqnet_export_options *options,
                                  seqnet_export_report *report, seqnet_error *err)
{
    sn_buffer made = {0};
    seqnet_export_report unwanted;
    seqnet_status status = write_bytes(model, &made, options, report ? report : &unwanted, err);
    *bytes = NULL;
    if (status == SEQNET_OK)
        status = sn_buffer_take(&made, bytes, err);
    sn_buffer_free(&made);
    return status;
}

/* Writes bytes to a file that appears whole or not at all. */
static seqnet_status write_file(const char *path, const char *bytes, size_t size, bool *replaced,
                                seqnet_error *err)
{
    seqnet_output *output;
    SN_TRY(seqnet_output_open(&output, path, err));
    const seqnet_status status = seqnet_output_write(output, bytes, size, err);
    if (status == SEQNET_OK)
        return seqnet_output_commit(output, replaced, err);
    seqnet_output_discard(output);
    return status;
}

seqnet_status seqnet_export(const seqnet_model *model, const char *path,
                            const seqnet_export_options *options, seqnet_export_report *report,
                            seqnet_error *err)
{
    seqnet_export_report own;
    seqnet_export_options wanted = *options;
    char *bytes;
    if (!report)
        report = &own;
    if (wanted.output_format == SEQNET_EXPORT_AUTO)
        wanted.output_format = seqnet_export_format_of(path);
    SN_TRY(seqnet_output_check(path, err));
    SN_TRY(seqnet_export_bytes(model, &bytes, &wanted, report, err));
    const seqnet_status status = write_file(path, bytes, report->bytes, &report->replaced, err);
    free(bytes);
    return status;
}
