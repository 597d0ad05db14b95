// SPDX-License-Identifier: BSD-3-Clause
#include "blas_core.hpp"

#include <stdlib.h>
#include <unistd.h>

#include "nntk/linalg.hpp"

namespace nntk::tool {

void choose_blas_core(char** arguments) {
  constexpr const char* variable = "OPENBLAS_CORETYPE";
  if (::getenv(variable) != nullptr) return;
  const auto core = better_blas_core();
  if (!core || ::setenv(variable, core->c_str(), 1) != 0) return;
  ::execv("/proc/self/exe", arguments);
  ::unsetenv(variable);  // The start failed: go on as it was.
}

}  // namespace nntk::tool
