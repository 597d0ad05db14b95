// SPDX-License-Identifier: BSD-3-Clause
//
// Gram matrices in one call, (n, m, entries).
#pragma once

#include <vector>

#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/local.hpp"
#include "support/data.hpp"

namespace nntk::test {

template <class Kernel>
std::vector<double> gram_of(const Kernel& kernel, const Data& x, int threads = 1) {
  std::vector<double> out(x.count() * x.count() * kernel.entries());
  Gram(kernel, x.inputs(), {}, threads).run(out.data());
  return out;
}

template <class Kernel>
std::vector<double> gram_of(const Kernel& kernel, const Data& x, const Data& z, int threads = 1) {
  std::vector<double> out(x.count() * z.count() * kernel.entries());
  Gram(kernel, x.inputs(), z.inputs(), threads).run(out.data());
  return out;
}

/// A reduction of a pair's outputs is a kernel of its own.
inline constexpr auto trace = tangent::Reduction::trace, each = tangent::Reduction::outputs;

template <class Network, class T, tangent::Reduction reduction, class... Other>
std::vector<double> reduced_gram(const std::vector<double>& theta, OutputMode mode, const Data& x,
                                 const Other&... other) {
  const std::vector<T> parameters(theta.begin(), theta.end());
  return gram_of(LocalKernel<Network, T, reduction>(parameters.data(), mode), x, other...);
}

/// The local kernel, against itself or other samples, in the reduction that the mode asks for.
template <class Network, class T, class... Other>
std::vector<double> local_gram(const std::vector<double>& theta, OutputMode mode, const Data& x,
                               const Other&... other) {
  const bool is_summed = mode == OutputMode::sum || mode == OutputMode::mean;
  return is_summed ? reduced_gram<Network, T, trace>(theta, mode, x, other...)
                   : reduced_gram<Network, T, each>(theta, mode, x, other...);
}

}  // namespace nntk::test
