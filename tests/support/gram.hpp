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
  Gram<Kernel>(kernel, x.count(), 0, threads).run(x.inputs(), {}, out.data());
  return out;
}

template <class Kernel>
std::vector<double> gram_of(const Kernel& kernel, const Data& x, const Data& z, int threads = 1) {
  std::vector<double> out(x.count() * z.count() * kernel.entries());
  Gram<Kernel>(kernel, x.count(), z.count(), threads).run(x.inputs(), z.inputs(), out.data());
  return out;
}

/// The local kernel in the reduction that the mode asks for; `mean` is left summed.
template <class Network, class T>
std::vector<double> local_gram(const std::vector<double>& theta, const Data& x, OutputMode mode, int threads = 1) {
  using enum tangent::Reduction;
  const std::vector<T> parameters(theta.begin(), theta.end());
  if (mode == OutputMode::sum || mode == OutputMode::mean) {
    return gram_of(LocalKernel<Network, T, trace>(parameters.data(), mode), x, threads);
  }
  return gram_of(LocalKernel<Network, T, outputs>(parameters.data(), mode), x, threads);
}
template <class Network, class T>
std::vector<double> local_gram(const std::vector<double>& theta, const Data& x, const Data& z, OutputMode mode) {
  using enum tangent::Reduction;
  const std::vector<T> parameters(theta.begin(), theta.end());
  if (mode == OutputMode::sum || mode == OutputMode::mean) {
    return gram_of(LocalKernel<Network, T, trace>(parameters.data(), mode), x, z);
  }
  return gram_of(LocalKernel<Network, T, outputs>(parameters.data(), mode), x, z);
}

}  // namespace nntk::test
