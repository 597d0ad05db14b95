// SPDX-License-Identifier: BSD-3-Clause
//
// Targets: what a kernel regression is fitted to, and how well a prediction meets it.
//
//   classification   labels (n,), any numbers  ->  codes (n,classes), one-hot minus 1/classes
//                    scores (m,classes)        ->  labels (m,), of the largest score
//                    accuracy                      the share of labels that agree
//   regression       R² = 1 − Σ(y − f)² / Σ(y − ȳ)², the mean over the outputs (as scikit-learn's r2_score)
//
// A code sums to zero over the classes, so classification needs no offset (Offset::none in ridge.hpp; Lee et
// al. 2020, "Finite versus infinite neural networks", use the same). Whether numbers are labels or values the
// caller decides.
#pragma once

#include <nntk/tensor.hpp>

namespace nntk {

/// The distinct labels (classes,), ascending. O(n log n), allocates a copy. DataError when there are none,
/// fewer than two are distinct, or one is not finite.
[[nodiscard]] Vector find_classes(const Vector& labels);

/// Codes (n,classes) of labels (n,). O(n·classes), allocates the result. DataError for a label not in
/// `classes`, which must ascend, and for fewer than two classes.
[[nodiscard]] Matrix encode_labels(const Vector& labels, const Vector& classes);

/// Labels (m,) of scores (m,classes); on a tie the smallest. O(m·classes), allocates the result. DataError
/// when the columns are not as many as the classes, or a score is not finite.
[[nodiscard]] Vector choose_labels(const Matrix& scores, const Vector& classes);

/// The share, 0 to 1, of predicted labels (m,) that equal the true ones (m,). DataError when the lengths
/// differ or are 0. O(m), allocates nothing.
[[nodiscard]] double measure_accuracy(const Vector& predicted, const Vector& truth);

/// Targets (n,outputs) less the mean of each output; exactly 0 where all entries of one are equal, whatever
/// their mean rounds to. O(size), in place. DataError when an entry is not finite.
[[nodiscard]] Matrix centre_targets(Matrix targets);

/// R² of predictions (m,outputs) for targets (m,outputs): 1 is perfect, 0 is as good as the mean, below 0
/// worse. NaN when some output of the targets does not vary, as of a single row: there R² is not defined.
/// O(m·outputs), allocates a few vectors. DataError when the shapes differ, are empty, or an entry is not
/// finite.
[[nodiscard]] double measure_r_squared(const Matrix& predictions, const Matrix& targets);

}  // namespace nntk
