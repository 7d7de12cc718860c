/*
 * What the parts of the bench command share: the measurements (bench_measure.c) and their printing
 * (bench_print.c). The choice of data, model and subjects is in cmd_bench.c.
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <seqnet/seqnet.h>

enum { MAX_RUNS = 1000, LATENCY_CALLS = 2000 };

typedef struct bench_options {
    const char *data, *model, *word_index;
    int64_t threads, runs, tokens, num_words;
    /* The options of the model that is trained. */
    seqnet_train_options train;
    bool json;
} bench_options;

/* What the measurements of one run share. */
typedef struct bench {
    const bench_options *options;
    seqnet_dataset *dataset;
    seqnet_model *model;
    size_t units, gates, maxlen, num_words;
    /* Rows of the training part, without the validation rows. */
    size_t train_rows;
    /* Seconds of each run of the current measurement. */
    double samples[MAX_RUNS > LATENCY_CALLS ? MAX_RUNS : LATENCY_CALLS];
    size_t sample_count;
} bench;

typedef struct measurement {
    const char *what;
    size_t rows, tokens, threads;
    /* Median and smallest of the samples. */
    double seconds, best;
    /* Seconds of the matrix products alone; 0 where they are not measured. */
    double floor;
    /* Recurrent matrix products per token. */
    double products;
} measurement;

/* Each function fills the samples, and every field of the measurement except its seconds. They
 * measure epochs of training; scoring the test rows; tokenising and scoring the test rows as text;
 * and scoring a single row many times. */
typedef seqnet_status measuring(bench *b, measurement *m, seqnet_error *err);
measuring measure_training, measure_evaluation, measure_prediction, measure_latency;

/* Sorts the samples and fills the seconds of the measurement from them. */
void summarise_samples(bench *b, measurement *m);

/* Each prints one line on standard output, or one JSON object, and returns an exit code. */
int print_measurement(const bench *b, const measurement *m);
int print_activation(const bench_options *o, const seqnet_activation_error *worst);
int print_product(const bench_options *o, const seqnet_product_speed *speed);

/* Prints what multiplies, whose choice that is, and the instruction set of our own loops. */
void print_kernels(void);

/* Prints what is the same for all measurements: data, model, machine. */
void print_setting(const bench *b);

#endif
