#include "recipe_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "figures.h"
#include "words.h"

/* Appends ", " and the text, cut at the end of the buffer. */
__attribute__((format(printf, 2, 3))) static void add(char text[RECIPE_TEXT], const char *format,
                                                      ...)
{
    va_list args;
    size_t used = strlen(text);
    if (used)
        used += (size_t)snprintf(text + used, RECIPE_TEXT - used, ", ");
    if (used >= RECIPE_TEXT)
        return;
    va_start(args, format);
    (void)vsnprintf(text + used, RECIPE_TEXT - used, format, args);
    va_end(args);
}

static void add_number(char text[RECIPE_TEXT], const char *name, double value)
{
    if (value != 0.0)
        add(text, "%s %g", name, value);
}

static void add_optimizer(char text[RECIPE_TEXT], const seqnet_train_options *o)
{
    add(text, "%s", optimizer_word((int)o->optimizer));
    add(text, "lr %g", o->learning_rate);
    if (o->schedule != SEQNET_SCHEDULE_CONSTANT)
        add(text, "%s schedule", schedule_word((int)o->schedule));
    add_number(text, "warmup", o->warmup);
    add_number(text, "momentum", o->momentum);
    add_number(text, "weight decay", o->weight_decay);
    add_number(text, "clip norm", o->clip_norm);
    add_number(text, "l2", o->l2);
}

static void add_network(char text[RECIPE_TEXT], const seqnet_train_options *o)
{
    const size_t epochs = (size_t)o->epochs;
    add(text, "%zu %s", epochs, plural(epochs, "epoch", "epochs"));
    add(text, "batch %d", (int)o->batch_size);
    add_optimizer(text, o);
    add_number(text, "word dropout", o->word_dropout);
    add_number(text, "dropout", o->dropout);
    add_number(text, "spatial dropout", o->spatial_dropout);
    add_number(text, "recurrent dropout", o->recurrent_dropout);
    add_number(text, "ema", o->ema);
    add_number(text, "patience", (double)o->patience);
    if (o->monitor == SEQNET_VAL_LOSS)
        add(text, "best by %s", monitor_word((int)o->monitor));
    if (o->vectors)
        add(text, "vectors %.60s", seqnet_train_counts_vectors(o) ? "counted" : o->vectors);
    if (o->class_weight)
        add(text, "class weight %.60s", o->class_weight);
}

const char *recipe_line(const seqnet_train_options *o, bool has_texts, char text[RECIPE_TEXT])
{
    const bool has_ngrams = has_texts && o->ngrams != SEQNET_NGRAMS_OFF;
    const bool has_network = !has_ngrams || o->ngrams != SEQNET_NGRAMS_ONLY;
    text[0] = '\0';
    if (has_ngrams)
        add(text, has_network ? "n-grams and a network" : "n-grams alone");
    if (has_network)
        add_network(text, o);
    if (has_network ? o->refit : o->ngram_refit)
        add(text, "then again on all rows");
    return text;
}
