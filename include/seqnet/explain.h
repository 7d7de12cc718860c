/*
 * Why a model predicts a label: what each word of a text contributes to the label's score, how the
 * prediction grows word by word, and the words that speak most for a label over many texts.
 *
 * The score of a label is linear in the model's logits, and the label's probability grows with it:
 *
 *     two labels, one logit x      x for label 1, -x for label 0
 *     more labels                  the label's logit minus the mean of the other labels' logits
 *     any number of labels a row   the label's logit
 *
 * A contribution is in units of the score: above 0 the word speaks for the label, below 0 against
 * it. The n-gram part of a model is linear, so that its share is exact: the weight of each n-gram
 * in this text, divided equally among the words that it covers. That of the network is found by
 * scoring the text as it grows word by word, from its beginning and from its end: the mean of what
 * a word adds in the two orders. Contributions sum to the difference between the score and that of
 * a text without words, up to rounding.
 *
 * Ownership: an explainer belongs to the caller, who frees it with seqnet_explainer_free (NULL is
 * fine), and so do word sums. Both borrow their model. What an explainer returns is the
 * explainer's, and valid until it explains the next text.
 */
#ifndef SEQNET_EXPLAIN_H
#define SEQNET_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* A word of a text, as the model reads it. */
typedef struct seqnet_explained_word {
    /* Its bytes in the text are start .. end - 1. Those of words never overlap and ascend. */
    size_t start, end;
    /* The word in the form of the model's text rule; not NUL-terminated. */
    const char *text;
    size_t length;
    /* The model's vocabulary has it. */
    bool known;
    /* The network does not see it, because the text is longer than the model's maxlen. The n-gram
     * part of a model, if it has one, reads the whole text. */
    bool cut;
} seqnet_explained_word;

/* A text that was explained. */
typedef struct seqnet_explanation {
    /* [count]: all words of the text, in order. */
    const seqnet_explained_word *words;
    size_t count;
    /* How many of them the network does not see. */
    size_t cut;
    /* The most probable label, and [labels] the probability of each: to the bit what
     * seqnet_predictor_score gives for texts that are cut as in training. */
    size_t label;
    const double *probabilities;
} seqnet_explanation;

/* What speaks for one label in a text that was explained. */
typedef struct seqnet_label_explanation {
    size_t label;
    double probability;
    /* The score of the text, and of a text without words. */
    double score, baseline;
    /* score - baseline - the sum of the contributions: what no word explains, which is rounding. */
    double gap;
    /* [words]: what each word contributes to the score. */
    const double *contributions;
    /* [words]: the label's probability after each word, as if the text ended there; NULL unless
     * the options ask for it. Words that the network does not see change what the n-gram part says
     * only. */
    const double *running;
} seqnet_label_explanation;

typedef struct seqnet_explainer seqnet_explainer;

/* Zeroed options are the defaults. */
typedef struct seqnet_explainer_options {
    /* 0: all usable cores. Any number gives the same bits. */
    size_t threads;
    /* The path of an imdb_word_index.json for a model without a vocabulary; NULL: none. Borrowed
     * during the call. */
    const char *word_index;
    /* Probabilities after each word are computed, too. */
    bool running;
} seqnet_explainer_options;

/* Makes an explainer, which serves one thread at a time. SEQNET_ERR_MODEL when the model has no
 * vocabulary and the options name none, SEQNET_ERR_DATA for a word index that cannot be read. */
seqnet_status seqnet_explainer_create(seqnet_explainer **explainer, const seqnet_model *model,
                                      const seqnet_explainer_options *options, seqnet_error *err);
void seqnet_explainer_free(seqnet_explainer *explainer);

/* Explains a text, which may be any bytes and must stay until the next call. SEQNET_ERR_MEMORY;
 * *explanation is NULL then. */
seqnet_status seqnet_explain(seqnet_explainer *explainer, const char *text, size_t length,
                             const seqnet_explanation **explanation, seqnet_error *err);

/* Explains one label, label < labels, of the text that was explained last. Costs little beside
 * seqnet_explain. The arrays are valid until the next call. */
seqnet_label_explanation seqnet_explain_label(seqnet_explainer *explainer, size_t label);

/* Sums of contributions by word over many texts. A text counts for the labels that the model gives
 * it: the most probable one, or of a model of any number of labels those that reach its threshold.
 */
typedef struct seqnet_word_sums seqnet_word_sums;

/* Makes sums without texts. The statuses are those of seqnet_explainer_create; options->running
 * means nothing. */
seqnet_status seqnet_word_sums_create(seqnet_word_sums **sums, const seqnet_model *model,
                                      const seqnet_explainer_options *options, seqnet_error *err);
void seqnet_word_sums_free(seqnet_word_sums *sums);

/* A text of `length` bytes, borrowed during the call. */
typedef struct seqnet_text_view {
    const char *text;
    size_t length;
} seqnet_text_view;

/* Explains texts and adds what their words contribute to the labels that they count for. Any number
 * of threads and any division of the texts among calls gives the same bits. SEQNET_ERR_MEMORY; some
 * of the texts may have been added then. */
seqnet_status seqnet_word_sums_add(seqnet_word_sums *sums, const seqnet_text_view *texts,
                                   size_t count, seqnet_error *err);

/* How many texts count for a label, label < labels. */
size_t seqnet_word_sums_texts(const seqnet_word_sums *sums, size_t label);

/* What one word contributes to the score of a label in the texts that count for it. */
typedef struct seqnet_word_sum {
    /* The sums', in the form of the model's text rule; not NUL-terminated. */
    const char *text;
    size_t length;
    /* How many of these texts have the word. */
    size_t texts;
    /* The sum of all contributions of the word, and this sum divided by `texts`. */
    double sum, mean;
} seqnet_word_sum;

/* Lists the words with the highest sums for a label, label < labels: at most `most` words, all with
 * sums above 0, the highest first, of equal ones the word that was met first. With `against` the
 * words with the lowest sums, all below 0, the lowest first. The caller frees *list with free().
 * SEQNET_ERR_MEMORY; *list is NULL then. */
seqnet_status seqnet_word_sums_top(const seqnet_word_sums *sums, size_t label, bool against,
                                   size_t most, seqnet_word_sum **list, size_t *count,
                                   seqnet_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
