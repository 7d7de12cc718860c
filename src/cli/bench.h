/*
 * What the parts of the bench command share: the measurements (bench_measure.c), and how they are
 * printed (bench_print.c).
 */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include <seqnet/seqnet.h>

enum { MAX_RUNS = 1000, LATENCY_CALLS = 2000 };

typedef struct bench_options {
    const char *data, *model, *word_index;
    int64_t threads, runs, tokens, num_words;
    /* Of the model that is trained. */
    seqnet_train_options train;
    bool json;
} bench_options;

/* A command's run: what the measurements share. */
typedef struct bench {
    const bench_options *options;
    seqnet_dataset *dataset;
    seqnet_model *model;
    size_t units, gates, maxlen, num_words;
    /* Rows of the training part, without those that validate. */
    size_t train_rows;
    /* Seconds of each run of the measurement under way. */
    double samples[MAX_RUNS > LATENCY_CALLS ? MAX_RUNS : LATENCY_CALLS];
    size_t sample_count;
} bench;

typedef struct measurement {
    const char *what;
    size_t rows, tokens, threads;
    /* Median and smallest of the samples. */
    double seconds, best;
    /* Seconds of the matrix products alone; 0: does not apply. */
    double floor;
    /* Recurrent matrix products per token. */
    double products;
} measurement;

/* Each fills the samples, and all of the measurement but its seconds: epochs of training; scoring
 * the test rows; the test rows as text, tokenised and scored; one row, again and again. */
typedef seqnet_status measuring(bench *b, measurement *m, seqnet_error *err);
measuring measure_training, measure_evaluation, measure_prediction, measure_latency;

/* Fills the seconds of the measurement from the samples, which it sorts. */
void summarise_samples(bench *b, measurement *m);

/* Print one line of standard output, or one JSON object. Return an exit code. */
int print_measurement(const bench *b, const measurement *m);
int print_activation(const bench_options *o, const seqnet_activation_error *worst);

/* Prints what all measurements have in common. */
void print_setting(const bench *b);

#endif
