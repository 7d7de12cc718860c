/*
 * The words by which options name the values of the library's enums. Each function is an
 * option_words (options.h). It is a switch without a default, so that the compiler refuses a value
 * without a word.
 */
#ifndef CONSOLE_WORDS_H
#define CONSOLE_WORDS_H

/* Of seqnet_format, seqnet_header, seqnet_text_rule, seqnet_side. */
const char *format_word(int value);
const char *header_word(int value);
const char *text_rule_word(int value);
const char *side_word(int value);

/* Of seqnet_preset, seqnet_ngrams, seqnet_cell, seqnet_monitor, seqnet_pooling, seqnet_optimizer,
 * seqnet_schedule. */
const char *preset_word(int value);
const char *ngrams_word(int value);
const char *cell_word(int value);
const char *monitor_word(int value);
const char *pooling_word(int value);
const char *optimizer_word(int value);
const char *schedule_word(int value);

/* Of seqnet_activation, seqnet_recurrent_activation. */
const char *activation_word(int value);
const char *recurrent_activation_word(int value);

/* Of seqnet_export_format, seqnet_quantize. */
const char *export_format_word(int value);
const char *quantize_word(int value);

/* Of seqnet_long_texts. */
const char *long_texts_word(int value);

#endif
