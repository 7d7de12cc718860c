/*
 * An exported C file as a WebAssembly module (scripts/wasm.sh): the functions that classifier.js
 * calls. MODEL is the file; ANY_LABELS says whether a text may have any number of labels.
 */
#include MODEL

#define EXPORT(name) __attribute__((export_name(name)))

#ifndef SEQNET_ABSTAIN_BELOW
#define SEQNET_ABSTAIN_BELOW 0.0F
#endif

/* Where the linker lets free memory begin. */
extern char __heap_base;

static float probabilities[SEQNET_LABELS];

/* Where a text is put. Nothing else is, so that memory need only grow for a longer one. */
EXPORT("text") char *text_place(void)
{
    return &__heap_base;
}

EXPORT("probabilities") const float *probabilities_place(void)
{
    return probabilities;
}

EXPORT("label_count") int label_count(void)
{
    return SEQNET_LABELS;
}

EXPORT("label") const char *label_name(int label)
{
    return seqnet_labels[label];
}

EXPORT("any_labels") int any_labels(void)
{
    return ANY_LABELS;
}

/* The probability that labels have which are given. */
EXPORT("least") float least_probability(void)
{
    return ANY_LABELS ? THRESHOLD : SEQNET_ABSTAIN_BELOW;
}

/* Fills the probabilities. Returns the likeliest label. */
EXPORT("predict") int predict(size_t length)
{
    return seqnet_predict(&__heap_base, length, probabilities);
}
