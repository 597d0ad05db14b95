// SPDX-License-Identifier: BSD-3-Clause
//
// nntk_bench_infinite [N]: pairs per second of `ntk-infinite` through four Dense layers, N = 1024 inputs of
// 64 numbers, one thread, for activations whose laws cost differently; and the ratio of a pair's time to what
// ⟨x,x'⟩ and writing the matrix alone take in the same run, the local kernel of one linear layer. Tanh has a
// series, and 1,024 of the inputs at most. JSON goes to stdout; nothing is asserted.
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include "nntk/kernel/gram.hpp"
#include "nntk/kernel/infinite.hpp"
#include "nntk/kernel/local.hpp"
#include "nntk/random.hpp"

namespace {

using namespace nntk;

constexpr std::size_t width = 64, repetitions = 9;
constexpr Scale scale{1.4, 0.1};
template <class A>
using Deep = Network<Input<width>, Dense<64, scale>, A, Dense<64, scale>, A, Dense<64, scale>, A, Dense<1>>;
using Linear = Network<Input<width>, Dense<1, Scale{1.0, 0.0}>>;

/// The median processor time of a Gram matrix, after one that is not counted.
template <class Kernel>
double seconds(const Kernel& kernel, const Inputs& x) {
  std::vector<double> matrix(x.count * x.count), times;
  Gram gram(kernel, x, {}, 1);
  for (std::size_t run = 0; run <= repetitions; ++run) {
    const std::clock_t start = std::clock();
    gram.run(matrix.data());
    if (run > 0) times.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// A symmetric matrix has n(n+1)/2 pairs.
template <class Kernel>
double pairs_per_second(const Kernel& kernel, const Inputs& x) {
  return 0.5 * static_cast<double>(x.count) * static_cast<double>(x.count + 1) / seconds(kernel, x);
}

double print_row(std::string_view name, double speed, double alone) {
  fmt::print(R"(  {{"activation": "{}", "pairs_per_second": {:.4g}, "ratio": {:.3g}}})", name, speed,
             alone / speed);
  return speed;
}

template <class A>
void compare(const Inputs& x, double alone) {
  const InfiniteKernel<Deep<A>, double> kernel(InfiniteKind::ntk, OutputMode::sum);
  fmt::print(",\n");
  print_row(A::name, pairs_per_second(kernel, x), alone);
}

void compare_all(const Inputs& x) {
  const std::vector<double> theta(Linear::parameter_count);
  const LocalKernel<Linear, double, tangent::Reduction::trace> plain(theta.data(), OutputMode::sum);
  fmt::print(R"({{"inputs": {}, "width": {}, "layers": 4, "threads": 1, "rows": [)"
             "\n",
             x.count, width);
  const double speed = pairs_per_second(plain, x), alone = print_row("none", speed, speed);
  compare<Relu>(x, alone);
  compare<Erf>(x, alone);
  compare<Gelu>(x, alone);
  compare<Sin>(x, alone);
  compare<Gaussian>(x, alone);
  compare<Polynomial<0.0, 0.5, 0.25, 0.125>>(x, alone);
  compare<Tanh>({x.data, std::min<std::size_t>(x.count, 1024), x.width}, alone);
  fmt::print("\n]}}\n");
}

}  // namespace

int main(int count, char** arguments) {
  const std::size_t inputs = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 1024;
  if (inputs == 0) {
    fmt::print(stderr, "nntk_bench_infinite [N]: expected a number of inputs above 0, found \"{}\"\n",
               arguments[1]);
    return 2;
  }
  std::vector<double> x(inputs * width);
  random::fill_normal<double>(random::Source(0, random::Stream::parameters), 0, x);
  compare_all({x.data(), inputs, width});
}
