// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/table.hpp"

#include <algorithm>
#include <cmath>

#include "formats.hpp"

namespace nntk::io {

namespace {

bool is_npy(const Source& source, const std::filesystem::path& path) {
  return path.extension() == ".npy" || source.text_at(0, npy_magic.size()) == npy_magic;
}

// The last dimension counts columns; a vector is told by its index alone.
void check_finite(const std::filesystem::path& path, std::string_view name, const Array& array) {
  const auto bad = std::ranges::find_if_not(array.values, [](double value) { return std::isfinite(value); });
  if (bad == array.values.end()) return;
  const auto index = static_cast<std::size_t>(bad - array.values.begin());
  const std::size_t columns = array.shape.back();
  const std::string place = array.shape.size() == 1
                                ? fmt::format("index {}", index)
                                : fmt::format("row {}, column {}", index / columns, index % columns);
  refuse(show_path(path), "{} must be finite, found {} at {} (counted from 0)", name,
         std::isnan(*bad) ? std::nan("") : *bad, place);
}

}  // namespace

Array read_table(const std::filesystem::path& path) {
  const Source source(path);
  return is_npy(source, path) ? parse_npy(source) : parse_csv(source);
}

Array read_matrix(const std::filesystem::path& path, std::string_view name) {
  Array matrix = read_table(path);
  if (matrix.shape.size() != 2 || matrix.values.empty()) {
    refuse(show_path(path), "{} must have the shape (rows, columns), at least (1, 1), found {}", name,
           show_shape(matrix.shape));
  }
  check_finite(path, name, matrix);
  return matrix;
}

Array read_vector(const std::filesystem::path& path, std::string_view name) {
  Array vector = read_table(path);
  const bool is_one_line =
      vector.shape.size() == 1 || (vector.shape.size() == 2 && std::ranges::count(vector.shape, 1U) > 0);
  if (!is_one_line || vector.values.empty()) {
    refuse(show_path(path), "{} must have the shape (n,), (n, 1) or (1, n), at least (1,), found {}", name,
           show_shape(vector.shape));
  }
  vector.shape = {vector.values.size()};
  check_finite(path, name, vector);
  return vector;
}

}  // namespace nntk::io
