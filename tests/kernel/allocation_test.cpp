// SPDX-License-Identifier: BSD-3-Clause
//
// Nothing is allocated while a Gram matrix is evaluated. malloc and its kin are replaced for the whole
// executable by ones that count, and operator new of the standard library calls them; a sanitizer brings its
// own.
#if defined(__has_feature)
#define IS_SANITIZED __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#else
#define IS_SANITIZED 0
#endif
#if !IS_SANITIZED

#include <atomic>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdlib>

#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/jacobian_operator.hpp"
#include "nntk/kernel/nonlocal.hpp"
#include "nntk/kernel/pair.hpp"
#include "support/gram.hpp"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

extern "C" {

void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  ++allocations;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  ++allocations;
  return __libc_calloc(count, size);
}
void* realloc(void* block, std::size_t size) noexcept {
  ++allocations;
  return __libc_realloc(block, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  ++allocations;
  *block = __libc_memalign(alignment, size);
  return *block == nullptr ? ENOMEM : 0;
}
}

namespace {

using namespace nntk;
using namespace nntk::test;

using Net = Network<Input<4>, Dense<9>, Tanh, Dense<9>, Residual<0.5, Relu, Dense<9>>, Gelu, Dense<3>>;

/// Whose contractions list open units.
using Wide = Network<Input<4>, Dense<150>, Relu, Dense<150>, Relu, Dense<3>>;
static_assert(Ntk<Wide>::passes_over);

template <class Work>
std::size_t count_allocations(const Work& work) {
  const std::size_t before = allocations;
  work();
  return allocations - before;
}

/// Of the first run of a scheduler, symmetric and rectangular.
template <class Kernel>
void check_allocates_nothing(const Kernel& kernel, int threads) {
  const Data x = normal_data(4 * simd::lanes<double> + 3, Net::inputs), z = normal_data(11, Net::inputs, 9);
  std::vector<double> out(x.count() * x.count() * kernel.entries());
  Gram symmetric(kernel, x.inputs(), {}, threads), rectangle(kernel, x.inputs(), z.inputs(), threads);
  CHECK(count_allocations([&] { symmetric.run(out.data()); }) == 0);
  CHECK(count_allocations([&] { rectangle.run(out.data()); }) == 0);
  const auto first = x.sample(0), second = z.sample(0);
  PairKernel pair(kernel, Net::inputs);
  CHECK(count_allocations([&] { pair.evaluate(first, second, {out.data(), kernel.entries()}); }) == 0);
}

}  // namespace

TEST_CASE("The counter sees malloc and every operator new") {
  CHECK(count_allocations([] { std::free(std::malloc(10)); }) == 1);
  CHECK(count_allocations([] { ::operator delete(::operator new(10)); }) == 1);
  CHECK(count_allocations([] { AlignedBuffer<double> buffer(10); }) == 1);
  CHECK(count_allocations([] { static_cast<void>(allocations.load()); }) == 0);
}

TEST_CASE("A local kernel is evaluated without an allocation") {
  const int threads = GENERATE(1, 2);
  const auto theta = normal_theta<Net>();
  check_allocates_nothing(LocalKernel<Net, double, tangent::Reduction::trace>(theta.data(), OutputMode::sum),
                          threads);
  check_allocates_nothing(
      LocalKernel<Net, double, tangent::Reduction::outputs>(theta.data(), OutputMode::full), threads);
  const auto wide = normal_theta<Wide>();
  check_allocates_nothing(Ntk<Wide>(wide.data(), OutputMode::sum), threads);
}

TEST_CASE("A nonlocal kernel is evaluated without an allocation") {
  const int threads = GENERATE(1, 2);
  const auto estimator = GENERATE(Estimator::energy, Estimator::plugin, Estimator::unbiased);
  const auto theta = normal_theta<Net>();
  const tangent::Law<double, tangent::GaussianRadius, tangent::GaussianDirection> law({0.1}, {}, 3);
  check_allocates_nothing(
      NonlocalKernel<Net, double>(theta, law, 30, estimator, OutputMode::sum, true, threads), threads);
}

TEST_CASE("An infinite-width kernel is evaluated without an allocation, its Hermite rule included") {
  const int threads = GENERATE(1, 2);
  check_allocates_nothing(InfiniteKernel<Net, double>(InfiniteKind::ntk, OutputMode::full), threads);
}

TEST_CASE("Products with a Jacobian allocate nothing once the threads are there") {
  const int threads = GENERATE(1, 2);
  const auto theta = normal_theta<Net>();
  const Data x = normal_data(5 * simd::lanes<double>, Net::inputs);
  JacobianOperator<Net> jacobian(theta, x.inputs(), {}, threads);
  std::vector<double> right(jacobian.columns()), left(jacobian.rows());
  const auto multiply = [&] {
    jacobian.multiply(theta, left);
    jacobian.multiply_transposed(left, right);
  };
  multiply();
  CHECK(count_allocations(multiply) == 0);
}

#endif
