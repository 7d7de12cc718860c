/* How bench prints a measurement, as text and as JSON. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "errors.h"
#include "json_line.h"
#include "terminal.h"

/* The peak memory of the process in bytes. Linux's getrusage is not used first: it also counts the
 * memory of the program that started this one. */
static double peak_memory(void)
{
    static const char name[] = "VmHWM:";
    char line[256];
    double kilobytes = 0.0;
    FILE *const status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, name, sizeof name - 1) == 0)
            kilobytes = strtod(line + sizeof name - 1, NULL);
    if (status)
        (void)fclose(status);
    if (kilobytes > 0.0)
        return kilobytes * 1024.0;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024.0;
}

/* What multiplies, and whose choice that is. */
static void add_kernels(seqnet_json *json)
{
    seqnet_json_string(json, json->root, "blas", seqnet_blas_name());
    seqnet_json_string(json, json->root, "blas_choice", seqnet_blas_choice());
    seqnet_json_string(json, json->root, "instruction_set", seqnet_instruction_set());
}

static int print_measurement_json(const bench *b, const measurement *m)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "what", m->what);
    seqnet_json_number(&json, json.root, "rows", (double)m->rows);
    seqnet_json_number(&json, json.root, "tokens", (double)m->tokens);
    seqnet_json_number(&json, json.root, "num_words", (double)b->num_words);
    seqnet_json_number(&json, json.root, "batch_size", (double)b->options->train.batch_size);
    seqnet_json_number(&json, json.root, "maxlen", (double)b->maxlen);
    seqnet_json_number(&json, json.root, "units", (double)b->units);
    seqnet_json_number(&json, json.root, "threads", (double)m->threads);
    seqnet_json_number(&json, json.root, "runs", (double)b->sample_count);
    if (m->floor > 0.0) {
        seqnet_json_number(&json, json.root, "seconds", m->seconds);
        seqnet_json_number(&json, json.root, "best_seconds", m->best);
        seqnet_json_number(&json, json.root, "floor_seconds", m->floor);
        seqnet_json_number(&json, json.root, "ratio", m->seconds / m->floor);
        const double flops =
            m->products * 2.0 * (double)(b->gates * b->units * b->units * m->tokens);
        seqnet_json_number(&json, json.root, "tokens_per_second", (double)m->tokens / m->seconds);
        seqnet_json_number(&json, json.root, "gflops", flops / m->seconds * 1e-9);
    } else {
        seqnet_json_number(&json, json.root, "microseconds", m->seconds * 1e6);
        seqnet_json_number(&json, json.root, "best_microseconds", m->best * 1e6);
    }
    seqnet_json_number(&json, json.root, "peak_memory", peak_memory());
    add_kernels(&json);
    return print_json_line(&json);
}

static int print_measurement_text(const bench *b, const measurement *m)
{
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    fprintf(out, "%-8s  %6zu rows  %9zu tokens  ", m->what, m->rows, m->tokens);
    if (m->floor > 0.0)
        fprintf(out,
                "%7.3f s  best %7.3f s  floor %7.3f s  ratio %5.2f  %6.2f M tokens/s  %6.1f "
                "GFLOP/s\n",
                m->seconds, m->best, m->floor, m->seconds / m->floor,
                (double)m->tokens / m->seconds * 1e-6,
                m->products * 2.0 * (double)(b->gates * b->units * b->units * m->tokens) /
                    m->seconds * 1e-9);
    else
        fprintf(out, "%7.1f us best %7.1f us\n", m->seconds * 1e6, m->best * 1e6);
    end_wrapped(&text);
    return EXIT_DONE;
}

int print_measurement(const bench *b, const measurement *m)
{
    return (b->options->json ? print_measurement_json : print_measurement_text)(b, m);
}

int print_activation(const bench_options *o, const seqnet_activation_error *worst)
{
    if (!o->json) {
        printf("%-8s  %-11s  at most %.3f ULP, at %.9g\n", worst->function, worst->instruction_set,
               worst->ulp, worst->at);
        return EXIT_DONE;
    }
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "what", "activations");
    seqnet_json_string(&json, json.root, "function", worst->function);
    seqnet_json_string(&json, json.root, "instruction_set", worst->instruction_set);
    seqnet_json_decimal(&json, json.root, "ulp", worst->ulp, 3);
    seqnet_json_number(&json, json.root, "at", worst->at);
    return print_json_line(&json);
}

static int print_product_json(const seqnet_product_speed *speed)
{
    seqnet_json json = seqnet_json_begin_object();
    seqnet_json_string(&json, json.root, "what", "products");
    seqnet_json_string(&json, json.root, "product", speed->name);
    seqnet_json_number(&json, json.root, "m", (double)speed->m);
    seqnet_json_number(&json, json.root, "n", (double)speed->n);
    seqnet_json_number(&json, json.root, "k", (double)speed->k);
    seqnet_json_number(&json, json.root, "blas_gflops", speed->blas);
    if (speed->own > 0.0)
        seqnet_json_number(&json, json.root, "own_gflops", speed->own);
    seqnet_json_number(&json, json.root, "plain_gflops", speed->plain);
    add_kernels(&json);
    return print_json_line(&json);
}

int print_product(const bench_options *o, const seqnet_product_speed *speed)
{
    if (o->json)
        return print_product_json(speed);
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    fprintf(out, "%-20s %4zu x %4zu x %4zu  %6.1f GFLOP/s  ", speed->name, speed->m, speed->n,
            speed->k, speed->blas);
    if (speed->own > 0.0)
        fprintf(out, "own loops %6.1f  ", speed->own);
    else
        fprintf(out, "                  ");
    fprintf(out, "plain C %5.1f\n", speed->plain);
    end_wrapped(&text);
    return EXIT_DONE;
}

static void put_kernels(FILE *out)
{
    fprintf(out, "%s, %s; %s\n", seqnet_blas_name(), seqnet_blas_choice(),
            seqnet_instruction_set());
}

void print_kernels(void)
{
    wrapped_text text;
    put_kernels(begin_wrapped(stdout, &text));
    end_wrapped(&text);
}

void print_setting(const bench *b)
{
    wrapped_text text;
    FILE *const out = begin_wrapped(stdout, &text);
    fprintf(out, "batch %zu, maxlen %zu, %zu units, %zu threads, peak memory %.0f MB; ",
            (size_t)b->options->train.batch_size, b->maxlen, b->units, (size_t)b->options->threads,
            peak_memory() * 1e-6);
    put_kernels(out);
    end_wrapped(&text);
}
