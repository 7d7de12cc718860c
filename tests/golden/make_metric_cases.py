#!/usr/bin/env python3
"""Writes metric_cases.h: scored rows and their measures as scikit-learn, SciPy and NumPy compute them.

Needs python3-sklearn. Run it again only to change the cases.
"""
import os

import numpy
import scipy.stats
import sklearn.metrics as sk

from make_cases import array

HERE = os.path.dirname(os.path.abspath(__file__))
BINS = 15


def make(seed, rows, classes):
    """Logits, and labels that follow them loosely. Of two classes the steps are so large that many
    rows are equal; of more, rounding would decide which are."""
    rng = numpy.random.default_rng(seed)
    outputs = 1 if classes == 2 else classes
    step = 4 if classes == 2 else 4096
    logits = numpy.round(rng.normal(0, 1.5, (rows, outputs)) * step) / step
    full = numpy.hstack([numpy.zeros((rows, 1)), logits]) if classes == 2 else logits
    labels = (full + rng.gumbel(0, 1.2, full.shape)).argmax(1)
    if classes > 2:  # no row has the last label
        labels = numpy.where(labels == classes - 1, 0, labels)
    return logits, full, labels


def softmax(x):
    e = numpy.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def calibration_error(p, labels):
    confidence, right = p.max(1), p.argmax(1) == labels
    error = 0.0
    for b in range(BINS):
        inside = (confidence > b / BINS) & (confidence <= (b + 1) / BINS)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def wilson(k, n, z=scipy.stats.norm.ppf(0.975)):
    p = k / n
    center, half = p + z * z / (2 * n), z * numpy.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return [(center - half) / (1 + z * z / n), (center + half) / (1 + z * z / n)]


def measures(name, seed, rows, classes):
    logits, full, labels = make(seed, rows, classes)
    p = softmax(full)
    present = [k for k in range(classes) if (labels == k).any()]
    roc = [sk.roc_auc_score(labels == k, p[:, k]) for k in present]
    average = [sk.average_precision_score(labels == k, p[:, k]) for k in present]
    one_hot = numpy.eye(classes)[labels]
    brier = sk.brier_score_loss(labels, p[:, 1]) if classes == 2 else ((p - one_hot) ** 2).sum(1).mean()
    predicted = p.argmax(1)
    f1 = [sk.f1_score(labels, predicted, average=a) for a in ('macro', 'weighted')]
    top2 = sk.top_k_accuracy_score(labels, p, k=2, labels=range(classes)) if classes > 2 else 1.0
    text = array('float', name + '_logits', logits.ravel().tolist())
    text += array('int32_t', name + '_labels', labels.tolist())
    text += array('double', name + '_roc', [float(v) for v in roc])
    text += array('double', name + '_average_precision', [float(v) for v in average])
    others = [numpy.mean(roc), numpy.mean(average), brier, calibration_error(p, labels),
              sk.log_loss(labels, p, labels=range(classes)), *f1, top2]
    text += '/* macro ROC AUC, macro average precision, Brier score, calibration error, log loss, macro F1,\n'
    text += ' * weighted F1, recall at 2 */\n'
    return text + array('double', name + '_others', [float(v) for v in others])


def main():
    with open(os.path.join(HERE, 'metric_cases.h'), 'w') as out:
        out.write('/* Written by make_metric_cases.py: do not edit. */\n\n')
        out.write(measures('two', 1, 120, 2) + '\n')
        out.write(measures('five', 2, 150, 5) + '\n')
        counts = [(0, 10), (7, 10), (10, 10), (8823, 10000)]
        out.write('/* successes, n, and the ends of their interval by Wilson */\n')
        out.write(array('double', 'wilson_cases',
                        [float(v) for k, n in counts for v in (k, n, *wilson(k, n))]))
        pairs = [(0, 0), (3, 9), (9, 3), (40, 61), (700, 905)]
        out.write('\n/* rows that only one model has right, and the p value of the exact test */\n')
        out.write(array('double', 'mcnemar_cases', [
            float(v) for a, b in pairs
            for v in (a, b, scipy.stats.binomtest(a, a + b).pvalue if a + b else 1.0)]))


if __name__ == '__main__':
    main()
