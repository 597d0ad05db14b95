// SPDX-License-Identifier: BSD-3-Clause
#include <cstdio>
#include <nntk/linalg.hpp>
#include <nntk/nntk.hpp>

using Architecture = nntk::Network<nntk::Input<2>, nntk::Dense<3>, nntk::Relu, nntk::Dense<1>>;

int main() {
  const nntk::Matrix identity{{1.0, 0.0}, {0.0, 1.0}};
  std::printf("%zu parameters, largest eigenvalue %g\n", Architecture::parameter_count,
              nntk::eigenvalues(identity)(1));
}
