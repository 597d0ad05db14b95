// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nntk/analysis/gradient_flow.hpp>
#include <utility>

#include "eigenvalues.hpp"
#include "require.hpp"

namespace nntk {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// Eigenvalues that cannot be told from zero are zero: else the examples would move along such a mode in a
// long time, and not in the limit.
Eigensystem decompose(const Matrix& gram) {
  auto [values, vectors] = eigensystem(gram);
  values = require_semidefinite(std::move(values));
  const double rounding = rounding_of(values);
  for (double& value : values) value = value > rounding ? value : 0;
  return {std::move(values), std::move(vectors)};
}

// Bᵀ V (columns,n): the modes of the columns of B (n,columns).
Matrix project(const Matrix& b, const Matrix& vectors) { return multiply(xt::transpose(b), vectors); }

// V Cᵀ, the columns whose modes C (columns,n) are.
Matrix assemble(const Matrix& c, const Matrix& vectors) {
  require_finite(c, "modes of the flow");
  return xt::transpose(multiply_transposed(c, vectors));
}

// Multiplies column j by factor(values(j)).
template <class Factor>
void scale_modes(Matrix& columns, const Vector& values, Factor factor) {
  Vector factors = xt::empty<double>({values.size()});
  std::transform(values.begin(), values.end(), factors.begin(), factor);
  xt::noalias(columns) *= factors;
}

Matrix checked(Matrix outputs) {
  require_finite(outputs, "outputs of the flow");
  return outputs;
}

}  // namespace

GradientFlow::GradientFlow(const Matrix& gram) : modes_(decompose(gram)) {}

// t/N
double GradientFlow::stretch(double time) const { return time / static_cast<double>(examples()); }

// 1 − e^{−λt/N}: the share of a mode's error that is gone.
double GradientFlow::learnt(double value, double time) const {
  if (std::isinf(time)) return value > 0 ? 1 : 0;
  return -std::expm1(-value * stretch(time));
}

// The same over λ. Where λt/N < ε it is t/N to half an ulp, and 0/0 and underflow do not arise.
double GradientFlow::gain(double value, double time) const {
  if (std::isinf(time)) return value > 0 ? 1 / value : 0;
  return value * stretch(time) < epsilon ? stretch(time) : learnt(value, time) / value;
}

// y − f_0(X)
Matrix GradientFlow::residual(const Matrix& initial, const Matrix& targets) const {
  require_matrix(targets, examples(), targets.shape(1), "targets");
  require_matrix(initial, examples(), targets.shape(1), "initial outputs");
  return targets - initial;
}

Matrix GradientFlow::evolve(const Matrix& initial, const Matrix& targets, double time) const {
  require_time(time);
  Matrix modes = project(residual(initial, targets), modes_.vectors);
  scale_modes(modes, modes_.values, [&](double value) { return learnt(value, time); });
  return checked(initial + assemble(modes, modes_.vectors));
}

Matrix GradientFlow::predict(const Matrix& cross, const Matrix& initial_new, const Matrix& initial,
                             const Matrix& targets, double time) const {
  require_time(time);
  require_matrix(cross, cross.shape(0), examples(), "kernel between new inputs and examples");
  require_matrix(initial_new, cross.shape(0), targets.shape(1), "initial outputs at new inputs");
  Matrix modes = project(residual(initial, targets), modes_.vectors);
  scale_modes(modes, modes_.values, [&](double value) { return gain(value, time); });
  return checked(initial_new + multiply(cross, checked(assemble(modes, modes_.vectors))));
}

Matrix GradientFlow::smoother(const Matrix& cross, double time) const {
  require_time(time);
  require_matrix(cross, cross.shape(0), examples(), "kernel between new inputs and examples");
  Matrix modes = multiply(cross, modes_.vectors);
  scale_modes(modes, modes_.values, [&](double value) { return gain(value, time); });
  require_finite(modes, "modes of the smoother");
  return checked(multiply_transposed(modes, modes_.vectors));
}

double GradientFlow::loss(const Matrix& initial, const Matrix& targets, double time) const {
  require_time(time);
  Matrix modes = project(residual(initial, targets), modes_.vectors);
  scale_modes(modes, modes_.values, [&](double value) {
    return std::isinf(time) ? 1 - learnt(value, time) : std::exp(-value * stretch(time));
  });
  return xt::sum(xt::square(modes))() / (2 * static_cast<double>(examples()));
}

Vector GradientFlow::decay_rates() const {
  Vector rates = modes_.values / static_cast<double>(examples());
  std::reverse(rates.begin(), rates.end());
  return rates;
}

double GradientFlow::critical_learning_rate(double momentum) const {
  if (!(momentum >= 0 && momentum < 1))
    throw UsageError(fmt::format("expected a momentum from 0 to less than 1, found {}", momentum));
  return 2 * (1 + momentum) / (modes_.values(examples() - 1) / static_cast<double>(examples()));
}

}  // namespace nntk
