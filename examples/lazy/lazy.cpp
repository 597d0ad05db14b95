// SPDX-License-Identifier: BSD-3-Clause
//
// Lazy training: networks of one hidden layer, 16 to 4,096 units wide, learn to tell the handwritten 4 from
// the 9, each beside its linearisation (experiment.hpp). Prints what they did, mean and standard error of the
// seeds, and with what power of the width that goes.
//
//   lazy DATA FOLDER [SEEDS]     the digits in DATA; the means to FOLDER/lazy.txt
//
// Widths above 1,024 get half of the seeds.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <vector>

#include "experiment.hpp"
#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"
#include "nntk/io/table.hpp"
#include "nntk/random.hpp"

namespace {

using namespace lazy;

constexpr std::size_t example_count = 96, test_count = 96;

struct Width {
  std::size_t units;
  Measured (*measure)(const Task&, std::uint64_t);
};
constexpr Width widths[]{{16, measure<16>},     {32, measure<32>},     {64, measure<64>},
                         {128, measure<128>},   {256, measure<256>},   {512, measure<512>},
                         {1024, measure<1024>}, {2048, measure<2048>}, {4096, measure<4096>}};

/// The power of the width that theory expects of a quantity, for one hidden layer in the parameterisation of
/// Jacot et al. 2018. A: Lee et al. 2019, theorem 2.1, bounds. B: Chizat et al. 2019. C: Dyer and Gur-Ari
/// 2019, what leads for smooth activations. D: Jacot et al. 2018, the mean over the units of one network.
struct Law {
  const char *name, *power;
};
constexpr Law laws[quantities]{{"loss", "0"},
                               {"movement", "0 (A)"},
                               {"relative", "-1/2 (A)"},
                               {"drift", "-1/2 at most (A), -1 (C)"},
                               {"|f-g|", "-1/2 at most (A), -1 (C)"},
                               {"|df| before", "0"},
                               {"|df| after", "0 (A)"},
                               {"Lipschitz", "-1/2 (B)"},
                               {"limit", "-1/2 (D)"},
                               {"criterion", "-1/2 (B)"}};

/// Rows with a 4 or a 9, in an order drawn once and for all.
std::vector<std::size_t> shuffled_rows(const std::vector<double>& digits) {
  const nntk::random::Source keys(0, nntk::random::Stream::parameters);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < digits.size(); ++i)
    if (digits[i] == 4 || digits[i] == 9) rows.push_back(i);
  std::ranges::sort(rows, {}, [&](std::size_t i) { return keys.bits(i); });
  return rows;
}

/// Appends a picture, brought to mean 0 and mean square 1.
void append_picture(const double* levels, std::vector<double>& x) {
  const double mean = std::accumulate(levels, levels + pixels, 0.0) / pixels;
  double square = 0;
  for (std::size_t i = 0; i < pixels; ++i) square += (levels[i] - mean) * (levels[i] - mean) / pixels;
  for (std::size_t i = 0; i < pixels; ++i) x.push_back((levels[i] - mean) / std::sqrt(square));
}

Task read_task(const std::filesystem::path& folder) {
  const auto pictures = nntk::io::read_matrix(folder / "digits_x.npy", "x");
  const auto digits = nntk::io::read_vector(folder / "digits_y.npy", "y");
  const std::vector<std::size_t> rows = shuffled_rows(digits.values);
  Task task;
  for (std::size_t i = 0; i < example_count + test_count; ++i) {
    append_picture(&pictures.values[rows[i] * pixels], i < example_count ? task.x : task.x_test);
    if (i < example_count) task.y.push_back(digits.values[rows[i]] == 4 ? -1 : 1);
  }
  task.limit = limit_kernel(task);
  return task;
}

struct Statistics {
  std::size_t width = 0, seeds = 0;
  Measured mean{}, error{};  ///< and the standard error of the mean
};

