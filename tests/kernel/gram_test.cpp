// SPDX-License-Identifier: BSD-3-Clause
//
// Laws of the Gram scheduler, exact to the bit, for every kind of kernel: symmetry, threads, permutation,
// rectangles, parts.
#include "nntk/kernel/gram.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "support/gram.hpp"

namespace {

using namespace nntk;
using namespace nntk::test;

/// Sin, because a vector sine may treat a lane by what is in the others.
using Net = Network<Input<4>, Dense<9, Scale{3.0, 0.1}>, Sin, Dense<7>, Tanh, Dense<3>>;

/// Every way in which values and cotangents are passed on.
using Mixed = Network<Input<4>, Dense<9>, LayerNorm, Residual<0.5, Dense<12>, Relu, TopK<5>, Dense<9>>,
                      Dense<8>, MaxOut<2>, Dropout<0.3>, FourierFeatures<3, 1.0>, Dense<2>>;

/// Wide enough for groups of several tiles, which several threads share; its cotangents pass over closed
/// units, and so do contractions with many samples, not those of few.
using Wide = Network<Input<4>, Dense<150>, Relu, Dense<150>, Relu, Dense<3>>;
using WideKernel = LocalKernel<Wide, double, tangent::Reduction::trace>;
static_assert(WideKernel::tiles_per_group > 4 && WideKernel::passes_over);

template <class Kernel>
void check_symmetric(const Kernel& kernel, const std::vector<double>& matrix, std::size_t n) {
  const std::size_t entries = kernel.entries();
  std::size_t differing = 0;
  for (std::size_t at = 0; at < matrix.size(); ++at) {
    const std::size_t i = at / entries / n, j = at / entries % n;
    differing += matrix[at] != matrix[(j * n + i) * entries + kernel.mirrored(at % entries)];
  }
  CHECK(differing == 0);
}

template <class Kernel>
void check_permuted(const Kernel& kernel, const std::vector<double>& matrix, const Data& x) {
  const std::size_t n = x.count(), entries = kernel.entries();
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), std::mt19937_64(7));
  const auto shuffled = gram_of(kernel, permuted(x, order));
  std::size_t differing = 0;
  for (std::size_t at = 0; at < matrix.size(); ++at) {
    const std::size_t i = at / entries / n, j = at / entries % n;
    differing += shuffled[at] != matrix[(order[i] * n + order[j]) * entries + at % entries];
  }
  CHECK(differing == 0);
}

/// Puts a part, and its mirror image where it has one, where they belong.
void put(const Part& part, const std::vector<double>& values, std::size_t n, std::size_t entries,
         std::vector<double>& matrix) {
  const std::size_t width = part.columns.count * entries;
  for (std::size_t i = 0; i < part.rows.count; ++i)
    std::copy_n(&values[i * width], width,
                &matrix[((part.rows.first + i) * n + part.columns.first) * entries]);
}

/// The matrix put together from parts, symmetric or of x against itself as another.
template <class Kernel>
void check_parts(const Kernel& kernel, const std::vector<double>& matrix, const Data& x, bool is_symmetric) {
  Gram gram(kernel, x.inputs(), is_symmetric ? Inputs{} : x.inputs(), 2);
  const std::size_t n = x.count(), entries = kernel.entries();
  for (const std::size_t groups : {1U, 2U}) {
    std::vector<double> whole(matrix.size());
    gram.prepare();
    for (const Part& part : cut(gram.whole(), is_symmetric, groups * gram.granularity())) {
      std::vector<double> values(part.pairs() * entries, -1), turned(values);
      gram.evaluate(part, {values.data(), is_symmetric ? turned.data() : nullptr});
      put(part, values, n, entries, whole);
      if (is_symmetric && part.rows.first != part.columns.first)
        put({part.columns, part.rows}, turned, n, entries, whole);
    }
    CHECK(whole == matrix);
  }
}

/// Few samples, which leave registers of a tile empty, among themselves and against all.
template <class Kernel>
void check_few(const Kernel& kernel, const std::vector<double>& matrix, const Data& x) {
  const std::size_t n = x.count(), entries = kernel.entries();
  for (const std::size_t few : {std::size_t{1}, simd::width<typename Kernel::Scalar>}) {
    const Data first{x.width,
                     {x.values.begin(), x.values.begin() + static_cast<std::ptrdiff_t>(few * x.width)}};
    const auto corner = gram_of(kernel, first), rows = gram_of(kernel, first, x);
    CHECK(std::equal(rows.begin(), rows.end(), matrix.begin()));
    std::size_t differing = 0;
    for (std::size_t at = 0; at < corner.size(); ++at) {
      const std::size_t i = at / entries / few, j = at / entries % few;
      differing += corner[at] != matrix[(i * n + j) * entries + at % entries];
    }
    CHECK(differing == 0);
  }
}

