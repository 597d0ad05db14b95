// SPDX-License-Identifier: BSD-3-Clause
//
// OpenBLAS computes for the core that it knows best, which on a processor newer than itself may be one of
// 2004. It reads OPENBLAS_CORETYPE when it is loaded, so a better choice needs a fresh start of the program.
#pragma once

namespace nntk::tool {

/// Starts this program anew with a better core in OPENBLAS_CORETYPE, where there is one: then it does not
/// return. Returns, and changes nothing, when the variable is set, so that there is no second time.
void choose_blas_core(char** arguments);

}  // namespace nntk::tool
