// SPDX-License-Identifier: BSD-3-Clause
//
// Products with a kernel that is never stored are those with the stored one.
#include "nntk/kernel/kernel_operator.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "support/gram.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

using Net = Network<Input<3>, Dense<7>, Tanh, Dense<2>>;
using Kernel = LocalKernel<Net, double, trace>;

constexpr std::size_t k = 3;

struct Products {
  std::vector<double> theta = normal_theta<Net>();
  Kernel kernel{theta.data(), OutputMode::mean};
  Data x = normal_data(1100, 3), z = normal_data(70, 3, 9);  // x fills parts, and a piece of another

  [[nodiscard]] Matrix vectors(std::size_t rows) const {
    Matrix v = xt::empty<double>({rows, k});
    const Data numbers = normal_data(rows, k, 4);
    std::copy(numbers.values.begin(), numbers.values.end(), v.data());
    return v;
  }
  [[nodiscard]] Matrix product(const Inputs& left, const Inputs& right, const Matrix& v, int threads) const {
    Gram gram(kernel, left, right, threads);
    gram.prepare();
    return KernelOperator(gram).multiply(v);
  }
};

/// Both products sum m terms, each with an error of at most m ε of the sum of their absolute values (Higham
/// 2002, section 3.1).
void check_product(const std::vector<double>& matrix, const Matrix& v, const Matrix& found) {
  const std::size_t m = v.shape(0);
  std::size_t differing = 0;
  for (std::size_t i = 0; i < found.shape(0); ++i)
    for (std::size_t c = 0; c < k; ++c) {
      double sum = 0, size = 0;
      for (std::size_t j = 0; j < m; ++j) {
        sum += matrix[i * m + j] * v(j, c);
        size += std::abs(matrix[i * m + j] * v(j, c));
      }
      const double rounding = 2 * static_cast<double>(m) * std::numeric_limits<double>::epsilon();
      differing += !(std::abs(found(i, c) - sum) <= rounding * size);
    }
  CHECK(differing == 0);
}

}  // namespace

TEST_CASE("A product with a symmetric kernel is that with its matrix, to the same bits for any threads") {
  const Products products;
  const Matrix v = products.vectors(products.x.count());
  const Matrix found = products.product(products.x.inputs(), {}, v, 1);
  check_product(gram_of(products.kernel, products.x), v, found);
  CHECK(found == products.product(products.x.inputs(), {}, v, 2));
}

TEST_CASE("A product with the kernel of two data sets is that with its matrix") {
  const Products products;
  const Matrix v = products.vectors(products.x.count()), w = products.vectors(products.z.count());
  check_product(gram_of(products.kernel, products.z, products.x), v,
                products.product(products.z.inputs(), products.x.inputs(), v, 1));
  check_product(gram_of(products.kernel, products.x, products.z), w,
                products.product(products.x.inputs(), products.z.inputs(), w, 1));
}

TEST_CASE("The diagonal of a kernel is that of its matrix") {
  const Products products;
  const auto matrix = gram_of(products.kernel, products.x);
  Gram gram(products.kernel, products.x.inputs(), {}, 1);
  gram.prepare();
  const Vector diagonal = KernelOperator(gram).diagonal();
  std::size_t differing = 0;
  for (std::size_t i = 0; i < diagonal.size(); ++i)
    differing += diagonal(i) != matrix[i * (diagonal.size() + 1)];
  CHECK(differing == 0);
}

TEST_CASE("A product with vectors of another length is refused") {
  const Products products;
  Gram gram(products.kernel, products.x.inputs(), {}, 1);
  gram.prepare();
  CHECK_THROWS_AS(KernelOperator(gram).multiply(products.vectors(7)), DataError);
}
