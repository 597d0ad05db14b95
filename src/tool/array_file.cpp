// SPDX-License-Identifier: BSD-3-Clause
#include "array_file.hpp"

#include <algorithm>
#include <vector>

namespace nntk::tool {

void ArrayFile::write(std::span<const std::size_t> shape, std::span<const double> values) {
  constexpr std::size_t step = std::size_t{1} << 16;
  file_.write(io::npy_header(type_, shape));
  if (type_ == io::RealType::f8) return file_.write(std::as_bytes(values));
  std::vector<float> rounded;
  for (std::size_t first = 0; first < values.size(); first += step) {
    const auto part = values.subspan(first, std::min(step, values.size() - first));
    rounded.resize(part.size());
    std::ranges::transform(part, rounded.begin(), [](double value) { return static_cast<float>(value); });
    file_.write(std::as_bytes(std::span<const float>(rounded)));
  }
}

io::RealType real_type_of(const Description& description) {
  return description.scalar == "f32" ? io::RealType::f4 : io::RealType::f8;
}

}  // namespace nntk::tool
