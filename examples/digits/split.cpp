// SPDX-License-Identifier: BSD-3-Clause
//
// digits-split DATA OUT: grey levels scaled to [0, 1]; 1,200 digits to train on and 597 to test, drawn once
// and for all; and all of them ordered by class, for the picture of the Gram matrix.
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "nntk/error.hpp"
#include "nntk/io/npy.hpp"
#include "nntk/io/table.hpp"
#include "nntk/random.hpp"

namespace {

constexpr std::size_t train_count = 1200;

struct Digits {
  nntk::io::Array x, y;
  [[nodiscard]] std::size_t count() const { return x.shape[0]; }
  [[nodiscard]] std::size_t width() const { return x.shape[1]; }
};

Digits read_digits(const std::filesystem::path& folder) {
  Digits digits{nntk::io::read_matrix(folder / "digits_x.npy", "x"),
                nntk::io::read_vector(folder / "digits_y.npy", "y")};
  for (double& level : digits.x.values) level /= 16;
  return digits;
}

/// 0, 1, ..., n − 1 in the order of random keys that depend on nothing but the index.
std::vector<std::size_t> shuffled(std::size_t n) {
  const nntk::random::Source keys(0, nntk::random::Stream::parameters);
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return keys.bits(i); });
  return order;
}

void write_rows(const Digits& digits, std::span<const std::size_t> rows, const std::filesystem::path& folder,
                const std::string& name) {
  std::vector<double> x, y;
  for (const std::size_t row : rows) {
    const auto first = digits.x.values.begin() + static_cast<std::ptrdiff_t>(row * digits.width());
    x.insert(x.end(), first, first + static_cast<std::ptrdiff_t>(digits.width()));
    y.push_back(digits.y.values[row]);
  }
  nntk::io::write_npy(folder / ("x_" + name + ".npy"), std::vector{rows.size(), digits.width()},
                      std::span<const double>(x));
  nntk::io::write_npy(folder / ("y_" + name + ".npy"), std::vector{rows.size()}, std::span<const double>(y));
}

void split(const std::filesystem::path& data, const std::filesystem::path& out) {
  const Digits digits = read_digits(data);
  std::vector<std::size_t> order = shuffled(digits.count());
  write_rows(digits, std::span(order).first(train_count), out, "train");
  write_rows(digits, std::span(order).subspan(train_count), out, "test");
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(digits.y.values[i], i); });
  write_rows(digits, order, out, "by_class");
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::fputs("usage: digits-split DATA OUT\n", stderr);
    return static_cast<int>(nntk::ExitCode::usage);
  }
  try {
    split(words[1], words[2]);
  } catch (const nntk::Error& error) {
    std::fprintf(stderr, "digits-split: %s\n", error.what());
    return static_cast<int>(error.code());
  }
  return 0;
}
