// SPDX-License-Identifier: BSD-3-Clause
//
// Kernel gradient flow of softmax cross-entropy: how the logits of a network of constant kernel Θ move while
// the mean cross-entropy of n examples (cross_entropy.hpp) is descended in continuous time.
//
//   df/dt = −Θ(x,X) (softmax(f(X)) − y) / n      X the n examples, x the m new inputs; f, y (·,classes)
//
// (Lee et al. 2019, "Wide neural networks of any depth evolve as linear models".) It has no closed form. What
// is integrated is not f but the coefficients that it shares between examples and new inputs,
//
//   f_t(·) = f_0(·) + Θ(·,X) γ_t/L,   dγ/ds = y − softmax(f_s(X)),   s = tL/n,   L = max_i Σ_j |Θ_ij|,
//
// whose units are those of logits whatever the scale of Θ: an error of δ in γ is one of at most δ in a logit
// of an example, and of δ Σ_j|Θ(x,X_j)|/L in one of a new input x.
//
// The method is Dormand and Prince's of order 5 with a step that adapts (Boost.Odeint): the estimated error
// of a step is at most 1e-8 in every entry of γ. Two solutions never part in the norm √(Σ δᵀΘδ), so that
// error is at most √(n·classes)·1e-8 in a logit at any later time, and the errors of the steps at worst add
// up.
//
// The method is explicit: where softmax' has its largest value, 1/2, a step is at most some 6.6 in s, for
// Dormand–Prince is stable to −3.3. It grows as the probabilities saturate. This and not accuracy is what a
// long flow costs, but an implicit method factors a matrix of order n·classes a step, which is n·classes²/18
// explicit steps: 2,800 of them for 500 examples of 10 classes.
#pragma once

#include <nntk/tensor.hpp>
#include <vector>

namespace nntk {

struct Logits {
  Matrix examples;  // (n,classes)
  Matrix inputs;    // (m,classes), m = 0 where there are no new inputs
};

/// f at each of the times, finite and increasing from 0 or later, from Θ(X,X) (n,n) symmetric and positive
/// semi-definite, Θ(x,X) (m,n), f_0, and y (n,classes). 12n²·classes flops a step and 2(n + m)n·classes a
/// time; allocates the result and, every step, some matrices of n×classes. UsageError for times that are out
/// of order, or more than 100,000 steps apart; DataError when the shapes do not fit, Θ is not symmetric, a
/// number is not finite, or a row of y is not a distribution (cross_entropy.hpp). That Θ is positive
/// semi-definite is not looked at.
[[nodiscard]] std::vector<Logits> integrate_cross_entropy(const Matrix& gram, const Matrix& cross,
                                                          const Logits& initial, const Matrix& probabilities,
                                                          const Vector& times);

}  // namespace nntk
