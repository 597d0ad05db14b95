// SPDX-License-Identifier: BSD-3-Clause
//
// The three products that the twin is made of, by BLAS, for float and double:
//
//   multiply             c = α a b + β c
//   multiply_transposed  c = α aᵀb + β c
//   square_lower         c = aᵀa, on and below the diagonal only: half the work
#pragma once

#include "dynamic/matrix.hpp"

namespace nntk::dynamic {

void multiply(double alpha, View<const double> a, View<const double> b, double beta, View<double> c);
void multiply(float alpha, View<const float> a, View<const float> b, float beta, View<float> c);

void multiply_transposed(double alpha, View<const double> a, View<const double> b, double beta,
                         View<double> c);
void multiply_transposed(float alpha, View<const float> a, View<const float> b, float beta, View<float> c);

void square_lower(View<const double> a, View<double> c);
void square_lower(View<const float> a, View<float> c);

/// OpenBLAS uses this many threads while an object of this class lives.
class BlasThreads {
 public:
  explicit BlasThreads(int threads);
  ~BlasThreads();
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;

 private:
  int before_;
};

}  // namespace nntk::dynamic
