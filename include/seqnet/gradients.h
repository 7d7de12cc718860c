/*
 * How far back in time a model's loss reaches: the norm of the loss's gradient by the state of each
 * timestep. Training changes what a recurrent layer does with a word only as far as this gradient
 * is not 0 there; where it falls to nothing within some tens of steps, the layer cannot learn to
 * remember for longer (Bengio, Simard and Frasconi 1994).
 *
 * Ownership: the caller releases the numbers with seqnet_state_gradients_free.
 */
#ifndef SEQNET_GRADIENTS_H
#define SEQNET_GRADIENTS_H

#include <stddef.h>

#include <seqnet/dataset.h>
#include <seqnet/model.h>
#include <seqnet/status.h>

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

/* The rows that are looked at where nothing else is asked for. */
enum { SEQNET_GRADIENT_ROWS = 128 };

typedef struct seqnet_state_gradients {
    /* The name of the recurrent layer; the model's. */
    const char *layer;
    /* The number of its timesteps, which for the usual model is maxlen, pads included. */
    size_t time;
    /* [time]: the mean over the rows of || d loss / d s_t ||, with the Euclidean norm. loss is the
     * row's own cross-entropy. s_t is all that the layer hands on from timestep t to the next one,
     * of all units: the hidden state h_t, and of an LSTM the carry c_t, too, through which it
     * remembers. The gradient by h_t goes through all later timesteps and through what the layer
     * puts out at t, that by c_t through the later timesteps. A masked timestep has the state that
     * it copied. Of a bidirectional layer it is the state of the part that reads forward. */
    double *norms;
    /* The number of rows. */
    size_t rows;
} seqnet_state_gradients;

/* How many timesteps come after timestep t, t < time: the steps that its gradient has come back
 * through. */
size_t seqnet_steps_behind(const seqnet_state_gradients *gradients, size_t t);

/* Computes the norms for the first `limit` rows of a part (0: SEQNET_GRADIENT_ROWS), or for all of
 * them if there are fewer. `layer` names the recurrent layer; NULL: the first one. Nothing is
 * dropped, as when scoring. SEQNET_ERR_USAGE for a model without a recurrent layer of this name,
 * SEQNET_ERR_DATA for a part without rows and as in seqnet_model_evaluate. *gradients is zeroed on
 * failure. */
seqnet_status seqnet_model_state_gradients(const seqnet_model *model, const seqnet_dataset *dataset,
                                           seqnet_part part, size_t limit, const char *layer,
                                           seqnet_state_gradients *gradients, seqnet_error *err);

/* Frees the norms. A zeroed struct is fine. */
void seqnet_state_gradients_free(seqnet_state_gradients *gradients);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
#endif
