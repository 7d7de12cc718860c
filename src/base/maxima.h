/*
 * The maxima that more than one room keeps to. A maximum of one room alone is in that room.
 * (The name limits.h is taken by C.)
 */
#ifndef SN_MAXIMA_H
#define SN_MAXIMA_H

enum {
    /* Labels of a dataset or a model. With more of them, a column of texts or of numbers was
     * probably taken for the labels. An evaluation counts each pair of labels, 16 million at this
     * many. */
    SN_MAX_LABELS = 4096,

    /* Time steps that a model is trained with. A batch keeps its activations at every step. */
    SN_MAX_TIME = 100000,

    /* Values of an embedding or units of a layer that a model is trained with. An LSTM has 8 times
     * their square in weights. */
    SN_MAX_UNITS = 4096,

    /* The maxima of model files. They are above those of training, so that models of versions with
     * larger maxima can be read; that the file has all weights is checked separately. */
    SN_MAX_FILE_TIME = 1000000,
    SN_MAX_FILE_UNITS = 65536
};

#endif