Statistics study(const Width& width, const Task& task, std::size_t seeds) {
  std::vector<Measured> found(seeds);
#pragma omp parallel for schedule(dynamic)
  for (std::size_t seed = 0; seed < seeds; ++seed) found[seed] = width.measure(task, seed);
  Statistics result{width.units, seeds};
  const double n = static_cast<double>(seeds);
  for (std::size_t q = 0; q < quantities; ++q) {
    for (const Measured& one : found) result.mean[q] += one[q] / n;
    for (const Measured& one : found) result.error[q] += std::pow(one[q] - result.mean[q], 2);
    result.error[q] = std::sqrt(result.error[q] / (n * (n - 1)));
  }
  return result;
}

struct Slope {
  double value, error;
};

/// Of log(mean) over log(width) from a width on: the line that the standard errors of the means make the
/// likeliest, and the standard error of its slope.
Slope fit_slope(const std::vector<Statistics>& all, std::size_t quantity, std::size_t first_width) {
  double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
  for (const Statistics& one : all) {
    if (one.width < first_width) continue;
    const double x = std::log(static_cast<double>(one.width)), y = std::log(one.mean[quantity]);
    const double weight = std::pow(one.mean[quantity] / one.error[quantity], 2);
    w += weight, wx += weight * x, wy += weight * y, wxx += weight * x * x, wxy += weight * x * y;
  }
  const double spread = wxx - wx * wx / w;
  return {(wxy - wx * wy / w) / spread, 1 / std::sqrt(spread)};
}

void print_means(const std::vector<Statistics>& all) {
  std::printf("%5s %5s", "width", "seeds");
  for (const Law& law : laws) std::printf("  %-17s", law.name);
  for (const Statistics& one : all) {
    std::printf("\n%5zu %5zu", one.width, one.seeds);
    for (std::size_t q = 0; q < quantities; ++q) std::printf("  %-7.3g +- %-6.1g", one.mean[q], one.error[q]);
  }
}

void print_slopes(const std::vector<Statistics>& all) {
  std::printf("\n\n%-12s  %-16s  %-16s  %s\n", "power of n", "all widths", "256 and wider", "expected");
  for (std::size_t q = 0; q < quantities; ++q) {
    const Slope narrow = fit_slope(all, q, 0), wide = fit_slope(all, q, 256);
    std::printf("%-12s  %6.3f +- %.3f   %6.3f +- %.3f   %s\n", laws[q].name, narrow.value, narrow.error,
                wide.value, wide.error, laws[q].power);
  }
}

/// width, then mean and standard error of each quantity, a row a width.
void write_means(const std::filesystem::path& path, const std::vector<Statistics>& all) {
  std::ofstream out(path);
  for (const Statistics& one : all) {
    out << one.width;
    for (std::size_t q = 0; q < quantities; ++q) out << ' ' << one.mean[q] << ' ' << one.error[q];
    out << '\n';
  }
  if (!out.flush()) throw nntk::OutputError(path.string() + ": writing failed");
}

void run(const std::filesystem::path& data, const std::filesystem::path& folder, std::size_t seeds) {
  const Task task = read_task(data);
  std::vector<Statistics> all;
  for (const Width& width : widths)
    all.push_back(study(width, task, width.units > 1024 ? (seeds + 1) / 2 : seeds));
  print_means(all);
  print_slopes(all);
  write_means(folder / "lazy.txt", all);
}

}  // namespace

int main(int count, char** words) {
  const unsigned long seeds = count == 4 ? std::strtoul(words[3], nullptr, 10) : 10;
  if (count < 3 || count > 4 || seeds < 3) {
    std::fprintf(stderr, "usage: lazy DATA FOLDER [SEEDS], at least 3\n");
    return static_cast<int>(nntk::ExitCode::usage);
  }
  try {
    run(words[1], words[2], seeds);
  } catch (const nntk::Error& error) {
    std::fprintf(stderr, "lazy: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
