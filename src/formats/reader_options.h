/*
 * Options of a reader that outlive their caller: copies of their own, and the form in which a model
 * file keeps them. What the options mean is in seqnet/reader.h.
 */
#ifndef SN_READER_OPTIONS_H
#define SN_READER_OPTIONS_H

#include <seqnet/json.h>
#include <seqnet/reader.h>

/* Options whose strings are copies. Zeroed ones hold nothing. */
typedef struct sn_kept_options {
    seqnet_reader_options options;
    /* The copies. */
    char *strings[SEQNET_TEXT_FIELDS + 6];
} sn_kept_options;

/* Copies what the records of a file are read by; added_fields are the caller's business and left
 * out. On failure *kept is freed. */
seqnet_status sn_kept_options_copy(sn_kept_options *kept, const seqnet_reader_options *options,
                                   seqnet_error *err);

void sn_kept_options_free(sn_kept_options *kept);

/* Adds the options as members of an object, those that are not set left out. */
void sn_reader_options_write(seqnet_json *json, struct cJSON *object,
                             const seqnet_reader_options *options);

/* Reads what sn_reader_options_write wrote; members that are missing or of another type are left at
 * their defaults, and what is read counts as remembered. */
seqnet_status sn_reader_options_read(sn_kept_options *kept, const struct cJSON *object,
                                     seqnet_error *err);

#endif
