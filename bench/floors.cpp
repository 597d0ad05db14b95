// SPDX-License-Identifier: BSD-3-Clause
//
// nntk_bench_floors [THREADS]: what this machine can do at best, for one thread and for THREADS (all): the
// figures that every other benchmark stands on.
//
//   fma      multiply-adds a second that never leave the registers
//   memory   bytes a second, read and written, of arrays that fit each cache and of one that fits none
//   blas     multiply-adds a second of OpenBLAS, aᵀb and aᵀa of 1,536 columns, by their depth
//
// Each is the best of several runs. JSON goes to stdout; nothing is asserted.
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "blas_core.hpp"
#include "dynamic/blas.hpp"
#include "nntk/linalg.hpp"
#include "nntk/tool/fma_peak.hpp"

namespace {

using namespace nntk;

constexpr int repetitions = 9;
constexpr std::size_t columns = 1536;

template <class T>
constexpr std::string_view scalar_name = std::is_same_v<T, double> ? "f64" : "f32";

/// The least of several times that `work` takes.
template <class Work>
double least_seconds(const Work& work) {
  using Clock = std::chrono::steady_clock;
  double least = 1e9;
  for (int run = 0; run < repetitions; ++run) {
    const auto start = Clock::now();
    work();
    least = std::min(least, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return least;
}

/// Rows of the report, one object a line.
class Report {
 public:
  void add(const std::string& row) {
    fmt::print("{}\n  {}", is_first_ ? "" : ",", row);
    is_first_ = false;
  }

 private:
  bool is_first_ = true;
};

/// Multiply-adds a second of all threads together, none of which waits for another.
template <class T>
double fma_peak(int threads) {
  double sum = 0;
#pragma omp parallel num_threads(threads) reduction(+ : sum)
  sum += tool::measure_fma_peak<T>(repetitions);
  return sum;
}

/// Two passes over an array of each thread's own, which are told apart by what they do with a number.
struct Bandwidth {
  double read, write;
};
Bandwidth measure_bandwidth(std::size_t bytes, int threads) {
  const std::size_t count = bytes / sizeof(double), passes = std::max<std::size_t>(1, (1UL << 30U) / bytes);
  std::vector<std::vector<double>> arrays(static_cast<std::size_t>(threads));
  for (auto& array : arrays) array.assign(count, 1.0);
  const auto seconds = [&](const auto& pass) {
    return least_seconds([&] {
#pragma omp parallel num_threads(threads)
      for (std::size_t k = 0; k < passes; ++k)
        pass(arrays[static_cast<std::size_t>(omp_get_thread_num())].data(), static_cast<double>(k));
    });
  };
  using V = simd::Batch<double>;
  const double read = seconds([&](const double* from, double /*value*/) {
    V sums[8] = {V(0), V(0), V(0), V(0), V(0), V(0), V(0), V(0)};
    for (std::size_t i = 0; i + 8 * V::size <= count; i += 8 * V::size)
      for (std::size_t k = 0; k < 8; ++k) sums[k] = sums[k] + V::load_unaligned(from + i + k * V::size);
    for (const V& sum : sums) [[maybe_unused]]
      volatile double kept = xsimd::hadd(sum);
  });
  const double write = seconds([&](double* to, double value) { std::fill_n(to, count, value); });
  const double moved = static_cast<double>(bytes * passes * static_cast<std::size_t>(threads));
  return {moved / read, moved / write};
}

/// Multiply-adds a second of aᵀb, and of aᵀa, half of which is computed.
struct Products {
  double general, symmetric;
};
template <class T>
Products measure_blas(std::size_t depth) {
  dynamic::Matrix<T> a(depth, columns), b(depth, columns), c(columns, columns);
  for (T& value : a.values()) value = T(0.5);
  for (T& value : b.values()) value = T(0.25);
  const double general =
      least_seconds([&] { dynamic::multiply_transposed(T(1), a.view(), b.view(), T(0), c.view()); });
  const double symmetric = least_seconds([&] { dynamic::square_lower(a.view(), c.view()); });
  const double pairs = static_cast<double>(columns * columns), rows = static_cast<double>(depth);
  return {pairs * rows / general, 0.5 * pairs * rows / symmetric};
}

template <class T>
void report_scalar(int threads, Report& report) {
  const double peak = fma_peak<T>(threads);
  report.add(fmt::format(R"({{"floor": "fma", "scalar": "{}", "threads": {}, "per_second": {:.4g}}})",
                         scalar_name<T>, threads, peak));
  const dynamic::BlasThreads blas_threads(threads);
  for (const std::size_t depth : std::array<std::size_t, 4>{16, 64, 256, 1024}) {
    const Products products = measure_blas<T>(depth);
    report.add(fmt::format(
        R"({{"floor": "blas", "scalar": "{}", "threads": {}, "depth": {}, "gemm_per_second": {:.4g}, )"
        R"("gemm_of_peak": {:.3g}, "syrk_per_second": {:.4g}, "syrk_of_peak": {:.3g}}})",
        scalar_name<T>, threads, depth, products.general, products.general / peak, products.symmetric,
        products.symmetric / peak));
  }
}

void report_threads(int threads, Report& report) {
  report_scalar<double>(threads, report);
  report_scalar<float>(threads, report);
  for (const std::size_t kibibytes : std::array<std::size_t, 4>{16, 512, 16384, 262144}) {
    const Bandwidth bandwidth = measure_bandwidth(kibibytes * 1024, threads);
    report.add(fmt::format(
        R"({{"floor": "memory", "threads": {}, "kibibytes": {}, "read_bytes_per_second": {:.4g}, )"
        R"("write_bytes_per_second": {:.4g}}})",
        threads, kibibytes, bandwidth.read, bandwidth.write));
  }
}

}  // namespace

int main(int count, char** arguments) {
  tool::choose_blas_core(arguments);
  const int threads = count > 1 ? std::atoi(arguments[1]) : omp_get_max_threads();
  if (threads < 1) {
    fmt::print(stderr, "nntk_bench_floors [THREADS]: expected a number of threads above 0, found \"{}\"\n",
               arguments[1]);
    return 2;
  }
  fmt::print(R"({{"instruction_set": "{}", "blas": "{}", "rows": [)", simd::instruction_set(), blas_name());
  Report report;
  report_threads(1, report);
  if (threads > 1) report_threads(threads, report);
  fmt::print("\n]}}\n");
}
