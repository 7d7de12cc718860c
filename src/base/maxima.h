/*
 * The maxima that more than one room keeps to. A maximum of one room alone is in that room.
 * (The name limits.h is taken by C.)
 */
#ifndef SN_MAXIMA_H
#define SN_MAXIMA_H

enum {
    /* Labels of a data set or a model. More are hardly meant: a column of texts or of numbers was
     * taken for the labels. An evaluation counts each pair of labels, 16 million at this many. */
    SN_MAX_LABELS = 4096,

    /* Time steps that a model is trained with. A batch keeps its activations at every step. */
    SN_MAX_TIME = 100000,

    /* Values of an embedding or units of a layer that a model is trained with. An LSTM has 8 times
     * their square in weights. */
    SN_MAX_UNITS = 4096,

    /* What the reader of model files accepts. It takes more than training gives, so that it can
     * read models of versions with larger maxima; that the weights are all there is checked
     * apart. */
    SN_MAX_FILE_TIME = 1000000,
    SN_MAX_FILE_UNITS = 65536
};

#endif
