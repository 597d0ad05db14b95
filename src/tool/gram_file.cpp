// SPDX-License-Identifier: BSD-3-Clause
#include "gram_file.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

namespace nntk::tool {

namespace {

std::size_t product(std::span<const std::size_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), std::size_t{1}, std::multiplies<>{});
}

std::size_t bytes_of(io::RealType type) { return type == io::RealType::f4 ? sizeof(float) : sizeof(double); }

}  // namespace

GramFile::GramFile(const Path& path, io::RealType type, std::vector<std::size_t> shape,
                   std::string_view identity)
    : type_(type),
      shape_(std::move(shape)),
      entries_(product(std::span(shape_).subspan(2))),
      file_(path, product(shape_) * bytes_of(type), identity) {}

void GramFile::write(const Part& part, std::span<const double> values) {
  const std::size_t width = part.columns.count * entries_;
  for (std::size_t i = 0; i < part.rows.count; ++i)
    write_row(((part.rows.first + i) * shape_[1] + part.columns.first) * entries_,
              values.subspan(i * width, width));
}

void GramFile::write_row(std::size_t first, std::span<const double> values) {
  if (type_ == io::RealType::f8) return file_.write_at(first * sizeof(double), std::as_bytes(values));
  rounded_.resize(values.size());
  std::ranges::transform(values, rounded_.begin(), [](double value) { return static_cast<float>(value); });
  file_.write_at(first * sizeof(float), std::as_bytes(std::span<const float>(rounded_)));
}

void GramFile::commit() { file_.commit(io::npy_header(type_, shape_, io::PartialFile::head_size)); }

}  // namespace nntk::tool
