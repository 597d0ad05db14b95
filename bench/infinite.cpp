// SPDX-License-Identifier: BSD-3-Clause
//
// nntk_bench_infinite [N]: pairs per second of `ntk-infinite` through four Dense layers, N = 1024 inputs of
// 64 numbers, one thread, for activations whose laws cost differently; and the ratio to what ⟨x,x'⟩ and
// writing the matrix alone take in the same run, the local kernel of one linear layer. JSON goes to stdout;
// nothing is asserted.
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
  Gram<Kernel> gram(kernel, x.count, 0, 1);
  for (std::size_t run = 0; run <= repetitions; ++run) {
    const std::clock_t start = std::clock();
    gram.run(x, {}, matrix.data());
    if (run > 0) times.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

/// A symmetric matrix has n(n+1)/2 pairs.
void print_row(std::string_view name, double taken, double alone, std::size_t count) {
  const double pairs = 0.5 * static_cast<double>(count) * static_cast<double>(count + 1);
  fmt::print(R"(  {{"activation": "{}", "seconds": {:.4g}, "pairs_per_second": {:.4g}, "ratio": {:.3g}}})",
             name, taken, pairs / taken, taken / alone);
}

template <class... A>
void compare(const Inputs& x) {
  const std::vector<double> theta(Linear::parameter_count);
  using Plain = LocalKernel<Linear, double, tangent::Reduction::trace>;
  const double alone = seconds(Plain(theta.data(), OutputMode::sum), x);
  fmt::print(R"({{"inputs": {}, "width": {}, "layers": 4, "threads": 1, "rows": [)"
             "\n",
             x.count, width);
  print_row("none", alone, alone, x.count);
  const auto add = [&](std::string_view name, double taken) {
    fmt::print(",\n");
    print_row(name, taken, alone, x.count);
  };
  (add(A::name, seconds(InfiniteKernel<Deep<A>, double>(InfiniteKind::ntk, OutputMode::sum), x)), ...);
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
  compare<Relu, Erf, Gelu, Sin, Gaussian, Polynomial<0.0, 0.5, 0.25, 0.125>, Tanh>({x.data(), inputs, width});
}