/// One matrix in all the ways that must not matter.
template <class Kernel>
void check_laws(const Kernel& kernel) {
  const Data x = normal_data(3 * simd::lanes<typename Kernel::Scalar> + 5, Net::inputs);
  const auto matrix = gram_of(kernel, x);
  check_symmetric(kernel, matrix, x.count());
  check_permuted(kernel, matrix, x);
  check_few(kernel, matrix, x);
  for (const int threads : {2, 3, 5}) CHECK(gram_of(kernel, x, threads) == matrix);
  CHECK(gram_of(kernel, x, x) == matrix);
  for (const bool is_symmetric : {true, false}) check_parts(kernel, matrix, x, is_symmetric);
}

template <class T>
std::vector<T> theta() {
  const auto numbers = normal_theta<Net>();
  return {numbers.begin(), numbers.end()};
}

template <class T>
void check_nonlocal(Estimator estimator, std::size_t samples = 40) {
  const tangent::Law<T, tangent::FixedRadius, tangent::RademacherDirection> law({0.1}, {}, 3);
  const auto parameters = theta<T>();
  check_laws(NonlocalKernel<Net, T>(parameters, law, samples, estimator, OutputMode::full, false, 1));
}

/// Of half a group, and of more than two.
template <class Kernel>
void check_groups(const Kernel& kernel) {
  constexpr std::size_t group = Kernel::tiles_per_group * simd::lanes<double>;
  for (const std::size_t count : {group / 2 + 5, 2 * group + 5}) {
    const Data x = normal_data(count, Wide::inputs);
    const auto matrix = gram_of(kernel, x);
    check_symmetric(kernel, matrix, count);
    check_permuted(kernel, matrix, x);
    check_few(kernel, matrix, x);
    for (const int threads : {2, 3, 7}) CHECK(gram_of(kernel, x, threads) == matrix);
    for (const bool is_symmetric : {true, false}) check_parts(kernel, matrix, x, is_symmetric);
  }
}

}  // namespace

TEST_CASE("A local Gram matrix is symmetric, and the same for any threads, order, rectangle and part") {
  const auto parameters = theta<double>();
  check_laws(LocalKernel<Net, double, tangent::Reduction::outputs>(parameters.data(), OutputMode::full));
  check_laws(LocalKernel<Net, double, tangent::Reduction::trace>(parameters.data(), OutputMode::sum));
}

TEST_CASE("A local Gram matrix of a wide network obeys the same laws, of few samples and of several groups") {
  const auto parameters = normal_theta<Wide>();
  check_groups(WideKernel(parameters.data(), OutputMode::sum));
}

TEST_CASE("All pairs of outputs of a wide network obey the same laws") {
  const auto parameters = normal_theta<Wide>();
  using Kernel = LocalKernel<Wide, double, tangent::Reduction::outputs>;
  static_assert(Kernel::passes_over && Wide::outputs % 2 == 1);
  check_groups(Kernel(parameters.data(), OutputMode::full));
}

TEST_CASE("A local Gram matrix of few samples is a corner of a larger one, whatever the layers") {
  const auto parameters = normal_theta<Mixed>();
  const Data x = normal_data(simd::lanes<double> + 5, Mixed::inputs);
  const LocalKernel<Mixed, double, tangent::Reduction::outputs> all(parameters.data(), OutputMode::full);
  check_few(all, gram_of(all, x), x);
  const LocalKernel<Mixed, double, tangent::Reduction::trace> summed(parameters.data(), OutputMode::sum);
  check_few(summed, gram_of(summed, x), x);
}

TEST_CASE("A local Gram matrix in single precision obeys the same laws") {
  const auto parameters = theta<float>();
  check_laws(LocalKernel<Net, float, tangent::Reduction::trace>(parameters.data(), OutputMode::sum));
}

TEST_CASE("An energy Gram matrix is symmetric, and the same for any threads, order, rectangle and part") {
  check_nonlocal<double>(Estimator::energy);
  check_nonlocal<double>(Estimator::energy, 400);  // in two passes
}

TEST_CASE("A plugin Gram matrix is symmetric, and the same for any threads, order, rectangle and part") {
  check_nonlocal<double>(Estimator::plugin);
}

TEST_CASE("An unbiased Gram matrix is symmetric, and the same for any threads, order, rectangle and part") {
  check_nonlocal<double>(Estimator::unbiased);
}

TEST_CASE(
    "An infinite-width Gram matrix is symmetric, and the same for any threads, order, rectangle and part") {
  check_laws(InfiniteKernel<Net, double>(InfiniteKind::ntk, OutputMode::full));
  check_laws(InfiniteKernel<Net, double>(InfiniteKind::nngp, OutputMode::mean));
}
