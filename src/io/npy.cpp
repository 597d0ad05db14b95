// SPDX-License-Identifier: BSD-3-Clause
#include "nntk/io/npy.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "formats.hpp"
#include "nntk/io/atomic_file.hpp"
#include "npy_header.hpp"
#include "npy_type.hpp"

namespace nntk::io {

namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 16;
constexpr std::size_t alignment = 64;  // of the data in the file, for who maps it

// Where the header lies in the file: [start, end).
struct Extent {
  std::size_t start, end;
};

// Nothing if so many doubles could not be addressed. As in NumPy, a 0 does not excuse the other dimensions.
std::optional<std::size_t> count_values(std::span<const std::size_t> shape) {
  constexpr std::size_t most = PTRDIFF_MAX / sizeof(double);
  std::size_t product = 1;
  for (const std::size_t extent : shape) {
    if (extent == 0) continue;
    if (extent > most / product) return std::nullopt;
    product *= extent;
  }
  return std::ranges::find(shape, std::size_t{0}) == shape.end() ? product : 0;
}

std::size_t parse_little_endian(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

void check_magic(const Source& source) {
  const std::string found = source.text_at(0, npy_magic.size());
  if (!npy_magic.starts_with(found)) {
    refuse(source.name(), "is not a .npy file: expected it to begin with \\x93NUMPY, found {}",
           show_bytes(found));
  }
}

Extent locate_header(const Source& source, unsigned major) {
  const std::size_t start = major == 1 ? 10 : 12;
  const std::string length = source.text_at(8, start - 8);
  const std::size_t end = start + parse_little_endian(length);
  if (source.size() < start || source.size() < end) {
    refuse(source.name(), "is truncated: expected at least {} bytes up to the end of the header, found {}",
           source.size() < start ? start : end, source.size());
  }
  return {start, end};
}

unsigned parse_version(const Source& source) {
  const std::string version = source.text_at(npy_magic.size(), 2);
  if (version.size() < 2) {
    refuse(source.name(), "is truncated: expected at least 10 bytes, found {}", source.size());
  }
  const auto major = static_cast<unsigned char>(version[0]), minor = static_cast<unsigned char>(version[1]);
  if (major < 1 || major > 3 || minor != 0) {
    refuse(source.name(), "has .npy version {}.{}, expected 1.0, 2.0 or 3.0", major, minor);
  }
  return major;
}

void check_ascii(const Source& source, std::string_view header) {
  const auto found =
      std::ranges::find_if(header, [](char c) { return static_cast<unsigned char>(c) > 0x7f; });
  if (found == header.end()) return;
  refuse(source.name(),
         "the header is not ASCII, as .npy before version 3.0 requires: found {} at its byte {}",
         show_bytes({found, 1}), found - header.begin());
}

std::size_t check_data_size(const Source& source, const NpyHeader& header, std::size_t size,
                            std::size_t found) {
  const auto count = count_values(header.shape);
  const std::string shape = show_shape(header.shape);
  if (!count) refuse(source.name(), "the shape {} is more than memory can hold", shape);
  if (*count * size != found) {
    refuse(source.name(), "{}: expected {} bytes of data for '{}' of shape {}, found {}",
           found < *count * size ? "is truncated" : "has trailing bytes", *count * size, header.descr, shape,
           found);
  }
  return *count;
}

std::vector<double> read_values(const Source& source, std::size_t start, const NpyType& type,
                                std::size_t count) {
  auto values = allocate<std::vector<double>>(source, count);
  std::vector<std::byte> buffer(buffer_size);
  const std::size_t step = buffer_size / type.size;
  for (std::size_t done = 0; done < count; done += step) {
    const auto part = std::span(values).subspan(done, std::min(step, count - done));
    const auto bytes = std::span(buffer).first(part.size() * type.size);
    source.read_at(start + done * type.size, bytes);
    type.decode(bytes, type.is_swapped, part);
  }
  return values;
}

// Walks the values in Fortran order, first index fastest, while `to` follows in row-major order.
std::vector<double> make_row_major(const Source& source, std::span<const std::size_t> shape,
                                   std::span<const double> values) {
  auto result = allocate<std::vector<double>>(source, values.size());
  std::vector<std::size_t> index(shape.size(), 0), strides(shape.size(), 1);
  for (std::size_t axis = shape.size() - 1; axis > 0; --axis) strides[axis - 1] = strides[axis] * shape[axis];
  std::size_t to = 0;
  for (const double value : values) {
    result[to] = value;
    std::size_t axis = 0;
    for (; axis < shape.size() && ++index[axis] == shape[axis]; ++axis) {
      to -= strides[axis] * (shape[axis] - 1);
      index[axis] = 0;
    }
    if (axis < shape.size()) to += strides[axis];
  }
  return result;
}

template <class Real>
void write_real(const std::filesystem::path& path, RealType type, std::span<const std::size_t> shape,
                std::span<const Real> values) {
  if (count_values(shape) != values.size()) {
    throw Error(ExitCode::internal, fmt::format("{}: {} values cannot be written with the shape {}",
                                                show_path(path), values.size(), show_shape(shape)));
  }
  const std::string header = npy_header(type, shape);
  AtomicFile file(path);
  file.write(header);
  file.write(std::as_bytes(values));
  file.commit();
}

}  // namespace

Array parse_npy(const Source& source) {
  check_magic(source);
  const unsigned major = parse_version(source);
  const auto [start, end] = locate_header(source, major);
  const std::string text = source.text_at(start, end - start);
  if (major < 3) check_ascii(source, text);
  NpyHeader header = parse_npy_header(source.name(), text);
  const NpyType type = find_npy_type(source.name(), header.descr);
  const std::size_t count = check_data_size(source, header, type.size, source.size() - end);
  std::vector<double> values = read_values(source, end, type, count);
  if (header.fortran_order && header.shape.size() > 1) values = make_row_major(source, header.shape, values);
  return {std::move(header.shape), std::move(values)};
}

Array read_npy(const std::filesystem::path& path) { return parse_npy(Source(path)); }

std::string npy_header(RealType type, std::span<const std::size_t> shape, std::size_t size) {
  if (shape.size() > max_rank) {
    throw Error(ExitCode::internal, fmt::format("an array of {} dimensions cannot be written", shape.size()));
  }
  std::string dict = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}",
                                 native_byte_order(), type == RealType::f4 ? "f4" : "f8", show_shape(shape));
  const std::size_t preamble = npy_magic.size() + 4;
  const std::size_t total =
      std::max(size, (preamble + dict.size() + 1 + alignment - 1) / alignment * alignment);
  dict.resize(total - preamble - 1, ' ');
  std::string header(npy_magic);
  header += {'\x01', '\x00', static_cast<char>((dict.size() + 1) & 0xff),
             static_cast<char>((dict.size() + 1) >> 8)};
  return header + dict + '\n';
}

void write_npy(const std::filesystem::path& path, std::span<const std::size_t> shape,
               std::span<const double> values) {
  write_real(path, RealType::f8, shape, values);
}

void write_npy(const std::filesystem::path& path, std::span<const std::size_t> shape,
               std::span<const float> values) {
  write_real(path, RealType::f4, shape, values);
}

}  // namespace nntk::io
