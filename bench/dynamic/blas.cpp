// SPDX-License-Identifier: BSD-3-Clause
#include "dynamic/blas.hpp"

#include <cblas.h>

namespace nntk::dynamic {

namespace {

blasint length(std::size_t count) { return static_cast<blasint>(count); }

}  // namespace

void multiply(double alpha, View<const double> a, View<const double> b, double beta, View<double> c) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, length(c.rows), length(c.columns), length(a.columns),
              alpha, a.data, length(a.stride), b.data, length(b.stride), beta, c.data, length(c.stride));
}

void multiply(float alpha, View<const float> a, View<const float> b, float beta, View<float> c) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, length(c.rows), length(c.columns), length(a.columns),
              alpha, a.data, length(a.stride), b.data, length(b.stride), beta, c.data, length(c.stride));
}

void multiply_transposed(double alpha, View<const double> a, View<const double> b, double beta,
                         View<double> c) {
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, length(c.rows), length(c.columns), length(a.rows),
              alpha, a.data, length(a.stride), b.data, length(b.stride), beta, c.data, length(c.stride));
}

void multiply_transposed(float alpha, View<const float> a, View<const float> b, float beta, View<float> c) {
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, length(c.rows), length(c.columns), length(a.rows),
              alpha, a.data, length(a.stride), b.data, length(b.stride), beta, c.data, length(c.stride));
}

void square_lower(View<const double> a, View<double> c) {
  cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, length(c.rows), length(a.rows), 1, a.data,
              length(a.stride), 0, c.data, length(c.stride));
}

void square_lower(View<const float> a, View<float> c) {
  cblas_ssyrk(CblasRowMajor, CblasLower, CblasTrans, length(c.rows), length(a.rows), 1, a.data,
              length(a.stride), 0, c.data, length(c.stride));
}

BlasThreads::BlasThreads(int threads) : before_(openblas_get_num_threads()) {
  openblas_set_num_threads(threads);
}

BlasThreads::~BlasThreads() { openblas_set_num_threads(before_); }

}  // namespace nntk::dynamic
