// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <boost/numeric/odeint/integrate/integrate_times.hpp>
#include <boost/numeric/odeint/integrate/max_step_checker.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <nntk/analysis/cross_entropy.hpp>
#include <nntk/analysis/cross_entropy_flow.hpp>
#include <nntk/linalg.hpp>
#include <utility>

#include "require.hpp"

namespace nntk {
namespace {

namespace odeint = boost::numeric::odeint;

using State = std::vector<double>;  // γ, row-major

constexpr double tolerance = 1e-8;
constexpr double first_step = 0.1;
constexpr int most_steps = 100'000;

void require_times(const Vector& times) {
  double before = 0;
  for (std::size_t i = 0; i < times.size(); before = times(i++))
    if (!std::isfinite(times(i)) || times(i) < before || (i > 0 && times(i) == before))
      throw UsageError(
          fmt::format("expected finite times that increase from 0 or later, found {} at [{}]", times(i), i));
}

void require_start(const Matrix& gram, const Matrix& cross, const Logits& initial,
                   const Matrix& probabilities) {
  require_symmetric(gram);
  const std::size_t n = gram.shape(0), m = cross.shape(0), classes = probabilities.shape(1);
  require_matrix(cross, m, n, "kernel between new inputs and examples");
  require_matrix(probabilities, n, classes, "class probabilities");
  require_distributions(probabilities);
  require_matrix(initial.examples, n, classes, "initial logits");
  require_matrix(initial.inputs, m, classes, "initial logits at new inputs");
}

[[noreturn]] void refuse_time(double time) {
  throw UsageError(fmt::format("expected a time that {} steps reach, found {}", most_steps, time));
}

// max_i Σ_j |Θ_ij|; 1 for Θ = 0, where any scale will do.
double find_norm(const Matrix& gram) {
  const double norm = xt::amax(xt::sum(xt::abs(gram), {1}))();
  return norm > 0 ? norm : 1;
}

// dγ/ds, as odeint asks for it, and f of γ.
class Flow {
 public:
  Flow(const Matrix& gram, const Logits& initial, const Matrix& probabilities)
      : gram_(gram), initial_(initial), probabilities_(probabilities), norm_(find_norm(gram)) {}

  void operator()(const State& state, State& derivative, double /*s*/) const {
    const Matrix residual = softmax_residual(add_kernel(initial_.examples, gram_, state), probabilities_);
    std::copy(residual.begin(), residual.end(), derivative.begin());
  }

  [[nodiscard]] Logits logits(const Matrix& cross, const State& state) const {
    return {add_kernel(initial_.examples, gram_, state), add_kernel(initial_.inputs, cross, state)};
  }

  // s = tL/n at every time, after a first one at 0
  [[nodiscard]] std::vector<double> scale_times(const Vector& times) const {
    std::vector<double> scaled{0};
    for (const double time : times) {
      scaled.push_back(time / static_cast<double>(gram_.shape(0)) * norm_);
      if (!std::isfinite(scaled.back())) refuse_time(time);
    }
    return scaled;
  }

 private:
  // f_0 + Θ γ/L
  [[nodiscard]] Matrix add_kernel(const Matrix& initial, const Matrix& kernel, const State& state) const {
    return initial + multiply(kernel, xt::adapt(state, probabilities_.shape()) / norm_);
  }

  const Matrix& gram_;
  const Logits& initial_;
  const Matrix& probabilities_;
  double norm_;
};

}  // namespace

std::vector<Logits> integrate_cross_entropy(const Matrix& gram, const Matrix& cross, const Logits& initial,
                                            const Matrix& probabilities, const Vector& times) {
  require_times(times);
  require_start(gram, cross, initial, probabilities);
  const Flow flow(gram, initial, probabilities);
  const std::vector<double> scaled = flow.scale_times(times);
  std::vector<Logits> path;
  State state(probabilities.size(), 0.0);
  // The first observation, at 0, is of the start and is left out.
  const auto observe = [&, first = true](const State& now, double) mutable {
    if (!std::exchange(first, false)) path.push_back(flow.logits(cross, now));
  };
  const auto stepper = odeint::make_controlled(tolerance, 0.0, odeint::runge_kutta_dopri5<State>());
  try {
    odeint::integrate_times(stepper, flow, state, scaled.begin(), scaled.end(), first_step, observe,
                            odeint::max_step_checker(most_steps));
  } catch (const odeint::no_progress_error&) {
    refuse_time(times(path.size()));
  }
  return path;
}

}  // namespace nntk
