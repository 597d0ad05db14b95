// SPDX-License-Identifier: BSD-3-Clause
//
// What forward mode alone costs: the same network on jets, K parameters a pass, so P/K passes an input give
// the Jacobian J_o(x) = ∂f_o(x)/∂θ (P numbers), and Θ_oo'(x,x') = ⟨J_o(x), J_o'(x')⟩. A baseline for small
// networks, and an oracle: nobody wrote a derivative of a network here.
#pragma once

#include <span>
#include <vector>

#include "dynamic/gram.hpp"
#include "nntk/tool/program.hpp"

namespace nntk::dynamic {

class JetNetwork {
 public:
  explicit JetNetwork(std::span<const tool::LayerDescription> layers);

  [[nodiscard]] std::size_t parameter_count() const { return parameter_count_; }

  /// Row (p·O + o) holds ∂f_o/∂θ_{first+p} of every sample: (count·O) × n.
  [[nodiscard]] Matrix<double> jacobian(std::span<const double> theta, std::span<const double> x,
                                        std::size_t first, std::size_t count) const;

  /// The local NTK of x and x2; without x2 the symmetric matrix of x.
  [[nodiscard]] std::vector<double> gram(std::span<const double> theta, std::span<const double> x,
                                         std::span<const double> x2, OutputMode mode) const;

 private:
  [[nodiscard]] Tangent<double> tangent(std::span<const double> theta, std::span<const double> x,
                                        OutputMode mode, std::size_t first, std::size_t count) const;

  std::vector<tool::LayerDescription> layers_;
  std::size_t inputs_, outputs_, parameter_count_;
};

}  // namespace nntk::dynamic
